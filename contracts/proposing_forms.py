"""The form in which a proposal is written: its head, and the blocks of its template as they are to be read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.placeholders import unknown_in
from contracts.proposing import LATE, Section
from kernel import clock
from kernel.forms import BylawForm

LONGEST = 20_000  # characters of one block, as in a template


class Blocks:
    """A form with a field for each block of an offer's text; an emptied block is left out of the paper."""

    fields: dict[str, Any]
    cleaned_data: dict[str, Any]
    sections: list[Section]

    def add_blocks(self, sections: list[Section]) -> None:
        """One field a block, under its heading."""
        self.sections = sections
        for n, section in enumerate(sections):
            self.fields[f"section_{n}"] = forms.CharField(
                label=section["heading"],
                initial=section["text"],
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def check_places(self: Any, known: Any) -> None:
        """Refuse, beside its block, a place that nothing fills."""
        for n in range(len(self.sections)):
            left = unknown_in(self.cleaned_data.get(f"section_{n}", ""), known)
            if left:
                places = ", ".join(f"[[{one}]]" for one in left)
                self.add_error(f"section_{n}", _("Nothing is filled in here: %(places)s") % {"places": places})

    def written(self) -> list[Section]:
        """The blocks as they were typed, under their headings."""
        return [
            {"heading": section["heading"], "text": self.cleaned_data[f"section_{n}"]}
            for n, section in enumerate(self.sections)
        ]


class ProposalTextForm(Blocks, BylawForm):
    """Title, summary and validity of a proposal, and each of its blocks."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(label=_("summary"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))
    valid_until = forms.DateField(label=_("valid until"))

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.add_blocks(sections)

    def clean_valid_until(self) -> date:
        """The day is still to come."""
        day: date = self.cleaned_data["valid_until"]
        if day < clock.today():
            raise ValidationError(_("This day is over already."))
        return day

    def clean(self) -> dict[str, Any]:
        """Something is proposed, and no place is left open."""
        data = super().clean() or {}
        names = [name for name in self.fields if name.startswith("section_")]
        if names and not any(data.get(name, "").strip() for name in names):
            self.add_error(names[0], _("There is no text yet."))
        self.check_places(dict.fromkeys(LATE))
        return data
