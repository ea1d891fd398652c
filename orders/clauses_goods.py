"""The clauses of inspection, shipment and transport (REGULATION 3.3.4a to 3.3.6a), each with its live check."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kernel.clauses import LISTED, Case, Result, clause, enforced, promised, watched
from orders.models import Inspection, OrderLine, Shipment
from orders.reworking import REWORK
from orders.shipping import TELL_SHIPPED, TRACKING

QUALITY, LOGISTICS = _("Quality inspection"), _("Logistics")


def inspected_in_process() -> Result:
    """Every made line that passed was inspected in process as well; old orders are left out."""
    known = Inspection.objects.filter(line=OuterRef("pk"), kind=Inspection.Kind.IN_PROCESS).exclude(state="open")
    rows = OrderLine.objects.filter(route=OrderLine.Route.MAKE, accepted__gt=0, order__imported=False)
    rows = rows.annotate(known=Exists(known)).select_related("order")
    cases = [
        Case(f"{line.order.number} {line}", line.order.get_absolute_url(), str(_("never inspected in process")))
        for line in rows.filter(known=False)[:LISTED]
    ]
    return Result(kept=rows.filter(known=True).count(), broken=rows.filter(known=False).count(), cases=cases)


def packed_by_list() -> Result:
    """Every shipment that left had each point of its packing checklist ticked."""
    rows = Shipment.objects.filter(state__in=("shipped", "delivered"))
    broken = rows.filter(checks__done_at=None).distinct().select_related("order")
    cases = [Case(str(row), row.get_absolute_url(), str(_("left without its checks"))) for row in broken[:LISTED]]
    count = broken.count()
    return Result(kept=rows.count() - count, broken=count, cases=cases)


clause(
    "3.3.4a",
    who=QUALITY,
    screen="orders:quality_bench",
    check=watched(inspected_in_process),
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
    check=watched(packed_by_list),
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
    who=_("Customer service"),
    screen="orders:shipment_list",
    check=promised(TRACKING),
    text=_("Follows the goods on their way and confirms their receipt with the customer."),
)
