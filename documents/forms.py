"""What the register is narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from kernel.forms import BylawForm


class RegisterFilter(BylawForm):
    """Words of number or title, and the kind."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Document.Kind.choices])
