"""The clause library: new versions, inserting a clause; and telling the customer of standard terms (clause 3.2.1c)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts import services
from contracts.models import Contract, ContractClause, ContractTemplate, LibraryClause, TemplateClause
from kernel.advance import advance, begin

TAKEN = ("subject", "heading", "text", "is_commercial", "is_standard_term")


def next_version(clause: LibraryClause) -> LibraryClause:
    """The next version of a clause as it will be written: a copy, not saved yet."""
    return LibraryClause(
        code=clause.code, script=clause.script, **{n: getattr(clause, n) for n in (*TAKEN, "risk_note")}
    )


def add_version(clause: LibraryClause, *, by: Any) -> LibraryClause:
    """Begin a clause, or the next version of the one of its code, as a draft; earlier versions stay. Returns it.

    Raises ValidationError, naming who, when a version of the clause is under way already.
    """
    try:
        with transaction.atomic():
            versions = list(LibraryClause.objects.select_for_update().filter(code=clause.code).order_by("-number"))
            _refuse_while_under_way(clause.code)
            clause.number = versions[0].number + 1 if versions else 1
            clause.author = clause.edited_by = by
            return begin(clause, by=by)  # type: ignore[no-any-return]
    except IntegrityError:
        # the first version of a code has no row that could be locked: the second of two is told who was first
        clause.pk, clause._state.adding = None, True
        _refuse_while_under_way(clause.code)
        raise


def _refuse_while_under_way(code: str) -> None:
    other = LibraryClause.objects.under_way().filter(code=code).select_related("edited_by").first()
    if other is not None:
        values = {"who": other.edited_by, "n": other.number, "state": other.get_state_display()}
        message = _("%(who)s is at work on version %(n)d of this clause (%(state)s): go on with that one.")
        raise ValidationError(message % values)


def retire_older(clause: LibraryClause) -> None:
    """The version before is retired as a new one comes into force."""
    for older in LibraryClause.objects.in_use().filter(code=clause.code, number__lt=clause.number):
        advance(older, "supersede", by=None)


def insert_into_template(*, clause: LibraryClause, template: ContractTemplate, by: Any) -> TemplateClause:
    """Copy a library clause to the end of a template's draft, with its note on risk."""
    with transaction.atomic():
        row = ContractTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
        if not row.is_editable:
            raise ValidationError(_("Only a draft takes a clause: make a new version of the template."))
        values = {name: getattr(clause, name) for name in (*TAKEN, "risk_note")}
        block = TemplateClause(template=row, position=_next(row.clause_rows), **values)
        block._history_user = by
        block.save()
        row.edited_by, row.version, row._history_user = by, row.version + 1, by
        row.save()
        return block


def insert_into_contract(*, clause: LibraryClause, contract: Contract, by: Any) -> ContractClause:
    """Copy a library clause to the end of a contract, where both reviewers see it as a deviation from its template.

    An approved text is reopened by it, as by any change.
    """
    with transaction.atomic():
        row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        if not row.is_editable:
            raise ValidationError(_("This text is not to be changed now."))
        values = {name: getattr(clause, name) for name in TAKEN}
        block = ContractClause(contract=row, position=_next(row.clause_rows), **values)
        block._history_user = by
        block.save()
        saved = services.recalculate(row, by=by)
        if saved.state == Contract.State.READY_TO_SIGN:
            advance(saved, "reopen", by=by)
        return block


def explain(*, clauses: Iterable[ContractClause], on: date, how: str, by: Any) -> int:
    """Write down that standard terms were pointed out and explained to the customer, as they read now."""
    done = 0
    for clause in clauses:
        clause.explained_on, clause.explained_how, clause.explained_by = on, how, by
        clause.explained_sha256 = clause.wording_sha256
        clause._history_user = by
        clause.save()
        done += 1
    return done


def _next(rows: list[Any]) -> int:
    return max((row.position for row in rows), default=0) + 1
