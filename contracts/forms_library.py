"""Forms of the clause library, of inserting a clause, and of standard terms explained."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.models import ContractClause, LibraryClause
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm


class LibraryClauseForm(BylawModelForm):
    """A clause, or its next version: text, what it settles, and its risk."""

    class Meta:
        model = LibraryClause
        fields = [
            "code",
            "script",
            "subject",
            "heading",
            "text",
            "risk_note",
            "is_commercial",
            "is_standard_term",
        ]
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "risk_note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.code:
            del self.fields["code"], self.fields["script"]

    def clean_code(self) -> str:
        """A code names one clause; a new version is made from the clause's page."""
        code: str = self.cleaned_data["code"]
        if LibraryClause.objects.filter(code=code).exists():
            raise ValidationError(_("There is a clause of this code already: make a new version of it."))
        return code


class InsertForm(BylawForm):
    """Which clause of the library is inserted."""

    clause = forms.ModelChoiceField(LibraryClause.objects.none(), label=_("Clause of the library"))

    def __init__(self, *args: Any, user: Any, script: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = LibraryClause.objects.visible_to(user).in_use().filter(script=script)


class ExplainForm(BylawForm):
    """Which standard terms were pointed out and explained, when and how."""

    def __init__(self, *args: Any, terms: list[ContractClause], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.terms = terms
        for number, term in enumerate(terms):
            self.fields[f"term_{number}"] = forms.BooleanField(label=term.heading, required=False)
        self.fields["on"] = forms.DateField(label=_("Explained on"), widget=forms.DateInput(attrs={"type": "date"}))
        self.fields["how"] = forms.ChoiceField(label=_("In what way"), choices=ContractClause.Way.choices)

    def clean(self) -> dict[str, Any]:
        """At least one, and not in the future."""
        data = super().clean() or {}
        day: date | None = data.get("on")
        if day and day > clock.today():
            self.add_error("on", _("The date lies in the future."))
        if self.terms and not self.explained():
            self.add_error("term_0", _("Tick what was explained to the customer."))
        return data

    def explained(self) -> list[ContractClause]:
        """The terms that are ticked."""
        return [term for number, term in enumerate(self.terms) if self.cleaned_data.get(f"term_{number}")]
