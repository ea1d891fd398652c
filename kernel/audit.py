"""The audit: personal fields kept out of history, the hash chain over what happened, and its verification."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any, ClassVar

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef

from kernel import clock
from kernel.models import AuditRedaction, AuditSeal, AuditShape, PersonalData, StateChange

START = "0" * 64


class Personal(models.Model):
    """A model with personal fields: history holds only a salted digest of them, the values are in PersonalData.

    Name the fields in PERSONAL and exclude them from HistoricalRecords. Clause 4.2.1c (erasure).
    """

    PERSONAL: ClassVar[tuple[str, ...]] = ()
    personal_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, then version the personal fields that changed; the digest of all of them goes into history."""
        with transaction.atomic():
            fresh = self._personal_changes()
            if fresh or not self.personal_digest:
                self.personal_digest = self._digest_of(fresh)
                if kwargs.get("update_fields"):
                    kwargs["update_fields"] = {*kwargs["update_fields"], "personal_digest"}
            super().save(*args, **kwargs)
            for row in fresh.values():
                row.row = self.pk
            PersonalData.objects.bulk_create(fresh.values())

    def erase_personal(self, fields: dict[str, Any], *, by: Any) -> None:
        """Put the given blanks in place of personal values and delete their versions; digests in history stay."""
        with transaction.atomic():
            for name, blank in fields.items():
                setattr(self, name, blank)
            self._history_user = by
            self._change_reason = "erased"
            self.save()
            PersonalData.objects.filter(model=self._meta.label_lower, row=self.pk).delete()

    def _latest(self) -> dict[str, PersonalData]:
        if not self.pk:
            return {}
        rows = PersonalData.objects.filter(model=self._meta.label_lower, row=self.pk).order_by("id")
        return {row.field: row for row in rows}

    def _personal_changes(self) -> dict[str, PersonalData]:
        self._personal_known = self._latest()
        fresh = {}
        for name in self.PERSONAL:
            value = str(getattr(self, name) or "")
            known = self._personal_known.get(name)
            if (known.value if known else "") != value:
                salt = secrets.token_hex(16)
                digest = hashlib.sha256((salt + value).encode()).hexdigest()
                fresh[name] = PersonalData(
                    model=self._meta.label_lower,
                    field=name,
                    value=value,
                    salt=salt,
                    digest=digest,
                    at=clock.now(),
                    by_id=getattr(getattr(self, "_history_user", None), "pk", None),
                )
        return fresh

    def _digest_of(self, fresh: dict[str, PersonalData]) -> str:
        rows = {**self._personal_known, **fresh}
        return hashlib.sha256("".join(rows[n].digest for n in self.PERSONAL if n in rows).encode()).hexdigest()


class Problem(str):
    """One thing wrong with the chain: the sentence, with what happened to which row beside it."""

    kind: str
    row: int
    what: str

    @classmethod
    def about(cls, what: str, kind: str, row: int, text: str) -> Problem:
        """`what`: changed, gone, gap (seals missing before `row`) or cut (an anchor that the chain does not hold)."""
        problem = cls(text)
        problem.what, problem.kind, problem.row = what, kind, row
        return problem

    def told(self) -> dict[str, Any]:
        """What is kept of it, to be said in anybody's language."""
        return {"what": self.what, "kind": self.kind, "row": self.row}


def sealed_models() -> list[type[models.Model]]:
    """The tables under the chain: changes of state, redactions and every history table, in a fixed order."""
    history = [m for m in apps.get_models() if hasattr(m, "history_date")]
    return [StateChange, AuditRedaction, *sorted(history, key=lambda m: m._meta.label_lower)]


def seal(limit: int = 5_000) -> int:
    """Append the rows not yet sealed to the chain; one job at a time (a second one waits or finds nothing)."""
    with transaction.atomic():
        _only_one()
        last = AuditSeal.objects.order_by("-seq").first()
        seq, previous, links = (last.seq, last.digest, []) if last else (0, START, [])
        for model in sealed_models():
            rows = list(_unsealed(model, limit - len(links)))
            shape = _shape_of(model) if rows else None
            for row in rows:
                seq += 1
                digest = link(previous, model, row)
                kind = model._meta.label_lower
                links.append(AuditSeal(seq=seq, kind=kind, row=row.pk, digest=digest, previous=previous, shape=shape))
                previous = digest
        AuditSeal.objects.bulk_create(links, batch_size=500)
        return len(links)


