"""Forms of questionnaires, campaigns and surveys; the questions become fields of one form, on the phone and on the public page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.forms import wide
from aftersales.models import Campaign, Question, Questionnaire
from aftersales.models.questionnaires import LANGUAGES, NPS
from customers.models import Customer, Segment
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm, Rating

Kind = Question.Kind
MOST_WORDS = 2_000


class QuestionnaireForm(BylawModelForm):
    """What a questionnaire is called, and when it is asked. Clause 3.4.4b."""

    class Meta:
        model = Questionnaire
        fields = ["name", "occasion"]


class QuestionForm(BylawModelForm):
    """One question in three languages; answers to choose from where it has any. Clause 3.4.4b."""

    class Meta:
        model = Question
        fields = ["kind", "text_zh_hant", "text_zh_hans", "text_en", "options_zh_hant", "options_zh_hans", "options_en",
                  "department", "is_required", "position"]  # fmt: skip
        widgets = {f"options_{name}": wide(4) for name in LANGUAGES}

    def clean(self) -> Any:
        """Answers to choose from: as many in each language, and only where there is a choice."""
        data = super().clean() or {}
        names = [f"options_{name}" for name in LANGUAGES]
        counts = [len([line for line in data.get(name, "").splitlines() if line.strip()]) for name in names]
        if data.get("kind") == Kind.CHOICE:
            for name, number in zip(names, counts, strict=True):
                if number < len(("this", "that")) or number != max(counts):
                    self.add_error(name, _("Enter as many answers in each language, one a line, two or more."))
        elif any(counts):
            self.add_error("kind", _("Answers to choose from belong to a choice only."))
        return data


class CampaignForm(BylawModelForm):
    """Whom a campaign asks, by what, until when. Clause 3.4.4a."""

    choice = forms.MultipleChoiceField(
        label=_("customer grades"), choices=Customer.Grade.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all grades."),
    )  # fmt: skip
    field_order = ("title", "questionnaire", "choice", "segment", "orders_since", "ends_on")

    class Meta:
        model = Campaign
        fields = ["title", "questionnaire", "segment", "orders_since", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = Questionnaire.objects.filter(state=Questionnaire.State.IN_USE)
        self.fields["segment"].queryset = Segment.objects.order_by("name")
        self.initial.setdefault("choice", self.instance.grades.split(",") if self.instance.grades else [])

    def clean_ends_on(self) -> Any:
        """There must be time to answer."""
        day = self.cleaned_data["ends_on"]
        if day <= clock.today():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day

    def clean_choice(self) -> list[str]:
        """The grades, as they are kept."""
        self.instance.grades = ",".join(self.cleaned_data["choice"])
        return self.cleaned_data["choice"]  # type: ignore[no-any-return]


class SurveyForm(BylawForm):
    """The questions of a survey, the same by phone and on the public page. Clause 3.4.4b."""

    wants_call = forms.BooleanField(label=_("Please call me"), required=False)

    def __init__(self, *args: Any, questions: Iterable[Question], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.questions = {f"q{q.pk}": q for q in questions}
        for name, question in self.questions.items():
            self.add_field(name, _field_of(question))
        self.order_fields([*self.questions, "wants_call"])

    def clean(self) -> Any:
        """At least one question is answered, or a call asked for."""
        data = super().clean() or {}
        if not self.errors and not any(value not in (None, "", False) for value in data.values()):
            raise forms.ValidationError(_("Please answer at least one question."))
        return data

    @property
    def answers(self) -> dict[Question, Any]:
        """What was answered, by question."""
        return {q: self.cleaned_data.get(name) for name, q in self.questions.items()}


def _field_of(question: Question) -> forms.Field:
    shared: dict[str, Any] = {"label": question.text, "required": question.is_required}
    if question.kind == Kind.TEXT:
        return forms.CharField(max_length=MOST_WORDS, widget=forms.Textarea({"rows": 4}), **shared)
    shared |= {"coerce": int, "empty_value": None}
    if question.kind == Kind.SCALE:
        widget = Rating(_("very dissatisfied"), _("very satisfied"))
    elif question.kind == Kind.NPS:
        widget = Rating("", "", NPS)
        shared["help_text"] = _("0: not at all, 10: certainly")
    else:
        values = (1, 0) if question.kind == Kind.YES_NO else range(len(question.options))
        choices = [(value, question.said(value)) for value in values]
        return forms.TypedChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
    return forms.TypedChoiceField(choices=widget.choices, widget=widget, **shared)
