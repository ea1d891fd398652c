"""The page of won and lost opportunities by salesperson and quarter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from customers.closings import closed_by_owner_and_quarter, total_of, years_closed
from customers.models import Opportunity
from kernel.policy import allow


@allow("customers.view_opportunity")
def closed_report(request: HttpRequest) -> HttpResponse:
    """Won, lost, win rate and value of the opportunities this person may see; the latest year unless another is asked."""
    visible = Opportunity.objects.visible_to(request.user)
    years = years_closed(visible)
    asked = request.GET.get("year", "")
    year = next((y for y in years if str(y) == asked), years[0] if years else None)
    rows = closed_by_owner_and_quarter(visible, year) if year else []
    context = {"rows": rows, "total": total_of(rows), "years": years, "year": year}
    return render(request, "customers/closed_report.html", context)
