"""Customers that may be the same: the pairs that were found, and saying that two are two."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import duplicates
from customers.forms.keeping import SettleForm
from customers.models import DuplicatePair
from customers.views.rows import form_page, saved
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page


@allow("customers.change_customer")
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs of customers that look the same, the likest first. Clause 4.2.1c."""
    rows = DuplicatePair.objects.visible_to(request.user).open().select_related("first__owner", "second__owner")
    page = keyset_page(request, rows, order=("-score", "-pk"))
    for pair in page.rows:
        pair.is_mine = pair.may_be_settled_by(request.user)
    return render(request, "customers/duplicate_list.html", {"page": page})


@allow("customers.change_customer")
@once
def duplicate_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why two that look the same are two customers."""
    rows = DuplicatePair.objects.visible_to(request.user).open().select_related("first", "second")
    pair = get_object_or_404(rows, pk=pk)
    if not pair.may_be_settled_by(request.user):
        raise PermissionDenied
    form = SettleForm(request.POST or None)
    back = reverse("customers:duplicate_list")
    if request.method == "POST" and form.is_valid():
        duplicates.settle(pair, reason=form.cleaned_data["reason"], by=request.user)
        return saved(request, back, _("They are kept as two customers."))
    return form_page(
        request, form, heading=_("Two different customers"), back=back, quote=_pair_in_words(pair), clause="4.2.1c"
    )


def _pair_in_words(pair: DuplicatePair) -> str:
    return "\n".join(f"{c.number} {c.name}" for c in (pair.first, pair.second))
