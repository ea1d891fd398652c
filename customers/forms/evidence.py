"""Forms of the stages' evidence: scorecard, interaction, needs, proposal, demonstration, questions, follow-up, risk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.forms.people import colleagues, contacts_of, helpers
from customers.models import (
    Customer,
    Demonstration,
    FollowUp,
    Interaction,
    Need,
    Opportunity,
    Proposal,
    Question,
    Risk,
    Scorecard,
)
from customers.models.scorecards import CRITERIA
from kernel import clock
from kernel.forms import BylawModelForm, Rating
from kernel.settings import setting


def _not_in_future(moment: Any) -> Any:
    """Refuse to record what has not happened yet."""
    if moment and moment > clock.now():
        raise ValidationError(_("This moment is still to come."))
    return moment


class ScorecardForm(BylawModelForm):
    """Four scores, each with a reason. Clause 3.1.2b."""

    template_name = "customers/_scorecard_fields.html"

    class Meta:
        model = Scorecard
        fields = [name for c in CRITERIA for name in (c, f"{c}_reason")]
        widgets = {c: Rating(_("weak"), _("strong")) for c in CRITERIA}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for c in CRITERIA:
            self.fields[c].help_text = _("Weight %(weight)s") % {"weight": setting(f"customers.weight_{c}")}
        self.pass_mark = setting("customers.pass_mark")

    def pairs(self) -> list[tuple[Any, Any]]:
        """Each score beside its reason."""
        return [(self[c], self[f"{c}_reason"]) for c in CRITERIA]


class InteractionForm(BylawModelForm):
    """A contact with the customer, noted in one line or in full. Clauses 3.1.3a, 3.1.3b."""

    class Meta:
        model = Interaction
        fields = [
            "channel", "contact", "at", "summary", "introduced", "willingness", "needs_concerns", "next_step", "next_on",
            "need_changed", "opportunity",
        ]  # fmt: skip
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "willingness": forms.Textarea(attrs={"rows": 2}),
            "needs_concerns": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(
        self, *args: Any, customer: Customer, user: Any, opportunity: Opportunity | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts_of(customer, but_keep=self.instance.contact_id)
        if opportunity:
            self.fields.pop("opportunity")
            self.fields["contact"].required = True
        else:
            self.fields["opportunity"].queryset = customer.opportunities.open().visible_to(user)

    def clean_at(self) -> Any:
        """What is planned is a next step, not an interaction."""
        return _not_in_future(self.cleaned_data["at"])

    def clean(self) -> dict[str, Any]:
        """A day needs a step to be done on it."""
        data = super().clean() or self.cleaned_data
        if data.get("next_on") and not data.get("next_step"):
            self.add_error("next_step", ValidationError(_("Say what is to be done on that day.")))
        return data


class NeedForm(BylawModelForm):
    """Needs, pain points, expected solution. Clause 3.1.4a."""

    class Meta:
        model = Need
        fields = ["needs", "pain_points", "expected_solution"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}


class ProposalForm(BylawModelForm):
    """A proposal with its file; when and to whom it was sent. Clause 3.1.4b."""

    file = forms.FileField(label=_("file"))

    class Meta:
        model = Proposal
        fields = ["title", "summary", "sent_on", "sent_to"]
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sent_to"].queryset = contacts_of(customer, but_keep=self.instance.sent_to_id)
        if self.instance.document_id:
            self.fields.pop("file")

    def clean(self) -> dict[str, Any]:
        """Sent means to somebody, and not tomorrow."""
        data = super().clean() or self.cleaned_data
        if data.get("sent_on") and data["sent_on"] > clock.today():
            self.add_error("sent_on", ValidationError(_("This day is still to come.")))
        if data.get("sent_on") and not data.get("sent_to"):
            self.add_error("sent_to", ValidationError(_("Name the person it was sent to.")))
        return data


class DemonstrationForm(BylawModelForm):
    """A demonstration held, or waived with reason. Clause 3.1.4b."""

    class Meta:
        model = Demonstration
        fields = ["held_at", "presenter", "attendees", "notes", "waived", "waive_reason"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3}), "waive_reason": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["presenter"].queryset = colleagues()

    def clean_held_at(self) -> Any:
        """It was held, it is not planned."""
        return _not_in_future(self.cleaned_data["held_at"])

    def clean(self) -> dict[str, Any]:
        """Held at a moment, or waived with reason, not both and not neither."""
        data = super().clean() or self.cleaned_data
        if data.get("waived"):
            if not data.get("waive_reason"):
                self.add_error("waive_reason", ValidationError(_("Give the reason of the waiver.")))
            if data.get("held_at"):
                self.add_error("waived", ValidationError(_("It was held or it is waived, not both.")))
        elif not data.get("held_at") and not self.has_error("held_at"):
            self.add_error("held_at", ValidationError(_("Give the moment it was held, or waive it with reason.")))
        return data


class QuestionForm(BylawModelForm):
    """What the customer asks. Clause 3.1.4c."""

    class Meta:
        model = Question
        fields = ["kind", "text", "raised_by", "assigned_to"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["raised_by"].queryset = contacts_of(customer, but_keep=self.instance.raised_by_id)
        self.fields["assigned_to"].queryset = helpers()


class AnswerForm(BylawModelForm):
    """The answer that the customer was given. Clause 3.1.4c."""

    class Meta:
        model = Question
        fields = ["answer"]
        widgets = {"answer": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True


class AssignForm(BylawModelForm):
    """Who takes care of a problem. Clause 3.1.6a."""

    class Meta:
        model = Question
        fields = ["assigned_to"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = colleagues()
        self.fields["assigned_to"].required = True


class FollowUpForm(BylawModelForm):
    """A follow-up: progress told, state of his decision, his problems. Clause 3.1.6a."""

    class Meta:
        model = FollowUp
        fields = ["channel", "contact", "at", "progress_reported", "decision_state", "problems"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in fields[3:]}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts_of(customer)
        self.fields["contact"].required = True

    def clean_at(self) -> Any:
        """It has happened."""
        return _not_in_future(self.cleaned_data["at"])


class RiskForm(BylawModelForm):
    """A risk with its likelihood, its impact and who takes care of it. Clause 1.3.4."""

    class Meta:
        model = Risk
        fields = ["text", "likelihood", "impact", "measure", "owner", "due_on", "opportunity"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "measure": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, customer: Customer, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = helpers()
        self.fields["opportunity"].queryset = customer.opportunities.visible_to(user)
