"""Forms of keeping the customer files: settling duplicates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.forms import BylawForm


class SettleForm(BylawForm):
    """Why two customers that look the same are two. Clause 4.2.1c."""

    reason = forms.CharField(
        label=_("why they are two customers"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
