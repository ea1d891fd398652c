"""Improvement measures: the list, a new one from where a weak spot was found, its page, what was done (3.4.4c)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from aftersales import improving, lists_measures
from aftersales.forms_measures import EvidenceForm, MeasureForm
from aftersales.models import CauseCategory, Feedback, Measure, MeasureEffect
from aftersales.models.access import DECIDE, RECORD
from documents.models import Attachment
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

FORM = "aftersales/measure_form.html"


@allow()
def measure_list(request: HttpRequest) -> HttpResponse:
    """The measures that this person may see, the newest first. Clause 3.4.4c."""
    page = keyset_page(request, lists_measures.measures(request.user, request.GET), order=("-pk",))
    chosen = {name: request.GET.get(name, "")[:60] for name in ("q", "state", "cause", "whose")}
    context = {
        "page": page, **chosen, "states": Measure.State, "results": MeasureEffect.Result,
        "causes": CauseCategory.objects.all(), "is_filtered": any(chosen.values()),
        "may_propose": request.user.has_perm(RECORD) or request.user.has_perm(DECIDE),
    }  # fmt: skip
    return render(request, "aftersales/measure_list.html", context)


@allow(RECORD, DECIDE)
@once
def measure_create(request: HttpRequest) -> HttpResponse:
    """A new measure, begun from where the weak spot was found: `?source=cause:3` (feedback, exception, measure …)."""
    source = request.GET.get("source", "")[:40]
    found = improving.found_at(source, request.user)
    initial: dict[str, Any] = {"title": request.GET.get("title", "")[:120]}
    if found:
        initial |= {
            "weakness": found.weakness, "cause_category": found.cause_category, "exception_kind": found.exception_kind,
        }  # fmt: skip
    form = MeasureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        row = improving.propose(form.save(commit=False), source=source, found=found, by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": row})
        return redirect(row)
    heading = (
        _("Order an improvement measure") if request.user.has_perm(DECIDE) else _("Propose an improvement measure")
    )
    return _form(request, form, heading, found=found)


@allow()
def measure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: what is weak, what is expected, what was done, whether the cause became rarer, its way."""
    record, user = _visible(request, pk), request.user
    context = {
        **lifecycle(record, request),
        "effect": getattr(record, "effect", None),
        "files": list(Attachment.objects.of(record)[:20]),
        "later": list(record.later.order_by("-pk")[:5]),
        "may_edit": record.may_be_edited_by(user),
        "may_evidence": record.may_be_evidenced_by(user),
        "may_propose": user.has_perm(RECORD) or user.has_perm(DECIDE),
        "sees_feedback": bool(
            record.feedback_id and Feedback.objects.visible_to(user).filter(pk=record.feedback_id).exists()
        ),
    }
    return render(request, "aftersales/measure_detail.html", context)


@allow()
@once
def measure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a measure, give it to another owner, or another day. Clause 3.4.4c."""
    record = _visible(request, pk)
    if not record.may_be_edited_by(request.user):
        raise PermissionDenied
    form = MeasureForm(request.POST or None, instance=record)
    if request.method == "POST" and form.is_valid():
        saved = improving.change(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    return _form(request, form, _("Correct the measure"), record)


@allow()
@once
def measure_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner enters what was done, with a file where there is one. Clause 3.4.4c."""
    record = _visible(request, pk)
    if not record.may_be_evidenced_by(request.user):
        raise PermissionDenied
    form = EvidenceForm(request.POST or None, request.FILES or None, instance=record)
    if request.method == "POST" and form.is_valid():
        try:
            improving.note_evidence(form.save(commit=False), file=form.cleaned_data["file"], by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            messages.success(request, _("It is kept with the measure. Mark it as carried out when nothing is left."))
            return redirect(record)
    return _form(request, form, _("Enter what was done"), record)


def _visible(request: HttpRequest, pk: int) -> Measure:
    """The measure if this person may see it, with what its page names; 404 otherwise."""
    rows = Measure.objects.visible_to(request.user).select_related(
        "owner", "proposed_by", "verified_by", "cause_category", "feedback", "earlier", "effect"
    )
    found: Measure = get_object_or_404(rows, pk=pk)
    return found


def _form(request: HttpRequest, form: Any, heading: str, record: Any = None, **more: Any) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, **more}
    status = form.status if record and (not form.is_bound or form.conflict) else 422 if form.is_bound else 200
    return render(request, FORM, context, status=status)
