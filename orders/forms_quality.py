"""Forms of quality inspection: opening one, its result, further defects, pictures. Clauses 3.3.4a, 3.3.4b."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.forms import BylawForm, BylawModelForm
from orders.inspecting import waiting_for_final
from orders.models import Defect, DefectCause, Inspection, ReworkTask
from orders.models.orders import NONE

POINT = "point_"
ANSWERS = [("yes", _("Met")), ("no", _("Not met"))]


class InspectionForm(BylawModelForm):
    """Which kind of inspection, of how much."""

    class Meta:
        model = Inspection
        fields = ["kind", "quantity"]

    def clean(self) -> Any:
        """A final inspection takes what is there and not being inspected; one in process not more than is ordered."""
        data, line = super().clean() or {}, self.instance.line
        quantity = data.get("quantity")
        is_final = data.get("kind") == Inspection.Kind.FINAL
        most = waiting_for_final(line) if is_final else line.quantity
        if quantity is not None and quantity > most:
            self.add_error(
                "quantity", forms.ValidationError(_("Only %(rest)s can be inspected."), params={"rest": _plain(most)})
            )
        return data


class ResultForm(BylawModelForm):
    """How much was accepted and rejected, each point met or not, and what was wrong with what was rejected."""

    cause = forms.ModelChoiceField(DefectCause.objects.none(), label=_("cause of the defect"), required=False)
    defect = forms.CharField(label=_("what was found"), required=False, max_length=300)
    way = forms.ChoiceField(
        label=_("what is to be done with what failed"), choices=ReworkTask.Kind.choices, required=False
    )

    class Meta:
        model = Inspection
        fields = ["accepted", "rejected", "findings"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = DefectCause.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["accepted"].initial = self.fields["rejected"].initial = None
        for name in ("accepted", "rejected"):
            self.fields[name].required = True
        whole = {"whole": _plain(self.instance.quantity), "unit": self.instance.line.unit}
        self.fields["accepted"].help_text = _("of %(whole)s %(unit)s") % whole
        own = [f"{POINT}{point.pk}" for point in self.instance.point_rows]
        for name, point in zip(own, self.instance.point_rows, strict=True):
            self.add_field(name, forms.ChoiceField(label=point.text, choices=ANSWERS, widget=forms.RadioSelect))
        self.order_fields([*own, "accepted", "rejected", "cause", "defect", "way", "findings"])

    def clean(self) -> Any:
        """Both add up to what is inspected; what was rejected has a cause."""
        data = super().clean() or {}
        accepted, rejected, whole = data.get("accepted"), data.get("rejected"), self.instance.quantity
        if accepted is not None and rejected is not None and accepted + rejected != whole:
            self.add_error(
                "rejected",
                forms.ValidationError(
                    _("Accepted and rejected together must be %(whole)s."), params={"whole": _plain(whole)}
                ),
            )
        if (rejected or NONE) > 0 and not data.get("cause"):
            self.add_error("cause", _("Choose why it was rejected."))
        data["points"] = {
            int(name.removeprefix(POINT)): value == "yes" for name, value in data.items() if name.startswith(POINT)
        }
        if not rejected and False in data["points"].values():
            self.add_error("rejected", _("A point is not met: something must be rejected."))
        return data


class DefectForm(BylawModelForm):
    """A further defect of what was rejected."""

    class Meta:
        model = Defect
        fields = ["cause", "quantity", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = DefectCause.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean_quantity(self) -> Any:
        """Not more than was rejected."""
        quantity, rejected = self.cleaned_data["quantity"], self.instance.inspection.rejected or NONE
        if quantity > rejected:
            raise forms.ValidationError(_("Only %(rest)s was rejected."), params={"rest": _plain(rejected)})
        return quantity


class PhotoForm(BylawForm):
    """A picture of what was found."""

    file = forms.FileField(label=_("picture (PNG, JPEG or PDF)"))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
