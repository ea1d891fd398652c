"""Verbs of the customer himself, by his link or by the general page, without an account (3.4.1b, 3.4.3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales import serving
from aftersales.models import Feedback, FeedbackMessage
from documents.services import attach
from kernel import notices
from kernel.advance import advance
from kernel.permissions import holding
from kernel.settings import define
from orders.models import Order, OrderContact

define(
    "aftersales.public_tries", 10, _("Forms that one address may send in from outside"), unit=_("an hour"),
    clause="3.4.1b",
)  # fmt: skip
ANSWERABLE = (Feedback.State.RESOLVED, Feedback.State.LAPSED)
OVER = (Feedback.State.CONFIRMED, Feedback.State.CLOSED)


def report_on(order: Order, *, kind: str, text: str, file: Any = None) -> Feedback:
    """A problem that a customer reports from his order's page; the page tells him the promised time. Clause 3.4.1b."""
    row = Feedback(
        kind=kind, text=text, channel=Feedback.Channel.LINK, customer=order.customer, contact=order.contact,
        order=order,
    )  # fmt: skip
    return _take_in(row, file)


def write_in(*, kind: str, text: str, name: str, company: str, reach: str, product: str, file: Any = None) -> Feedback:
    """What anybody writes on the general page; nothing is mailed to what he typed. Clause 3.4.1b."""
    row = Feedback(
        kind=kind, text=text, channel=Feedback.Channel.ONLINE, customer_name=company or name, reporter=name,
        reporter_reach=reach, product=product,
    )  # fmt: skip
    return _take_in(row, file)


def answer(row: Feedback, *, satisfied: bool, score: int | None, text: str) -> None:
    """The customer's word on a result; a late "no" reopens what had lapsed. Clauses 3.4.3a, b."""
    step = "confirm_by_link" if satisfied else "refuse_by_link"
    advance(row, step, by=None, data={"score": score, "answer": text} if satisfied else {"answer": text})


def say(row: Feedback, text: str, *, file: Any = None, how: str = FeedbackMessage.How.PAGE) -> Feedback:
    """A word of the customer: on what runs it is kept there and wakes the clock; after the end it is a linked case.

    By e-mail, a customer who was let go because he was silent begins a new round with it: he has no page before him that
    would ask whether he is satisfied. Clause 3.4.3b.
    """
    by_mail = how == FeedbackMessage.How.MAIL
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=row.pk)
        if row.state in OVER:
            return _take_in(_next_case(row, text, by_mail), file, told="" if by_mail else how)
        FeedbackMessage.objects.create(feedback=row, what=FeedbackMessage.What.CUSTOMER, how=how, text=text)
        if by_mail and row.state == Feedback.State.LAPSED:
            advance(row, "reopen_by_mail", by=None, data={"answer": text[:2_000]})
            row = Feedback.objects.get(pk=row.pk)
        if file:
            attach(record=row, file=file, by=None)
        serving.end_waiting(row, by=None)
        people = [row.handler] if row.handler else holding(serving.RECORD)
        effect = f"said:{row.pk}:{row.messages.count()}"
        notices.tell(people, "feedback", effect=effect, record=row, what=text[:120], **row.words_of())
        return row


def rate(order: Order, *, score: int, remarks: str) -> None:
    """How satisfied the customer is with his order, by his own hand. Clause 3.3.6c."""
    OrderContact.objects.create(order=order, how=OrderContact.How.LINK, score=score, remarks=remarks)


def _next_case(row: Feedback, text: str, by_mail: bool) -> Feedback:
    channel = Feedback.Channel.EMAIL if by_mail else Feedback.Channel.LINK
    return Feedback(
        kind=row.kind, text=text, channel=channel, severity=row.severity, customer=row.customer,
        customer_name=row.customer_name, contact=row.contact, reporter=row.reporter, order=row.order,
        reporter_reach=row.reporter_reach, product=row.product, earlier=row,
    )  # fmt: skip


def _take_in(row: Feedback, file: Any, told: str = FeedbackMessage.How.PAGE) -> Feedback:
    with transaction.atomic():
        serving.receive(row, by=None, told=told)
        if file:
            attach(record=row, file=file, by=None)
        return row
