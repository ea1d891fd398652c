"""Verbs over documents: take in a file after checking its content, register a document under its number."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from documents.models import Attachment, Document, Reading
from kernel import clock, uploads
from kernel.numbering import next_number

PREFIXES = {"contract": "HT", "proposal": "FA", "quotation": "BJ", "report": "BG", "order": "SO", "purchase": "CG"}


def attach(
    *, record: models.Model, file: Any, by: Any, purpose: str = "", allowed: tuple[str, ...] = uploads.ALLOWED
) -> Attachment:
    """Store an uploaded file on a record; raises ValidationError (in the reader's language) for what may not come in."""
    checked = uploads.inspect(file, allowed=allowed)
    attachment = Attachment(
        model=record._meta.label_lower,
        row=record.pk,
        purpose=purpose,
        name=uploads.safe_download_name(file.name),
        kind=checked.kind,
        mime=checked.mime,
        size=checked.size,
        sha256=checked.sha256,
        pages=checked.pages,
        by=by,
    )
    attachment._history_user = by
    attachment.file.save("file", checked.file, save=False)
    attachment.save()
    return attachment


def number_for(kind: str) -> str:
    """The next number of a kind of document in this year's series; what takes it registers it. Clause 4.2.2a."""
    return next_number(kind, clock.today().year, PREFIXES[kind] + "-{year}-{n:04d}")


def register(
    *,
    record: Any,
    kind: str,
    title: str,
    by: Any,
    attachment: Attachment | None = None,
    number: str = "",
    version: int = 1,
    reason: str = "",
) -> Document:
    """Enter a document of a record in the register, under the next number of its kind unless it has one. Clause 4.2.2a.

    What stands there under its number already is brought to this version and file; who may open it stays as it was set. `reason`
    is kept in its history.
    """
    with transaction.atomic():
        known = Document.objects.select_for_update().filter(model=record._meta.label_lower, row=record.pk, kind=kind)
        document = known.filter(number=number).first() if number else None
        document = document or Document(
            number=number or number_for(kind),
            kind=kind,
            model=record._meta.label_lower,
            row=record.pk,
            file=record.file_id_of(),
            by=by,
        )
        document.title, document.version = title[:200], version
        document.attachment = attachment or document.attachment
        document._history_user, document._change_reason = by, reason or None
        document.save()
        return document


def note_reading(record: Any, *, title: str, how: str, by: Any, attachment: Attachment | None = None) -> Reading:
    """Write down who opened or printed a document of a record. Clause 4.2.2c."""
    label, row = (attachment.model, attachment.row) if attachment else (record._meta.label_lower, record.pk)
    return Reading.objects.create(model=label, row=row, title=title[:250], how=how, attachment=attachment, by=by)


def classify(document: Document, *, level: str, readers: Any, by: Any) -> None:
    """Save a document's level and those named, whose names stand in its history. Clause 4.2.2c.

    Raises ValidationError for a level that its kind may not have: what bears prices is never public.
    """
    if level not in dict(document.levels):
        raise ValidationError(_("A document of this kind bears prices and terms: it is never public."))
    with transaction.atomic():
        document.level, document._history_user = level, by
        document._change_reason = ", ".join(sorted(str(person) for person in readers))[:200]
        document.save()
        document.readers.set(readers)
