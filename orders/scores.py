"""How suppliers deliver: on time and accepted, over the last twelve months, from their deliveries (3.3.3c)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from kernel import clock
from orders.models import GoodsReceipt

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Score:
    """Deliveries of a supplier: how many, how many by the day first agreed, and the quantities accepted and rejected."""

    deliveries: int = 0
    on_time: int = 0
    accepted: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)

    @property
    def on_time_share(self) -> int | None:
        """Percent of the deliveries that came by the day first agreed; None without a delivery."""
        return round(100 * self.on_time / self.deliveries) if self.deliveries else None

    @property
    def accepted_share(self) -> int | None:
        """Percent of the quantity that was accepted; None where nothing came."""
        total = self.accepted + self.rejected
        return round(100 * self.accepted / total) if total else None


def scores_of(suppliers: Iterable[int]) -> dict[int, Score]:
    """The score of each supplier that delivered within twelve months, by its key. One query. Clause 3.3.3c."""
    rows = GoodsReceipt.objects.filter(line__purchase__supplier__in=list(suppliers), on__gt=clock.today() - YEAR)
    found = rows.order_by().values("line__purchase__supplier").annotate(
        deliveries=Count("pk"), in_time=Count("pk", filter=Q(on__lte=F("promised_on"))), good=Sum("accepted"),
        bad=Sum("rejected"),
    )  # fmt: skip
    return {
        row["line__purchase__supplier"]: Score(row["deliveries"], row["in_time"], row["good"], row["bad"])
        for row in found
    }
