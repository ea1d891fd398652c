"""Entering the stages' evidence: scorecard, profile, interactions, needs, proposals, demonstrations, follow-ups."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import services
from customers.forms.customers import ProfileForm
from customers.forms.evidence import (
    DemonstrationForm,
    FollowUpForm,
    InteractionForm,
    NeedForm,
    ProposalForm,
    ScorecardForm,
)
from customers.forms.opportunities import ReasonForm
from customers.models import Customer, CustomerProfile, Demonstration, FollowUp, Interaction, Need, Proposal, Scorecard
from customers.views.rows import (
    changeable_customer,
    changeable_opportunity,
    customer_of,
    form_page,
    loggable_opportunity,
    saved,
)
from kernel import clock
from kernel.models import Agreement
from kernel.once import once
from kernel.policy import allow


@allow("customers.view_opportunity")
@once
def scorecard_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Four scores with reasons; below the pass mark the manager's agreement is asked for here. Clause 3.1.2b."""
    opportunity = changeable_opportunity(request, pk)
    card = getattr(opportunity, "scorecard", None)
    form = ScorecardForm(request.POST or None, instance=card or Scorecard(opportunity=opportunity))
    if request.method == "POST" and form.is_valid():
        form.instance.by, form.instance.at, form.instance.carried_from = request.user, clock.now(), None
        form.save()
        asks = "ask" in request.POST and not form.instance.passes
        to = reverse("customers:scorecard_agreement", args=[pk]) if asks else opportunity
        return saved(request, to, _("The scorecard is saved."))
    stored = Scorecard.objects.filter(opportunity=opportunity).first()
    agreements = Agreement.objects.for_record(opportunity, "3.1.2b").select_related("decided_by")[:5]
    return form_page(
        request,
        form,
        heading=_("Scorecard"),
        back=opportunity,
        clause="3.1.2b",
        template="customers/scorecard.html",
        card=stored,
        agreements=agreements,
        is_asked=any(
            a.state == Agreement.State.REQUESTED and a.subject == stored.subject for a in agreements if stored
        ),
        is_agreed=bool(stored and ("3.1.2b", stored.subject) in opportunity.evidence.agreed),
    )


@allow("customers.view_opportunity")
@once
def scorecard_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the manager to agree to a scorecard below the pass mark. Clause 3.1.2b."""
    opportunity = changeable_opportunity(request, pk)
    card = getattr(opportunity, "scorecard", None)
    if card is None or card.passes:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask_for_score(opportunity, reason=form.cleaned_data["reason"], by=request.user)
        return saved(request, opportunity, _("The manager is asked."))
    return form_page(
        request,
        form,
        heading=_("Ask for the manager's agreement"),
        back=opportunity,
        clause="3.1.2b",
        template="customers/agreement_request.html",
        card=card,
    )


@allow("customers.view_opportunity")
@once
def opportunity_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile of the opportunity's customer. Clause 3.1.2c."""
    opportunity = changeable_opportunity(request, pk)
    return _profile(request, opportunity.customer, back=opportunity)


@allow("customers.view_customer")
@once
def profile_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile, from the customer's page. Clause 3.1.2c."""
    customer = changeable_customer(request, pk)
    return _profile(request, customer, back=customer)


def _profile(request: HttpRequest, customer: Customer, *, back: Any) -> HttpResponse:
    profile = CustomerProfile.objects.filter(customer=customer).first() or CustomerProfile(customer=customer)
    form = ProfileForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, back, _("The customer profile is saved."))
    return form_page(request, form, heading=_("Customer profile"), back=back, clause="3.1.2c")


