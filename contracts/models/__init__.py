"""Contract templates, contracts with their text and lines, reviews, versions and signing (REGULATION 3.2)."""

from contracts.models.collecting import Allocation, PlannedPayment, Receipt
from contracts.models.contracts import Contract
from contracts.models.custody import Loan
from contracts.models.fulfilling import Obligation
from contracts.models.invoicing import InvoiceRequest
from contracts.models.library import LibraryClause
from contracts.models.parts import ContractClause, ContractLine, Instalment, Subject
from contracts.models.quoting import Quotation, QuotationLine
from contracts.models.reviews import ContractVersion, ReviewOpinion, ReviewPoint, Side
from contracts.models.sealing import Seal, SealEntry, SealRequest
from contracts.models.signing import Signing
from contracts.models.templates import ContractTemplate, TemplateClause

__all__ = [
    "Allocation",
    "Contract",
    "ContractClause",
    "ContractLine",
    "ContractTemplate",
    "ContractVersion",
    "Instalment",
    "InvoiceRequest",
    "LibraryClause",
    "Loan",
    "Obligation",
    "PlannedPayment",
    "Quotation",
    "QuotationLine",
    "Receipt",
    "ReviewOpinion",
    "ReviewPoint",
    "Seal",
    "SealEntry",
    "SealRequest",
    "Side",
    "Signing",
    "Subject",
    "TemplateClause",
]
