"""Forms by which customer service sorts what came in by e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.forms import CustomerField
from aftersales.models import Feedback, FeedbackMessage, Mail
from kernel.forms import BylawModelForm

How = FeedbackMessage.How


class RecordMailForm(BylawModelForm):
    """What the letter is, and whose. Clauses 3.4.1a, c."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Feedback.Kind.choices, initial=Feedback.Kind.COMPLAINT)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Feedback.Severity.choices, initial=Feedback.Severity.NORMAL
    )
    whose = CustomerField()
    subject = forms.CharField(label=_("in one line"), max_length=120)
    told = forms.ChoiceField(
        label=_("The customer hears the promised time"), initial=How.LETTER, required=False,
        choices=[(How.LETTER, How.LETTER.label), (How.PHONE, How.PHONE.label), ("", _("Not yet"))],
    )  # fmt: skip

    class Meta:
        model = Mail
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        mail = self.instance
        self.fields["subject"].initial = mail.subject[:120]
        self.fields["whose"].initial = mail.customer.number if mail.customer else ""
        self.fields["told"].help_text = _("The letter goes to %(address)s.") % {"address": mail.sender}


class AttachMailForm(BylawModelForm):
    """To which feedback a letter belongs. Clause 3.4.1c."""

    feedback = forms.CharField(label=_("Number of the feedback"), max_length=20)

    class Meta:
        model = Mail
        fields: tuple[str, ...] = ()

    def clean_feedback(self) -> Feedback:
        """The feedback of that number."""
        number = self.cleaned_data["feedback"].strip()
        found = Feedback.objects.filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("No feedback has this number."))
        return found
