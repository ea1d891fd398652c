"""Feedback for the people of the house: bench, list, taken in, its page, cause and solution, what the customer is told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftersales import lists, lists_surveys, lists_visits, serving
from aftersales.forms import (
    AnsweredForm,
    FeedbackEditForm,
    FeedbackForm,
    FindingForm,
    MessageForm,
    NoteForm,
    TimeForm,
)
from aftersales.models import Feedback, FeedbackMessage, Mail
from aftersales.models.access import RECORD, VIEW, VIEW_ALL
from documents.models import Attachment
from documents.services import attach
from kernel.once import once
from kernel.panels import drawn_sections
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

FORM = "aftersales/form.html"
COUNTED = ("since", "until", "cause", "product", "again", "escalated")  # what a figure's rows are narrowed by


def visible_feedback(request: HttpRequest, pk: int) -> Feedback:
    """The feedback if this person may see it, with the people its page names; 404 otherwise."""
    rows = Feedback.objects.visible_to(request.user).select_related(
        "customer__owner", "contact", "order", "handler", "responsible", "cause_category", "earlier"
    )
    found: Feedback = get_object_or_404(rows, pk=pk)
    return found


@allow(VIEW)
def feedback_bench(request: HttpRequest) -> HttpResponse:
    """What is owed: times that end today, what nobody passed on, results to report and to confirm, rounds begun anew."""
    user, may_record = request.user, request.user.has_perm(RECORD)
    waiting = list(Mail.objects.visible_to(user).waiting().select_related("customer")[: lists.SHOWN + 1])
    context = {
        "groups": lists.bench(user), "may_record": may_record, "mails": waiting[: lists.SHOWN],
        "has_more_mail": len(waiting) > lists.SHOWN, "sees_mail": user.has_perm(VIEW_ALL),
        "visits": list(lists_visits.due_visits(user)[: lists.SHOWN]) if may_record else [],
        "calls": list(lists_surveys.to_call(user)[: lists.SHOWN]) if may_record else [],
    }  # fmt: skip
    return render(request, "aftersales/bench.html", context)


@allow(VIEW)
def feedback_list(request: HttpRequest) -> HttpResponse:
    """All feedback that this person may see, the newest first, by kind, state, department and words."""
    page = keyset_page(request, lists.feedback(request.user, request.GET), order=("-pk",))
    chosen = {name: request.GET.get(name, "")[:60] for name in ("q", "state", "kind", "department")}
    counted = {name: request.GET[name][:160] for name in COUNTED if request.GET.get(name)}
    context = {
        "page": page, **chosen, "states": Feedback.State, "kinds": Feedback.Kind,
        "departments": Feedback.Department, "is_filtered": any(chosen.values()) or counted,
        "may_record": request.user.has_perm(RECORD), "counted": counted,
    }  # fmt: skip
    return render(request, "aftersales/feedback_list.html", context)


@allow(RECORD)
@once
def feedback_create(request: HttpRequest) -> HttpResponse:
    """Record what a customer says, at once and in detail, and promise a time. Clauses 3.4.1a, c."""
    whose = request.GET.get("whose", "")[:160]
    form = FeedbackForm(request.POST or None, request.FILES or None, initial={"whose": whose})
    if request.method == "POST" and form.is_valid() and (row := _recorded(form, request.user)):
        messages.success(request, _("Feedback %(number)s is recorded.") % {"number": row.number})
        return redirect(row)
    return _form(request, form, _("Record feedback"), clause="3.4.1c")


@allow(RECORD)
@once
def feedback_answered(request: HttpRequest) -> HttpResponse:
    """An inquiry answered on the spot: one form. Clause 3.4.1a."""
    form = AnsweredForm(request.POST or None, instance=Feedback(kind=Feedback.Kind.INQUIRY, severity="low"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = serving.answer_at_once(
            form.save(commit=False), cause_category=data["cause_category"], answer=data["given"], by=request.user
        )
        messages.success(request, _("Feedback %(number)s is recorded.") % {"number": row.number})
        return redirect(row)
    return _form(request, form, _("Record an inquiry answered at once"), clause="3.4.1a")


@allow(VIEW)
def feedback_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One feedback: what was said, the time promised, cause and solution, the rounds, the messages, its way."""
    record, user = visible_feedback(request, pk), request.user
    context = {
        **lifecycle(record, request),
        "rounds": list(record.rounds.select_related("cause_category", "responsible")[:20]),
        "said": list(record.messages.select_related("by")[:30]),
        "files": list(Attachment.objects.of(record)[:20]),
        "later": list(record.later.order_by("-pk")[:5]),
        "knows_who": record.knows_who_by(user),
        "may_serve": record.may_be_served_by(user),
        "may_find": record.may_be_found_out_by(user),
        "may_wait": record.may_be_served_by(user) and record.state in ("assigned", "investigating", "solving"),
        "may_move": record.may_be_served_by(user) and record.state != "resolved",
        "sees_order": user.has_perm("orders.view_order"),
        "sees_customer": user.has_perm("customers.view_customer"),
        "sections": drawn_sections(record, user),
    }
    return render(request, "aftersales/feedback_detail.html", context)


