"""Forms of production and purchasing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.forms import BylawForm, BylawModelForm, tidy_data
from orders.models import (
    GoodsReceipt,
    Material,
    PlanMaterial,
    PlanRequirement,
    PlanTask,
    ProductionPlan,
    PurchaseLine,
    PurchaseNote,
    PurchaseOrder,
    Qualification,
    Supplier,
)
from orders.planning import make_lines

MOST = 60  # rows of a plan or a purchase


def not_yet(day: Any) -> Any:
    """A day of something that happened: not in the future."""
    if day and day > clock.today():
        raise forms.ValidationError(_("That day has not come yet."))
    return day


def _offer(field: Any, choices: list[tuple[Any, str]]) -> None:
    """Rows of a table offer the same choices, read once."""
    field.choices = [("", "—"), *choices]


# --- production ------------------------------------------------------------------------------------------
class PlanForm(BylawModelForm):
    """Whether no material is needed, and a note."""

    class Meta:
        model = ProductionPlan
        fields = ["needs_nothing", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


class TaskForm(BylawModelForm):
    """A dated task. Clause 3.3.2a."""

    class Meta:
        model = PlanTask
        fields = ["line", "what", "quantity", "starts_on", "ends_on", "yields"]

    def __init__(self, *args: Any, lines: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = type(self.instance)._meta.get_field("line").related_model.objects.filter(
            pk__in=[line.pk for line in lines]
        )  # fmt: skip
        _offer(self.fields["line"], [(line.pk, str(line)) for line in lines])

    def clean(self) -> Any:
        """It ends after it begins, and what was reported stays within it."""
        data = super().clean()
        starts, ends, quantity = data.get("starts_on"), data.get("ends_on"), data.get("quantity")
        if starts and ends and starts > ends:
            self.add_error("ends_on", _("It cannot end before it begins."))
        if quantity is not None and quantity <= 0:
            self.add_error("quantity", _("Enter more than nought."))
        if self.instance.pk and self.instance.done:
            if data.get("DELETE"):
                self.add_error("what", _("Output was reported on it: it stays."))
            elif quantity is not None and quantity < self.instance.done:
                self.add_error("quantity", _("More than that is done already."))
            elif {"line", "yields"} & set(self.changed_data):
                self.add_error("line", _("Output was reported on it: it stays."))
        return data


class PlanMaterialForm(BylawModelForm):
    """How much of a material is needed, by when. Clause 3.3.2b."""

    class Meta:
        model = PlanMaterial
        fields = ["material", "quantity", "needed_on"]

    def __init__(self, *args: Any, materials: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        _offer(self.fields["material"], materials)

    def clean(self) -> Any:
        """What was issued stays within it."""
        data = super().clean()
        quantity = data.get("quantity")
        if quantity is not None and quantity <= 0:
            self.add_error("quantity", _("Enter more than nought."))
        if self.instance.pk and self.instance.issued:
            if data.get("DELETE") or "material" in self.changed_data:
                self.add_error("material", _("Some of it was issued: it stays."))
            elif quantity is not None and quantity < self.instance.issued:
                self.add_error("quantity", _("More than that was issued already."))
        return data


class PlanRequirementForm(BylawModelForm):
    """A quality requirement. Clause 3.3.2b."""

    class Meta:
        model = PlanRequirement
        fields = ["text"]


ROWS = {"extra": 1, "max_num": MOST, "absolute_max": MOST, "can_delete": True}
TaskFormSet = inlineformset_factory(ProductionPlan, PlanTask, form=TaskForm, **ROWS)
PlanMaterialFormSet = inlineformset_factory(ProductionPlan, PlanMaterial, form=PlanMaterialForm, **ROWS)
PlanRequirementFormSet = inlineformset_factory(ProductionPlan, PlanRequirement, form=PlanRequirementForm, **ROWS)


def plan_tables(data: Any, plan: ProductionPlan) -> dict[str, Any]:
    """The three tables of a plan: schedule, materials, quality requirements; choices are read once for all rows."""
    data = tidy_data(data) if data is not None else None
    materials = [(m.pk, f"{m} ({m.unit})") for m in Material.objects.order_by("code")]
    return {
        "tasks": TaskFormSet(data, instance=plan, prefix="tasks", form_kwargs={"lines": make_lines(plan.order)}),
        "materials": PlanMaterialFormSet(
            data, instance=plan, prefix="materials", form_kwargs={"materials": materials}
        ),
        "requirements": PlanRequirementFormSet(data, instance=plan, prefix="requirements"),
    }  # fmt: skip


class ReportForm(BylawForm):
    """Output of a task. Clause 3.3.2c."""

    quantity = forms.DecimalField(label=_("quantity"), max_digits=14, decimal_places=3)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class IssueForm(BylawForm):
    """How much of a material is handed out to a plan."""

    quantity = forms.DecimalField(label=_("quantity"), max_digits=14, decimal_places=3)


# --- stock -----------------------------------------------------------------------------------------------
class MaterialForm(BylawModelForm):
    """A raw material."""

    class Meta:
        model = Material
        fields = ["code", "name", "unit"]


class AdjustForm(BylawForm):
    """What was counted, and why it differs."""

    counted = forms.DecimalField(label=_("counted quantity"), max_digits=14, decimal_places=3, min_value=0)
    reason = forms.CharField(label=_("reason"), max_length=200)


# --- purchasing ------------------------------------------------------------------------------------------
class SupplierForm(BylawModelForm):
    """A supplier."""

    class Meta:
        model = Supplier
        fields = ["name", "contact", "phone", "email", "address", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


class QualificationForm(BylawModelForm):
    """For what it is qualified, from when until when, with the certificate. Clause 3.3.3b."""

    certificate = forms.FileField(label=_("certificate"), required=False)

    class Meta:
        model = Qualification
        fields = ["scope", "valid_from", "valid_until"]

    def clean(self) -> Any:
        """It ends after it begins."""
        data = super().clean()
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and first > last:
            self.add_error("valid_until", _("It cannot end before it begins."))
        return data


class PurchaseForm(BylawModelForm):
    """From whom, expected when, and a note to the supplier."""

    class Meta:
        model = PurchaseOrder
        fields = ["supplier", "expected_on", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["supplier"].choices = suppliers_offered()

    def clean_expected_on(self) -> Any:
        """From today on."""
        day = self.cleaned_data["expected_on"]
        if day and day < clock.today():
            raise forms.ValidationError(_("That day has passed."))
        return day


def suppliers_offered() -> list[tuple[Any, str]]:
    """Suppliers by number; beside the name of one without a valid qualification stands that it has none."""
    rows = Supplier.objects.with_standing().order_by("number")
    bare = _("no valid qualification")
    return [(s.pk, str(s) if s.is_qualified else f"{s} ({bare})") for s in rows]


class PurchaseLineForm(BylawModelForm):
    """A line of a purchase; what it buys is chosen on a new line only."""

    class Meta:
        model = PurchaseLine
        fields = ["material", "quantity", "unit_price"]

    def __init__(self, *args: Any, materials: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["material"]
            self.fields["quantity"].help_text = f"{self.instance} · {self.instance.unit}"
        else:
            self.fields["material"].required = True
            _offer(self.fields["material"], materials)


PurchaseLineFormSet = inlineformset_factory(PurchaseOrder, PurchaseLine, form=PurchaseLineForm, **ROWS)


def purchase_lines(data: Any, purchase: PurchaseOrder) -> Any:
    """The lines of a purchase; materials are read once for all rows."""
    materials = [(m.pk, f"{m} ({m.unit})") for m in Material.objects.order_by("code")]
    return PurchaseLineFormSet(
        tidy_data(data) if data is not None else None, instance=purchase, prefix="lines",
        queryset=purchase.lines.select_related("material", "order_line"), form_kwargs={"materials": materials},
    )  # fmt: skip


class RequestForm(BylawForm):
    """From whom what was ticked on the shortage list is to be bought."""

    supplier = forms.ModelChoiceField(label=_("supplier"), queryset=Supplier.objects.all())

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["supplier"].choices = [("", "—"), *suppliers_offered()]


class PurchaseNoteForm(BylawModelForm):
    """What the supplier said, and a new day with its cause where it moved. Clause 3.3.3c."""

    class Meta:
        model = PurchaseNote
        fields = ["text", "expected_on", "cause"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> Any:
        """A later day has a cause, and no day lies in the past."""
        data = super().clean()
        day = data.get("expected_on")
        if day and day < clock.today():
            self.add_error("expected_on", _("That day has passed."))
        elif day and day > self.instance.purchase.expected_on and not data.get("cause", "").strip():
            self.add_error("cause", _("Say why it is delayed."))
        return data


class GoodsReceiptForm(BylawModelForm):
    """What came: accepted, rejected, on which day. Clause 3.3.3c."""

    class Meta:
        model = GoodsReceipt
        fields = ["accepted", "rejected", "on", "note"]

    def clean_on(self) -> Any:
        """Not in the future, and not before it was ordered."""
        day = not_yet(self.cleaned_data["on"])
        ordered = self.instance.line.purchase.ordered_on
        if day and ordered and day < ordered:
            raise forms.ValidationError(_("That is before it was ordered."))
        return day
