"""What of after-sales service hangs on a customer, and what open feedback forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales.models import Answer, Feedback, FeedbackMessage, FeedbackRound, Mail, ReturnVisit, Survey
from aftersales.models.visits import OPEN
from kernel.hanging import Hanging, Writing, binds, forbids, hangs_on, names_persons_of


@hangs_on("customers.customer")
def feedback_of(customer: Any) -> Iterator[Hanging]:
    """Its feedback; the name as it stands in it stays."""
    yield Hanging(_("Customer feedback"), Feedback.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Letters by e-mail"), Mail.objects.filter(customer=customer), "customer_id")
    # an open visit is dropped with its customer; what was asked in a campaign stays with whom it was asked
    visits = ReturnVisit.objects.filter(customer=customer).exclude(state__in=OPEN)
    yield Hanging(_("Return visits"), visits, "customer_id")
    yield Hanging(_("Satisfaction surveys"), Survey.objects.filter(customer=customer, campaign=None), "customer_id")


@forbids("customers.customer", "pool", "retire")
def open_feedback(customer: Any) -> QuerySet:
    """The feedback that keeps a customer from the pool and from retirement."""
    return Feedback.objects.filter(customer=customer).running().annotate(why=F("number"))


@binds("customers.customer")
def customers_with_feedback() -> QuerySet:
    """The customers with open feedback."""
    return Feedback.objects.running().exclude(customer=None).order_by().values("customer")


@names_persons_of("customers.customer")
def persons_in_feedback(customer: Any) -> Iterator[Writing]:
    """Who wrote to us and how he is reached; what he said, and what was said about it."""
    rows = Feedback.objects.filter(customer=customer)
    words = ("subject", "text", "product", "cause", "solution", "answer")
    yield Writing(rows, words, {"reporter": "", "reporter_reach": ""})
    yield Writing(FeedbackMessage.objects.filter(feedback__in=rows), ("text",))
    yield Writing(FeedbackRound.objects.filter(feedback__in=rows), ("cause", "solution", "answer"))
    yield Writing(ReturnVisit.objects.filter(customer=customer), ("outcome",))
    yield Writing(Answer.objects.filter(survey__customer=customer).exclude(text=""), ("text",))
    yield Writing(Mail.objects.filter(customer=customer), ("subject", "text"), {"sender": "", "sender_name": ""})
