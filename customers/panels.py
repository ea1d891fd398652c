"""What customer development contributes: the menu, work on the home pages, lines of the timelines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import DateField, DateTimeField, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import margins, scores, team  # noqa: F401  (what stands beside requests to the manager, and for him)
from customers.models import Customer, FollowUp, Interaction, MarketInsight, Opportunity
from customers.models.insights import oldest_fresh_day
from customers.services import ANSWER, FOLLOW_UP, NEXT_STEP
from kernel import clock, duties
from kernel.duties import Owing
from kernel.models import Promise
from kernel.panels import Entry, WorkGroup, WorkItem, navigation_item, section, timeline_source, work
from kernel.prepared import Slot, prepared

SHOWN = 6
CHANGED = 5
EVER = timedelta(days=36_500)
GROUP = gettext_lazy("Customers")

navigation_item(100, GROUP, "customers:board", "board", gettext_lazy("Customer development"),
                permission="customers.view_opportunity")  # fmt: skip
navigation_item(110, GROUP, "customers:customer_list", "users", gettext_lazy("Customers"),
                permission="customers.view_customer")  # fmt: skip
navigation_item(120, GROUP, "customers:insight_list", "globe", gettext_lazy("Market insights"),
                permission="customers.view_marketinsight")  # fmt: skip
navigation_item(130, GROUP, "customers:risk_list", "flag", gettext_lazy("Risk register"),
                permission="customers.change_customer")  # fmt: skip


# --- home pages ----------------------------------------------------------------------------------------
def _promised(title: Any, found: list[Promise], count: Callable[[], int], action: Any) -> WorkGroup | None:
    """Promises as work, the most overdue first; `count` is asked where there are more than are shown."""
    if not found:
        return None
    items = duties.as_work(found[:SHOWN], action)
    return WorkGroup(title, items, len(found) if len(found) <= SHOWN else count())


@work(10)
def promised(user: Any) -> list[WorkGroup]:
    """Overdue and due follow-ups, all answers owed to customers (few, and somebody waits), and the next steps of today.

    Clauses 3.1.6b, 3.1.4c, 3.1.3b.
    """
    owings = [
        ("customers.change_opportunity", Owing(FOLLOW_UP, _("Follow-ups due"), _("Log"))),
        ("customers.view_opportunity", Owing(ANSWER, _("Answers owed to customers"), _("Answer"), within=EVER)),
        ("customers.view_customer", Owing(NEXT_STEP, _("Next steps of today"), _("Log"))),
    ]
    return duties.owed_groups(user, [owing for right, owing in owings if user.has_perm(right)], SHOWN)


@work(20)
def missed_follow_ups(user: Any) -> WorkGroup | None:
    """For the manager: follow-ups of others that were missed. Clause 3.1.6b."""
    if not user.has_perm("customers.reassign_customer"):
        return None
    now, first = (
        clock.now(),
        lambda: _missed(Slot("me"), Slot("now", DateTimeField())).order_by("due_at", "pk")[: SHOWN + 1],
    )
    found = prepared("missed follow-ups", first).records(me=user.pk, now=now)
    return _promised(_("Missed follow-ups of the team"), found, lambda: _missed(user.pk, now).count(), _("View"))


def _missed(me: Any, now: Any) -> QuerySet:
    return Promise.objects.open().filter(kind=FOLLOW_UP, due_at__lt=now).exclude(owed_by=me)


@work(45)
def to_analyse(user: Any) -> WorkGroup | None:
    """Market insights that this person gathered and did not analyse yet. Clause 3.1.1b."""
    if not user.has_perm("customers.change_marketinsight"):
        return None
    since = oldest_fresh_day()
    first = prepared("insights to analyse", lambda: _gathered(Slot("me"), Slot("since", DateField()))[: SHOWN + 1])
    found = first.records(me=user.pk, since=since)
    if not found:
        return None
    items = [
        WorkItem(
            i.content[:80],
            f"{i.get_kind_display()} · {i.segment}",
            reverse("customers:insight_analyse", args=[i.pk]),
            "idle",
            action=_("Analyse"),
        )
        for i in found[:SHOWN]
    ]
    total = len(found) if len(found) <= SHOWN else _gathered(user.pk, since).count()
    return WorkGroup(_("Insights to analyse"), items, total, reverse("customers:insight_list"))


def _gathered(me: Any, since: Any) -> QuerySet:
    rows = MarketInsight.objects.filter(by=me, observed_on__gte=since, analysed_at=None)
    return rows.select_related("segment").order_by("observed_on", "pk")


# --- sections --------------------------------------------------------------------------------------------
@section("customers.opportunity", 50, "customers/_changed_needs.html")
def changed_needs_of_opportunity(opportunity: Opportunity, user: Any) -> dict[str, Any] | None:
    """What was noted as changed at the customer, wherever it was noted: it may concern this opportunity. Clause 2.2.2c."""
    return _changed_needs(opportunity.customer_id, user)


@section("customers.customer", 50, "customers/_changed_needs.html")
def changed_needs_of_customer(customer: Customer, user: Any) -> dict[str, Any] | None:
    """The customer's needs that were noted as changed. Clause 2.2.2c."""
    return _changed_needs(customer.pk, user)


