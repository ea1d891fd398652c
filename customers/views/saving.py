"""Saving a list's filters as a view of one's own, and giving a view up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.filters import CustomerFilter, InsightFilter, OpportunityListFilter
from customers.forms.saving import SavedViewForm
from customers.models import SavedView
from customers.models.views import LONGEST, PAGES
from customers.views.rows import form_page, saved
from kernel.once import once
from kernel.policy import allow

FILTERS = {"customer_list": CustomerFilter, "opportunity_list": OpportunityListFilter, "insight_list": InsightFilter}
SHOWN = 12


def saved_views(request: HttpRequest, page: str) -> dict[str, Any]:
    """What a list shows of the views saved of it: one query."""
    rows = SavedView.objects.visible_to(request.user).filter(page=page)[:SHOWN]
    query = filters_of(page, request.GET)
    return {"saved": rows, "saved_page": page, "query": query}


def filters_of(page: str, asked: QueryDict) -> str:
    """The filters in a query, without the place in the list and whatever else stands there."""
    kept = QueryDict(mutable=True)
    for name in [*FILTERS[page].base_filters, "ordering"]:
        if value := asked.get(name, ""):
            kept[name] = value
    text = kept.urlencode()
    return text if len(text) <= LONGEST else ""


@allow("customers.view_customer", "customers.view_opportunity", "customers.view_marketinsight")
@once
def view_save(request: HttpRequest, page: str) -> HttpResponse:
    """Save the list as it is filtered now under a name; a view of one's own of that name is replaced."""
    if page not in PAGES or not request.user.has_perm(PAGES[page]):
        raise Http404
    query = filters_of(page, request.GET)
    form = SavedViewForm(request.POST or None)
    back = f"{reverse(f'customers:{page}')}?{query}"
    if request.method == "POST" and form.is_valid():
        values = {"query": query, "is_shared": form.cleaned_data["is_shared"]}
        SavedView.objects.update_or_create(
            owner=request.user, page=page, name=form.cleaned_data["name"], defaults=values
        )
        return saved(request, back, _("The view is saved."))
    heading = _("Save this view")
    return form_page(request, form, heading=heading, back=back, template="customers/saved_view.html")


@allow("customers.view_customer", "customers.view_opportunity", "customers.view_marketinsight")
@once
@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a view of one's own."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user).filter(owner=request.user), pk=pk)
    back = reverse(f"customers:{view.page}")
    view.delete()
    return saved(request, back, _("The view is gone."))
