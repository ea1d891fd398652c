"""Verbs of exceptions: raised by a person or by what happened, once per source, with who owes the customer a word (3.3.6b)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel import calendar, clock, notices, promises
from kernel.advance import begin
from kernel.settings import setting
from orders.models import Order, OrderException

TELL = "tell_customer"
promises.name_kind(TELL, _("Tell the customer: %(what)s"))
notices.say("exception", _("Problem with an order: %(title)s"), urgent=True)


def raise_exception(
    order: Order, *, kind: str, what: str, by: Any = None, owner: Any = None, source: str = "", party: str = ""
) -> OrderException:
    """Open an exception, or return the open one of the same source; customer service owes the customer a word on it.

    `source` names what raised it ("plan:12", "purchase:7"); an empty one is a person's and always new. Clause 3.3.6b.
    """
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order.pk)
        open_ = OrderException.objects.filter(order=order, state="open", source=source).first() if source else None
        if open_:
            return open_
        row = OrderException(
            order=order, kind=kind, what=what, raised_by=by, owner=owner, source=source, party=party
        )  # fmt: skip
        begin(row, by=by)
        hours = Decimal(setting("orders.tell_hours"))
        promises.make(
            row, TELL, due_at=calendar.add_working_hours(clock.now(), hours), clause="3.3.6b", what=what[:80],
            owed_by=order.entered_by, owed_to=order.customer_name,
        )  # fmt: skip
        people = [person for person in row.audience_of() if person != by]
        notices.tell(people, "exception", effect=f"exception:{row.pk}", record=row, **row.words_of())
        return row


def save_changed(row: OrderException, *, by: Any) -> OrderException:
    """Save what was entered; whoever is named to solve it now owes it and is told. Clauses 3.3.6b, 2.2.2d."""
    with transaction.atomic():
        before = OrderException.objects.select_related("owner", "order__entered_by").get(pk=row.pk)
        row._history_user = by
        row.save()
        note_told(row)
        if before.owner_id != row.owner_id:
            promises.hand_over(row, before=before.owner_of(), after=row.owner_of(), kind=promises.STAGE)
            people = [person for person in [row.owner] if person and person != by]
            effect = f"exception:{row.pk}:{row.version}"
            notices.tell(people, "exception", effect=effect, record=row, **row.words_of())
        return row


def note_told(row: OrderException) -> None:
    """The customer knows: the word owed to him is kept."""
    if row.told_on:
        promises.keep(row, TELL)
