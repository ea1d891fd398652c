"""The opportunity: its page, create, edit, research, screening, follower."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import services
from customers.forms.opportunities import FollowerForm, OpportunityForm, ScreeningForm, SegmentChoiceForm
from customers.models import Customer, Demonstration, MarketInsight, Opportunity, Proposal, Question
from customers.models.access import MARGIN
from customers.models.customers import CustomerQuerySet
from customers.views.customers import shown_contacts
from customers.views.rows import (
    changeable_customer,
    changeable_opportunity,
    form_page,
    opportunity_with_evidence,
    saved,
)
from kernel.models import Agreement
from kernel.once import once
from kernel.panels import drawn_sections
from kernel.policy import allow
from kernel.views import lifecycle

FOUND = 20
SHOWN = 50


@allow("customers.view_opportunity")
def opportunity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, what is missing before the next stage, its evidence, its timeline. Clause 3.1."""
    opportunity = opportunity_with_evidence(request, pk)
    _load(opportunity)
    context = lifecycle(opportunity, request)
    context |= _page_of(opportunity, request.user) | {"sections": drawn_sections(opportunity, request.user)}
    return render(request, "customers/opportunity_detail.html", context)


def _load(opportunity: Opportunity) -> None:
    """Read the rows of evidence once: sections and timeline share them."""
    joined = (
        ("proposals", Proposal, "document"),
        ("demonstrations", Demonstration, "presenter"),
        ("questions", Question, "raised_by"),
    )
    rows = [Prefetch(name, model.objects.select_related(other)) for name, model, other in joined]
    prefetch_related_objects([opportunity], *rows, "needs", "customer__contacts")


def _page_of(opportunity: Opportunity, user: Any) -> dict[str, Any]:
    """What the page shows beside its life; figures of cost are absent from what others get."""
    may_change = opportunity.is_open and opportunity.may_be_changed_by(user)
    sheet = opportunity.evidence.term_sheet
    sees_margin = user.has_perm(MARGIN)
    return {
        "evidence": opportunity.evidence,
        "may_change": may_change,
        "may_log": opportunity.is_open and (may_change or opportunity.may_be_logged_by(user)),
        "contacts": shown_contacts(_present(opportunity), serves=_serves(opportunity, user)),
        "agreements": Agreement.objects.for_record(opportunity).select_related("decided_by")[:10],
        "margin": sheet.margin_percent if sheet and sees_margin else None,
        "needs_manager": bool(sheet and sheet.needs_agreement),
        "is_agreed": bool(sheet and ("3.1.5c", sheet.subject) in opportunity.evidence.agreed),
        "questions_raised": [q for q in opportunity.questions.all() if q.kind != "problem"],
        "problems": [q for q in opportunity.questions.all() if q.kind == "problem"],
    }


def _present(opportunity: Opportunity) -> list[Any]:
    return [contact for contact in opportunity.customer.contacts.all() if contact.left_on is None]


def _serves(opportunity: Opportunity, user: Any) -> bool:
    """Whoever works on it serves its customer; the others are asked of the customer."""
    return user.pk in (opportunity.owner_id, opportunity.follower_id) or opportunity.customer.is_served_by(user)


@allow("customers.add_opportunity")
def opportunity_new(request: HttpRequest) -> HttpResponse:
    """For which customer: found by name, pinyin, initials or number."""
    text = request.GET.get("q", "")[:100].replace("\x00", "")
    rows: CustomerQuerySet = Customer.objects.open_to(request.user).filter(state=Customer.State.ACTIVE)
    found = rows.search(text).select_related("owner").order_by("pinyin", "pk")[:FOUND]
    return render(request, "customers/opportunity_new.html", {"customers": found, "q": text})


@allow("customers.view_customer")
@once
def opportunity_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new opportunity of a customer; of one who came before, fresh evidence is carried over."""
    customer = changeable_customer(request, pk)
    if customer.state != Customer.State.ACTIVE or not request.user.has_perm("customers.add_opportunity"):
        raise PermissionDenied
    opportunity = Opportunity(customer=customer, owner=request.user)
    form = OpportunityForm(
        request.POST or None,
        instance=opportunity,
        user=request.user,
        initial={"segment": customer.segment_id, "owner": request.user.pk},
    )
    if request.method == "POST" and form.is_valid():
        services.open_opportunity(form.save(commit=False), by=request.user)
        form.save_m2m()
        return saved(request, opportunity, _("The opportunity is opened."))
    return form_page(request, form, heading=_("New opportunity"), back=customer, clause="3.1.1a")


@allow("customers.view_opportunity")
@once
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An opportunity's facts; a stale edit shows both versions."""
    opportunity = changeable_opportunity(request, pk)
    form = OpportunityForm(request.POST or None, instance=opportunity, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, opportunity, _("The opportunity is saved."))
    return form_page(request, form, heading=_("Edit the opportunity"), back=opportunity)


@allow("customers.view_opportunity")
@once
def opportunity_research(request: HttpRequest, pk: int) -> HttpResponse:
    """The segment, and what is known of it: which kinds of insight are still missing. Clauses 3.1.1a, 3.1.1b."""
    opportunity = changeable_opportunity(request, pk)
    form = SegmentChoiceForm(request.POST or None, instance=opportunity)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, reverse("customers:opportunity_research", args=[pk]), _("The segment is linked."))
    rows = MarketInsight.objects.visible_to(request.user).filter(segment=opportunity.segment_id).select_related("by")
    return form_page(
        request,
        form,
        heading=_("Market research"),
        back=opportunity,
        clause="3.1.1a",
        template="customers/opportunity_research.html",
        insights=rows.order_by("-observed_on", "-pk")[:SHOWN],
        kinds=_kinds(opportunity),
    )


def _kinds(opportunity: Opportunity) -> list[dict[str, Any]]:
    known = set(opportunity.evidence.insight_kinds)
    if opportunity.source == Opportunity.Source.INQUIRY:
        known.add("demand")
    return [{"kind": k, "label": label, "is_known": k in known} for k, label in MarketInsight.Kind.choices]


@allow("customers.view_opportunity")
@once
def opportunity_screening(request: HttpRequest, pk: int) -> HttpResponse:
    """Key development, ordinary or unsuitable, with reason. Clause 3.1.2a."""
    opportunity = changeable_opportunity(request, pk)
    form = ScreeningForm(request.POST or None, instance=opportunity)
    if request.method == "POST" and form.is_valid():
        decided = form.save(commit=False)
        services.decide_screening(decided, by=request.user)
        if decided.screening == Opportunity.Screening.UNSUITABLE:
            return redirect(opportunity.step_url("lose"))
        return saved(request, opportunity, _("The decision is saved."))
    return form_page(request, form, heading=_("Screening decision"), back=opportunity, clause="3.1.2a")


@allow("customers.view_opportunity")
@once
def follower_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who follows up from now on. Clause 3.1.6a."""
    opportunity = changeable_opportunity(request, pk)
    before = opportunity.follower
    form = FollowerForm(request.POST or None, instance=opportunity)
    if request.method == "POST" and form.is_valid():
        services.name_follower(form.save(commit=False), before=before)
        return saved(request, opportunity, _("The follower is named."))
    return form_page(request, form, heading=_("Follower"), back=opportunity, clause="3.1.6a")
