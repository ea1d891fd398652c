"""Forms of the term sheet: terms, lines with frozen cost, assessment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from customers.models import TermSheet, TermSheetLine
from customers.models.access import MARGIN
from customers.models.termsheets import TERMS
from kernel.forms import BylawModelForm, tidy_data

MAX_LINES = 60


class TermSheetForm(BylawModelForm):
    """The terms and the customer's intention. Clauses 3.1.5a, 3.1.5b."""

    class Meta:
        model = TermSheet
        fields = [*TERMS, "delivery_on", "currency", "tax_rate", "intention"]
        widgets = {**{name: forms.Textarea(attrs={"rows": 2}) for name in TERMS}, "intention": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["intention"].choices = TermSheet.Intention.choices


class AssessmentForm(BylawModelForm):
    """Our interest, the risks, and why the terms are fair to both. Clause 3.1.5c."""

    class Meta:
        model = TermSheet
        fields = ["our_interest", "risks", "fairness"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].required = True


class LineForm(BylawModelForm):
    """One line; what is left empty beside a product, and the cost where it may not be seen, come from the catalogue."""

    class Meta:
        model = TermSheetLine
        fields = [
            "product", "description", "specification", "quantity", "unit", "unit_price", "discount_percent", "unit_cost",
        ]  # fmt: skip
        widgets = {"specification": forms.Textarea(attrs={"rows": 1})}

    def __init__(self, *args: Any, user: Any, choices: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["product"].queryset = Product.objects.visible_to(user)
        self.fields["product"].choices = choices
        for name, source in {"description": _("from the product"), "unit_price": _("list price")}.items():
            self.fields[name].required = False
            self.fields[name].widget.attrs["placeholder"] = source
        if not user.has_perm(MARGIN):
            self.fields.pop("unit_cost")

    def clean(self) -> dict[str, Any]:
        """A line without a product is described and priced by hand."""
        data = super().clean() or self.cleaned_data
        product = data.get("product")
        if not data.get("description"):
            if product is None:
                self.add_error("description", ValidationError(_("Choose a product or describe what is sold.")))
            else:
                data["description"] = product.name
        if product:
            data["unit"] = data.get("unit") or product.unit
            data["specification"] = data.get("specification") or product.specification
        if data.get("unit_price") is None and "unit_price" not in self.errors:
            price = product.price_on(self.currency) if product else None
            if price is None:
                self.add_error("unit_price", ValidationError(_("Enter a price: the catalogue has none.")))
            else:
                data["unit_price"] = price.list_price
        return data

    def freeze_cost(self, currency: str, *, is_other_currency: bool) -> None:
        """Keep the catalogue's cost of today on the line, unless it is known already for the same product and currency."""
        line = self.instance
        is_same = "product" not in self.changed_data and line.pk and not is_other_currency
        if "unit_cost" in self.changed_data or is_same:
            return
        price = line.product.price_on(currency) if line.product_id else None
        line.unit_cost = price.cost if price else None


LineFormSet = inlineformset_factory(
    TermSheet, TermSheetLine, form=LineForm, extra=1, max_num=MAX_LINES, absolute_max=MAX_LINES, can_delete=True
)


def line_formset(data: Any, sheet: TermSheet, user: Any) -> Any:
    """The lines of a sheet, ready for this person; products are read once for all lines."""
    products = Product.objects.visible_to(user).offered()
    choices = [("", "—"), *((p.pk, str(p)) for p in products)]
    currency = data.get("currency", "") if data is not None else sheet.currency
    rows = LineFormSet(
        tidy_data(data) if data is not None else None,
        instance=sheet,
        prefix="lines",
        form_kwargs={"user": user, "choices": choices, "currency": currency},
    )
    rows.extra = 1 if sheet.pk and sheet.lines.all() else 3
    return rows
