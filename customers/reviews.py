"""Keeping customer files up to date: each is reviewed in time, what is dead is taken out with reason. Clause 4.2.1c."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from customers.models.access import MANAGE
from customers.services import end_of
from kernel import clock, promises
from kernel.models import Promise
from kernel.settings import define, setting

define(
    "customers.review_days", 180, _("A customer's file is reviewed every (0: never)"), unit=_("days"), clause="4.2.1c"
)
define("customers.review_notice_days", 14, _("A review of a customer's file is asked for before it is due"),
       unit=_("days"), clause="4.2.1c")  # fmt: skip

REVIEW = "file_review"
promises.name_kind(REVIEW, _("Review of the customer's file: %(what)s"))
BATCH = 500
REASON = 100  # characters that a line of history keeps


def schedule_reviews(limit: int = BATCH) -> int:
    """Promise the review of each file that becomes due soon and has none promised; returns how many. May run twice."""
    days, ahead = setting("customers.review_days"), setting("customers.review_notice_days")
    if not days:
        return 0
    owed = Promise.objects.open().filter(kind=REVIEW, model=Customer._meta.label_lower).values("row")
    rows = Customer.objects.filter(state=Customer.State.ACTIVE).exclude(pk__in=owed)
    due = rows.annotate(seen_on=Coalesce("reviewed_on", TruncDate("created_at"))).filter(
        seen_on__lte=clock.today() - timedelta(days=days - ahead)
    )
    keys = list(due.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_schedule(pk, days, ahead) for pk in keys)


def _schedule(pk: int, days: int, ahead: int) -> bool:
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.state != Customer.State.ACTIVE or Promise.objects.of(row).open().filter(kind=REVIEW).exists():
            return False
        seen_on = row.reviewed_on or clock.local(row.created_at).date()
        day = max(seen_on + timedelta(days=days), clock.today() + timedelta(days=ahead))
        promises.make(
            row,
            REVIEW,
            due_at=end_of(day),
            clause="4.2.1c",
            what=row.name,
            owed_by=row.owner,
            permission=MANAGE,
            url=reverse("customers:customer_review", args=[pk]),
        )
        return True


def due_for(user: Any) -> QuerySet:
    """The open reviews of files that this person keeps, as promises."""
    mine = Customer.objects.open_to(user)
    if not (user.has_perm(MANAGE) or user.has_perm("customers.log_interaction")):
        mine = mine.filter(Q(owner=user) | Q(collaborators=user))
    rows = Promise.objects.open().filter(kind=REVIEW, model=Customer._meta.label_lower)
    return rows.filter(row__in=mine.order_by().values("pk"))


def confirm(customer: Customer, *, note: str, by: Any) -> Customer:
    """Say that the file was read and is right today; the promise is kept, the next one comes by itself."""
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        row.reviewed_on = clock.today()
        row.version += 1
        row._history_user, row._change_reason = by, (note.strip() or str(_("file reviewed")))[:REASON]
        row.save()
        promises.keep(row, REVIEW)
        return row


def take_out(contact: Contact, *, names: list[str], reason: str, by: Any) -> Contact:
    """Take a contact's dead numbers or addresses out of the file, with reason. Clause 4.2.1c."""
    with transaction.atomic():
        row = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        for name in set(names) & {"phone", "email", "wechat"}:
            setattr(row, name, "")
        row.version += 1
        row._history_user, row._change_reason = by, reason.strip()[:REASON]
        row.save()
        return row
