"""Letters that came in by e-mail, for customer service to sort (3.4.1b)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from aftersales.models import Feedback, Mail
from aftersales.models.access import VIEW_ALL
from documents.models import Attachment
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

KNOWN = 5  # feedback in hand that is shown beside a letter of the same customer


@allow(VIEW_ALL)
def mail_list(request: HttpRequest) -> HttpResponse:
    """All letters, the newest first, by what became of them."""
    rows, state = Mail.objects.visible_to(request.user).select_related("customer"), request.GET.get("state", "")
    rows = rows.filter(state=state) if state in Mail.State.values else rows
    context = {
        "page": keyset_page(request, rows, order=("-pk",)), "state": state if state in Mail.State.values else "",
        "states": Mail.State, "has_mailbox": bool(settings.MAILBOX_URL),
    }  # fmt: skip
    return render(request, "aftersales/mail_list.html", context)


@allow(VIEW_ALL)
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what it says, whose it seems to be, what became of it."""
    rows = Mail.objects.visible_to(request.user).select_related("customer", "contact", "feedback")
    record = get_object_or_404(rows, pk=pk)
    known = Feedback.objects.visible_to(request.user).running().filter(customer=record.customer_id)
    context = {
        **lifecycle(record, request), "files": list(Attachment.objects.of(record)[:20]),
        "known": list(known.order_by("-pk")[:KNOWN]) if record.customer_id and record.state == "waiting" else [],
    }  # fmt: skip
    return render(request, "aftersales/mail_detail.html", context)
