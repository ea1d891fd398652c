"""The contract ledger 臺賬 on screen and as PDF; as a workbook it is one of contracts/lists.py (clause 3.2.3c)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.forms import LedgerFilter
from contracts.lists import ledger_filter
from contracts.reports import (
    FIRST_SORTS,
    NEWEST_FIRST,
    SORTS,
    are_few,
    counts_by_state,
    in_order,
    ledger_rows,
    total_in_base,
    totals_by_currency,
)
from kernel import clock
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response, render_pdf
from kernel.views import keyset_page
from kernel.views.sorting import chosen_sort, sort_heads, with_parameter
from organization.models import Company

VIEW, EXPORT = "contracts.view_ledger", "contracts.export_ledger"
MOST_PRINTED = 2_000


def _filter(request: HttpRequest) -> tuple[LedgerFilter, dict[str, Any]]:
    return ledger_filter(request.user, request.GET)


def _sort(request: HttpRequest) -> str:
    return chosen_sort(request, SORTS, NEWEST_FIRST)


def _sorted(request: HttpRequest, rows: QuerySet) -> QuerySet:
    """The rows in the order of the screen."""
    rows, order = in_order(rows, _sort(request))
    return rows.order_by(*order)


@allow(VIEW)
def ledger(request: HttpRequest) -> HttpResponse:
    """Signing date, customer, amount, period and state of every signed contract; sorted, paged, totals per currency.

    Of very many rows the totals are added up when asked for (`?sum=1`), here or in the files.
    """
    form, chosen = _filter(request)
    rows = ledger_rows(request.user, chosen)
    sort = _sort(request)
    sorted_rows, order = in_order(rows, sort)
    page = keyset_page(request, sorted_rows, order=order)
    of_all_states = ledger_rows(request.user, {**chosen, "state": []})
    is_summed = "sum" in request.GET or are_few(of_all_states)
    counts = counts_by_state(of_all_states) if is_summed else {}
    context = {
        "form": form,
        "page": page,
        "heads": sort_heads(request, FIRST_SORTS, sort),
        "sort": "" if sort == NEWEST_FIRST else sort,
        "totals": totals_by_currency(rows) if is_summed else [],
        "in_base": total_in_base(rows, Company.own().currency) if is_summed else None,
        "to_sum": "" if is_summed else with_parameter(request, "sum", "1"),
        "query": request.GET.urlencode(),
        "today": clock.now(),
        "states": [
            (s, label, counts.get(s, 0) if is_summed else "", s in (chosen.get("state") or ()))
            for s, label in form.fields["state"].choices
        ],
        "may_export": request.user.has_perm(EXPORT),
    }
    return render(request, "contracts/ledger.html", context)


@allow(EXPORT)
def ledger_pdf(request: HttpRequest) -> HttpResponse:
    """The filtered ledger as a landscape PDF."""
    _form, chosen = _filter(request)
    rows = ledger_rows(request.user, chosen)
    context = {
        "company": Company.own(),
        "rows": list(_sorted(request, rows)[:MOST_PRINTED]),
        "totals": totals_by_currency(rows),
        "in_base": total_in_base(rows, Company.own().currency),
        "chosen": chosen,
    }
    title = _("Contract ledger")
    try:
        pdf = render_pdf(
            "contracts/print/ledger.html",
            context,
            title=title,
            language=get_language() or "zh-hant",
            printed_by=request.user,
        )
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect("contracts:ledger")
    return pdf_response(pdf, f"{title} {clock.today():%Y-%m-%d}.pdf", inline=True)
