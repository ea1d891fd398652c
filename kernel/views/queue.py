"""The approval queue's page: what waits for me on the left, one record with its decision on the right."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import select_template

from kernel import inbox as queue
from kernel.models import StateChange
from kernel.policy import allow
from kernel.steps import steps_of
from kernel.timeline import changes_of

TABS = ("waiting", "decided", "started")


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
    }
    if context["tab"] == "waiting":
        context |= _waiting(request, kind)
    else:
        context["changes"] = _changes(request.user, decided=context["tab"] == "decided")
    return render(request, "kernel/inbox.html", context)


def _waiting(request: HttpRequest, kind: str) -> dict[str, Any]:
    rows = queue.queue(request.user, kind)
    chosen = request.GET.get("item", "")
    row = next((r for r in rows if r.key == chosen), rows[0] if rows else None)
    return {"rows": rows, "chosen": row, "is_open": bool(chosen), **(_preview(row, request.user) if row else {})}


def _preview(row: queue.Waiting, user: Any) -> dict[str, Any]:
    record = row.model.objects.visible_to(user).filter(pk=row.pk).first()
    if record is None:
        return {}
    app, name = record._meta.app_label, record._meta.model_name
    template = select_template([f"{app}/_{name}_preview.html", "kernel/_preview.html"])
    offers = [o for o in record.offers(user) if o.step.approval or o.step.comment == "required"]
    return {
        "record": record,
        "preview": template.template,
        "preview_context": record.preview_of(user),
        "offers": offers,
        "asks_more": [o for o in offers if o.step.asks or o.step.form_class],
        "trail": changes_of(record),
    }


def _changes(user: Any, *, decided: bool) -> list[StateChange]:
    """My own acts, newest first: decisions, or what I sent to be decided."""
    decisions = {(m, s.name) for m in _labels() for s in steps_of(apps.get_model(m)) if s.approval}
    rows = StateChange.objects.filter(by=user).select_related("by", "on_behalf_of").order_by("-id")[:200]
    return [c for c in rows if ((c.model, c.step) in decisions) == decided][:50]


def _labels() -> list[str]:
    from kernel.steps import machines

    return [m._meta.label_lower for m in machines()]
