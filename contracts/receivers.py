"""What follows from a contract's or template's step, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from contracts import collecting, fulfilling, library, quoting, sealing, services
from contracts.models import Contract, ContractTemplate, InvoiceRequest, LibraryClause, Loan, Obligation, Quotation
from contracts.models.custody import RETURN
from kernel import promises
from kernel.advance import advance, advanced

SUBMISSIONS = {"submit", "resubmit_to_manager", "resubmit_to_legal"}


@receiver(advanced, sender=Contract)
def contract_moved(sender: Any, record: Contract, change: Any, by: Any, **_: Any) -> None:
    """A submission keeps its version; an approval freezes costs, and what may go out now is registered.

    A signing wins the opportunity, is registered with its copy and planned.

    Whatever takes the contract out of “ready to sign” voids the open seal requests on its text.
    """
    if change.step in SUBMISSIONS:
        services.record_version(record, by=by)
    elif change.step == "approve_text":
        services.freeze_costs(record, by=by)
        services.register_contract(record, by=by)
    elif change.step == "sign":
        if record.opportunity_id and record.opportunity.state != "won":
            worth = {"signed_value": record.total, "signed_currency": record.currency}
            advance(record.opportunity, "win", by=None, data=worth)
        services.register_contract(record, by=by)
        collecting.plan(record, by=by)
    elif change.step == "archive":
        fulfilling.lay_out(record, by=by)
    elif change.step in ("fulfil", "terminate"):
        collecting.close(record)
    if change.step in ("sign", "reopen"):
        sealing.lapse_open(record)


@receiver(advanced, sender=Loan)
def loan_moved(sender: Any, record: Loan, change: Any, by: Any, **_: Any) -> None:
    """A lost original is not owed back any more."""
    if change.step == "report_loss":
        promises.void(record, RETURN)


@receiver(advanced, sender=InvoiceRequest)
def invoice_moved(sender: Any, record: InvoiceRequest, change: Any, by: Any, **_: Any) -> None:
    """An issued invoice is counted in the collection plan; an issued reversal is taken from it."""
    if change.step == "issue":
        collecting.count_invoice(record, by=by)


@receiver(advanced, sender=Obligation)
def obligation_moved(sender: Any, record: Obligation, change: Any, by: Any, **_: Any) -> None:
    """What was done is a promise kept; what is not done after all is promised again."""
    if change.step == "complete":
        promises.keep(record, fulfilling.KEPT)
    elif change.step == "reopen":
        fulfilling.promise(record)


@receiver(advanced, sender=ContractTemplate)
def template_moved(sender: Any, record: ContractTemplate, change: Any, by: Any, **_: Any) -> None:
    """The version before is retired when a new one comes into force; one that begins later waits for its day."""
    if change.step == "approve" and not record.is_upcoming:
        for older in ContractTemplate.objects.filter(state="in_force", code=record.code, number__lt=record.number):
            advance(older, "supersede", by=None)


@receiver(advanced, sender=LibraryClause)
def clause_moved(sender: Any, record: LibraryClause, change: Any, by: Any, **_: Any) -> None:
    """The version before is retired when a new one comes into force."""
    if change.step == "approve":
        library.retire_older(record)


@receiver(advanced, sender=Quotation)
def quotation_moved(sender: Any, record: Quotation, change: Any, by: Any, **_: Any) -> None:
    """An issued quotation is registered, and an answer is awaited until its day."""
    if change.step == "issue":
        quoting.send_out(record, by=by)
