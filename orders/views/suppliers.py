"""Suppliers with their qualifications and scores, and materials with their stock (3.3.3a, 3.3.3b)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Attachment
from documents.services import attach
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page
from orders import lists_supply, purchasing, shortage, stock
from orders.forms_supply import AdjustForm, MaterialForm, QualificationForm, SupplierForm
from orders.models import Material, PurchaseOrder, Qualification, Supplier
from orders.models.access import BUY
from orders.models.materials import VIEW_MATERIAL
from orders.models.suppliers import VIEW_PURCHASE
from orders.scores import Score, scores_of

CERTIFICATE = "certificate"
FORM = "orders/supply_form.html"


def _form(request: HttpRequest, form: Any, heading: str, back: tuple[Any, str], clause: str) -> HttpResponse:
    """A form with the way back: what stands there, and its address."""
    status = getattr(form, "status", 200) if not form.is_bound or getattr(form, "conflict", ()) else 422
    context = {"form": form, "heading": heading, "parent": back[0], "back": back[1], "clause": clause}
    return render(request, FORM, context, status=status)


# --- suppliers -------------------------------------------------------------------------------------------
@allow(VIEW_PURCHASE)
def supplier_list(request: HttpRequest) -> HttpResponse:
    """Suppliers with their standing and how they delivered within twelve months."""
    page = keyset_page(request, lists_supply.suppliers(request.user, request.GET), order=("number",))
    scores = scores_of(row.pk for row in page.rows)
    context = {
        "page": page,
        "rows": [{"row": row, "score": scores.get(row.pk, Score())} for row in page.rows],
        "q": lists_supply.words(request.GET),
        "standing": request.GET.get("standing", ""),
        "may_change": request.user.has_perm(BUY),
    }
    return render(request, "orders/supplier_list.html", context)


@allow(VIEW_PURCHASE)
def supplier_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A supplier: standing, qualifications with their certificates, score, purchases."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user).with_standing(), pk=pk)
    qualifications = list(supplier.qualifications.select_related("entered_by")[:20])
    files = {
        file.row: file
        for file in Attachment.objects.filter(
            model=Qualification._meta.label_lower, row__in=[row.pk for row in qualifications]
        )
    }
    context = {
        "record": supplier,
        "qualifications": [{"row": row, "file": files.get(row.pk)} for row in qualifications],
        "score": scores_of([supplier.pk]).get(supplier.pk, Score()),
        "purchases": PurchaseOrder.objects.visible_to(request.user).filter(supplier=supplier)[:20],
        "may_change": supplier.may_be_changed_by(request.user),
    }
    return render(request, "orders/supplier_detail.html", context)


@allow(BUY)
@once
def supplier_create(request: HttpRequest) -> HttpResponse:
    """Enter a supplier."""
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        supplier = purchasing.new_supplier(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": supplier})
        return redirect(supplier)
    return _form(request, form, _("Enter a supplier"), (_("Suppliers"), reverse("orders:supplier_list")), "3.3.3b")


@allow(BUY)
@once
def supplier_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a supplier."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=pk)
    form = SupplierForm(request.POST or None, instance=supplier)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    return _form(request, form, _("Edit the supplier"), (supplier, supplier.get_absolute_url()), "3.3.3b")


@allow(BUY)
@once
def qualification_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a qualification with its certificate. Clause 3.3.3b."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=pk)
    instance = Qualification(supplier=supplier, entered_by=request.user)
    form = QualificationForm(request.POST or None, request.FILES or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        row = form.save()
        try:
            if file := form.cleaned_data["certificate"]:
                attach(record=row, file=file, by=request.user, purpose=CERTIFICATE)
        except ValidationError as error:
            form.add_error("certificate", error)
        else:
            messages.success(request, _("The qualification is entered."))
            return redirect(row)
    return _form(request, form, _("Enter a qualification"), (supplier, supplier.get_absolute_url()), "3.3.3b")


# --- materials -------------------------------------------------------------------------------------------
@allow(VIEW_MATERIAL)
def material_list(request: HttpRequest) -> HttpResponse:
    """Materials with what is on hand, needed, on order and short."""
    page = keyset_page(request, lists_supply.materials(request.user, request.GET), order=("code",))
    context = {"page": page, "q": lists_supply.words(request.GET), "may_change": request.user.has_perm(BUY)}
    return render(request, "orders/material_list.html", context)


@allow(VIEW_MATERIAL)
def material_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A material: on hand, needed, on order, for which orders, its movements."""
    material = get_object_or_404(Material.objects.visible_to(request.user).with_needs(), pk=pk)
    context = {
        "record": material,
        "movements": material.movements.select_related("by")[:50],
        "waiting": shortage.orders_of([material]).get(material.pk, [])[:20],
        "may_change": material.may_be_changed_by(request.user),
    }
    return render(request, "orders/material_detail.html", context)


@allow(BUY)
@once
def material_create(request: HttpRequest) -> HttpResponse:
    """Enter a material."""
    form = MaterialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        material = form.save()
        messages.success(request, _("%(title)s is saved.") % {"title": material})
        return redirect(material)
    return _form(
        request, form, _("Enter a material"), (_("Materials and stock"), reverse("orders:material_list")), "3.3.3a"
    )


@allow(BUY)
@once
def material_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change code, name or unit of a material."""
    material = get_object_or_404(Material.objects.visible_to(request.user), pk=pk)
    form = MaterialForm(request.POST or None, instance=material)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    return _form(request, form, _("Edit the material"), (material, material.get_absolute_url()), "3.3.3a")


@allow(BUY)
@once
def material_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what is on hand right after counting it, with the reason. Clause 3.3.3a."""
    material = get_object_or_404(Material.objects.visible_to(request.user), pk=pk)
    form = AdjustForm(request.POST or None, initial={"counted": material.on_hand})
    if request.method == "POST" and form.is_valid():
        stock.adjust(material, form.cleaned_data["counted"], reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("What is on hand is put right."))
        return redirect(material)
    return _form(request, form, _("Adjust the stock"), (material, material.get_absolute_url()), "3.3.3a")
