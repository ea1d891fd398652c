"""Forms of market research: segments, insights, their analysis."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import MarketInsight, Segment
from kernel import clock
from kernel.forms import BylawModelForm


class SegmentForm(BylawModelForm):
    """A segment of the market."""

    class Meta:
        model = Segment
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class InsightForm(BylawModelForm):
    """What was learned, where and when. Clause 3.1.1a."""

    class Meta:
        model = MarketInsight
        fields = ["segment", "kind", "channel", "source", "observed_on", "content", "competitor"]
        widgets = {"content": forms.Textarea(attrs={"rows": 4})}

    def clean_observed_on(self) -> Any:
        """Nothing is learned in the future."""
        day = self.cleaned_data["observed_on"]
        if day > clock.today():
            raise ValidationError(_("This day is still to come."))
        return day


class AnalysisForm(BylawModelForm):
    """What an insight means for us. Clause 3.1.1b."""

    class Meta:
        model = MarketInsight
        fields = ["target_segment", "opportunity_seen"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].required = True
