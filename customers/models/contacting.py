"""Contact with the customer: every interaction, and the follow-ups of stage six."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models.contacts import Contact
from customers.models.customers import Customer
from customers.models.opportunities import Opportunity
from kernel import clock
from kernel.wording import Worded, labelled


class EvidenceQuerySet(models.QuerySet):
    """Rows that belong to an opportunity, as people reach them: by it."""

    def visible_to(self, user: Any) -> EvidenceQuerySet:
        """Those of opportunities that this person may see."""
        return self.filter(opportunity__in=Opportunity.objects.visible_to(user).values("pk"))


class InteractionQuerySet(models.QuerySet):
    """Interactions as people reach them."""

    def visible_to(self, user: Any) -> InteractionQuerySet:
        """Those of customers whose file this person may read."""
        return self.filter(customer__in=Customer.objects.open_to(user).values("pk"))


class Channel(models.TextChoices):
    """How people spoke with each other."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    VISIT = "visit", _("Visit")
    OTHER = "other", _("Other")


ICONS = {"phone": "phone", "email": "mail", "visit": "visit", "other": "chat"}


class Interaction(Worded):
    """One contact with a customer 聯繫記錄. Clauses 3.1.3a, 3.1.3b, 2.2.2c."""

    customer = models.ForeignKey(Customer, editable=False, on_delete=models.PROTECT, related_name="interactions")
    opportunity = models.ForeignKey(
        Opportunity, verbose_name=_("opportunity"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="interactions",
    )  # fmt: skip
    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), null=True, blank=True, on_delete=models.PROTECT, related_name="interactions"
    )
    channel = models.CharField(_("channel"), max_length=6, choices=Channel.choices, default=Channel.PHONE)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="interactions"
    )
    summary = models.TextField(_("what was said"))
    introduced = models.BooleanField(_("company and products were introduced"), default=False)
    willingness = models.TextField(_("willingness to cooperate expressed"), blank=True)
    needs_concerns = models.TextField(_("the customer's needs and concerns"), blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("next step on"), null=True, blank=True)
    need_changed = models.BooleanField(_("the customer's needs have changed"), default=False)
    carried_from = models.ForeignKey(Opportunity, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords()
    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        default_permissions = ()
        indexes = [
            models.Index(fields=["customer", "-at"], name="interaction_of_customer"),
            models.Index(fields=["opportunity", "-at"], name="interaction_of_opportunity"),
            models.Index(fields=["by", "next_on"], name="interaction_next"),
        ]

    def __str__(self) -> str:
        return labelled(self.get_channel_display(), self.summary[:60])

    def file_id_of(self) -> int:
        """The customer's file."""
        return self.customer_id

    def get_absolute_url(self) -> str:
        """The page of what it was about: the opportunity, else the customer."""
        return self.opportunity.get_absolute_url() if self.opportunity_id else self.customer.get_absolute_url()

    @property
    def icon(self) -> str:
        """The icon of its channel."""
        return ICONS[self.channel]


class FollowUp(models.Model):
    """One follow-up before signing 客戶跟進. Clauses 3.1.6a, 3.1.6b."""

    opportunity = models.ForeignKey(Opportunity, editable=False, on_delete=models.PROTECT, related_name="follow_ups")
    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    channel = models.CharField(_("channel"), max_length=6, choices=Channel.choices, default=Channel.PHONE)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="follow_ups"
    )
    progress_reported = models.TextField(_("progress reported to the customer"))
    decision_state = models.TextField(_("state of his decision"))
    problems = models.TextField(_("his problems"), blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        default_permissions = ()
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["opportunity", "-at"], name="follow_up_of_opportunity")]

    def __str__(self) -> str:
        return labelled(self.opportunity, self.decision_state[:60])

    @property
    def icon(self) -> str:
        """The icon of its channel."""
        return ICONS[self.channel]
