"""Forms of shipments and returns: what is packed, how it goes, news of its way, receipt, goods back, credit. 3.3.5, 3.3.6."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.forms import BylawForm, BylawModelForm
from orders.models import (
    CreditNote,
    DefectCause,
    GoodsReturn,
    OrderContact,
    OrderException,
    OrderLine,
    Shipment,
    ShipmentLine,
    TrackingEntry,
)
from orders.models.orders import NONE
from orders.shipping import may_be_packed

LINE = "line_"
KINDS = ("delay", "damage", "loss", "wrong_goods")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _quantity(label: Any, *, initial: Decimal | None = None) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=3, min_value=0, required=False, initial=initial
    )  # fmt: skip


class PackForm(BylawForm):
    """How much of each line that has passed goes into a shipment. Clause 3.3.5a."""

    def __init__(self, *args: Any, lines: list[OrderLine], shipment: Shipment | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lines = {f"{LINE}{line.pk}": (line, may_be_packed(line, but=shipment)) for line in lines}
        packed = {row.line_id: row.quantity for row in shipment.line_rows} if shipment else {}
        for name, (line, rest) in self.lines.items():
            if rest <= 0:
                continue
            label = f"{line.description} ({_plain(rest)} {line.unit})"
            self.add_field(name, _quantity(label, initial=packed.get(line.pk, NONE) if shipment else rest))

    def clean(self) -> Any:
        """Not more than has passed and is not packed elsewhere; and at least something."""
        data = super().clean() or {}
        for name, (_line, rest) in self.lines.items():
            if (data.get(name) or NONE) > rest:
                message = forms.ValidationError(_("Only %(rest)s has passed."), params={"rest": _plain(rest)})
                self.add_error(name, message)
        if not self.errors and not any(data.get(name) for name in self.lines):
            raise forms.ValidationError(_("Enter how much is packed."))
        return data

    def quantities(self) -> dict[OrderLine, Decimal]:
        """What was entered, by line."""
        return {line: self.cleaned_data.get(name) or NONE for name, (line, _rest) in self.lines.items()}


class ShipmentForm(BylawModelForm):
    """How it goes and by which number; each way of shipping asks for its own. Clause 3.3.5c."""

    class Meta:
        model = Shipment
        fields = [
            "ship_to", "packages", "method", "carrier", "tracking_number", "vehicle", "driver", "slip",
            "bill_of_lading", "expected_on",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, ways in OF_WAYS.items():
            self.fields[name].help_text = ways


OF_WAYS = {
    "carrier": _("For a carrier, and by sea."),
    "tracking_number": _("For a carrier."),
    "vehicle": _("For our own truck."),
    "driver": _("For our own truck."),
    "slip": _("Where the customer picks it up."),
    "bill_of_lading": _("By sea."),
}


class ReceiptForm(BylawModelForm):
    """When and by whom it was received, and how much of each line. Clause 3.3.6a."""

    class Meta:
        model = Shipment
        fields = ["received_on", "received_by"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = {f"{LINE}{row.pk}": row for row in self.instance.line_rows}
        for name, row in self.rows.items():
            most = row.open_to_return(lost=True)
            label = _("received: %(line)s") % {"line": f"{row.line.description} ({_plain(most)} {row.line.unit})"}
            self.add_field(name, _quantity(label, initial=most))
            self.fields[name].required = True

    def clean_received_on(self) -> Any:
        """Not in the future, not before it left."""
        day, left = self.cleaned_data["received_on"], self.instance.shipped_at
        if day and day > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))
        if day and left and day < clock.local(left).date():
            raise forms.ValidationError(_("That is before it left."))
        return day

    def clean(self) -> Any:
        """Not more than was shipped."""
        data = super().clean() or {}
        for name, row in self.rows.items():
            most = row.open_to_return(lost=True)
            if (data.get(name) or NONE) > most:
                message = forms.ValidationError(_("Only %(rest)s was shipped."), params={"rest": _plain(most)})
                self.add_error(name, message)
        data["received"] = {row.pk: data[name] for name, row in self.rows.items() if data.get(name) is not None}
        return data


class TrackingForm(BylawModelForm):
    """News of a shipment. Clause 3.3.6a."""

    class Meta:
        model = TrackingEntry
        fields = ["at", "place", "what"]

    def clean_at(self) -> Any:
        """Not in the future."""
        moment = self.cleaned_data["at"]
        if moment > clock.now():
            raise forms.ValidationError(_("That moment has not come yet."))
        return moment


class ShipmentProblemForm(BylawForm):
    """A delay, damage, loss or wrong goods on a shipment. Clause 3.3.6b."""

    kind = forms.ChoiceField(
        label=_("kind"), choices=[(value, label) for value, label in OrderException.Kind.choices if value in KINDS]
    )
    what = forms.CharField(label=_("what happened"), max_length=1_900, widget=forms.Textarea(attrs={"rows": 3}))


class ToldForm(BylawModelForm):
    """The talk in which the customer was told that his goods left. Clause 3.3.5c."""

    class Meta:
        model = OrderContact
        fields = ["how", "remarks"]


class GoodsReturnForm(BylawModelForm):
    """What comes back or is lost, how much, why. Clause 3.3.6b."""

    class Meta:
        model = GoodsReturn
        fields = ["shipment_line", "quantity", "is_lost", "cause", "reason"]

    def __init__(self, *args: Any, shipment: Shipment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lines = ShipmentLine.objects.filter(shipment=shipment).select_related("line")
        only = lines[0] if len(lines) == 1 else None
        self.add_field("shipment_line", forms.ModelChoiceField(lines, label=_("what was shipped"), initial=only))
        self.fields["cause"].queryset = DefectCause.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.order_fields(self.Meta.fields)

    def clean(self) -> Any:
        """What comes back was received; what is lost was not."""
        data = super().clean() or {}
        source, quantity = data.get("shipment_line"), data.get("quantity")
        if source and quantity is not None:
            rest = source.open_to_return(lost=bool(data.get("is_lost")))
            if quantity > rest:
                message = _("Only %(rest)s can be lost.") if data.get("is_lost") else _("Only %(rest)s was received.")
                self.add_error("quantity", forms.ValidationError(message, params={"rest": _plain(rest)}))
        return data


class ReturnResultForm(BylawModelForm):
    """How much of what came back is fit to be shipped again."""

    class Meta:
        model = GoodsReturn
        fields = ["usable", "finding"]

    def clean_usable(self) -> Any:
        """Not more than came back."""
        usable = self.cleaned_data["usable"]
        if usable is not None and usable > self.instance.quantity:
            raise forms.ValidationError(_("Only %(rest)s came back."), params={"rest": _plain(self.instance.quantity)})
        return usable


class CreditNoteForm(BylawModelForm):
    """How much is given back, and why."""

    class Meta:
        model = CreditNote
        fields = ["amount", "reason"]
