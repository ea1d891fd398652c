"""What the organization adds to the main menu: the staff list for all, the administration for those who keep it."""

from __future__ import annotations

from typing import Any

from django.db.models import DateTimeField, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.menu import GOVERNANCE
from kernel.panels import Banner, WorkGroup, WorkItem, banner, navigation_item, quick_action, work
from kernel.prepared import Slot, prepared
from organization.models import Deputyship

ADMINISTRATION = _("Administration")
ME, NOW = Slot("me"), Slot("now", DateTimeField())

navigation_item(920, GOVERNANCE, "organization:people", "users", _("People"))
navigation_item(
    950,
    ADMINISTRATION,
    "admin:organization_user_changelist",
    "key",
    _("Accounts"),
    permission="organization.manage_accounts",
)
navigation_item(
    951,
    ADMINISTRATION,
    "admin:organization_user_changelist",
    "user",
    _("Personnel"),
    permission="organization.manage_people",
)
navigation_item(
    953, ADMINISTRATION, "kernel:audit_trail", "law", _("Audit trail"), permission="organization.manage_accounts"
)
navigation_item(952, ADMINISTRATION, "admin:index", "gear", _("Settings"), permission="organization.manage_company")


quick_action(20, "organization:people", "users", _("People"), permission="organization.manage_people")
quick_action(20, "admin:organization_user_changelist", "key", _("Accounts"), permission="organization.manage_accounts")
quick_action(21, "admin:index", "gear", _("Settings"), permission="organization.manage_company")


@banner
def deputies_today(user: Any) -> list[Banner]:
    """For whom he decides now, and who decides for him. Clause 2.1."""
    rows = prepared("deputies today", _in_force).records(me=user.pk, now=clock.now())
    return [_banner(row, user) for row in rows]


def _in_force() -> QuerySet:
    rows = Deputyship.objects.in_force(NOW).filter(Q(absent=ME) | Q(deputy=ME))
    return rows.select_related("absent", "deputy").order_by("ends_at")


def _banner(row: Deputyship, user: Any) -> Banner:
    values = {
        "who": row.absent if row.deputy_id == user.pk else row.deputy,
        "until": clock.local(row.ends_at).strftime("%Y-%m-%d %H:%M"),
    }
    if row.deputy_id == user.pk:
        text = gettext("You decide for %(who)s until %(until)s; each decision names both of you.")
    else:
        text = gettext("%(who)s decides for you until %(until)s.")
    return Banner("active", text % values, row.get_absolute_url())


@work(5)
def asked_to_deputise(user: Any) -> WorkGroup | None:
    """For a deputy: who asked him to stand in and has no answer yet. Clause 2.1."""
    rows = prepared("asked to deputise", _asked).records(me=user.pk, now=clock.now())
    items = [
        WorkItem(
            str(row.absent),
            f"{clock.local(row.starts_at):%Y-%m-%d %H:%M} – {clock.local(row.ends_at):%Y-%m-%d %H:%M}",
            row.get_absolute_url(),
            due_at=row.starts_at,
            action=gettext("Answer"),
        )
        for row in rows
    ]
    url = reverse("organization:deputyship_list")
    return WorkGroup(gettext("You are asked to deputise"), items, len(items), url) if items else None


def _asked() -> QuerySet:
    rows = Deputyship.objects.live(NOW).filter(deputy=ME, state=Deputyship.State.REQUESTED)
    return rows.select_related("absent").order_by("starts_at")[:20]
