"""Forms of sealing: asking for a seal, what the keeper compares, and the filters of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from contracts.models import Seal, SealEntry, SealRequest
from contracts.models.sealing import MOST_COPIES
from kernel.forms import BylawForm, BylawModelForm

LARGEST = 9_999


class SealRequestForm(BylawModelForm):
    """Which seal, how many copies, and what for. Clause 3.2.3b."""

    class Meta:
        model = SealRequest
        fields = ["seal", "copies", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = Seal.objects.filter(is_in_use=True, keeper__is_active=True)
        self.fields["seal"].help_text = _("The system administrator registers seals and their keepers.")


class ComparisonForm(BylawForm):
    """The paper, as a PDF or as read off by the keeper; one of the two is compared."""

    paper = forms.FileField(
        label=_("PDF of the paper to be sealed"),
        required=False,
        help_text=_("Each page is compared with the approved print. Without a file, enter below what the paper shows."),
    )
    number = forms.CharField(label=_("Contract number on the paper"), max_length=20, required=False)
    text_version = forms.IntegerField(
        label=_("Version on the paper"), required=False, min_value=0, validators=[MaxValueValidator(LARGEST)]
    )
    text_hash = forms.CharField(
        label=_("Text hash on the paper"),
        max_length=100,
        required=False,
        help_text=_("At the foot of every page; the first twelve characters suffice if they are the same on each."),
    )
    pages = forms.IntegerField(
        label=_("Pages counted"), required=False, min_value=1, validators=[MaxValueValidator(LARGEST)]
    )
    copies = forms.IntegerField(label=_("Copies sealed"), min_value=1, max_value=MOST_COPIES)

    READ = ("number", "text_version", "text_hash", "pages")

    def __init__(self, *args: Any, asked: int = MOST_COPIES, **kwargs: Any):
        self.asked = asked
        super().__init__(*args, **kwargs)

    def clean_copies(self) -> int:
        """No more than were approved."""
        copies: int = self.cleaned_data["copies"]
        if copies > self.asked:
            raise ValidationError(_("Only %(n)s copies are approved."), params={"n": self.asked})
        return copies

    def clean(self) -> dict[str, Any]:
        """A file, or all four figures."""
        data = super().clean() or {}
        if not data.get("paper") and "paper" not in self.errors:
            for name in self.READ:
                if data.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("Read this off the paper, or upload the PDF."))
        return data


class RegisterFilter(BylawForm):
    """The filters of the seal register, kept in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    since = forms.DateField(label=_("Sealed from"), required=False)
    until = forms.DateField(label=_("Sealed until"), required=False)
    seal = forms.ChoiceField(label=_("Seal"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = Seal.objects.values_list("name", flat=True)
        self.fields["seal"].choices = [("", _("All seals")), *((n, n) for n in names)]
        self.fields["outcome"].choices = [("", _("All outcomes")), *SealEntry.Outcome.choices]
