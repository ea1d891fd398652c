"""Forms of contracts and templates: each names its fields; choices are limited to what the person may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from contracts.models import (
    Contract,
    ContractClause,
    ContractLine,
    ContractTemplate,
    Instalment,
    ReviewOpinion,
    ReviewPoint,
    Side,
    Signing,
    TemplateClause,
)
from contracts.models.reviews import POINTS
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm
from kernel.money import CHOICES as CURRENCIES
from organization.models import User

MOST_ROWS = 200
RELATIONS = [choice for choice in Contract.Relation.choices if choice[0]]
SMALL = {"rows": 2}


class ContractStartForm(BylawForm):
    """From what a contract is drafted: a template in force, or the customer's own paper with the reason."""

    template = forms.ModelChoiceField(ContractTemplate.objects.none(), label=_("Contract template"), required=False)
    title = forms.CharField(label=_("Title"), max_length=120)
    own_paper = forms.BooleanField(label=_("On the customer's own paper"), required=False)
    own_paper_reason = forms.CharField(
        label=_("Reason for the customer's own paper"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs=SMALL),
    )

    def __init__(self, *args: Any, user: Any, script: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        his_script_first = Case(When(script=script, then=0), default=1)
        templates = ContractTemplate.objects.visible_to(user).in_force().for_contracts()
        self.fields["template"].queryset = templates.order_by(his_script_first, "name")

    def clean(self) -> dict[str, Any]:
        """A template or the own paper, not neither."""
        data = super().clean() or {}
        if data.get("own_paper"):
            data["template"] = None
            if not data.get("own_paper_reason", "").strip():
                self.add_error("own_paper_reason", _("Give a reason: the person concerned will read it."))
        elif not data.get("template") and "template" not in self.errors:
            self.add_error("template", _("Choose a template, or tick the customer's own paper."))
        return data


class SupplementForm(BylawForm):
    """How a contract follows from its main contract."""

    relation = forms.ChoiceField(label=_("Relation"), choices=RELATIONS)
    title = forms.CharField(label=_("Title"), max_length=120)


class ContractForm(BylawModelForm):
    """Parties and terms of a contract."""

    customer_paper = forms.FileField(label=_("Customer's paper (PDF or DOCX)"), required=False)

    class Meta:
        model = Contract
        fields = [
            "title",
            "script",
            "our_name",
            "our_address",
            "our_registration_number",
            "our_bank",
            "customer_name",
            "customer_address",
            "customer_registration_number",
            "currency",
            "tax_rate",
            "price_includes_tax",
            "payment_terms",
            "delivery_terms",
            "delivery_on",
            "after_sales",
            "period_start",
            "period_end",
            "own_paper_reason",
        ]
        widgets = {
            "payment_terms": forms.Textarea(attrs=SMALL),
            "delivery_terms": forms.Textarea(attrs=SMALL),
            "after_sales": forms.Textarea(attrs=SMALL),
            "own_paper_reason": forms.Textarea(attrs=SMALL),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.own_paper:
            del self.fields["own_paper_reason"], self.fields["customer_paper"]
        if self.instance.template_id:
            del self.fields["script"]

    def clean(self) -> dict[str, Any]:
        """The period does not end before it starts."""
        data = super().clean() or {}
        start, end = data.get("period_start"), data.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", _("The period must not end before it starts."))
        return data


class Rows(BaseInlineFormSet):
    """A table of rows in which a row left empty is no row, ordered by position."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """The position of a new row follows the last one."""
        super().add_fields(form, index)
        if "position" in form.fields:
            form.fields["position"].required = False
            if form.instance.pk is None:
                form.initial["position"] = None
        if self.can_delete and "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")

    def clean(self) -> None:
        """Rows without a position come last, in the order entered."""
        super().clean()
        last = max((f.cleaned_data.get("position") or 0 for f in self.forms if hasattr(f, "cleaned_data")), default=0)
        for form in self.forms:
            if getattr(form, "cleaned_data", None) and form.has_changed() and not form.cleaned_data.get("position"):
                last += 1
                form.instance.position = form.cleaned_data["position"] = last


class ContractClauseForm(BylawModelForm):
    """One clause of a contract; what the template demands of it stays."""

    class Meta:
        model = ContractClause
        fields = ["position", "heading", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


class ContractLineForm(BylawModelForm):
    """One priced line."""

    class Meta:
        model = ContractLine
        fields = [
            "position",
            "product",
            "description",
            "specification",
            "quantity",
            "unit",
            "unit_price",
            "discount_percent",
            "tax_rate",
        ]
        widgets = {"specification": forms.Textarea(attrs=SMALL)}


class InstalmentForm(BylawModelForm):
    """One instalment: a share of the total or an amount, on a date or under a condition."""

    class Meta:
        model = Instalment
        fields = ["position", "name", "percent", "amount", "due_on", "condition", "before_shipment"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = False

    def clean(self) -> dict[str, Any]:
        """Some amount and some time."""
        data = super().clean() or {}
        if data.get("percent") is None and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Enter a share of the total or an amount."))
        if not data.get("due_on") and not (data.get("condition") or "").strip() and "due_on" not in self.errors:
            self.add_error("due_on", _("Enter a date or a condition."))
        data["amount"] = data.get("amount") or 0
        return data


def _rows(parent: type, model: type, form: type, **options: Any) -> type:
    return inlineformset_factory(
        parent,
        model,
        form=form,
        formset=Rows,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,  # no more are drawn either, whatever TOTAL_FORMS says
        validate_max=True,
        **options,
    )


ClauseRows = _rows(Contract, ContractClause, ContractClauseForm, extra=1)
LineRows = _rows(Contract, ContractLine, ContractLineForm, extra=1)
InstalmentRows = _rows(Contract, Instalment, InstalmentForm, extra=1)


class OpinionForm(BylawModelForm):
    """A reviewer's opinion on one clause or on the whole contract."""

    class Meta:
        model = ReviewOpinion
        fields = ["clause", "kind", "text", "proposed_wording"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "proposed_wording": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = contract.clauses.all()
        self.fields["clause"].empty_label = _("The whole contract")


class AnswerForm(BylawForm):
    """The drafter's answer to an opinion."""

    answer = forms.CharField(label=_("Answer"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))


class WaiveForm(BylawForm):
    """Why an opinion is dropped."""

    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs=SMALL))


class ReviewForm(BylawForm):
    """The checklist of one reviewer: a verdict and, where not plainly in order, a note per point. Clause 3.2.2a."""

    def __init__(self, *args: Any, side: str, known: dict[str, ReviewPoint], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.points = POINTS[Side(side)]
        for point in self.points:
            row = known.get(point.value)
            self.fields[point.value] = forms.ChoiceField(
                label=point.label,
                choices=ReviewPoint.Verdict.choices,
                widget=forms.RadioSelect,
                initial=row.verdict if row else None,
            )
            self.fields[f"{point.value}_note"] = forms.CharField(
                label=_("Opinion on: %(point)s") % {"point": point.label},
                max_length=2_000,
                required=False,
                widget=forms.Textarea(attrs=SMALL),
                initial=row.note if row else "",
            )

    def clean(self) -> dict[str, Any]:
        """A remark or an issue says what it is about."""
        data = super().clean() or {}
        for point in self.points:
            name = point.value
            if (
                data.get(name) in (ReviewPoint.Verdict.REMARK, ReviewPoint.Verdict.ISSUE)
                and not data.get(f"{name}_note", "").strip()
            ):
                self.add_error(f"{name}_note", _("Say what is not in order: the drafter will read it."))
        return data

    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Point → (verdict, note)."""
        return {p.value: (self.cleaned_data[p.value], self.cleaned_data[f"{p.value}_note"]) for p in self.points}


class SigningForm(BylawModelForm):
    """Signatories, method, dates and the signed copy. Clause 3.2.3b."""

    signed_copy = forms.FileField(label=_("Signed copy (PDF)"), required=False)

    class Meta:
        model = Signing
        fields = ["method", "our_signatory", "customer_signatory", "sent_on", "our_signed_on", "customer_signed_on"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["our_signatory"].queryset = User.objects.visible_to(user).filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """No date lies in the future; we do not sign before the text was approved."""
        data = super().clean() or {}
        for name in ("sent_on", "our_signed_on", "customer_signed_on"):
            if data.get(name) and data[name] > clock.today():
                self.add_error(name, _("The date lies in the future."))
        approved, ours = self.instance.contract.approved_on, data.get("our_signed_on")
        if approved and ours and ours < approved and "our_signed_on" not in self.errors:
            self.add_error("our_signed_on", _("The text was approved only on %(day)s.") % {"day": approved})
        return data


class CustodyForm(BylawModelForm):
    """Who keeps the paper, and where. Clause 3.2.3c."""

    class Meta:
        model = Contract
        fields = ["custodian", "paper_location"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["custodian"].queryset = User.objects.visible_to(user).with_role("custodian", "legal")
        self.fields["custodian"].required = self.fields["paper_location"].required = True


class TemplateForm(BylawModelForm):
    """The head of a template."""

    class Meta:
        model = ContractTemplate
        fields = ["code", "name", "kind", "script", "effective_from", "effective_until", "note"]
        widgets = {"note": forms.Textarea(attrs=SMALL)}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        data = super().clean() or {}
        first, last = data.get("effective_from"), data.get("effective_until")
        if first and last and last < first:
            self.add_error("effective_until", _("The last day comes before the first."))
        return data

    def clean_code(self) -> str:
        """A code names one template; a new version is made from the template's page."""
        code = self.cleaned_data["code"]
        if ContractTemplate.objects.filter(code=code).exists():
            raise ValidationError(_("There is a template of this code already: make a new version of it."))
        return code


class TemplateClauseForm(BylawModelForm):
    """One clause block of a template."""

    class Meta:
        model = TemplateClause
        fields = [
            "position",
            "subject",
            "heading",
            "text",
            "is_required",
            "is_commercial",
            "is_standard_term",
            "risk_note",
        ]
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "risk_note": forms.Textarea(attrs=SMALL)}


TemplateClauseRows = _rows(ContractTemplate, TemplateClause, TemplateClauseForm, extra=1)


class LedgerFilter(BylawForm):
    """The filters of the ledger, kept in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    since = forms.DateField(label=_("Signed from"), required=False)
    until = forms.DateField(label=_("Signed until"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False, choices=[("", _("All currencies")), *CURRENCIES])
    drafter = forms.ModelChoiceField(
        User.objects.none(), label=_("Drafter"), required=False, empty_label=_("All drafters")
    )
    relation = forms.ChoiceField(
        label=_("Relation"),
        required=False,
        choices=[("", _("Main contracts and supplements")), ("main", _("Main contracts only")), *RELATIONS],
    )
    state = forms.MultipleChoiceField(label=_("State"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, drafters: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["drafter"].queryset = drafters
        self.fields["state"].choices = [
            (s, Contract.State(s).label) for s in ("signed", "archived", "fulfilled", "terminating", "terminated")
        ]


def products_for(user: Any) -> Any:
    """The products that a line may name."""
    return Product.objects.visible_to(user).offered()
