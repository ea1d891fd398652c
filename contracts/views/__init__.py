"""The pages of contracts: drafting, the clause desk, reviews, signing, archive, ledger, templates."""

from contracts.views.contracts import (
    contract_compare,
    contract_create,
    contract_detail,
    contract_edit,
    contract_list,
    contract_print,
    contract_print_plain,
    contract_supplement,
)
from contracts.views.custody import loan_create, loan_detail, loan_list
from contracts.views.ledger import ledger, ledger_pdf, ledger_xlsx
from contracts.views.library import (
    contract_explain,
    contract_insert,
    contracttemplate_insert,
    libraryclause_create,
    libraryclause_detail,
    libraryclause_list,
    libraryclause_new_version,
)
from contracts.views.reviews import contract_review, opinion_accept, opinion_answer, opinion_create, opinion_waive
from contracts.views.sealing import (
    seal_register,
    seal_register_pdf,
    sealrequest_create,
    sealrequest_detail,
    sealrequest_keep,
    sealrequest_list,
)
from contracts.views.signing import contract_custody, contract_signing
from contracts.views.templates import (
    contracttemplate_create,
    contracttemplate_detail,
    contracttemplate_edit,
    contracttemplate_list,
    contracttemplate_new_version,
    contracttemplate_print,
)

__all__ = [
    "contract_compare",
    "contract_create",
    "contract_custody",
    "contract_detail",
    "contract_edit",
    "contract_explain",
    "contract_insert",
    "contract_list",
    "contract_print",
    "contract_print_plain",
    "contract_review",
    "contract_signing",
    "contract_supplement",
    "contracttemplate_create",
    "contracttemplate_detail",
    "contracttemplate_edit",
    "contracttemplate_insert",
    "contracttemplate_list",
    "contracttemplate_new_version",
    "contracttemplate_print",
    "ledger",
    "ledger_pdf",
    "ledger_xlsx",
    "libraryclause_create",
    "libraryclause_detail",
    "libraryclause_list",
    "libraryclause_new_version",
    "loan_create",
    "loan_detail",
    "loan_list",
    "opinion_accept",
    "opinion_answer",
    "opinion_create",
    "opinion_waive",
    "seal_register",
    "seal_register_pdf",
    "sealrequest_create",
    "sealrequest_detail",
    "sealrequest_keep",
    "sealrequest_list",
]
