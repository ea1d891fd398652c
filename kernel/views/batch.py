"""Several decisions at once: each record is checked by itself and reported by itself."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.advance import AlreadyMoved, StepRefused, advance, count_refusal
from kernel.forms import tidy
from kernel.once import after_rollback, once
from kernel.policy import allow
from kernel.steps import Stateful, Step, machines
from kernel.timeline import changes_of
from kernel.views.steps import MAX_COMMENT

MOST = 50  # as many as the queue shows
KEPT = 5  # results of the last batches, in the session


@dataclass(frozen=True)
class Outcome:
    """What became of one picked record: "ok" decided, "wait" somebody was first, "bad" refused; why, and where to look."""

    tone: str
    title: str
    text: str
    url: str


@allow()
@once
@require_POST
def inbox_batch(request: HttpRequest) -> HttpResponse:
    """Approve every picked record that may be approved as it was seen, with one opinion for all."""
    picks = sorted(dict.fromkeys(request.POST.getlist("pick")))[:MOST]
    comment = tidy(request.POST.get("comment", "")).replace("\x00", "")[:MAX_COMMENT]
    if not picks:
        messages.error(request, _("Nothing is picked."))
        return redirect("inbox")
    outcomes = [outcome for pick in picks if (outcome := _approve(request, pick, comment))]
    key = secrets.token_hex(8)
    kept = request.session.get("batches", [])[-(KEPT - 1) :]
    request.session["batches"] = [*kept, [key, [asdict(outcome) for outcome in outcomes]]]
    return redirect("batch_result", key)


@allow()
def batch_result(request: HttpRequest, key: str) -> HttpResponse:
    """What became of each record of a batch, as long as the session remembers it."""
    outcomes = dict(request.session.get("batches", [])).get(key)
    if outcomes is None:
        raise Http404
    done = sum(outcome["tone"] == "ok" for outcome in outcomes)
    return render(request, "kernel/batch.html", {"outcomes": outcomes, "done": done, "left": len(outcomes) - done})


def _approve(request: HttpRequest, pick: str, comment: str) -> Outcome | None:
    """Take the approving step on one record; None for what this person does not see."""
    record, seen = _picked(request.user, pick)
    if record is None:
        return None
    tell = partial(_outcome, record)
    step = _approving(record, request.user)
    if step is None:
        last = _last_change(record)
        return tell("wait", last or _("You cannot approve it as it stands now."))
    if step.asks or step.form_class:
        return tell(
            "bad", _("This step asks for more than an opinion: decide on it by itself."), record.step_url(step.name)
        )
    try:
        change = advance(record, step.name, by=request.user, comment=comment, seen=seen)
    except AlreadyMoved as moved:
        return tell("wait", moved.message)
    except StepRefused as refused:
        after_rollback(request, partial(count_refusal, refused, request.user))
        return tell("bad", refused.message, record.step_url(step.name))
    except PermissionDenied:
        return tell("bad", _("You cannot approve it as it stands now."))
    return tell("ok", change.to_label)


def _picked(user: Any, pick: str) -> tuple[Any, int]:
    """The record that a box names, with the version that was seen; None where there is none for this person."""
    label, _colon, rest = pick.partition(":")
    pk, _colon, version = rest.partition(":")
    model = next((m for m in machines() if m.label_of() == label), None)
    if model is None or not (_is_key(pk) and _is_key(version)):
        return None, 0
    return model.objects.visible_to(user).filter(pk=int(pk)).first(), int(version)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _approving(record: Stateful, user: Any) -> Step | None:
    """The step by which this person says yes to the record as it stands."""
    steps = (s for s in record.steps() if s.approval and s.tone == "approve" and record.is_open_route(s))
    return next((s for s in steps if s.permission(record, user)), None)


def _outcome(record: Stateful, tone: str, text: str, url: str = "") -> Outcome:
    return Outcome(tone, str(record), str(text), url or record.get_absolute_url())


def _last_change(record: Stateful) -> str:
    """Who was first, with what."""
    change = next(iter(changes_of(record)[::-1]), None)
    if change is None or not change.signature:
        return ""
    return _("%(who)s was first: %(step)s.") % {"who": change.signature, "step": change.label}
