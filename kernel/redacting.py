"""Taking words out of texts and out of every earlier version of them, so that the audit chain still proves (4.2.1c)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction

from kernel.audit import digest_of
from kernel.models import (
    Agreement,
    AuditRedaction,
    AuditSeal,
    Letter,
    Notice,
    Promise,
    Referral,
    Refusal,
    StateChange,
)

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
    return redact_kept(
        record.history.all() if hasattr(record, "history") else (), fields, rewrite, reason=reason, by=by
    )


def redact_kept(rows: Iterable[Any], fields: tuple[str, ...], rewrite: Rewrite, *, reason: str, by: Any) -> int:
    """Rewrite the fields of rows that are append-only and have no versions; returns how many read differently now.

    Their model says `may_be_redacted`, or is one of versions. Each change is written down first (AuditRedaction).
    """
    found = 0
    for row in rows:
        fresh = rewritten(row, fields, rewrite)
        if not fresh:
            continue
        for name, text in fresh.items():
            setattr(row, name, text)
        model, kind = type(row), row._meta.label_lower
        sealed = AuditSeal.objects.filter(kind=kind, row=row.pk).select_related("shape").first()
        columns = sealed.shape.names if sealed and sealed.shape else None
        values = {"kind": kind, "row": row.pk, "digest": digest_of(row, columns)}
        AuditRedaction.objects.create(**values, reason=reason[:300], by=by)
        changed = model._base_manager.filter(pk=row.pk)
        changed.update(
            **fresh
        )  # house: bulk (a row that is kept for good has no history; its redaction is written before)
        found += 1
    return found


def redact_traces(file: int, rewrite: Rewrite, *, reason: str, by: Any) -> int:
    """Out of what the kernel keeps about the records of a file: steps, promises, agreements, letters, notices, refusals.

    Returns how many of these read differently now. A letter that named a word keeps neither address nor text.
    """
    taken = redact_kept(_of(StateChange, file), ("title", "comment"), rewrite, reason=reason, by=by)
    taken += _rewrite(_of(Promise, file), ("title", "what", "owed_to"), rewrite)
    taken += _rewrite(_of(Agreement, file), ("title", "subject", "reason"), rewrite)
    for letter in _of(Letter, file):
        if rewritten(letter, ("address", "subject", "body"), rewrite):
            letter.address, letter.subject, letter.body = "", rewrite(letter.subject), ""
            letter.save(update_fields=["address", "subject", "body"])
            taken += 1
    for model, rows in _records_of(file).items():
        about = {"model": model, "row__in": rows}
        taken += _rewrite(Refusal.objects.filter(**about), ("title",), rewrite)
        taken += _rewrite(Referral.objects.filter(**about), ("title", "text", "answer"), rewrite)
        for notice in Notice.objects.filter(**about).iterator(chunk_size=500):
            said = {name: rewrite(v) if isinstance(v, str) else v for name, v in notice.params.items()}
            if said != notice.params:
                notice.params = said
                notice.save(update_fields=["params"])
                taken += 1
    return taken


def _of(model: Any, file: int) -> Iterable[Any]:
    return model.objects.filter(file=file).order_by("pk").iterator(chunk_size=500)


def _records_of(file: int) -> dict[str, list[int]]:
    """Model → the records of a file that a step was taken on or something was promised about."""
    found: dict[str, set[int]] = {}
    for kept in (StateChange, Promise, Letter):
        for model, row in kept.objects.filter(file=file).order_by().values_list("model", "row").distinct():
            found.setdefault(model, set()).add(row)
    return {model: sorted(rows) for model, rows in sorted(found.items())}


def _rewrite(rows: Iterable[Any], fields: tuple[str, ...], rewrite: Rewrite) -> int:
    """Rows that no chain holds: they say something else from now on."""
    taken = 0
    for row in rows:
        if fresh := rewritten(row, fields, rewrite):
            for name, text in fresh.items():
                setattr(row, name, text)
            row.save(update_fields=list(fresh))
            taken += 1
    return taken
