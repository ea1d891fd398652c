"""Forms of after-sales service for the people of the house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.models import CauseCategory, Feedback, FeedbackMessage
from aftersales.models.access import VIEW
from customers.models import Contact, Customer
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm
from kernel.permissions import holding
from orders.models import Order

What, How = FeedbackMessage.What, FeedbackMessage.How
LEAST = 2  # letters by which a customer is looked for


def wide(rows: int = 4) -> forms.Textarea:
    """A box for sentences."""
    return forms.Textarea(attrs={"rows": rows})


class CustomerField(forms.CharField):
    """A customer or an order by its number or name, as the caller says it: no list of thousands to choose from."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            label=_("Customer"), max_length=160, required=False,
            help_text=_("Customer number, order number, or the name."), **kwargs,
        )  # fmt: skip

    def clean(self, value: Any) -> tuple[Customer | None, Order | None]:
        """The customer, and the order where one was named."""
        text = super().clean(value).strip()
        if not text:
            return None, None
        order = Order.objects.filter(number__iexact=text).select_related("customer").first()
        if order:
            return order.customer, order
        rows = Customer.objects.exclude(state="merged")
        found = list(rows.filter(number__iexact=text)[:1]) or list(rows.filter(name__iexact=text)[:2])
        if not found and len(text) >= LEAST:
            found = list(rows.filter(name__icontains=text).order_by("pinyin")[:2])
        if not found:
            raise forms.ValidationError(_("No customer or order of this number or name is known."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several customers bear this name: enter the customer number."))
        return found[0], None


class Recording(BylawModelForm):
    """What all forms share that take a feedback in: by whom, or of which customer or order."""

    whose = CustomerField()
    field_order = ("kind", "severity", "whose")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reporter"].label = _("who spoke to you")

    class Meta:
        model = Feedback
        fields = ["reporter", "reporter_reach", "product", "subject", "text"]
        widgets = {"text": wide(5)}

    def clean(self) -> Any:
        """Either a customer of ours, or the name of whoever called."""
        data = super().clean() or {}
        if "whose" in data and not data["whose"][0] and not data.get("reporter", "").strip():
            self.add_error("whose", _("Enter the customer, or the name of whoever spoke to you."))
        if data.get("whose"):
            self.instance.customer, self.instance.order = data["whose"]
        if not self.instance.customer:
            self.instance.customer_name = data.get("reporter", "")
        return data


class FeedbackForm(Recording):
    """A feedback that came by phone, mail or in person. Clauses 3.4.1a–c."""

    told = forms.ChoiceField(
        label=_("The customer hears the promised time"), initial=How.LETTER,
        choices=[(How.LETTER, How.LETTER.label), (How.PHONE, How.PHONE.label), ("", _("Not yet"))], required=False,
    )  # fmt: skip
    file = forms.FileField(label=_("Photo or document"), required=False, help_text=_("PDF, PNG, JPG, DOCX or XLSX"))

    class Meta(Recording.Meta):
        fields = ["kind", "severity", "channel", *Recording.Meta.fields, "promised_at"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["promised_at"]
        field.required = False
        field.help_text = _("Left empty, it is the time that the company set for this kind and severity.")
        self.fields["channel"].choices = [c for c in Feedback.Channel.choices if c[0] not in ("online", "link")]

    def clean_promised_at(self) -> Any:
        """Not in the past."""
        moment = self.cleaned_data["promised_at"]
        if moment and moment <= clock.now():
            raise forms.ValidationError(_("That moment has passed."))
        return moment


class AnsweredForm(Recording):
    """An inquiry that is answered while the customer is on the phone. Clause 3.4.1a."""

    cause_category = forms.ModelChoiceField(
        label=_("cause category"), queryset=CauseCategory.objects.filter(is_active=True)
    )
    given = forms.CharField(label=_("the answer that you gave"), max_length=2_000, widget=wide())

    class Meta(Recording.Meta):
        fields = ["channel", *Recording.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [c for c in Feedback.Channel.choices if c[0] not in ("online", "link")]


class FeedbackEditForm(BylawModelForm):
    """What turned out otherwise than it was recorded; the number and the time told stay."""

    class Meta:
        model = Feedback
        fields = ["kind", "severity", "contact", "product", "subject", "text"]
        widgets = {"text": wide(5)}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Contact.objects.filter(customer=self.instance.customer_id).present()
        self.fields["contact"].queryset = rows
        if not self.instance.customer_id:
            self.fields.pop("contact")
            self.fields["whose"] = CustomerField()

    def clean(self) -> Any:
        """A stranger's feedback finds its customer."""
        data = super().clean() or {}
        if data.get("whose") and data["whose"][0]:
            self.instance.customer, order = data["whose"]
            self.instance.order = self.instance.order or order
            self.instance.customer_name = self.instance.customer.name
        return data


class FindingForm(BylawModelForm):
    """Cause and solution as the department finds them. Clause 3.4.2b."""

    class Meta:
        model = Feedback
        fields = ["cause_category", "cause", "solution", "responsible"]
        widgets = {"cause": wide(), "solution": wide()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = holding(VIEW)
        self.fields["cause_category"].queryset = CauseCategory.objects.filter(is_active=True)


class MessageForm(BylawModelForm):
    """What is said to the customer, or noted within the house. Clauses 3.4.1c, 3.4.2c, 3.4.3a."""

    class Meta:
        model = FeedbackMessage
        fields = ["what", "how", "text"]
        widgets = {"text": wide()}

    def __init__(self, *args: Any, feedback: Feedback, **kwargs: Any):
        super().__init__(*args, **kwargs)
        may = {What.TIME: not feedback.told_at, What.PROGRESS: feedback.state != "resolved",
               What.RESULT: feedback.state == "resolved", What.REMINDER: bool(feedback.reported_at),
               What.NOTE: True}  # fmt: skip
        self.fields["what"].choices = [(w.value, w.label) for w, fits in may.items() if fits]
        if feedback.reported_at:
            self.fields["what"].initial = What.REMINDER
        self.fields["how"].choices = [(h.value, h.label) for h in (How.LETTER, How.PHONE)]
        self.fields["how"].initial = How.LETTER


class NoteForm(BylawModelForm):
    """What a department lets customer service know, to be passed on to the customer. Clause 3.4.2c."""

    class Meta:
        model = FeedbackMessage
        fields = ["text"]
        widgets = {"text": wide()}


class TimeForm(BylawForm):
    """A new promised time, told at once. Clause 3.4.2c."""

    to = forms.DateTimeField(label=_("new promised time"), widget=forms.DateTimeInput)
    reason = forms.CharField(label=_("reason"), max_length=1_000, widget=wide(3), help_text=_("The customer reads it."))
    how = forms.ChoiceField(
        label=_("how he is told"), choices=[(How.LETTER, How.LETTER.label), (How.PHONE, How.PHONE.label)]
    )

    def clean_to(self) -> Any:
        """Not in the past."""
        moment = self.cleaned_data["to"]
        if moment <= clock.now():
            raise forms.ValidationError(_("That moment has passed."))
        return moment
