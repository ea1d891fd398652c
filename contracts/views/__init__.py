"""The pages of contracts: drafting, the clause desk, reviews, signing, archive, ledger, templates."""

from contracts.views.collecting import (
    collection,
    contract_collection,
    contract_write_off,
    invoice_create,
    invoice_reverse,
    invoicerequest_detail,
    payment_move,
    receipt_create,
    receipt_reverse,
)
from contracts.views.contracts import (
    contract_compare,
    contract_create,
    contract_detail,
    contract_edit,
    contract_list,
    contract_print,
    contract_supplement,
)
from contracts.views.fulfilling import obligation_create, obligation_edit
from contracts.views.ledger import ledger, ledger_pdf, ledger_xlsx
from contracts.views.quoting import (
    quotation_create,
    quotation_detail,
    quotation_edit,
    quotation_list,
    quotation_print,
)
from contracts.views.reviews import contract_review, opinion_accept, opinion_answer, opinion_create, opinion_waive
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
    "collection",
    "contract_collection",
    "contract_compare",
    "contract_create",
    "contract_custody",
    "contract_detail",
    "contract_edit",
    "contract_list",
    "contract_print",
    "contract_review",
    "contract_signing",
    "contract_supplement",
    "contract_write_off",
    "contracttemplate_create",
    "contracttemplate_detail",
    "contracttemplate_edit",
    "contracttemplate_list",
    "contracttemplate_new_version",
    "contracttemplate_print",
    "invoice_create",
    "invoice_reverse",
    "invoicerequest_detail",
    "ledger",
    "ledger_pdf",
    "ledger_xlsx",
    "obligation_create",
    "obligation_edit",
    "opinion_accept",
    "opinion_answer",
    "opinion_create",
    "opinion_waive",
    "payment_move",
    "quotation_create",
    "quotation_detail",
    "quotation_edit",
    "quotation_list",
    "quotation_print",
    "receipt_create",
    "receipt_reverse",
]
