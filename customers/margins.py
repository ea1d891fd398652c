"""Requests to agree to terms below the floor margin, with the figures that the decision turns on (clause 3.1.5c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Opportunity, TermSheet
from customers.models.access import MARGIN
from kernel.models import Agreement
from kernel.money import in_figures
from kernel.panels import Remark, section
from kernel.settings import setting

CLAUSE = "3.1.5c"


@dataclass(frozen=True)
class MarginFigures:
    """The term sheet that a request is about, against the floor margin of today."""

    sheet: TermSheet
    floor: Decimal
    subject: str

    @property
    def margin(self) -> Decimal | None:
        """The margin of the terms as they are now; None while a cost is not known."""
        return self.sheet.margin_percent

    @property
    def short(self) -> Decimal | None:
        """By how many points the margin lies below the floor."""
        return None if self.margin is None else self.floor - self.margin

    @property
    def is_changed(self) -> bool:
        """Whether the terms were changed after the request: what is agreed to would not hold for them."""
        return self.sheet.subject != self.subject

    @property
    def lines(self) -> list[tuple[Any, Decimal | None]]:
        """Each line with its own margin in percent."""
        return [(line, _margin(line.amount, line.cost)) for line in self.sheet.lines.all()]

    def facts(self) -> list[str]:
        """Margin, floor, difference, and price against cost, each in a few words."""
        currency = self.sheet.currency
        if self.margin is None:
            return [_("margin not known"), _("floor %(floor)s%%") % {"floor": _plain(self.floor)}]
        return [
            _("margin %(margin)s%%") % {"margin": _plain(self.margin)},
            _("floor %(floor)s%%") % {"floor": _plain(self.floor)},
            _("%(points)s points below") % {"points": _plain(self.short)},
            _("price %(price)s, cost %(cost)s")
            % {"price": in_figures(self.sheet.total, currency), "cost": in_figures(self.sheet.cost, currency)},
        ]


def _margin(price: Decimal, cost: Decimal | None) -> Decimal | None:
    return None if cost is None or not price else ((price - cost) * 100 / price).quantize(Decimal("0.01"))


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def figures_of(requests: Sequence[Agreement]) -> dict[int, MarginFigures]:
    """The figures of each request about a term sheet, by its key; two queries."""
    asked = [a for a in requests if (a.model, a.clause) == (Opportunity.label_of(), CLAUSE)]
    if not asked:
        return {}
    rows = TermSheet.objects.filter(opportunity__in={a.row for a in asked}).select_related("opportunity__customer")
    sheets = {sheet.opportunity_id: sheet for sheet in rows.prefetch_related("lines")}
    floor = Decimal(setting("customers.floor_margin"))
    return {a.pk: MarginFigures(sheets[a.row], floor, a.subject) for a in asked if a.row in sheets}


def remarks_on(requests: Sequence[Agreement], user: Any) -> dict[int, Remark]:
    """Beside a request in lists: who the customer is, what he pays, and the margin for those who may see it."""
    found = figures_of(requests)
    sees = user.has_perm(MARGIN)
    return {
        key: Remark(
            title=_("Terms below the floor margin: %(title)s") % {"title": figures.sheet.opportunity.name},
            party=str(figures.sheet.opportunity.customer),
            amount=figures.sheet.total,
            currency=figures.sheet.currency,
            facts=tuple(figures.facts()) if sees else (),
        )
        for key, figures in found.items()
    }


@section("kernel.agreement", 100, "customers/_margin_request.html")
def terms_of_request(request: Agreement, user: Any) -> dict[str, Any] | None:
    """On the request itself: the figures, line by line."""
    figures = figures_of([request]).get(request.pk)
    return {"figures": figures, "sees_margin": user.has_perm(MARGIN)} if figures else None
