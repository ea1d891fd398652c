"""Forms of keeping the customer files: settling duplicates, reviewing, taking dead numbers out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from kernel.forms import BylawForm


class SettleForm(BylawForm):
    """Why two customers that look the same are two. Clause 4.2.1c."""

    reason = forms.CharField(
        label=_("why they are two customers"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReviewForm(BylawForm):
    """That the file is right, with a note where something was found. Clause 4.2.1c."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=100, help_text=_("What was found; it is kept in the history.")
    )


class DeadForm(BylawForm):
    """Which numbers or addresses of a contact are dead, and how one knows. Clause 4.2.1c."""

    names = forms.MultipleChoiceField(label=_("what is dead"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("reason"), max_length=100)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields = (Contact._meta.get_field(name) for name in ("phone", "email", "wechat"))
        known = [(f.name, f"{f.verbose_name}: {getattr(contact, f.name)}") for f in fields if getattr(contact, f.name)]
        self.fields["names"].choices = known


class EraseForm(BylawForm):
    """Why the persons of a customer are erased; asked a second time, its number is typed. Clause 4.2.1c."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    with_texts = forms.BooleanField(
        label=_("Take names, numbers and addresses out of notes, contacts, follow-ups and questions too"),
        required=False,
        initial=True,
    )
    also = forms.CharField(
        label=_("Also take out (one word or name a line)"),
        help_text=_("How people are called in the notes: a nickname, a first name."),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    number = forms.CharField(
        label=_("the customer's number, to be sure"), required=False, max_length=20, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.customer = customer

    def ask_for_number(self) -> None:
        """Show the field in which the number is typed."""
        self.fields["number"].widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": 20})

    def clean_number(self) -> str:
        """It is this customer's number, or not typed yet."""
        number = self.cleaned_data["number"].strip().upper()
        if number and number != self.customer.number:
            raise ValidationError(_("This is not the customer's number."))
        return number
