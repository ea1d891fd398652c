"""The kernel's own entries in the main menu (today, the approval queue, the regulation), and its work on home pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel import inbox
from kernel.models import Referral
from kernel.panels import WorkGroup, WorkItem, navigation_item, work
from kernel.prepared import Slot, prepared

SHOWN = 5

GOVERNANCE = _("Governance")

navigation_item(10, "", "today", "today", _("Today"))
navigation_item(20, "", "inbox", "stamp", _("Approval queue"), count=inbox.count)
navigation_item(900, GOVERNANCE, "clauses", "law", _("The regulation"))
navigation_item(953, _("Administration"), "kernel:import_list", "upload", _("Imports"), permission="kernel.import_data")


@work(80)
def copies_to_read(user: Any) -> WorkGroup | None:
    """What others sent him to know and he has not read. Clause 1.3.1."""
    found = prepared("copies to read", lambda: _unread(Slot("me"))[: SHOWN + 1]).records(me=user.pk)
    if not found:
        return None
    url = reverse("inbox") + "?tab=copied"
    items = [
        WorkItem(
            row.title,
            f"{row.from_words}: {row.text}"[:80] if row.text else row.from_words,
            url,
            "active",
            action=gettext("View"),
        )
        for row in found[:SHOWN]
    ]
    return WorkGroup(
        gettext("Copied to you"), items, len(found) if len(found) <= SHOWN else _unread(user.pk).count(), url
    )


def _unread(me: Any) -> QuerySet:
    copies = Referral.objects.filter(kind=Referral.Kind.COPY, to=me, answered_at=None)
    return copies.select_related("sender").order_by("-id")
