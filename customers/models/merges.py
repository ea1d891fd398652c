"""Merges of two customers into one: what was moved and what was changed, so that a merge can be undone for a while."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models.customers import Customer
from kernel import clock
from kernel.hanging import hanging_on


class Merge(models.Model):
    """One customer merged into another 客戶合併, who did it, and until when it may be undone. Clause 4.2.1c."""

    gone = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_received")
    state_before = models.CharField(max_length=10)
    # the survivor's facts that were taken from the other: field → [before, after]; and the helpers it gained
    facts = models.JSONField(default=dict)
    helpers = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = gettext_lazy("merge of customers")
        verbose_name_plural = gettext_lazy("merges of customers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=models.Q(undone_at=None), name="merge_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.survivor}"

    @property
    def is_in_time(self) -> bool:
        """Whether the time for undoing it has not passed."""
        return self.undone_at is None and clock.now() < self.until

    def moved(self) -> dict[str, dict[int, MergeMove]]:
        """What was moved: model → key → move."""
        found: dict[str, dict[int, MergeMove]] = {}
        for move in self.moves.order_by("pk"):
            found.setdefault(move.model, {})[move.row] = move
        return found

    def moved_on(self) -> list[str]:
        """What has changed since, so that undoing would tear apart what belongs together; in the reader's words."""
        moved = self.moved()
        found = self._facts_changed() + self._rows_changed(moved) + self._rows_added(moved)
        return found[:5]

    def _facts_changed(self) -> list[str]:
        survivor = Customer.objects.get(pk=self.survivor_id)
        if survivor.state == Customer.State.MERGED:
            return [_("%(name)s was itself merged into another customer") % {"name": survivor}]
        if taken := self._number_taken():
            return [_("%(name)s has the registration number now") % {"name": taken}]
        changed = [n for n, (_old, new) in self.facts.items() if fact_of(survivor, n) != new]
        return [_("changed since: %(what)s") % {"what": Customer._meta.get_field(n).verbose_name} for n in changed]

    def _number_taken(self) -> Customer | None:
        """The third customer that has a number which one of the two would have again."""
        both = (self.gone_id, self.survivor_id)
        survivor = Customer.objects.get(pk=self.survivor_id)
        survivor.registration_number = self.facts.get("registration_number", [""])[0]
        gone = Customer.objects.get(pk=self.gone_id)
        return None if gone.imported else gone.number_holder(but=both) or survivor.number_holder(but=both)

    def _rows_changed(self, moved: dict[str, dict[int, MergeMove]]) -> list[str]:
        found = []
        for label, moves in moved.items():
            for row in rows_of(label, moves):
                move = moves[row.pk]
                is_there = getattr(row, move.column) == self.survivor_id
                if not is_there or getattr(row, "version", None) != move.version:
                    found.append(_("changed since: %(what)s") % {"what": row})
        return found

    def _rows_added(self, moved: dict[str, dict[int, MergeMove]]) -> list[str]:
        """Rows entered at the survivor since that belong to something that would go back."""
        found = []
        for hanging in hanging_on(self.survivor):
            model = hanging.rows.model
            own = list(moved.get(model._meta.label_lower, {}))
            for field in (f for f in model._meta.concrete_fields if f.is_relation):
                keys = list(moved.get(field.related_model._meta.label_lower, {}))
                if keys:
                    rows = hanging.rows.filter(**{f"{field.name}__in": keys}).exclude(pk__in=own)
                    found += [_("entered since: %(what)s") % {"what": row} for row in rows[:5]]
        return found


class MergeMove(models.Model):
    """One row that was moved by a merge: by which column, and in which version it was left."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves")
    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=40)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = gettext_lazy("moved row")
        verbose_name_plural = gettext_lazy("moved rows")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["merge", "model", "row"], name="mergemove_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"


def rows_of(label: str, keys: Any) -> QuerySet:
    """The rows of a model with these keys, in a fixed order."""
    return apps.get_model(label)._base_manager.filter(pk__in=list(keys)).order_by("pk")


def fact_of(customer: Customer, name: str) -> Any:
    """A fact as it is kept in a merge: the plain value of its column."""
    return getattr(customer, Customer._meta.get_field(name).attname)
