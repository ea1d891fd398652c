"""Papers of quality and logistics: inspection report, packing list, labels; none holds an amount. 3.3.4b, 3.3.5b."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kernel.printing import qr_data_uri, render_pdf
from orders.models import Inspection, Shipment
from orders.public import language_of
from organization.models import Company

STYLES = ("orders/print/goods.css",)
MOST_LABELS = 100


def report_pdf(inspection: Inspection, *, record_url: str, printed_by: Any = None) -> bytes:
    """The inspection report 質量檢驗報告 of one inspection, in the reader's language. Clause 3.3.4b."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    context = {
        "company": Company.own(), "record": inspection, "order": inspection.order, "line": inspection.line,
        "points": inspection.point_rows, "defects": inspection.defect_rows, "number": inspection.report_number,
        "record_url": record_url,
    }  # fmt: skip
    return render_pdf(
        "orders/print/inspection_report.html", context, title=_("Inspection report"), language=language,
        stylesheets=STYLES, printed_by=printed_by,
    )  # fmt: skip


def packing_list_pdf(shipment: Shipment, *, printed_by: Any = None, language: str = "") -> bytes:
    """The packing list 裝箱單 of a shipment: what and how much is in it, where it goes. Clause 3.3.5b.

    It lies in the box: without another wish it is written in the customer's language.
    """
    language = language or language_of(shipment.order.customer)
    with translation.override(language):
        title = _("Packing list")
    return render_pdf(
        "orders/print/packing_list.html", _context(shipment), title=title, language=language, stylesheets=STYLES,
        printed_by=printed_by,
    )  # fmt: skip


def label_pdf(shipment: Shipment, *, printed_by: Any = None) -> bytes:
    """One label per package: whither, which order and shipment, package n of m, QR code of the staff's page. 3.3.5b.

    The code holds the address of a page that asks for sign-in, never the customer's link.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    url = settings.BASE_URL.rstrip("/") + reverse("orders:shipment_detail", args=[shipment.pk])
    packages = range(1, min(shipment.packages, MOST_LABELS) + 1)
    context = {**_context(shipment), "packages": packages, "code": qr_data_uri(url)}
    return render_pdf(
        "orders/print/label.html", context, title=_("Label"), language=language, stylesheets=STYLES,
        printed_by=printed_by,
    )  # fmt: skip


def _context(shipment: Shipment) -> dict[str, Any]:
    return {
        "company": Company.own(), "shipment": shipment, "order": shipment.order, "lines": shipment.line_rows,
        "number": shipment.number,
    }  # fmt: skip
