"""Verbs over documents: take in a file after checking its content, register a document under its number."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from documents.models import Attachment, Document
from kernel import clock, uploads
from kernel.numbering import next_number

PREFIXES = {"contract": "HT", "proposal": "FA", "quotation": "BJ", "report": "BG"}


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


def register(
    *, record: Any, kind: str, title: str, by: Any, attachment: Attachment | None = None, number: str = ""
) -> Document:
    """Enter a document of a record in the register, under the next number of its kind unless it has one. Clause 4.2.2a."""
    with transaction.atomic():
        document = Document(
            number=number or next_number(kind, clock.today().year, PREFIXES[kind] + "-{year}-{n:04d}"),
            kind=kind,
            title=title[:200],
            model=record._meta.label_lower,
            row=record.pk,
            file=record.file_id_of(),
            attachment=attachment,
            by=by,
        )
        document._history_user = by
        document.save()
        return document
