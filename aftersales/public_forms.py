"""Forms of the pages that customers open without an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.models import Feedback
from kernel.forms import BylawForm, Rating

MOST_TEXT = 3_000
BOX = {"rows": 5}


def rating(required: bool = False) -> forms.TypedChoiceField:
    """How satisfied somebody is, 1 to 5."""
    return forms.TypedChoiceField(
        label=_("How satisfied are you?"), required=required, coerce=int, empty_value=None,
        choices=[(n, n) for n in range(1, 6)], widget=Rating(_("very dissatisfied"), _("very satisfied")),
    )  # fmt: skip


class ReportForm(BylawForm):
    """What a customer writes from the page of his order. Clause 3.4.1b."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=Feedback.Kind.choices)
    text = forms.CharField(label=_("What would you like to tell us?"), max_length=MOST_TEXT, widget=forms.Textarea(BOX))
    file = forms.FileField(label=_("Photo or document"), required=False, help_text=_("PDF, PNG, JPG, DOCX or XLSX"))


class PublicForm(ReportForm):
    """What anybody writes on the general page; a field that people do not see betrays robots. Clause 3.4.1b."""

    name = forms.CharField(label=_("your name"), max_length=80)
    company = forms.CharField(label=_("company"), max_length=120, required=False)
    reach = forms.CharField(label=_("phone or e-mail"), max_length=120, help_text=_("We answer there."))
    product = forms.CharField(label=_("product or order number"), max_length=120, required=False)
    homepage = forms.CharField(
        label=_("Leave this empty"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("kind", "text", "product", "file", "name", "company", "reach")

    @property
    def is_robot(self) -> bool:
        """Whether the field that nobody sees was filled in."""
        return bool(self.cleaned_data.get("homepage"))


class RateForm(BylawForm):
    """How satisfied a customer is with his order. Clause 3.3.6c."""

    score = rating(required=True)
    remarks = forms.CharField(
        label=_("What would you like to tell us?"), max_length=1_000, required=False, widget=forms.Textarea({"rows": 3})
    )


class AnswerForm(BylawForm):
    """The customer's word on a result. Clauses 3.4.3a, b."""

    satisfied = forms.ChoiceField(
        label=_("Are you satisfied with the solution?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, it is solved")), ("no", _("No, I am not satisfied"))],
    )  # fmt: skip
    score = rating()
    answer = forms.CharField(
        label=_("Your reason, or a word to us"), max_length=2_000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("If you are not satisfied, tell us why: we begin anew."),
    )  # fmt: skip

    def clean(self) -> Any:
        """Whoever is not satisfied says why."""
        data = super().clean() or {}
        if data.get("satisfied") == "no" and not data.get("answer", "").strip():
            self.add_error("answer", _("Please tell us why you are not satisfied."))
        return data


class WordForm(BylawForm):
    """A word of the customer on a feedback of his."""

    text = forms.CharField(label=_("Write to us"), max_length=MOST_TEXT, widget=forms.Textarea(BOX))
    file = forms.FileField(label=_("Photo or document"), required=False, help_text=_("PDF, PNG, JPG, DOCX or XLSX"))