def link(previous: str, model: type[models.Model], row: models.Model, columns: list[str] | None = None) -> str:
    """The digest of one row chained to the one before it, over the columns it had when it was sealed."""
    values = {name: getattr(row, name) for name in columns or _columns_of(model)}
    text = json.dumps(
        [previous, model._meta.label_lower, values], sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _columns_of(model: type[models.Model]) -> list[str]:
    return sorted(f.attname for f in model._meta.concrete_fields)


def _shape_of(model: type[models.Model]) -> AuditShape:
    kind, columns = model._meta.label_lower, " ".join(_columns_of(model))
    return AuditShape.objects.filter(kind=kind, columns=columns).first() or AuditShape.objects.create(
        kind=kind, columns=columns
    )


def digest_of(row: models.Model, columns: list[str] | None = None) -> str:
    """The digest of what a row says now, by itself."""
    return link("", type(row), row, columns)


def _is_whole(
    entry: AuditSeal, previous: str, row: Any, columns: list[str] | None, redacted: dict[tuple[str, int], str]
) -> bool:
    """Whether a row stands in the chain as it was sealed; a column that is gone since cannot be proved.

    Of a row from which words were taken out since, the redaction, itself a link, says what it must read now.
    """
    model = type(row)
    if entry.previous != previous or not set(columns or ()) <= set(_columns_of(model)):
        return False
    if (entry.kind, entry.row) in redacted:
        return redacted[entry.kind, entry.row] == digest_of(row, columns)
    return entry.digest == link(previous, model, row, columns)


def verify() -> tuple[list[Any], int]:
    """Recompute the whole chain: (what is wrong, in words; how many rows are not sealed yet)."""
    problems, previous, expected = [], START, 0
    by_label = {m._meta.label_lower: m for m in sealed_models()}
    rows_redacted = AuditRedaction.objects.order_by("pk").values_list("kind", "row", "digest")
    redacted = {(kind, row): digest for kind, row, digest in rows_redacted}
    shapes: dict[int | None, list[str]] = {shape.pk: shape.names for shape in AuditShape.objects.all()}
    for batch in _batches(AuditSeal.objects.order_by("seq")):
        rows = _rows_of(batch, by_label)
        for entry in batch:
            expected += 1
            row = rows.get((entry.kind, entry.row))
            if entry.seq != expected:
                problems.append(Problem.about("gap", "", entry.seq, f"gap in the chain before {entry.seq}"))
                expected = entry.seq
            if row is None:
                problems.append(Problem.about("gone", entry.kind, entry.row, f"{entry.kind} {entry.row} is gone"))
            elif not _is_whole(entry, previous, row, shapes.get(entry.shape_id), redacted):
                problems.append(
                    Problem.about("changed", entry.kind, entry.row, f"{entry.kind} {entry.row} was changed")
                )
            previous = entry.digest
    return problems, sum(_unsealed_rows(m).count() for m in sealed_models())


def _batches(rows: Any, size: int = 500) -> Any:
    batch = []
    for row in rows.iterator(chunk_size=size):
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows_of(batch: list[AuditSeal], by_label: dict[str, type[models.Model]]) -> dict[tuple[str, int], models.Model]:
    found = {}
    for kind in {e.kind for e in batch}:
        keys = [e.row for e in batch if e.kind == kind]
        found.update({(kind, r.pk): r for r in by_label[kind]._base_manager.filter(pk__in=keys)})
    return found


def _unsealed_rows(model: type[models.Model]) -> Any:
    sealed = AuditSeal.objects.filter(kind=model._meta.label_lower, row=OuterRef("pk"))
    return model._base_manager.filter(~Exists(sealed))


def _unsealed(model: type[models.Model], limit: int) -> Any:
    return _unsealed_rows(model).order_by("pk")[: max(0, limit)]


def _only_one() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x42796C61])
