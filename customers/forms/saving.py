"""The form of a saved view."""

from __future__ import annotations

from customers.models import SavedView
from kernel.forms import BylawModelForm


class SavedViewForm(BylawModelForm):
    """Under which name a list's filters are kept, and whether others see them."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
