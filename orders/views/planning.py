"""Production: its bench, the plans, their tables, tasks that start and report, materials handed out (3.3.2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle
from orders import lists_supply, planning, stock
from orders.forms_supply import IssueForm, PlanForm, ReportForm, plan_tables
from orders.models import Acknowledgement, PlanMaterial, PlanTask, ProductionPlan, ReworkTask
from orders.models.access import BUY, PLAN, RUNNING, VIEW, Department
from orders.views.orders import FORM, visible_order

SHOWN = 20


def to_acknowledge(department: str) -> Any:
    """The running orders that a department has to acknowledge or query, the one that waits longest first."""
    rows = Acknowledgement.objects.filter(department=department, state="waiting", order__state__in=RUNNING)
    return rows.select_related("order").order_by("state_at", "pk")


@allow(PLAN)
def production_bench(request: HttpRequest) -> HttpResponse:
    """Production's work: orders to acknowledge, to plan, tasks due or late, plans that end after the delivery date."""
    late = ProductionPlan.objects.filter(state__in=("confirmed", "running"), order__state__in=RUNNING)
    late = late.filter(pk__in=lists_supply.too_late().values("plan")).select_related("order").order_by("pk")
    reworks = ReworkTask.objects.waiting().filter(department=Department.PRODUCTION)
    drafts = ProductionPlan.objects.filter(state="draft", order__state__in=RUNNING).select_related("order")
    context = {
        "waiting": to_acknowledge(Department.PRODUCTION)[:SHOWN],
        "unplanned": lists_supply.unplanned()[:SHOWN],
        "drafts": drafts.order_by("state_at", "pk")[:SHOWN],
        "tasks": lists_supply.due_tasks()[:SHOWN],
        "late": late[:SHOWN],
        "running": lists_supply.running_plans()[:SHOWN],
        "reworks": reworks.select_related("order", "line")[:SHOWN],
    }
    return render(request, "orders/production_bench.html", context)


@allow(VIEW)
def productionplan_list(request: HttpRequest) -> HttpResponse:
    """Production plans by state, the newest first."""
    page = keyset_page(request, lists_supply.plans(request.user, request.GET), order=("-pk",))
    context = {
        "page": page, "q": lists_supply.words(request.GET), "state": request.GET.get("state", ""),
        "states": ProductionPlan.State,
    }  # fmt: skip
    return render(request, "orders/productionplan_list.html", context)


def visible_plan(request: HttpRequest, pk: int) -> ProductionPlan:
    """The plan if this person may see its order; 404 otherwise."""
    rows = ProductionPlan.objects.visible_to(request.user).select_related("order__customer", "order__entered_by")
    found: ProductionPlan = get_object_or_404(rows.select_related("planned_by"), pk=pk)
    return found


@allow(PLAN)
@once
@require_POST
def productionplan_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the plan of an order. Clause 3.3.2a."""
    order = visible_order(request, pk)
    try:
        plan = planning.make_plan(order, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect(order)
    messages.success(request, _("The plan %(number)s is drafted.") % {"number": plan.number})
    return redirect("orders:productionplan_edit", plan.pk)


@allow(VIEW)
def productionplan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan: tasks planned against actual, materials with what is on hand, quality requirements, its way."""
    plan = visible_plan(request, pk)
    user = request.user
    works = plan.may_be_worked_on_by(user)
    living = plan.state in (plan.State.CONFIRMED, plan.State.RUNNING) and plan.order.is_running
    context = {
        **lifecycle(plan, request),
        "order": plan.order,
        "may_edit": plan.may_be_edited_by(user),
        "may_work": works,
        "may_issue": living and (works or user.has_perm(BUY)),
        "lines_late": plan.lines_late() if plan.state != plan.State.CANCELLED else [],
    }
    return render(request, "orders/productionplan_detail.html", context)


@allow(PLAN)
@once
def productionplan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule, materials and quality requirements; a confirmed plan stays whole. Clauses 3.3.2a, 3.3.2b."""
    plan = visible_plan(request, pk)
    if not plan.may_be_edited_by(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form, tables = PlanForm(data, instance=plan), plan_tables(data, plan)
    if data is not None and all([form.is_valid(), *(table.is_valid() for table in tables.values())]):
        saved = form.save()
        for table in tables.values():
            table.save()
        try:
            planning.settle_change(saved, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(title)s is saved.") % {"title": saved})
            return redirect("orders:productionplan_edit" if "more" in data else "orders:productionplan_detail", pk)
    status = form.status if data is None or form.conflict else 422
    context = {"record": plan, "form": form, "tables": tables}
    return render(request, "orders/productionplan_edit.html", context, status=status)


def _task(request: HttpRequest, pk: int) -> PlanTask:
    plans = ProductionPlan.objects.visible_to(request.user)
    rows = PlanTask.objects.filter(plan__in=plans.order_by().values("pk")).select_related("plan__order", "line")
    task: PlanTask = get_object_or_404(rows, pk=pk)
    if not task.plan.may_be_worked_on_by(request.user):
        raise PermissionDenied
    return task


@allow(PLAN)
@once
@require_POST
def plantask_start(request: HttpRequest, pk: int) -> HttpResponse:
    """A task has begun. Clause 3.3.2c."""
    task = _task(request, pk)
    try:
        planning.start_task(task, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(task)s has begun.") % {"task": task})
    return redirect(task.plan)


@allow(PLAN)
@once
def plantask_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report output of a task. Clause 3.3.2c."""
    task = _task(request, pk)
    form = ReportForm(request.POST or None, initial={"quantity": task.rest})
    if request.method == "POST" and form.is_valid():
        try:
            planning.report(task, form.cleaned_data["quantity"], note=form.cleaned_data["note"], by=request.user)
        except ValidationError as error:
            form.add_error("quantity", error)
        else:
            messages.success(request, _("The output is reported."))
            return redirect(task.plan)
    heading = _("Report output: %(task)s") % {"task": task}
    context = {"form": form, "record": task.plan, "heading": heading, "clause": "3.3.2c"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(PLAN, BUY)
@once
def planmaterial_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand material out to a plan; what is on hand goes down at once. Clause 3.3.3a."""
    plans = ProductionPlan.objects.visible_to(request.user)
    rows = PlanMaterial.objects.filter(plan__in=plans.order_by().values("pk"))
    need = get_object_or_404(rows.select_related("plan__order", "material"), pk=pk)
    if need.plan.state not in ("confirmed", "running") or not need.plan.order.is_running:
        raise PermissionDenied
    form = IssueForm(request.POST or None, initial={"quantity": min(need.to_issue, need.material.on_hand)})
    if request.method == "POST" and form.is_valid():
        try:
            stock.issue(need, form.cleaned_data["quantity"], by=request.user)
        except ValidationError as error:
            form.add_error("quantity", error)
        else:
            messages.success(request, _("The material is handed out."))
            return redirect(need.plan)
    heading = _("Hand out: %(material)s") % {"material": need.material}
    context = {"form": form, "record": need.plan, "heading": heading, "clause": "3.3.3a"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
