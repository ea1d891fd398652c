"""The form of a merge: of each fact in which two customers differ, which of the two is right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.merging import FACTS
from customers.models import Customer
from customers.models.access import MANAGE
from customers.models.merges import fact_of
from kernel.forms import BylawForm

LONGEST = 120  # characters of a note in a choice
STAYS, TAKEN = "stays", "taken"


class MergeForm(BylawForm):
    """What the customer that stays takes from the one that goes, and why they are one. Clause 4.2.1c."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    seen_other = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, gone: Customer, survivor: Customer, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.gone, self.survivor = gone, survivor
        for name in self._differing(user):
            field = Customer._meta.get_field(name)
            stays, taken = shown(survivor, name), shown(gone, name)
            self.fields[f"fact_{name}"] = forms.ChoiceField(
                label=field.verbose_name,
                choices=[(STAYS, stays or "—"), (TAKEN, taken)],
                initial=STAYS if stays else TAKEN,
                widget=forms.RadioSelect,
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.initial.update(seen=gone.version, seen_other=survivor.version)

    def _differing(self, user: Any) -> list[str]:
        """The facts that the two tell differently; whose customer it is, is the manager's to choose."""
        told = [name for name in FACTS if shown(self.gone, name)]
        names = [name for name in told if fact_of(self.gone, name) != fact_of(self.survivor, name)]
        manages = user.has_perm(MANAGE)
        kept = {"owner"} if not manages or self.gone.owner_id is None else set()
        return [name for name in names if name not in kept and (manages or name not in ("is_key", "grade"))]

    def clean(self) -> dict[str, Any]:
        """A number that a third customer has cannot be taken."""
        data = super().clean() or self.cleaned_data
        is_taken = data.get("fact_registration_number") == TAKEN
        third = self.gone.number_holder(but=(self.survivor.pk,)) if is_taken else None
        if third:
            text = _("%(name)s has this number already: merge or mend that first.")
            self.add_error("fact_registration_number", ValidationError(text, params={"name": third}))
        return data

    @property
    def take(self) -> list[str]:
        """The facts that are taken from the customer that goes."""
        return [n.removeprefix("fact_") for n, v in self.cleaned_data.items() if n.startswith("fact_") and v == TAKEN]


def shown(customer: Customer, name: str) -> str:
    """A fact in the reader's words."""
    field, value = Customer._meta.get_field(name), getattr(customer, name)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if value in (None, ""):
        return ""
    words = customer._get_FIELD_display(field) if field.choices else value
    return str(words)[:LONGEST]
