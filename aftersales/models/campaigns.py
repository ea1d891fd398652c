"""Campaign 調查批次: many customers asked by one questionnaire, in batches that can be stopped and go on (3.4.4a)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from aftersales.models.access import RECORD, VIEW_ALL
from aftersales.models.questionnaires import VIEW_SURVEYS, Questionnaire
from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement


class CampaignState(models.TextChoices):
    """Where a campaign stands."""

    DRAFT = "draft", pgettext_lazy("campaign", "In preparation")
    RUNNING = "running", pgettext_lazy("campaign", "Running")
    STOPPED = "stopped", pgettext_lazy("campaign", "Stopped")
    FINISHED = "finished", pgettext_lazy("campaign", "Finished")


class CampaignQuerySet(models.QuerySet):
    """Campaigns as people reach them."""

    def visible_to(self, user: Any) -> CampaignQuerySet:
        """All of them for whoever sees all after-sales service; a salesperson sees his customers' answers only."""
        return self if user.has_perm(VIEW_SURVEYS) and user.has_perm(VIEW_ALL) else self.none()


class Campaign(Searchable, Stateful):
    """One campaign: whom it asks, by which questionnaire, until when. Clauses 3.4.4a, 3.4.4b."""

    State = CampaignState

    state = FSMField(
        _("state"), choices=CampaignState.choices, default=CampaignState.DRAFT, protected=True, editable=False
    )
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="campaigns"
    )
    quarter = models.CharField(_("quarter"), max_length=7, blank=True, editable=False)  # of the one made each quarter
    grades = models.CharField(_("customer grades"), max_length=20, blank=True)  # separated by commas; empty: all
    segment = models.ForeignKey(
        "customers.Segment", verbose_name=_("segment"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    orders_since = models.DateField(_("with orders since"), null=True, blank=True)
    ends_on = models.DateField(_("answers until"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("customer service"), editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    history = HistoricalRecords()
    objects = CampaignQuerySet.as_manager()

    SEARCHED = ("number", "title")
    TONES = {"draft": "idle", "running": "active", "stopped": "bad", "finished": "ok"}
    PATH = ("draft", "running", "finished")
    QUEUE = {"title": "title", "person": "owner__name"}

    class Meta:
        verbose_name = _("survey campaign")
        verbose_name_plural = _("survey campaigns")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["quarter"], condition=~Q(quarter=""), name="campaign_one_a_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_asking(self) -> bool:
        """Whether customers may answer it."""
        return self.state in (CampaignState.RUNNING, CampaignState.STOPPED) and self.ends_on >= clock.today()

    def may_be_edited_by(self, user: Any) -> bool:
        """Whether this person changes whom it asks: customer service, before it starts."""
        return self.state == CampaignState.DRAFT and user.has_perm(RECORD)

    @requirement("3.4.4b", _("The questionnaire is in use, and there is time to answer"), at="aftersales:campaign_edit")
    def is_ready(self) -> bool | Missing:
        """What is asked is fixed, and the last day is still to come."""
        lacking: list[Any] = []
        if self.questionnaire.state != Questionnaire.State.IN_USE:
            lacking.append(_("the questionnaire is not in use"))
        if self.ends_on <= clock.today():
            lacking.append(_("the last day to answer has come"))
        return missing(*lacking) if lacking else True

    @transition(
        field=state, source=CampaignState.DRAFT, target=CampaignState.RUNNING, conditions=[is_ready],
        permission=may(RECORD),
        custom={"label": pgettext_lazy("campaign", "Start"), "clause": "3.4.4a", "forward": True, "tone": "primary"},
    )  # fmt: skip
    def start(self, by: Any) -> None:
        """A job asks the customers one batch after the other."""
        self.started_at = clock.now()

    @transition(
        field=state, source=CampaignState.DRAFT, target=CampaignState.RUNNING, conditions=[is_ready],
        permission=SYSTEM, custom={"label": _("Start by itself each quarter"), "clause": "3.4.4a"},
    )  # fmt: skip
    def start_by_itself(self, by: Any) -> None:
        """The campaign of the quarter starts when it is made."""
        self.started_at = clock.now()

    @transition(
        field=state, source=[CampaignState.DRAFT, CampaignState.RUNNING], target=CampaignState.STOPPED,
        permission=may(RECORD),
        custom={"label": _("Stop"), "clause": "3.4.4a", "comment": "required", "tone": "danger"},
    )  # fmt: skip
    def stop(self, by: Any) -> None:
        """What was not sent stays here; who has his letter may still answer."""

    @transition(
        field=state, source=CampaignState.STOPPED, target=CampaignState.RUNNING, conditions=[is_ready],
        permission=may(RECORD), custom={"label": _("Go on"), "clause": "3.4.4a", "forward": True},
    )  # fmt: skip
    def resume(self, by: Any) -> None:
        """From where it was stopped; nobody is asked twice."""
        self.started_at = self.started_at or clock.now()

    @transition(
        field=state, source=[CampaignState.RUNNING, CampaignState.STOPPED], target=CampaignState.FINISHED,
        permission=may(RECORD), custom={"label": pgettext_lazy("campaign", "Close"), "clause": "3.4.4a", "comment": "optional"},
    )  # fmt: skip
    def close(self, by: Any) -> None:
        """No answers are taken any more, what was not sent is not sent; the report may be written."""

    @transition(
        field=state, source=CampaignState.RUNNING, target=CampaignState.FINISHED, permission=SYSTEM,
        custom={"label": _("Close: the time to answer is over"), "clause": "3.4.4a"},
    )  # fmt: skip
    def finish(self, by: Any) -> None:
        """The last day to answer has passed."""


class CampaignRun(models.Model):
    """How far the job is with a campaign: written with each batch, so that a killed one goes on behind its last."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="run")
    cursor = models.PositiveBigIntegerField(default=0)  # the key of the last customer asked or passed over
    total = models.PositiveIntegerField(default=0)
    prepared_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of a campaign")
        verbose_name_plural = _("runs of campaigns")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.cursor}"
