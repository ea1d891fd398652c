"""Forms of quotations: what is said beside the term sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.models import Quotation
from kernel import clock
from kernel.forms import BylawModelForm


class QuotationStartForm(BylawModelForm):
    """A new quotation: its writing, and until when it holds."""

    class Meta:
        model = Quotation
        fields = ["title", "script", "valid_until", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def clean_valid_until(self) -> date:
        """The day is still to come."""
        day: date = self.cleaned_data["valid_until"]
        if day < clock.today():
            raise ValidationError(_("This day is over already."))
        return day


class QuotationForm(QuotationStartForm):
    """A draft again; the term sheet may be taken over anew."""

    take_over = forms.BooleanField(label=_("Take over the term sheet as it stands now"), required=False)

    class Meta(QuotationStartForm.Meta):
        """The same fields."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        sheet = self.instance.sheet
        self.initial["take_over"] = sheet is not None and sheet.digest != self.instance.sheet_digest
        if sheet is None:
            del self.fields["take_over"]
