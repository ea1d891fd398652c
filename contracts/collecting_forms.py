"""Forms of collection and fulfilment: invoices asked for and issued, money entered, days set, terms listed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, InvoiceRequest, Obligation, PlannedPayment, Receipt
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm
from kernel.money import CHOICES as CURRENCIES
from kernel.money import quantize
from kernel.permissions import holding
from organization.models import User

SMALL = {"rows": 2}
CENT = Decimal("0.01")


def refuse_future(form: Any, name: str) -> None:
    """What is entered as done has happened already."""
    day = form.cleaned_data.get(name)
    if day and day > clock.today():
        form.add_error(name, _("The date lies in the future."))


class Amount(forms.DecimalField):
    """An amount of money above zero."""

    def __init__(self, **kwargs: Any):
        super().__init__(min_value=CENT, max_digits=16, decimal_places=2, **kwargs)


class InvoiceForm(BylawForm):
    """What invoice is asked for."""

    kind = forms.ChoiceField(label=_("Kind of invoice"), choices=InvoiceRequest.Kind.choices)
    amount = Amount(label=_("Amount"))
    note = forms.CharField(label=_("Note to finance"), max_length=400, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_amount(self) -> Decimal:
        """In whole units of the currency."""
        return whole_units(self.cleaned_data["amount"], self.currency)


def whole_units(amount: Decimal, currency: str) -> Decimal:
    """The amount if the currency has so small a unit; ValidationError otherwise."""
    if amount != quantize(amount, currency):
        raise ValidationError(_("%(currency)s has no such fraction.") % {"currency": currency})
    return amount


class IssueForm(BylawModelForm):
    """The number under which finance issued the invoice, and the day."""

    class Meta:
        model = InvoiceRequest
        fields = ["invoice_number", "issued_on"]

    def clean_invoice_number(self) -> str:
        """Each number once."""
        number: str = self.cleaned_data["invoice_number"].strip().upper()
        if InvoiceRequest.objects.filter(invoice_number=number).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This invoice number was entered before."))
        return number

    def clean(self) -> dict[str, Any]:
        """It was issued already."""
        data = super().clean() or {}
        refuse_future(self, "issued_on")
        return data


class ReasonForm(BylawForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs=SMALL))


class ReceiptForm(BylawForm):
    """Money as the bank shows it."""

    amount = Amount(label=_("Amount received"))
    received_on = forms.DateField(label=_("Received on"))
    bank_reference = forms.CharField(
        label=_("Bank reference"),
        max_length=60,
        help_text=_("As it stands on the bank's statement; entered once only."),
    )
    payer = forms.CharField(label=_("Paying company"), max_length=160)
    first = forms.ModelChoiceField(
        PlannedPayment.objects.none(),
        label=_("Pays"),
        required=False,
        empty_label=_("What is due first"),
        help_text=_("What is left over pays what is due next."),
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = contract.currency
        self.fields["amount"].help_text = _("In %(currency)s, the currency of the contract.") % {
            "currency": contract.currency
        }
        self.fields["first"].queryset = contract.planned_payments.filter(is_settled=False)

    def clean_amount(self) -> Decimal:
        """In whole units of the currency."""
        return whole_units(self.cleaned_data["amount"], self.currency)

    def clean_bank_reference(self) -> str:
        """Each reference once."""
        return unknown_reference(self.cleaned_data["bank_reference"])

    def clean(self) -> dict[str, Any]:
        """It is in the account already."""
        data = super().clean() or {}
        refuse_future(self, "received_on")
        return data


def unknown_reference(text: str) -> str:
    """The bank reference if it was not entered before; ValidationError otherwise."""
    if Receipt.objects.filter(bank_reference=text.strip()).exists():
        raise ValidationError(_("Money with this bank reference was entered before."))
    return text.strip()


class ReverseReceiptForm(BylawForm):
    """By which booking the money went back, and why."""

    bank_reference = forms.CharField(
        label=_("Bank reference of the reversal"),
        max_length=60,
        help_text=_("For a wrong entry, the number of the correction."),
    )
    received_on = forms.DateField(label=_("Reversed on"))
    note = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs=SMALL))

    def clean_bank_reference(self) -> str:
        """Each reference once."""
        return unknown_reference(self.cleaned_data["bank_reference"])

    def clean(self) -> dict[str, Any]:
        """It has left the account already."""
        data = super().clean() or {}
        refuse_future(self, "received_on")
        return data


class DueForm(BylawForm):
    """The day on which a payment falls due, and why it is that day."""

    due_on = forms.DateField(label=_("Due on"))
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs=SMALL),
        help_text=_("For example: accepted on that day, the contract says thirty days."),
    )  # fmt: skip


class ObligationForm(BylawModelForm):
    """A term to be kept: what, who answers for it, until when."""

    reason = forms.CharField(label=_("Reason for another day"), max_length=400, required=False)

    class Meta:
        model = Obligation
        fields = ["kind", "what", "responsible", "due_on"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        keepers = holding("contracts.change_contract", "customers.log_interaction")
        self.fields["responsible"].queryset = User.objects.filter(pk__in=keepers.values("pk")).order_by("name", "pk")
        if not self.instance.pk:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """A day that was promised moves only with a reason."""
        data = super().clean() or {}
        moved = self.instance.pk and "due_on" in self.changed_data and self.initial.get("due_on")
        if moved and not data.get("reason", "").strip():
            self.add_error("reason", _("Give a reason: the person concerned will read it."))
        return data


class DoneForm(BylawModelForm):
    """On which day a term was kept, and by what this is seen."""

    class Meta:
        model = Obligation
        fields = ["done_on", "evidence"]
        help_texts = {"evidence": _("For example: delivery note or acceptance certificate with its number.")}

    def clean(self) -> dict[str, Any]:
        """It has happened already."""
        data = super().clean() or {}
        refuse_future(self, "done_on")
        return data


class CollectionFilter(BylawForm):
    """The filters of the collection list, kept in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    currency = forms.ChoiceField(label=_("Currency"), required=False, choices=[("", _("All currencies")), *CURRENCIES])
    drafter = forms.ModelChoiceField(
        User.objects.none(), label=_("Drafter"), required=False, empty_label=_("All drafters")
    )

    def __init__(self, *args: Any, drafters: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["drafter"].queryset = drafters
