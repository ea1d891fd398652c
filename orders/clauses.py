"""The clauses of order execution (REGULATION 3.3): who owes what, where it is done, how it is checked."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kernel.clauses import LISTED, Case, Result, clause, enforced, promised, section, watched
from orders import clauses_goods, clauses_supply  # noqa: F401  (declare their clauses)
from orders.models import Order, OrderContact
from orders.placing import ENTRY

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
