"""Asking for a seal, comparing the paper with the approved version, and writing the register (clause 3.2.3b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract, SealEntry, SealRequest
from contracts.papers import Difference, Paper, differences_between, read_paper
from contracts.prints import contract_pdf
from contracts.services import LANGUAGES
from documents.services import attach
from kernel import notices
from kernel.advance import advance, begin

SHORTEST_HASH = 12  # characters of the hash that are enough to be read off the paper
PAPER = "paper_to_seal"

notices.say(
    "seal_differs", gettext_lazy("The seal keeper refused the paper: it is not the approved version — %(title)s")
)


@dataclass(frozen=True)
class Read:
    """What the keeper read off the paper."""

    number: str
    version: int
    text_hash: str
    pages: int


def approved_paper(contract: Contract) -> Paper:
    """The contract's print as it stands: what the paper must be. Raises CannotPrint."""
    return read_paper(contract_pdf(contract, record_url=settings.BASE_URL + contract.get_absolute_url()))


def ask_for_seal(*, contract: Contract, request: SealRequest, by: Any) -> SealRequest:
    """Begin a request with the approved text frozen in it: number, version, hash and the print's real page count.

    Raises ValidationError when the text is not the approved one or this seal is already asked for, CannotPrint when
    the contract cannot be set.
    """
    with transaction.atomic():
        row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        if row.state != Contract.State.READY_TO_SIGN or row.text_hash != row.approved_hash:
            raise ValidationError(_("A seal is asked for once the text is approved, and only for that text."))
        if row.seal_requests.open().filter(seal=request.seal).exists():
            raise ValidationError(_("This seal is already asked for: see the open request."))
        request.contract, request.requested_by = row, by
        request.number, request.text_version = row.number, row.approved_version or row.text_version
        request.text_hash, request.pages = row.approved_hash, len(approved_paper(row).pages)
        begin(request, by=by)
        return request


def differences_of(request: SealRequest, read: Read) -> list[Difference]:
    """What was read off the paper against what was approved; a hash may be shortened to its first twelve characters."""
    typed = "".join(read.text_hash.lower().split())
    is_same_hash = len(typed) >= SHORTEST_HASH and request.text_hash.startswith(typed)
    return [
        *([["number", request.number, read.number]] if read.number.strip().upper() != request.number else []),
        *([["version", request.text_version, read.version]] if read.version != request.text_version else []),
        *([["hash", request.text_hash[:SHORTEST_HASH], typed[:64]]] if not is_same_hash else []),
        *([["pages", request.pages, read.pages]] if read.pages != request.pages else []),
    ]


def differences_in(request: SealRequest, pdf: bytes) -> list[Difference]:
    """A PDF of the paper against the approved print, page by page: what it says and what lies on it."""
    found = read_paper(pdf)
    if not any(page.text for page in found.pages):
        text = _("This is a picture without text: read number, version, hash and pages off the paper.")
        raise ValidationError(text, code="picture")
    contract = request.contract
    return differences_between(
        found, approved_paper(contract), text_hash=request.text_hash, language=LANGUAGES[contract.script]
    )


def record_comparison(
    *, request: SealRequest, by: Any, copies: int, read: Read | None = None, paper: Any = None
) -> SealEntry:
    """Compare the paper with the approved version and enter the result: sealed, or refused with what differs.

    Only a paper without any difference is entered as sealed. Raises ValidationError for a file that is none or a
    request that waits no more, PermissionDenied for who does not keep the seal, StepRefused when the contract moved on.
    """
    with transaction.atomic():
        row = SealRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        step = row.step("apply_seal")
        if step is None:
            raise ValidationError(_("The record was changed after you opened it. Read it again, then decide."))
        if not step.permission(row, by):
            raise PermissionDenied
        if paper is not None:
            file = attach(record=row, file=paper, by=by, purpose=PAPER, allowed=("pdf",))
            with file.file.open("rb") as stored:
                differences = differences_in(row, stored.read())
        else:
            assert read is not None
            differences = differences_of(row, read)
        entry = _enter(row, by=by, copies=copies, differences=differences)
        if differences:
            people = [row.requested_by, row.approved_by]
            notices.tell(
                [p for p in people if p], "seal_differs", effect=f"seal:{entry.pk}", record=row, title=str(row)
            )
        else:
            advance(row, "apply_seal", by=by)
        return entry


def _enter(row: SealRequest, *, by: Any, copies: int, differences: list[Difference]) -> SealEntry:
    return SealEntry.objects.create(
        request=row,
        outcome=SealEntry.Outcome.REFUSED if differences else SealEntry.Outcome.SEALED,
        number=row.number,
        title=row.contract.title,
        party=row.contract.customer_name,
        seal_name=row.seal.name,
        copies=copies,
        pages=row.pages,
        text_version=row.text_version,
        text_hash=row.text_hash,
        approver=row.approved_by,
        handler=row.requested_by,
        keeper=by,
        differences=differences,
    )


def lapse_open(contract: Contract) -> None:
    """The contract moved on: what was asked for on its text is void."""
    for row in contract.seal_requests.open():
        advance(row, "lapse", by=None)
