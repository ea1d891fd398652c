"""Forms of quotations: what is said beside the term sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.models import ContractTemplate, Quotation
from contracts.placeholders import QUOTATION_NAMES
from contracts.proposing_forms import Blocks
from kernel import clock
from kernel.forms import BylawModelForm


class QuotationStartForm(BylawModelForm):
    """A new quotation: its writing, until when it holds, and the template of its conditions."""

    template = forms.ModelChoiceField(
        ContractTemplate.objects.none(),
        label=_("Conditions from a template"),
        required=False,
        empty_label=_("Without: the terms of the term sheet alone"),
    )

    class Meta:
        model = Quotation
        fields = ["title", "script", "valid_until", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, templates: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates
        if not templates:
            del self.fields["template"]

    def clean_valid_until(self) -> date:
        """The day is still to come."""
        day: date = self.cleaned_data["valid_until"]
        if day < clock.today():
            raise ValidationError(_("This day is over already."))
        return day


class QuotationForm(Blocks, QuotationStartForm):
    """A draft again, with its conditions; the term sheet may be taken over anew."""

    take_over = forms.BooleanField(label=_("Take over the term sheet as it stands now"), required=False)

    class Meta(QuotationStartForm.Meta):
        """The same fields."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, templates=ContractTemplate.objects.none(), **kwargs)
        self.add_blocks(self.instance.sections)
        sheet = self.instance.sheet
        self.initial["take_over"] = sheet is not None and sheet.digest != self.instance.sheet_digest
        if sheet is None:
            del self.fields["take_over"]

    def clean(self) -> dict[str, Any]:
        """No place is left open that nothing fills."""
        data: dict[str, Any] = super().clean() or {}
        self.check_places(QUOTATION_NAMES)
        return data

    def save(self, commit: bool = True) -> Quotation:
        """The blocks are kept with the rest."""
        self.instance.sections = self.written()
        saved: Quotation = super().save(commit)
        return saved
