"""The purchase order on paper: what is bought, at which price, expected when (3.3.3a)."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kernel.money import in_figures, quantize
from kernel.printing import render_pdf
from orders.models import PurchaseOrder
from organization.models import Company


def purchase_pdf(purchase: PurchaseOrder, *, record_url: str, printed_by: Any = None) -> bytes:
    """The purchase order in the language of whoever prints it, with the QR code of its record. Clause 3.3.3a."""
    context = {
        "company": Company.own(),
        "purchase": purchase,
        "lines": purchase.line_rows,
        "number": purchase.number,
        "record_url": record_url,
        "total": in_figures(quantize(purchase.total, purchase.currency), purchase.currency),
    }
    watermark = _("DRAFT") if purchase.state == PurchaseOrder.State.REQUESTED else ""
    return render_pdf(
        "orders/print/purchase.html", context, title=_("Purchase order"), language=translation.get_language() or "en",
        watermark=watermark, stylesheets=("orders/print/goods.css",), printed_by=printed_by,
    )  # fmt: skip