@allow("customers.view_opportunity")
@once
def interaction_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a contact about an opportunity. Clauses 3.1.3a, 3.1.3b, 2.2.3d."""
    opportunity = loggable_opportunity(request, pk)
    interaction = Interaction(customer=opportunity.customer, opportunity=opportunity)
    form = InteractionForm(
        request.POST or None,
        instance=interaction,
        customer=opportunity.customer,
        opportunity=opportunity,
        user=request.user,
        initial={"at": clock.local(clock.now()), "contact": _primary(opportunity.customer)},
    )
    if request.method == "POST" and form.is_valid():
        services.log_interaction(form.instance, by=request.user)
        return saved(request, opportunity, _("The contact is noted."))
    return form_page(
        request,
        form,
        heading=_("Log a contact"),
        back=opportunity,
        clause="3.1.3a",
        **_no_contact(opportunity.customer),
    )


@allow("customers.view_customer")
@once
def customer_interaction(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a contact with a customer, about one of his opportunities or none. Clause 2.2.2c."""
    customer = customer_of(request, pk)
    if not customer.may_be_logged_by(request.user):
        raise PermissionDenied
    form = InteractionForm(
        request.POST or None,
        instance=Interaction(customer=customer),
        customer=customer,
        user=request.user,
        initial={"at": clock.local(clock.now()), "contact": _primary(customer)},
    )
    if request.method == "POST" and form.is_valid():
        services.log_interaction(form.instance, by=request.user)
        return saved(request, customer, _("The contact is noted."))
    return form_page(request, form, heading=_("Log a contact"), back=customer, clause="3.1.3a", **_no_contact(customer))


def _primary(customer: Customer) -> int | None:
    return customer.contacts.present().values_list("pk", flat=True).first()


def _no_contact(customer: Customer) -> dict[str, Any]:
    """Where a missing contact person is entered."""
    return {"customer": customer, "lacks_contact": not customer.contacts.present().exists()}


@allow("customers.view_opportunity")
@once
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Needs, pain points, expected solution. Clause 3.1.4a."""
    opportunity = changeable_opportunity(request, pk)
    need = opportunity.needs.first() or Need(opportunity=opportunity)
    form = NeedForm(request.POST or None, instance=need)
    if request.method == "POST" and form.is_valid():
        need.by, need.at, need.carried_from = request.user, clock.now(), None
        form.save()
        return saved(request, opportunity, _("The needs are saved."))
    return form_page(request, form, heading=_("Needs"), back=opportunity, clause="3.1.4a")


@allow("customers.view_opportunity")
@once
def proposal_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal with its file, registered under a number. Clause 3.1.4b."""
    opportunity = changeable_opportunity(request, pk)
    form = ProposalForm(
        request.POST or None,
        request.FILES or None,
        instance=Proposal(opportunity=opportunity),
        customer=opportunity.customer,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save_proposal(form.instance, file=form.cleaned_data["file"], by=request.user)
            return saved(request, opportunity, _("The proposal is registered."))
        except ValidationError as error:
            form.add_error("file", error)
    return form_page(
        request, form, heading=_("New proposal"), back=opportunity, clause="3.1.4b", **_no_contact(opportunity.customer)
    )


@allow("customers.view_opportunity")
@once
def proposal_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """When and to whom a proposal was sent. Clause 3.1.4b."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    opportunity = changeable_opportunity(request, proposal.opportunity_id)
    form = ProposalForm(request.POST or None, instance=proposal, customer=opportunity.customer)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, opportunity, _("The proposal is saved."))
    return form_page(request, form, heading=_("Proposal"), back=opportunity, clause="3.1.4b")


@allow("customers.view_opportunity")
@once
def demonstration_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A demonstration with explanation, or its waiver with reason. Clause 3.1.4b."""
    opportunity = changeable_opportunity(request, pk)
    form = DemonstrationForm(
        request.POST or None,
        instance=Demonstration(opportunity=opportunity, by=request.user),
        initial={"presenter": request.user.pk},
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, opportunity, _("The demonstration is saved."))
    return form_page(request, form, heading=_("Demonstration and explanation"), back=opportunity, clause="3.1.4b")


@allow("customers.view_opportunity")
@once
def follow_up_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a follow-up; the next one is scheduled by itself. Clauses 3.1.6a, 3.1.6b."""
    opportunity = changeable_opportunity(request, pk)
    form = FollowUpForm(
        request.POST or None,
        instance=FollowUp(opportunity=opportunity),
        customer=opportunity.customer,
        initial={"at": clock.local(clock.now()), "contact": _primary(opportunity.customer)},
    )
    if request.method == "POST" and form.is_valid():
        services.record_follow_up(form.instance, by=request.user)
        return saved(request, opportunity, _("The follow-up is noted; the next one is scheduled."))
    return form_page(
        request,
        form,
        heading=_("Log a follow-up"),
        back=opportunity,
        clause="3.1.6a",
        **_no_contact(opportunity.customer),
    )