def _told(user: Any) -> Q:
    """Talk that this person reads: of an opportunity that he sees, of a customer whose talk is told to him, his own."""
    of_deals = Q(opportunity__in=Opportunity.objects.visible_to(user).order_by().values("pk"))
    of_files = Q(opportunity=None, customer__in=Customer.objects.told_to(user).order_by().values("pk"))
    return of_deals | of_files | Q(by=user)


def _changed_needs(customer: int, user: Any) -> dict[str, Any] | None:
    rows = Interaction.objects.filter(_told(user), customer=customer, need_changed=True, carried_from=None)
    found = list(rows.select_related("by", "contact").order_by("-at", "-pk")[:CHANGED])
    return {"changed": found} if found else None


# --- timelines -----------------------------------------------------------------------------------------
def _interaction(row: Interaction, *, on_customer: bool) -> Entry:
    details = [row.summary, row.needs_concerns, row.willingness]
    if row.next_step:
        details.append(_("Next: %(step)s") % {"step": row.next_step})
    title = f"{row.get_channel_display()} {row.contact or ''}".strip()
    if row.carried_from_id:
        title = _("%(title)s (carried over from %(number)s)") % {"title": title, "number": row.carried_from.number}
    url = row.opportunity.get_absolute_url() if on_customer and row.opportunity_id else ""
    return Entry(row.at, row.icon, title, "\n".join(filter(None, details)), row.by, url)


def _follow_up(row: FollowUp, *, on_customer: bool) -> Entry:
    details = [row.progress_reported, row.decision_state, row.problems]
    title = _("Follow-up: %(who)s") % {"who": row.contact or ""}
    url = row.opportunity.get_absolute_url() if on_customer else ""
    return Entry(row.at, row.icon, title, "\n".join(filter(None, details)), row.by, url)


@timeline_source("customers.opportunity")
def contacts_of_opportunity(opportunity: Opportunity, user: Any, limit: int) -> list[Entry]:
    """Interactions and follow-ups of an opportunity."""
    people = ("by", "contact", "carried_from")
    rows = opportunity.interactions.select_related(*people).order_by("-at", "-pk")[:limit]
    follow_ups = opportunity.follow_ups.select_related("by", "contact")[:limit]
    return [_interaction(r, on_customer=False) for r in rows] + [_follow_up(r, on_customer=False) for r in follow_ups]


@timeline_source("customers.opportunity")
def evidence_of_opportunity(opportunity: Opportunity, user: Any, limit: int) -> list[Entry]:
    """Proposals, demonstrations, questions and needs of an opportunity; the page has read them already."""
    entries = [
        Entry(p.at, "clip", _("Proposal: %(title)s") % {"title": p.title}, p.summary)
        for p in opportunity.proposals.all()
    ]
    entries += [
        Entry(d.held_at or d.at, "eye", _("Demonstration and explanation"), d.waive_reason or d.notes)
        for d in opportunity.demonstrations.all()
    ]
    entries += [
        Entry(
            q.raised_at,
            "chat",
            q.get_kind_display(),
            "\n".join(filter(None, [q.text, q.answer])),
            url=q.get_absolute_url(),
        )
        for q in opportunity.questions.all()
    ]
    return entries + [Entry(n.at, "info", _("Needs"), n.needs) for n in opportunity.needs.all()]


@timeline_source("customers.customer")
def interactions_of_customer(customer: Customer, user: Any, limit: int) -> list[Entry]:
    """Contacts with the customer, those carried over left out: they stand where they happened."""
    rows = customer.interactions.filter(_told(user), carried_from=None).select_related("by", "contact", "opportunity")
    return [_interaction(row, on_customer=True) for row in rows.order_by("-at", "-pk")[:limit]]


@timeline_source("customers.customer")
def follow_ups_of_customer(customer: Customer, user: Any, limit: int) -> list[Entry]:
    """Follow-ups on the customer's opportunities that this person may see."""
    seen = customer.opportunities.visible_to(user).values("pk")
    rows = FollowUp.objects.filter(opportunity__in=seen).select_related("by", "contact", "opportunity__customer")
    return [_follow_up(row, on_customer=True) for row in rows.order_by("-at", "-pk")[:limit]]
