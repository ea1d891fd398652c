"""One view for every step of every machine, what each record's page shows of its life, and its history of fields."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import select_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kernel import referrals
from kernel.advance import AlreadyMoved, StepRefused, advance, count_refusal
from kernel.back import came_from
from kernel.conflicts import conflict_of, first_conflict
from kernel.forms import BylawForm, BylawModelForm
from kernel.history import history_of
from kernel.models import Promise, StateChange
from kernel.once import after_rollback, once
from kernel.policy import allow
from kernel.steps import Offer, Stateful, Step, steps_of
from kernel.timeline import changes_of, decisions_of, last_return, timeline
from kernel.urging import may_urge

MAX_COMMENT = 4_000


@allow()
@require_http_methods(["GET", "HEAD", "POST"])
@once
def take_step(request: HttpRequest, model: type[Stateful], pk: int, step: str) -> HttpResponse:
    """Ask for what the step needs and take it; says what is missing, or who was first. Works without JavaScript."""
    record = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    if not any(s.name == step for s in steps_of(model)):
        raise Http404
    declared = record.step(step)
    if declared is None:
        return _moved(request, record, step)
    if not declared.permission(record, request.user):
        return _refused(request, record, declared)
    form = step_form(declared, record, request)
    if request.method == "POST" and form.is_valid():
        return _take(request, record, declared, form)
    status = 422 if request.method == "POST" else 200
    handed = referrals.handed_over(record, request.user) if declared.approval else None
    problem = referrals.why_not(handed) if handed else ""
    status = getattr(form, "status", 200) if status == 200 else status
    return _page(request, record, declared, form, status=status, problem=problem)


def step_form(step: Step, record: Stateful, request: HttpRequest) -> Any:
    """The form of a step: the fields it asks for, its comment, and the version that the person is looking at."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"seen": request.GET.get("seen") or record.version}
    if step.form_class is not None:
        form = step.form_class(data, files, instance=record, initial=initial)
    elif step.asks:
        form = modelform_factory(type(record), form=BylawModelForm, fields=step.asks)(
            data, files, instance=record, initial=initial
        )
    else:
        form = BylawForm(data, files, initial=initial)
    form.fields.pop("version", None)
    for name in step.asks:
        if name in form.fields and name not in step.custom.get("may_be_empty", ()):
            form.fields[name].required = True
    if step.comment:
        form.fields["comment"] = forms.CharField(
            label=gettext_lazy("Reason") if step.comment == "required" else gettext_lazy("Comment"),
            required=step.comment == "required",
            max_length=MAX_COMMENT,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=gettext_lazy("It is kept with the decision and read by the person concerned."),
        )
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    return form


def _take(request: HttpRequest, record: Stateful, step: Step, form: Any) -> HttpResponse:
    data = {k: v for k, v in form.cleaned_data.items() if k not in {"comment", "seen"}}
    try:
        change = advance(
            type(record).objects.get(pk=record.pk),
            step.name,
            by=request.user,
            seen=form.cleaned_data.get("seen"),
            comment=form.cleaned_data.get("comment", ""),
            data=data,
        )
    except AlreadyMoved as moved:
        return _page(request, record, step, form, status=409, problem=moved.message, moved=moved)
    except StepRefused as refused:
        after_rollback(request, partial(count_refusal, refused, request.user))
        return _page(request, record, step, form, status=422, problem=refused.message)
    messages.success(request, _("%(title)s is now: %(state)s.") % {"title": record, "state": change.to_label})
    return redirect(_next(request, record))


def _next(request: HttpRequest, record: Stateful) -> str:
    if target := came_from(request):
        return target
    still_seen = type(record).objects.visible_to(request.user).filter(pk=record.pk).exists()
    return record.get_absolute_url() if still_seen else "/"


def _moved(request: HttpRequest, record: Stateful, step: str) -> HttpResponse:
    """The record has left the state that had this step: say who was first and when."""
    rows = StateChange.objects.filter(model=record.label_of(), row=record.pk)
    last = rows.select_related("by", "on_behalf_of").order_by("-id").first()
    context = {"record": record, "change": last, "step_name": step}
    return render(request, "kernel/step_moved.html", context, status=409)


def _refused(request: HttpRequest, record: Stateful, step: Step) -> HttpResponse:
    """403: where he holds the right but took part himself, with why and who decides instead."""
    found = conflict_of(record, step, request.user)
    if found is None:
        raise PermissionDenied
    return render(request, "kernel/step_conflict.html", {"record": record, "step": step, "conflict": found}, status=403)


