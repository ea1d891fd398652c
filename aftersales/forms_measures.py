"""Forms of improvement measures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from aftersales.forms import wide
from aftersales.models import CauseCategory, Measure
from kernel import clock
from kernel.forms import BylawModelForm


class DueDay:
    """A day until which something is to be carried out."""

    cleaned_data: dict[str, Any]
    initial: dict[str, Any]
    instance: Measure

    def clean_due_on(self) -> Any:
        """Not in the past, unless it stood there already and nobody is given it anew."""
        day = self.cleaned_data["due_on"]
        kept = self.instance.pk and self.instance.state != Measure.State.DONE and day == self.initial.get("due_on")
        if day < clock.today() and not kept:
            raise forms.ValidationError(_("That day has passed."))
        return day


class MeasureForm(DueDay, BylawModelForm):
    """What is weak, what is to be done about it, by whom and until when. Clause 3.4.4c."""

    class Meta:
        model = Measure
        fields = ["title", "weakness", "expected", "cause_category", "exception_kind", "owner", "due_on"]
        widgets = {"weakness": wide(), "expected": wide()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = get_user_model().objects.filter(is_active=True).order_by("name", "pk")
        self.fields["cause_category"].queryset = CauseCategory.objects.filter(is_active=True)
        self.fields["cause_category"].help_text = _("By it is counted, a quarter later, whether the measure helped.")
        self.fields["expected"].help_text = _("By what customer service will see that it was carried out.")


class AgainForm(DueDay, BylawModelForm):
    """The new day of a measure that was not carried out as expected. Clause 3.4.4c."""

    class Meta:
        model = Measure
        fields = ["due_on"]


class EvidenceForm(BylawModelForm):
    """What the owner did, with a file where there is one. Clause 3.4.4c."""

    file = forms.FileField(label=_("Photo or document"), required=False, help_text=_("PDF, PNG, JPG, DOCX or XLSX"))

    class Meta:
        model = Measure
        fields = ["evidence"]
        widgets = {"evidence": wide(6)}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["evidence"].required = True
