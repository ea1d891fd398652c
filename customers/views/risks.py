"""The risk register. Clause 1.3.4."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from customers.forms.evidence import RiskForm
from customers.models import Risk
from customers.views.rows import changeable_customer, form_page, saved
from kernel.advance import begin
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle


@allow("customers.view_customer")
def risk_list(request: HttpRequest) -> HttpResponse:
    """The register: open risks first seen last."""
    rows = Risk.objects.visible_to(request.user).exclude(state=Risk.State.CLOSED)
    page = keyset_page(request, rows.select_related("customer", "owner"))
    return render(request, "customers/risk_list.html", {"page": page})


@allow("customers.view_customer")
def risk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk with its steps."""
    rows = Risk.objects.visible_to(request.user).select_related("customer", "opportunity__customer", "owner")
    return render(request, "customers/risk_detail.html", lifecycle(get_object_or_404(rows, pk=pk), request))


@allow("customers.view_customer")
@once
def risk_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A risk on a customer, or on one of his opportunities."""
    customer = changeable_customer(request, pk)
    form = RiskForm(
        request.POST or None,
        instance=Risk(customer=customer),
        customer=customer,
        user=request.user,
        initial={"owner": request.user.pk, "opportunity": request.GET.get("opportunity")},
    )
    if request.method == "POST" and form.is_valid():
        begin(form.instance, by=request.user)
        return saved(request, form.instance, _("The risk is registered."))
    return form_page(request, form, heading=_("New risk"), back=customer, clause="1.3.4")
