"""Questionnaire 問卷: a version of questions in three languages, which never change once anybody was asked (3.4.4b)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from aftersales.models.access import RECORD, Department
from kernel.permissions import may
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement

VIEW_SURVEYS = "aftersales.view_survey"
LANGUAGES = ("zh_hant", "zh_hans", "en")
SCALE, NPS = range(1, 6), range(11)


def in_language(row: Any, name: str) -> str:
    """The wording of a field in the language that is active."""
    language = (get_language() or "").replace("-", "_")
    return str(getattr(row, f"{name}_{language if language in LANGUAGES else 'en'}"))


class Occasion(models.TextChoices):
    """When customers are asked. Clause 3.4.4a."""

    FEEDBACK = "feedback", _("After a feedback")
    ORDER = "order", _("After an order")
    QUARTER = "quarter", _("Each quarter")
    CAMPAIGN = "campaign", _("Campaign of its own")


class QuestionnaireState(models.TextChoices):
    """Where a questionnaire stands."""

    DRAFT = "draft", pgettext_lazy("questionnaire", "Being written")
    IN_USE = "in_use", pgettext_lazy("questionnaire", "In use")
    RETIRED = "retired", pgettext_lazy("questionnaire", "Out of use")


class QuestionnaireQuerySet(models.QuerySet):
    """Questionnaires as people reach them."""

    def visible_to(self, user: Any) -> QuestionnaireQuerySet:
        """All of them, for whoever sees surveys."""
        return self if user.has_perm(VIEW_SURVEYS) else self.none()


class Questionnaire(Stateful):
    """One version of a questionnaire. Clause 3.4.4b."""

    State, Occasion = QuestionnaireState, Occasion

    state = FSMField(
        _("state"), choices=QuestionnaireState.choices, default=QuestionnaireState.DRAFT, protected=True,
        editable=False,
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=80)
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion.choices)
    edition = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    history = HistoricalRecords()
    objects = QuestionnaireQuerySet.as_manager()

    TONES = {"draft": "idle", "in_use": "ok", "retired": "void"}
    QUEUE = {"title": "name"}

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "edition"], name="questionnaire_edition_once"),
            models.UniqueConstraint(
                fields=["occasion"], condition=Q(state="in_use") & ~Q(occasion="campaign"), name="questionnaire_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} V{self.edition}"

    def may_be_edited_by(self, user: Any) -> bool:
        """Whether this person words it: customer service, while nobody was asked."""
        return self.state == QuestionnaireState.DRAFT and user.has_perm(RECORD)

    @requirement("3.4.4b", _("There are questions, worded in three languages"), at="aftersales:questionnaire_detail")
    def has_questions(self) -> bool | Missing:
        """At least one; each in Traditional and Simplified Chinese and in English."""
        rows = list(self.questions.all())
        lacking = [missing_ for q in rows if (missing_ := q.lacking)]
        return missing(*lacking) if lacking else bool(rows)

    @transition(
        field=state, source=QuestionnaireState.DRAFT, target=QuestionnaireState.IN_USE, conditions=[has_questions],
        permission=may(RECORD), custom={"label": _("Put into use"), "clause": "3.4.4b", "forward": True},
    )  # fmt: skip
    def put_in_use(self, by: Any) -> None:
        """From now on it is asked, and its words are fixed; the one in use for the same occasion gives way."""
        from kernel.advance import advance

        if self.occasion != Occasion.CAMPAIGN:
            for other in Questionnaire.objects.filter(occasion=self.occasion, state=QuestionnaireState.IN_USE):
                advance(other, "give_way", by=None)

    @transition(
        field=state, source=[QuestionnaireState.DRAFT, QuestionnaireState.IN_USE], target=QuestionnaireState.RETIRED,
        permission=may(RECORD), custom={"label": _("Take out of use"), "clause": "3.4.4b", "tone": "quiet"},
    )  # fmt: skip
    def retire(self, by: Any) -> None:
        """Nobody is asked by it any more; what was answered stays."""

    @transition(
        field=state, source=QuestionnaireState.IN_USE, target=QuestionnaireState.RETIRED, permission=SYSTEM,
        custom={"label": _("Give way to the next version"), "clause": "3.4.4b"},
    )  # fmt: skip
    def give_way(self, by: Any) -> None:
        """Another one was put into use for the same occasion."""


class Question(models.Model):
    """One question with its wording; fixed as soon as its questionnaire is in use. Clause 3.4.4b."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("Satisfaction, 1 to 5")
        NPS = "nps", _("Recommendation, 0 to 10")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of several answers")
        TEXT = "text", _("In words")

    questionnaire = models.ForeignKey(Questionnaire, editable=False, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    kind = models.CharField(pgettext_lazy("question", "kind"), max_length=6, choices=Kind.choices)
    department = models.CharField(
        _("department"), max_length=12, choices=Department.choices, blank=True,
        help_text=_("Whose work it asks about; left empty, that of the feedback that was served."),
    )  # fmt: skip
    is_required = models.BooleanField(_("must be answered"), default=False)
    text_zh_hant = models.CharField(_("question in Traditional Chinese"), max_length=200)
    text_zh_hans = models.CharField(_("question in Simplified Chinese"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=200)
    options_zh_hant = models.TextField(_("answers in Traditional Chinese, one a line"), max_length=600, blank=True)
    options_zh_hans = models.TextField(_("answers in Simplified Chinese, one a line"), max_length=600, blank=True)
    options_en = models.TextField(_("answers in English, one a line"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        default_permissions = ()
        ordering = ["questionnaire", "position", "pk"]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save while nobody was asked; raises ValidationError afterwards."""
        self._refuse_if_asked()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Take it out while nobody was asked; raises ValidationError afterwards."""
        self._refuse_if_asked()
        return super().delete(*args, **kwargs)

    def _refuse_if_asked(self) -> None:
        state = Questionnaire.objects.values_list("state", flat=True).get(pk=self.questionnaire_id)
        if state != QuestionnaireState.DRAFT:
            raise ValidationError(_("What was asked stays as it is: make a new version of the questionnaire."))

    @property
    def text(self) -> str:
        """The question in the reader's language."""
        return in_language(self, "text")

    @property
    def options(self) -> list[str]:
        """The answers to choose from, in the reader's language."""
        return [line.strip() for line in in_language(self, "options").splitlines() if line.strip()]

    @property
    def lacking(self) -> str:
        """What its wording still lacks, in words; empty when nothing does."""
        counts = {len([x for x in getattr(self, f"options_{n}").splitlines() if x.strip()]) for n in LANGUAGES}
        if self.kind == self.Kind.CHOICE and (len(counts) > 1 or min(counts) < len(("this", "that"))):
            return str(_("“%(question)s”: as many answers in each language, two or more") % {"question": self.text})
        return ""

    def said(self, number: int | None, text: str = "") -> str:
        """An answer in words, in the reader's language."""
        if number is None:
            return text
        if self.kind == self.Kind.YES_NO:
            return str(_("Yes") if number else _("No"))
        if self.kind == self.Kind.CHOICE:
            return self.options[number] if number < len(self.options) else str(number)
        return f"{number} / {max(SCALE if self.kind == self.Kind.SCALE else NPS)}"
