"""The edit page of a contract as one unit: terms, clauses, lines and instalments are saved together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from contracts import services
from contracts.forms import ClauseRows, ContractForm, InstalmentRows, LineRows, products_for
from contracts.models import Contract, ContractClause
from contracts.models.parts import COMMERCIAL_SUBJECTS
from kernel.advance import advance


@dataclass(frozen=True)
class ClauseConflict:
    """A clause that two people changed at the same time."""

    label: str
    theirs: str
    yours: str


class ContractEdit:
    """The forms of one contract's edit page, bound to a POST or not."""

    def __init__(self, contract: Contract, request: HttpRequest):
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        self.contract, self.by = contract, request.user
        self.form = ContractForm(data, files, instance=contract)
        self.clauses = ClauseRows(data, instance=contract, prefix="clauses")
        self.lines = LineRows(data, instance=contract, prefix="lines", initial=[{"tax_rate": contract.tax_rate}])
        self.instalments = InstalmentRows(data, instance=contract, prefix="instalments")
        self.seen_clauses = {c.pk: c.text for c in contract.clause_rows}
        self._share_products()

    @property
    def parts(self) -> list[Any]:
        """Everything that is validated and saved."""
        return [self.form, self.clauses, self.lines, self.instalments]

    @property
    def status(self) -> int:
        """200 when first shown, 409 after a conflict, 422 with errors."""
        if not self.form.is_bound:
            return 200
        return 409 if self.form.conflict else 422

    @property
    def conflicts(self) -> list[ClauseConflict]:
        """After a stale edit: the clauses whose stored text differs from what was entered."""
        if not self.form.conflict and "__all__" not in self.form.errors:
            return []
        found = []
        for form in self.clauses.forms:
            stored, entered = self.seen_clauses.get(form.instance.pk), form["text"].value()
            if form.instance.pk and form.is_bound and entered is not None and _plain(stored) != _plain(entered):
                found.append(ClauseConflict(form.instance.heading, stored or "", entered))
        return found

    def is_valid(self) -> bool:
        """All parts, so that every error shows at once; the customer's paper is checked by content."""
        valid = [part.is_valid() for part in self.parts]
        return all(valid) and self._takes_paper()

    def save(self) -> Contract:
        """Save what changed and recalculate; a change to an approved text takes it back to be revised. Clause 3.2.3a."""
        if not any(part.has_changed() for part in self.parts):
            return self.contract
        self.form.save()
        for clause in self.clauses.save(commit=False):
            self._prepare(clause)
            clause.save()
        for gone in self.clauses.deleted_objects:
            gone.delete()
        self.lines.save()
        self.instalments.save()
        saved = services.recalculate(self.contract, by=self.by)
        if saved.state == Contract.State.READY_TO_SIGN:
            advance(saved, "reopen", by=self.by)
        return Contract.objects.get(pk=saved.pk)

    def _prepare(self, clause: ContractClause) -> None:
        """A clause that the drafter adds is commercial when its subject is."""
        if clause.pk is None:
            clause.is_commercial = clause.subject in COMMERCIAL_SUBJECTS

    def _takes_paper(self) -> bool:
        file = self.form.cleaned_data.get("customer_paper")
        if not file:
            return True
        try:
            services.upload_customer_paper(contract=self.contract, file=file, by=self.by)
        except ValidationError as error:
            self.form.add_error("customer_paper", error)
            return False
        return True

    def _share_products(self) -> None:
        """One query for the products of all lines."""
        products = products_for(self.by)
        choices = [("", "—"), *((p.pk, str(p)) for p in products)]
        for form in [*self.lines.forms, self.lines.empty_form]:
            form.fields["product"].queryset = products
            form.fields["product"].choices = choices


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()
