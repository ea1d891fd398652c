"""The audit trail as its administrator watches over it: the last verification, and asking for another."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kernel import checking, tasks
from kernel.models import AuditCheck, AuditSeal
from kernel.once import once
from kernel.policy import allow

SHOWN = 10


@allow("organization.manage_accounts")
@once
def audit_trail(request: HttpRequest) -> HttpResponse:
    """What the last verification found, named row by row; where the chain stands; the verifications before (SECURITY G5)."""
    if request.method == "POST":
        checking.ask(request.user)
        transaction.on_commit(lambda: tasks.soon(tasks.run_audit_checks))
        messages.success(request, _("The chain is being verified; reload in a moment."))
        return redirect("kernel:audit_trail")
    checks = list(AuditCheck.objects.select_related("asked_by").order_by("-pk")[:SHOWN])
    last = next((row for row in checks if row.finished_at), None)
    context = {
        "last": last,
        "told": checking.told(last) if last else [],
        "waiting": next((row for row in checks if not row.finished_at), None),
        "checks": checks,
        "head": AuditSeal.objects.order_by("-seq").first(),
    }
    return render(request, "kernel/audit_trail.html", context)
