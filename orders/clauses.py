"""The clauses of order execution (REGULATION 3.3): who owes what, where it is done, how it is checked."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.clauses import LISTED, Case, Result, clause, enforced, promised, section, watched
from kernel.models import Promise
from kernel.promises import STAGE
from orders import clauses_goods, clauses_supply  # noqa: F401  (declare their clauses)
from orders.models import Order, OrderContact, OrderException
from orders.placing import ENTRY
from orders.problems import TELL
from orders.shipping import TRACKING

section("3.3", _("Order execution"))

SERVICE = _("Customer service")


def completed_with_score() -> Result:
    """Every completed order has a talk with a score; what was imported from the old system is left out."""
    scored = OrderContact.objects.filter(order=OuterRef("pk")).exclude(score=None)
    rows = Order.objects.filter(state="completed", imported=False).annotate(asked=Exists(scored))
    cases = [
        Case(o.number, o.get_absolute_url(), str(_("completed without a score")), o.state_at)
        for o in rows.filter(asked=False)[:LISTED]
    ]
    return Result(kept=rows.filter(asked=True).count(), broken=rows.filter(asked=False).count(), cases=cases)


def solved_by_salespeople() -> Result:
    """Problems given to the customer's salesperson: solved within their time against late ones, solved or not."""
    late = Q(state=Promise.State.BROKEN) | Q(state=Promise.State.OPEN, due_at__lt=clock.now())
    broken = Promise.objects.filter(late, kind=STAGE, model="orders.orderexception", row=OuterRef("pk"))
    rows = OrderException.objects.filter(owner=F("order__customer__owner")).annotate(late=Exists(broken))
    cases = [
        Case(str(e), e.get_absolute_url(), str(_("not solved within its time")), e.state_at, str(e.owner))
        for e in rows.filter(late=True).select_related("order", "owner").order_by("-pk")[:LISTED]
    ]
    return Result(
        kept=rows.filter(late=False, state="resolved").count(), broken=rows.filter(late=True).count(), cases=cases
    )


clause(
    "2.2.2d",
    who=_("Salesperson"),
    screen="orders:order_list",
    check=watched(solved_by_salespeople),
    text=_("Helps customer service to solve what goes wrong with his customers' orders."),
)
clause(
    "2.2.3b",
    who=SERVICE,
    screen="orders:delivery_calendar",
    check=promised(TELL, TRACKING),
    text=_("Follows orders, so that the right goods come in time, and tells the customer when they do not."),
)
clause(
    "3.3.1a",
    who=SERVICE,
    screen="orders:order_create",
    check=promised(ENTRY),
    text=_("Enters the order from the signed contract in time and issues it to the departments."),
)
clause(
    "3.3.1b",
    who=SERVICE,
    screen="orders:order_list",
    check=enforced(),
    text=_("States specification, quantity, delivery date and the customer's requirements for each line."),
)
clause(
    "3.3.6b",
    who=SERVICE,
    screen="orders:order_list",
    check=promised(),
    text=_(
        "In case of delay, damage or a problem of any stage, coordinates the solution and tells the customer the result."
    ),
)
clause(
    "3.3.6c",
    who=SERVICE,
    screen="orders:order_list",
    check=watched(completed_with_score),
    text=_("Talks to the customer during execution and collects how satisfied he is."),
)
