"""Market research: segments, insights and their analysis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import market
from customers.filters import InsightFilter
from customers.forms.insights import AnalysisForm, InsightForm, SegmentForm
from customers.models import MarketInsight, Segment
from customers.views.rows import form_page, saved
from customers.views.saving import saved_views
from kernel import clock
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page

PERIODS = (90, 180, 365)

SHOWN = 45  # rows of a page: with their texts they fill it


@allow("customers.view_marketinsight")
def insight_list(request: HttpRequest) -> HttpResponse:
    """What was learned about the markets, newest first. Clauses 3.1.1a, 2.2.2c."""
    filters = InsightFilter(request.GET, MarketInsight.objects.visible_to(request.user), request=request)
    rows = filters.qs.select_related("segment", "by", "analysed_by")
    page = keyset_page(request, rows, order=("-observed_on", "-pk"), size=SHOWN)
    context = {"page": page, "filters": filters, **saved_views(request, "insight_list")}
    return render(request, "customers/insight_list.html", context)


@allow("customers.view_marketinsight")
def insight_summary(request: HttpRequest) -> HttpResponse:
    """What was observed lately, by segment and by competitor. Clauses 2.2.2c, 2.2.1d."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(n) for n in PERIODS} else PERIODS[0]
    since = clock.today() - timedelta(days=days)
    return render(
        request,
        "customers/insight_summary.html",
        {
            "days": days,
            "periods": PERIODS,
            "since": since,
            "kinds": MarketInsight.Kind.choices,
            "segments": market.by_segment(request.user, since),
            "competitors": market.by_competitor(request.user, since),
        },
    )


def _changeable(request: HttpRequest, model: type[Any], pk: int) -> Any:
    """A row that this person may see (404) and change (403)."""
    row = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    if not request.user.has_perm("customers.change_marketinsight"):
        raise PermissionDenied
    return row


def _insights_url() -> str:
    return reverse("customers:insight_list")


@allow("customers.add_marketinsight")
@once
def insight_create(request: HttpRequest) -> HttpResponse:
    """A new insight; `?segment=` and `?kind=` come from the page that misses it."""
    initial = {"segment": request.GET.get("segment"), "kind": request.GET.get("kind")}
    form = InsightForm(request.POST or None, instance=MarketInsight(by=request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, _insights_url(), _("The market insight is saved."))
    return form_page(request, form, heading=_("New market insight"), back=_insights_url(), clause="3.1.1a")


@allow("customers.view_marketinsight")
@once
def insight_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What was learned, corrected."""
    insight = _changeable(request, MarketInsight, pk)
    form = InsightForm(request.POST or None, instance=insight)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, _insights_url(), _("The market insight is saved."))
    return form_page(request, form, heading=_("Edit the market insight"), back=_insights_url(), clause="3.1.1a")


@allow("customers.view_marketinsight")
@once
def insight_analyse(request: HttpRequest, pk: int) -> HttpResponse:
    """The target segment and the opportunity seen in it. Clause 3.1.1b."""
    insight = _changeable(request, MarketInsight, pk)
    form = AnalysisForm(request.POST or None, instance=insight)
    if request.method == "POST" and form.is_valid():
        insight.analysed_by, insight.analysed_at = request.user, clock.now()
        form.save()
        return saved(request, _insights_url(), _("The analysis is saved."))
    return form_page(
        request, form, heading=_("Analyse the insight"), back=_insights_url(), clause="3.1.1b", quote=insight.content
    )


@allow("customers.view_marketinsight")
def segment_list(request: HttpRequest) -> HttpResponse:
    """The segments of the market, by name."""
    page = keyset_page(request, Segment.objects.visible_to(request.user), order=("name", "pk"))
    return render(request, "customers/segment_list.html", {"page": page})


def _segments_url() -> str:
    return reverse("customers:segment_list")


@allow("customers.add_marketinsight")
@once
def segment_create(request: HttpRequest) -> HttpResponse:
    """A new segment."""
    form = SegmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, _segments_url(), _("The segment is saved."))
    return form_page(request, form, heading=_("New segment"), back=_segments_url(), clause="3.1.1a")


@allow("customers.view_marketinsight")
@once
def segment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A segment's name and description."""
    segment = _changeable(request, Segment, pk)
    form = SegmentForm(request.POST or None, instance=segment)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, _segments_url(), _("The segment is saved."))
    return form_page(request, form, heading=_("Edit the segment"), back=_segments_url(), clause="3.1.1a")
