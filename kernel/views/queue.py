"""The approval queue's page: what waits for me on the left, one record with its decision on the right."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kernel import decisions, own_lists
from kernel import inbox as queue
from kernel.models import Referral, StateChange
from kernel.policy import allow
from kernel.views.paging import keyset_page
from kernel.views.steps import offers_of, preview_of, referring

SHOWN = 50  # records or decisions on a tab
LOOKED_AT = 400  # of one's newest steps, to find the records they belong to
TABS = ("waiting", "decided", "started", "copied")


@allow()
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for my decision (by kind, oldest first), what I decided, what I started."""
    tab = request.GET.get("tab", "waiting")
    kind = request.GET.get("kind", "")
    counts = queue.counts(request.user)
    context: dict[str, Any] = {
        "tab": tab if tab in TABS else "waiting",
        "kind": kind,
        "kinds": [(label, apps.get_model(label)._meta.verbose_name_plural, n) for label, n in sorted(counts.items())],
        "total": sum(counts.values()),
        "lists": _tabs(request.user, sum(counts.values())),
    }
    if context["tab"] == "waiting":
        context |= _waiting(request, kind)
    elif context["tab"] == "copied":
        context["page"] = keyset_page(request, own_lists.copies(request.user, request.GET))
    else:
        sent = queue.sent(request.user) if context["tab"] == "started" else []
        waiting = {(row.label, row.pk) for row in sent}
        context["sent"] = sent
        context["changes"] = _decided(request.user) if context["tab"] == "decided" else _moved(request.user, waiting)
        context["handed"] = _handed(request.user) if context["tab"] == "decided" else []
    return render(request, "kernel/inbox.html", context)


def _tabs(user: Any, waiting: int) -> list[tuple[str, Any, int]]:
    """Each tab with how much in it is open: to decide, still undecided, unread."""
    unread = Referral.objects.copies_of(user).filter(answered_at=None).count()
    return [
        ("waiting", _("To decide"), waiting),
        ("decided", _("Decided by me"), 0),
        ("started", _("Started by me"), queue.count_sent(user)),
        ("copied", _("Copied to me"), unread),
    ]


def _handed(user: Any) -> list[Referral]:
    """The decisions that he has handed to others and that are still open, the newest first."""
    rows = Referral.objects.open().filter(sender=user, kind=Referral.Kind.TRANSFER).select_related("to")
    found = rows.order_by("-id")[:SHOWN]
    keys: dict[Any, set[int]] = {}
    for referral in found:
        keys.setdefault(referral.model_class, set()).add(referral.row)
    standing = {
        (model.label_of(), *row)
        for model, rows in keys.items()
        for row in model.objects.visible_to(user).filter(pk__in=rows).values_list("pk", "state_at")
    }
    return [r for r in found if (r.model, r.row, r.since) in standing]


def _waiting(request: HttpRequest, kind: str) -> dict[str, Any]:
    rows = queue.queue(request.user, kind)
    chosen = request.GET.get("item", "")
    row = next((r for r in rows if r.key == chosen), rows[0] if rows else None)
    return {"rows": rows, "chosen": row, "is_open": bool(chosen), **(_preview(row, request.user) if row else {})}


def _preview(row: queue.Waiting, user: Any) -> dict[str, Any]:
    record = row.model.objects.visible_to(user).filter(pk=row.pk).first()
    if record is None:
        return {}
    offers = [o for o in offers_of(record, user) if o.step.approval or o.step.comment == "required"]
    return {
        **preview_of(record, user),
        **referring(record, user),
        "offers": offers,
        "asks_more": [o for o in offers if o.step.asks or o.step.form_class],
    }


def _decided(user: Any) -> list[StateChange]:
    """The newest decisions that are his or in his name."""
    return list(decisions.decided(user)[:SHOWN])


def _moved(user: Any, waiting: set[tuple[str, int]]) -> list[StateChange]:
    """The records that he moved on lately, each once with its newest change whoever made it; not those that still wait."""
    own = StateChange.objects.filter(~decisions.is_decision(), by=user).order_by("-id")
    records = [key for key in dict.fromkeys(own.values_list("model", "row")[:LOOKED_AT]) if key not in waiting][:SHOWN]
    rows: dict[str, list[int]] = {}
    for model, row in records:
        rows.setdefault(model, []).append(row)
    if not rows:
        return []
    of = reduce(or_, (Q(model=model, row__in=keys) for model, keys in rows.items()))
    newest = (
        StateChange.objects.filter(of).order_by().values("model", "row").annotate(newest=Max("id")).values("newest")
    )
    found = StateChange.objects.filter(pk__in=newest).select_related("by", "on_behalf_of")
    place = {key: number for number, key in enumerate(records)}
    return sorted(found, key=lambda change: place[change.model, change.row])
