"""The clauses of signing (REGULATION 3.2 and 2.2.2b): who owes what, where it is done, how it is checked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contracts import conformance
from kernel.clauses import clause, enforced, section, watched

section("3.2", _("Signing"))

SALES, MANAGER, LEGAL, CUSTODIAN, ALL = (
    _("Salesperson"),
    _("Sales manager"),
    _("Legal"),
    _("Contract custodian"),
    _("Everybody"),
)

clause(
    "2.2.2b",
    who=SALES,
    screen="contracts:contract_list",
    check=enforced(),
    text=_("Introduces our products, negotiates with the customer and signs the contract."),
)
clause(
    "3.2.1a",
    who=SALES,
    screen="contracts:contract_create",
    check=enforced(),
    text=_("Drafts the contract from the cooperation intent that was reached with the customer."),
)
clause(
    "3.2.1b",
    who=SALES,
    screen="contracts:contract_list",
    check=enforced(),
    text=_("The contract settles rights and duties, specification, price, payment, delivery and liability for breach."),
)
clause(
    "3.2.1c",
    who=SALES,
    screen="contracts:contracttemplate_list",
    check=watched(conformance.template_used),
    text=_(
        "The contract follows the company's template and the law; what departs from the template is shown to both reviewers."
    ),
)
clause(
    "3.2.2a",
    who=MANAGER,
    screen="inbox",
    check=enforced(),
    text=_(
        "Reviews the contract for the company's interest, business need and risk control, for legal risk and loopholes, "
        "and for clear and exact terms."
    ),
)
clause(
    "3.2.2b",
    who=ALL,
    screen="inbox",
    check=watched(conformance.manager_before_legal),
    text=_("The manager reviews first, legal second."),
)
clause(
    "3.2.2c",
    who=LEGAL,
    screen="inbox",
    check=enforced(),
    text=_("Reviews the contract in law and proposes amendments."),
)
clause(
    "3.2.3a",
    who=SALES,
    screen="contracts:contract_list",
    check=enforced(),
    text=_("Amends the contract by the opinions of both reviewers before it is signed."),
)
clause(
    "3.2.3b",
    who=ALL,
    screen="contracts:seal_register",
    check=enforced(),
    text=_(
        "Both sides sign by the procedure: the approved text, named signatories, both dates, and the signed copy kept."
    ),
)
clause(
    "3.2.3c",
    who=CUSTODIAN,
    screen="contracts:ledger",
    check=watched(conformance.archived_in_time),
    text=_("Keeps the signed contract, archives it and enters it in the ledger."),
)
