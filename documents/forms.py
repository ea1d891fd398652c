"""What the register is narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from kernel.forms import BylawForm
from organization.models import User


class RegisterFilter(BylawForm):
    """Words of number or title, and the kind."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Document.Kind.choices])


class ReadingFilter(BylawForm):
    """Words of what was opened."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)


class LevelForm(BylawForm):
    """The level of a document and who is named for the upper two."""

    level = forms.ChoiceField(label=_("Confidentiality level"))
    readers = forms.ModelMultipleChoiceField(
        label=_("Named readers"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = document.levels
        self.fields["readers"].queryset = User.objects.filter(is_active=True).order_by("name")
