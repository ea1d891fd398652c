"""Reviewing a contract: the checklist, and opinions given, answered, accepted, waived."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts import reviewing
from contracts.agreed import agreed_terms
from contracts.forms import AnswerForm, OpinionForm, ReviewForm, WaiveForm
from contracts.models import Contract, ReviewOpinion
from contracts.views.contracts import VIEW, visible_contract
from kernel.once import once
from kernel.policy import allow


def _opinion(request: HttpRequest, pk: int) -> ReviewOpinion:
    rows = ReviewOpinion.objects.filter(contract__in=Contract.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("contract", "by"), pk=pk)


@allow(VIEW)
@once
def contract_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One's checklist on the version under review; others read what was entered. Clauses 3.2.2a, 3.2.2c."""
    contract = visible_contract(request, pk)
    side = contract.side_of(request.user)
    if not side:
        if request.method == "POST":
            raise PermissionDenied
        points = contract.points.select_related("by").order_by("-version_number", "side", "pk")
        return render(request, "contracts/contract_review_read.html", {"record": contract, "points": points})
    known = {p.point: p for p in contract.points.filter(side=side).order_by("version_number")}
    form = ReviewForm(request.POST or None, side=side, known=known)
    if request.method == "POST" and form.is_valid():
        reviewing.judge(contract=contract, by=request.user, verdicts=form.verdicts())
        messages.success(request, _("Your checklist is saved; the decision is still to be taken."))
        return redirect(contract)
    context = {
        "record": contract,
        "form": form,
        "side": side,
        "agreed": agreed_terms(contract, request.user),
        "pairs": [(form[p.value], form[f"{p.value}_note"]) for p in form.points],
    }
    return render(request, "contracts/contract_review.html", context, status=422 if form.is_bound else 200)


@allow(VIEW)
@once
def opinion_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave an opinion on a clause or the whole contract during one's own review."""
    contract = visible_contract(request, pk)
    if not contract.side_of(request.user):
        raise PermissionDenied
    form = OpinionForm(request.POST or None, contract=contract, initial={"clause": request.GET.get("clause", "")})
    if request.method == "POST" and form.is_valid():
        opinion = reviewing.give_opinion(contract=contract, by=request.user, **form.cleaned_data)
        messages.success(request, _("The opinion is with the drafter."))
        return redirect(f"{contract.get_absolute_url()}#o{opinion.pk}")
    return render(
        request, "contracts/opinion_form.html", {"record": contract, "form": form}, status=422 if form.is_bound else 200
    )


@allow(VIEW)
@once
def opinion_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The drafter says how he met an opinion."""
    opinion = _opinion(request, pk)
    if not reviewing.may_answer(opinion, request.user):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, initial={"answer": opinion.answer})
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.answer_opinion(opinion=opinion, by=request.user, answer=form.cleaned_data["answer"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"{opinion.contract.get_absolute_url()}#o{pk}")
    context = {"record": opinion.contract, "opinion": opinion, "form": form, "label": _("Answer")}
    return render(request, "contracts/opinion_reply.html", context, status=422 if form.is_bound else 200)


@allow(VIEW)
@require_POST
@once
def opinion_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Its author takes the answer as settling the opinion. Clause 3.2.3a."""
    opinion = _opinion(request, pk)
    try:
        reviewing.accept_opinion(opinion=opinion, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(f"{opinion.contract.get_absolute_url()}#o{pk}")


@allow(VIEW)
@once
def opinion_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Its author drops the opinion, with the reason."""
    opinion = _opinion(request, pk)
    if not opinion.is_authored_by(request.user):
        raise PermissionDenied
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.waive_opinion(opinion=opinion, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"{opinion.contract.get_absolute_url()}#o{pk}")
    context = {"record": opinion.contract, "opinion": opinion, "form": form, "label": _("Waive")}
    return render(request, "contracts/opinion_reply.html", context, status=422 if form.is_bound else 200)
