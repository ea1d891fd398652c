"""What of after-sales service hangs on a customer, and what open feedback forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales.models import Answer, Feedback, Mail, ReturnVisit, Survey
from aftersales.models.visits import OPEN
from customers.erasing import writes_about
from kernel.hanging import Hanging, binds, forbids, hangs_on


@hangs_on("customers.customer")
def feedback_of(customer: Any) -> Iterator[Hanging]:
    """Its feedback; the name as it stands in it stays."""
    yield Hanging(_("Customer feedback"), Feedback.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Letters by e-mail"), Mail.objects.filter(customer=customer), "customer_id")
    # an open visit is dropped with its customer; what was asked in a campaign stays with whom it was asked
    visits = ReturnVisit.objects.filter(customer=customer).exclude(state__in=OPEN)
    yield Hanging(_("Return visits"), visits, "customer_id")
    yield Hanging(_("Satisfaction surveys"), Survey.objects.filter(customer=customer, campaign=None), "customer_id")


@writes_about
def texts_of(customer: Any) -> list[tuple[QuerySet, tuple[str, ...]]]:
    """What people wrote freely about a customer, or he himself: persons are taken out of it when they are erased."""
    answers = Answer.objects.filter(survey__customer=customer).exclude(text="")
    return [(ReturnVisit.objects.filter(customer=customer), ("outcome",)), (answers, ("text",))]


@forbids("customers.customer", "pool", "retire")
def open_feedback(customer: Any) -> QuerySet:
    """The feedback that keeps a customer from the pool and from retirement."""
    return Feedback.objects.filter(customer=customer).running().annotate(why=F("number"))


@binds("customers.customer")
def customers_with_feedback() -> QuerySet:
    """The customers with open feedback."""
    return Feedback.objects.running().exclude(customer=None).order_by().values("customer")