@allow(RECORD)
@once
def feedback_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was recorded, or find the customer of a stranger's feedback."""
    record = visible_feedback(request, pk)
    if not record.may_be_served_by(request.user):
        raise PermissionDenied
    form = FeedbackEditForm(request.POST or None, instance=record)
    return _saved(request, record, form, _("Correct the feedback"), "3.4.1c")


@allow(VIEW)
@once
def feedback_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter cause, solution and responsible person. Clause 3.4.2b."""
    record = visible_feedback(request, pk)
    if not record.may_be_found_out_by(request.user):
        raise PermissionDenied
    form = FindingForm(request.POST or None, instance=record)
    return _saved(request, record, form, _("Cause and solution"), "3.4.2b")


@allow(RECORD)
@once
def feedback_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the customer the time, how far it is, or the result; by letter with his link, or noted. Clause 3.4.2c."""
    record = visible_feedback(request, pk)
    if not record.may_be_served_by(request.user):
        raise PermissionDenied
    form = MessageForm(request.POST or None, feedback=record)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        told = serving.tell_time if data["what"] == FeedbackMessage.What.TIME else serving.tell
        also = {} if told is serving.tell_time else {"what": data["what"]}
        how = "" if data["what"] == FeedbackMessage.What.NOTE else data["how"]
        try:
            told(record, how=how, text=data["text"], by=request.user, **also)
        except ValidationError as error:
            form.add_error("how", error)
        else:
            messages.success(request, _("It is kept with the feedback."))
            return redirect(record)
    return _form(request, form, _("Tell the customer"), record, "3.4.2c")


@allow(VIEW)
@once
def feedback_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A department lets customer service know how far it is. Clause 3.4.2c."""
    record = visible_feedback(request, pk)
    if not record.may_be_found_out_by(request.user):
        raise PermissionDenied
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        serving.tell(record, what=FeedbackMessage.What.NOTE, how="", text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("It is kept with the feedback."))
        return redirect(record)
    return _form(request, form, _("Let customer service know"), record, "3.4.2c")


@allow(RECORD)
@once
def feedback_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise another time, with a reason that the customer reads at once. Clause 3.4.2c."""
    record = visible_feedback(request, pk)
    if not record.may_be_served_by(request.user) or record.state == Feedback.State.RESOLVED:
        raise PermissionDenied
    form = TimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            serving.move_time(record, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("how", error)
        else:
            messages.success(request, _("The customer is told the new time."))
            return redirect(record)
    return _form(request, form, _("Promise another time"), record, "3.4.2c")


@allow(RECORD)
@once
@require_POST
def feedback_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer owes us a word, or has given it: the department's clock rests or runs on. Clause 3.4.2c."""
    record = visible_feedback(request, pk)
    if not record.may_be_served_by(request.user):
        raise PermissionDenied
    change = serving.end_waiting if record.waiting_since else serving.begin_waiting
    change(record, by=request.user)
    return redirect(record)


def _recorded(form: Any, by: Any) -> Feedback | None:
    """Take it in with its file; what cannot be is named beside its field, and nothing is kept."""
    data, field = form.cleaned_data, "told"
    try:
        row = serving.receive(form.save(commit=False), by=by, told=data["told"])
        field = "file"
        if data["file"]:
            attach(record=row, file=data["file"], by=by)
    except ValidationError as error:
        form.add_error(field, error)
        return None
    return row


def _saved(request: HttpRequest, record: Feedback, form: Any, heading: str, clause: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    return _form(
        request, form, heading, record, clause, status=form.status if not form.is_bound or form.conflict else 422
    )


def _form(
    request: HttpRequest, form: Any, heading: str, record: Any = None, clause: str = "", status: int | None = None
) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, "clause": clause}
    return render(request, FORM, context, status=status or (422 if form.is_bound else 200))
