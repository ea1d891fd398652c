"""Merging two customers: choosing the other one, seeing what moves, choosing the facts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from customers import duplicates, merging
from customers.forms.merging import MergeForm
from customers.models import Customer
from customers.models.access import MANAGE
from customers.views.rows import saved
from kernel.advance import StepRefused
from kernel.once import once
from kernel.policy import allow

CHOICES = 10


@allow("customers.view_customer")
@once
def customer_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge this customer into another: what moves, which facts stay. Clause 4.2.1c."""
    gone = get_object_or_404(Customer.objects.open_to(request.user).select_related("owner", "segment"), pk=pk)
    if not gone.may_be_merged_by(request.user):
        raise PermissionDenied
    survivor = _chosen(request, gone)
    if survivor is None:
        return _choose(request, gone)
    form = MergeForm(request.POST or None, gone=gone, survivor=survivor, user=request.user)
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = _merge(form, request.user)
        if not problem:
            return saved(request, survivor, _("%(name)s is merged into this customer.") % {"name": gone.name})
    status = 422 if request.method == "POST" else 200
    page = {"form": form, "record": gone, "survivor": survivor, "moves": merging.what_hangs_on(gone)}
    return render(request, "customers/customer_merge.html", {**page, "problem": problem}, status=status)


def _merge(form: MergeForm, user: Any) -> str:
    """Do it; what stands against it, in the reader's words."""
    data = form.cleaned_data
    seen = (data.get("seen"), data.get("seen_other"))
    try:
        merging.merge(form.gone, form.survivor, take=form.take, reason=data["reason"], by=user, seen=seen)
    except StepRefused as refused:
        return refused.message
    return ""


def _mergeable(user: Any, gone: Customer) -> QuerySet:
    """The customers with which this person may merge it."""
    rows = Customer.objects.open_to(user).unmerged().exclude(pk=gone.pk).select_related("owner", "segment")
    return rows if user.has_perm(MANAGE) else rows.filter(owner=user)


def _chosen(request: HttpRequest, gone: Customer) -> Customer | None:
    """The other customer that the address names."""
    key = request.GET.get("into", "")
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None
    return get_object_or_404(_mergeable(request.user, gone), pk=int(key))


def _choose(request: HttpRequest, gone: Customer) -> HttpResponse:
    """Those that look the same, and those that a search finds."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = _mergeable(request.user, gone)
    alike = duplicates.alike_to(gone.name, gone.registration_number, gone.phone, but=gone.pk, most=CHOICES)
    found = rows.search(words) if words else rows.filter(pk__in=[a.customer.pk for a in alike])
    page = {"record": gone, "found": found.order_by("pinyin", "pk")[:CHOICES], "q": words}
    return render(request, "customers/customer_merge_choose.html", page)