def _page(request: HttpRequest, record: Stateful, step: Step, form: Any, **context: Any) -> HttpResponse:
    status = context.pop("status")
    record = type(record).objects.get(pk=record.pk)
    page = {
        "record": record,
        "step": step,
        "form": form,
        "items": record.checklist(step),
        "next": came_from(request),
        **context,
    }
    return render(request, "kernel/step.html", page, status=status)


def lifecycle(record: Stateful, request: HttpRequest, *, with_timeline: bool = True) -> dict[str, Any]:
    """What every record's page shows of its life: state, stepper, checklist, buttons, promises, timeline."""
    forward, offers = record.forward_step(), offers_of(record, request.user)
    forward_offer = next((o for o in offers if forward and o.step.name == forward.name), None)
    decides = any(offer.step.approval for offer in offers)
    items = forward_offer.items if forward_offer else record.checklist(forward)
    return {
        "record": record,
        "offers": offers,
        "forward": forward,
        "forward_offer": forward_offer,
        "decided_at": ""
        if forward_offer or not decides
        else f"{reverse('inbox')}?item={record._meta.label_lower}:{record.pk}",
        "other_offers": [o for o in offers if not forward or o.step.name != forward.name],
        "items": items,
        "met": sum(i.met for i in items),
        "lacking": [i for i in items if not i.met],
        "stepper": stepper(record),
        "promises": Promise.objects.of(record).select_related("owed_by").order_by("-state", "due_at")[:20],
        "timeline": timeline(record, request.user) if with_timeline else [],
        "returned": last_return(record),
        "conflict": first_conflict(record, request.user),
        "may_urge": may_urge(record, request.user),
        "has_decisions": bool(decisions_of(record)),
        **referring(record, request.user),
    }


def offers_of(record: Stateful, user: Any) -> list[Offer]:
    """The steps this person may take; no decision while he has handed it to another."""
    offers = record.offers(user)
    if any(o.step.approval for o in offers) and referrals.handed_over(record, user):
        return [o for o in offers if not o.step.approval]
    return offers


def referring(record: Stateful, user: Any) -> dict[str, Any]:
    """What stands open between deciders on the record, who may answer it, and what this person may do beside deciding."""
    live = referrals.live_of(record)
    return {
        "referring": referrals.actions(record, user),
        "referrals": [
            {
                "row": referral,
                "may_answer": referrals.may_answer(referral, record, user),
                "is_mine": referral.sender_id == user.pk,
            }
            for referral in live
        ],
    }


def preview_of(record: Stateful, user: Any) -> dict[str, Any]:
    """What a page shows of a record beside a list or a form: template, its context, the steps so far."""
    app, name = record._meta.app_label, record._meta.model_name
    template = select_template([f"{app}/_{name}_preview.html", "kernel/_preview.html"])
    return {
        "record": record,
        "preview": template.template,
        "preview_context": record.preview_of(user),
        "trail": changes_of(record),
        "said": [
            r
            for r in referrals.referrals_of(record)
            if r.since == record.state_at and r.answered_at and r.kind != "copy"
        ],
    }


def stepper(record: Stateful) -> list[dict[str, Any]]:
    """The states of the record's path with where it stands: done, present, to come."""
    labels = dict(record._meta.get_field("state").flatchoices)
    path = list(record.PATH)
    changes = changes_of(record) if path else []
    reached = {c.from_state: c.since for c in changes[:1] if c.since} | {c.to_state: c.at for c in changes}
    here = path.index(record.state) if record.state in path else -1
    tones = (
        "ok" if i < here or (here < 0 and s in reached) else "active" if i == here else "idle"
        for i, s in enumerate(path)
    )
    return [
        {"state": s, "label": labels[s], "tone": tone, "at": reached.get(s), "current": s == record.state}
        for s, tone in zip(path, tones, strict=True)
    ]


@allow()
def record_history(request: HttpRequest, model: type[Stateful], pk: int) -> HttpResponse:
    """Who changed which field from what to what: read-only, of a row this person may see, without fields he may not."""
    record = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    if not record.is_open_to(request.user):
        raise Http404
    return render(request, "kernel/history.html", {"record": record, "entries": history_of(record, request.user)})
