"""The clauses of order execution (REGULATION 3.3): who owes what, where it is done, how it is checked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.clauses import clause, enforced, promised, section, watched
from orders import conformance
from orders.placing import ENTRY
from orders.purchasing import PROGRESS
from orders.reworking import REWORK
from orders.shipping import TELL_SHIPPED, TRACKING

section("3.3", _("Order execution"))

SERVICE, PRODUCTION, PURCHASING = _("Customer service"), _("Production"), _("Purchasing")
QUALITY, LOGISTICS = _("Quality inspection"), _("Logistics")


clause(
    "2.2.2d",
    who=_("Salesperson"),
    screen="orders:order_list",
    check=watched(conformance.solved_by_salespeople),
    text=_("Helps customer service to solve what goes wrong with his customers' orders."),
)
clause(
    "2.2.3b",
    who=SERVICE,
    screen="orders:delivery_calendar",
    check=watched(conformance.customers_kept_informed),
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
    "3.3.2a",
    who=PRODUCTION,
    screen="orders:production_bench",
    check=watched(conformance.planned_orders),
    text=_("Makes a production plan for each order, with dated tasks."),
)
clause(
    "3.3.2b",
    who=PRODUCTION,
    screen="orders:productionplan_list",
    check=enforced(),
    text=_("States schedule, materials needed and quality requirements in the plan."),
)
clause(
    "3.3.2c",
    who=PRODUCTION,
    screen="orders:production_bench",
    check=watched(conformance.tasks_in_time),
    text=_("Produces by plan and quality requirements, and finishes in time."),
)
clause(
    "3.3.3a",
    who=PURCHASING,
    screen="orders:shortage_list",
    check=watched(conformance.supply_in_time),
    text=_("Buys in time what the plans need and stock does not hold."),
)
clause(
    "3.3.3b",
    who=PURCHASING,
    screen="orders:supplier_list",
    check=enforced(),
    text=_("Buys from qualified suppliers only."),
)
clause(
    "3.3.3c",
    who=PURCHASING,
    screen="orders:purchaseorder_list",
    check=promised(PROGRESS),
    text=_("Stays in touch with suppliers, follows deliveries and solves problems in time."),
)
clause(
    "3.3.4a",
    who=QUALITY,
    screen="orders:quality_bench",
    check=watched(conformance.inspected_in_process),
    text=_("Inspects during production and at its end, by the quality requirements and those of the customer."),
)
clause(
    "3.3.4b",
    who=QUALITY,
    screen="orders:inspection_list",
    check=promised(REWORK),
    text=_("Reports what passed; what failed is reworked at once and inspected again, until it passes."),
)
clause(
    "3.3.5a",
    who=LOGISTICS,
    screen="orders:logistics_bench",
    check=enforced(),
    text=_("Ships in time what has passed its inspection."),
)
clause(
    "3.3.5b",
    who=LOGISTICS,
    screen="orders:logistics_bench",
    check=watched(conformance.packed_by_list),
    text=_("Packs and marks the goods so that they arrive whole."),
)
clause(
    "3.3.5c",
    who=LOGISTICS,
    screen="orders:shipment_list",
    check=promised(TELL_SHIPPED),
    text=_("Tells the customer at once that his goods left, and by which number he can follow them."),
)
clause(
    "3.3.6a",
    who=SERVICE,
    screen="orders:shipment_list",
    check=promised(TRACKING),
    text=_("Follows the goods on their way and confirms their receipt with the customer."),
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
    check=watched(conformance.completed_with_score),
    text=_("Talks to the customer during execution and collects how satisfied he is."),
)
