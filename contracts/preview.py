"""What a decider sees of a contract beside the approval queue: figures, deviations, differences, checklist."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalog.models import Price
from contracts.agreed import agreed_terms
from contracts.differences import Comparison, compare_contents, deviations
from kernel.money import in_capitals

MARGIN = "customers.view_margin"


def preview(contract: Any, user: Any) -> dict[str, Any]:
    """The context of templates/contracts/_contract_preview.html."""
    return {
        "record": contract,
        "capitals": in_capitals(contract.total, contract.currency, contract.script),
        "margin": margin_of(contract) if user.has_perm(MARGIN) else None,
        "deviations": deviations(contract),
        "comparison": since_last_review(contract),
        "agreed": agreed_terms(contract, user),
        "open_opinions": contract.open_opinions(blocking=False),
        "items": contract.checklist(contract.forward_step()),
        "side": contract.side_of(user),
    }


def since_last_review(contract: Any) -> Comparison | None:
    """What differs from the version reviewed before the present one; None for the first version.

    While it is being amended, the present text is compared with the version that was returned.
    """
    in_review = contract.state in ("manager_review", "legal_review")
    number = contract.text_version - 1 if in_review else contract.text_version
    before = contract.versions.filter(number=number).first() if number > 0 else None
    return compare_contents(before.content, contract.content) if before else None


def margin_of(contract: Any) -> Decimal | None:
    """Margin in percent of the net amount, one decimal; None while a cost is unknown. Only for holders of view_margin."""
    lines = contract.line_rows
    prices = Price.in_force(
        (li.product_id for li in lines if li.product_id and li.unit_cost is None), contract.currency
    )
    costs = [_cost_of(line, prices) for line in lines]
    if not costs or any(cost is None for cost in costs) or not contract.net_total:
        return None
    cost = sum((c for c in costs if c is not None), Decimal(0))
    return ((contract.net_total - cost) * 100 / contract.net_total).quantize(Decimal("0.1"))


def _cost_of(line: Any, prices: dict[int, Price]) -> Decimal | None:
    if line.unit_cost is not None:
        return Decimal(line.unit_cost * line.quantity)
    price = prices.get(line.product_id)
    return Decimal(price.cost * line.quantity) if price else None
