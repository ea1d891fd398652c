"""Forms of return visits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.forms import CustomerField, wide
from aftersales.models import ReturnVisit, VisitAttempt, VisitCadence
from aftersales.models.feedback import Severity
from kernel import clock
from kernel.forms import BylawModelForm


class OutcomeForm(BylawModelForm):
    """How and when the customer was visited, what came of it, and what he complains of. Clause 2.2.3c."""

    grievance = forms.CharField(
        label=_("What he complains of"), required=False, max_length=3_000, widget=wide(3),
        help_text=_("If there is anything, it is recorded as a feedback at once, with the time promised."),
    )  # fmt: skip
    severity = forms.ChoiceField(
        label=_("How grave it is"), choices=Severity.choices, initial=Severity.NORMAL, required=False
    )

    class Meta:
        model = ReturnVisit
        fields = ["how", "visited_on", "outcome"]
        widgets = {"outcome": wide()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self._meta.fields:
            self.fields[name].required = True
        if not self.initial.get("visited_on"):
            self.initial["visited_on"] = clock.today()

    def clean_visited_on(self) -> Any:
        """A visit that was made, not one that is planned."""
        day = self.cleaned_data["visited_on"]
        if day > clock.today():
            raise forms.ValidationError(_("That day is still to come."))
        return day


class VisitForm(OutcomeForm):
    """A visit that nobody had to be reminded of. Clause 2.2.3c."""

    whose = CustomerField()
    field_order = ("whose", "how", "visited_on", "outcome", "grievance", "severity")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["whose"].required = True

    def clean_whose(self) -> Any:
        """An active customer of ours."""
        customer, _order = self.cleaned_data["whose"]
        if customer is not None and customer.state != "active":
            raise forms.ValidationError(_("Only active customers are visited."))
        return customer


class AttemptForm(BylawModelForm):
    """The customer was not reached. Clause 2.2.3c."""

    class Meta:
        model = VisitAttempt
        fields = ["how", "note"]


class CadenceForm(BylawModelForm):
    """How often this one customer is visited, and why. Clause 2.2.3c."""

    class Meta:
        model = VisitCadence
        fields = ["days", "reason"]
