"""Taking words out of texts and out of every earlier version of them, so that the audit chain still proves (4.2.1c)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction

from kernel.audit import digest_of
from kernel.models import AuditRedaction, AuditSeal

REASON = "redacted"
Rewrite = Callable[[str], str]


def rewritten(record: models.Model, fields: Iterable[str], rewrite: Rewrite) -> dict[str, str]:
    """The fields that would read differently, with what they would say."""
    said = {name: str(getattr(record, name) or "") for name in fields}
    return {name: rewrite(text) for name, text in said.items() if rewrite(text) != text}


def redact(records: Iterable[Any], fields: tuple[str, ...], rewrite: Rewrite, *, reason: str, by: Any) -> int:
    """Rewrite the fields of the records and of all their versions; returns how many records read differently now.

    Each version that changes is written down first (AuditRedaction), else the database refuses it.
    """
    changed = 0
    with transaction.atomic():
        for record in records:
            earlier = _redact_versions(record, fields, rewrite, reason, by)
            now = rewritten(record, fields, rewrite)
            if now:
                for name, text in now.items():
                    setattr(record, name, text)
                record._history_user, record._change_reason = by, REASON
                record.save()
            changed += bool(now or earlier)
    return changed


def _redact_versions(record: Any, fields: tuple[str, ...], rewrite: Rewrite, reason: str, by: Any) -> int:
    found = 0
    for version in record.history.all() if hasattr(record, "history") else ():
        fresh = rewritten(version, fields, rewrite)
        if not fresh:
            continue
        for name, text in fresh.items():
            setattr(version, name, text)
        history, kind = type(version), version._meta.label_lower
        sealed = AuditSeal.objects.filter(kind=kind, row=version.pk).select_related("shape").first()
        columns = sealed.shape.names if sealed and sealed.shape else None
        values = {"kind": kind, "row": version.pk, "digest": digest_of(version, columns)}
        AuditRedaction.objects.create(**values, reason=reason[:300], by=by)
        rows = history._base_manager.filter(pk=version.pk)
        rows.update(**fresh)  # house: bulk (a version has no history of its own; its redaction is written before)
        found += 1
    return found
