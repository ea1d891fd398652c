"""Forms of order execution."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm, Rating
from kernel.permissions import holding
from orders.models import Acknowledgement, Order, OrderChange, OrderContact, OrderException, OrderLine
from orders.models.access import VIEW


class OrderForm(BylawModelForm):
    """Where it goes, who is asked there, what every department should know."""

    class Meta:
        model = Order
        fields = ["contact", "ship_to", "ordered_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Contact.objects.filter(customer=self.instance.customer_id).present()
        self.fields["contact"].queryset = rows

    def clean_ordered_on(self) -> Any:
        """Not before the contract was signed."""
        day, contract = self.cleaned_data["ordered_on"], self.instance.contract
        if day and contract and contract.signed_on and day < contract.signed_on:
            raise forms.ValidationError(_("That is before the contract was signed."))
        if day and day > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))
        return day


class OrderLineForm(BylawModelForm):
    """A line: how much, until when, what the customer wants, by which route. Clause 3.3.1b."""

    class Meta:
        model = OrderLine
        fields = ["quantity", "deliver_on", "route", "specification", "requirements"]
        widgets = {
            "specification": forms.Textarea(attrs={"rows": 2}),
            "requirements": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_quantity(self) -> Any:
        """Not more than the contract leaves open."""
        if self.instance.order_id is None:
            raise forms.ValidationError(_("This line is not of the order."))
        quantity, rest = self.cleaned_data["quantity"], self.instance.open_in_contract()
        if quantity and quantity > rest:
            left = f"{rest.normalize():f} {self.instance.unit}"
            raise forms.ValidationError(_("The contract leaves %(rest)s open."), params={"rest": left})
        return quantity

    def clean_deliver_on(self) -> Any:
        """Not before the contract was signed."""
        if self.instance.order_id is None:
            return self.cleaned_data["deliver_on"]
        day, contract = self.cleaned_data["deliver_on"], self.instance.order.contract
        if day and contract and contract.signed_on and day < contract.signed_on:
            raise forms.ValidationError(_("That is before the contract was signed."))
        return day


OrderLineFormSet = forms.modelformset_factory(OrderLine, form=OrderLineForm, extra=0, can_delete=True)


class QueryForm(BylawModelForm):
    """What a department asks. Clause 3.3.1b."""

    class Meta:
        model = Acknowledgement
        fields = ["query"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["query"].required = True


class AnswerForm(BylawModelForm):
    """What customer service answers."""

    class Meta:
        model = Acknowledgement
        fields = ["answer"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True


class OrderContactForm(BylawModelForm):
    """A talk with the customer, with a score where he was asked. Clause 3.3.6c."""

    score = forms.TypedChoiceField(
        label=_("satisfaction"), required=False, coerce=int, empty_value=None, choices=[(n, n) for n in range(1, 6)],
        widget=Rating(_("very dissatisfied"), _("very satisfied")),
    )  # fmt: skip

    class Meta:
        model = OrderContact
        fields = ["at", "how", "score", "remarks"]

    def clean_at(self) -> Any:
        """Not in the future."""
        moment = self.cleaned_data["at"]
        if moment > clock.now():
            raise forms.ValidationError(_("That moment has not come yet."))
        return moment

    def clean(self) -> Any:
        """A score without a word says little: ask what he said."""
        data = super().clean()
        if data.get("score") and not data.get("remarks", "").strip():
            self.add_error("remarks", _("Write down what he said about it."))
        return data


class OrderExceptionForm(BylawModelForm):
    """A problem: what happened, cause, responsible party, solution, and when the customer was told. Clause 3.3.6b."""

    class Meta:
        model = OrderException
        fields = ["kind", "what", "owner", "cause", "party", "solution", "told_on"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = holding(VIEW)

    def clean_told_on(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["told_on"]
        if day and day > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))
        return day


class OrderChangeForm(BylawModelForm):
    """What is to be different on a line, and why."""

    class Meta:
        model = OrderChange
        fields = ["quantity", "deliver_on", "specification", "requirements", "reason"]

    def clean(self) -> Any:
        """Something must be new, and a day not gone by."""
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) not in (None, "") for name in self.Meta.fields[:-1]):
            raise forms.ValidationError(_("Enter what is to be different."))
        if data.get("deliver_on") and data["deliver_on"] < clock.today():
            self.add_error("deliver_on", _("That day has passed."))
        return data


class CancellationForm(BylawForm):
    """Why the whole order is to be cancelled."""

    reason = forms.CharField(label=_("reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class ServiceForm(BylawForm):
    """How much of a service was carried out and taken."""

    quantity = forms.DecimalField(label=_("quantity"), max_digits=14, decimal_places=3, min_value=0)
