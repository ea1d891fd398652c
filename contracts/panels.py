"""What contracts contribute to lower pages: the menu, home-page work, the customer's and the opportunity's page."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import panels_custody, panels_proposing, panels_sealing  # noqa: F401  (declare their parts)
from contracts.collecting_reports import habit_of
from contracts.models import Contract, PlannedPayment, Quotation, ReviewOpinion
from contracts.models.collecting import RECORD, VIEW
from customers.models import Customer
from customers.services import end_of
from kernel import clock
from kernel.panels import WorkGroup, WorkItem, navigation_item, quick_action, section, work
from kernel.prepared import Slot, prepared
from kernel.timeline import last_words

SHOWN = 6
FORTNIGHT = timedelta(days=14)
TELLS_WHY = ("rejected", "returned")
DEALS = gettext_lazy("Contracts")

navigation_item(
    300, DEALS, "contracts:contract_list", "doc", gettext_lazy("Contracts"), permission="contracts.view_contract"
)
navigation_item(
    310, DEALS, "contracts:ledger", "ledger", gettext_lazy("Contract ledger"), permission="contracts.view_ledger"
)
navigation_item(
    295,
    DEALS,
    "contracts:quotation_list",
    "mail",
    gettext_lazy("Quotations"),
    permission="customers.change_opportunity",
)
navigation_item(
    315, DEALS, "contracts:collection", "receipt", gettext_lazy("Collection"), permission="contracts.view_collection"
)
navigation_item(
    320,
    DEALS,
    "contracts:contracttemplate_list",
    "clip",
    gettext_lazy("Contract templates"),
    permission="contracts.view_contracttemplate",
)

navigation_item(
    330,
    DEALS,
    "contracts:libraryclause_list",
    "law",
    gettext_lazy("Clause library"),
    permission="contracts.view_contracttemplate",
)

quick_action(
    10, "inbox", "stamp", gettext_lazy("Review contracts"), permission="contracts.review_contract",
    query="?kind=contracts.contract",
)  # fmt: skip
quick_action(
    10, "inbox", "stamp", gettext_lazy("Review contracts"), permission="contracts.legal_review_contract",
    query="?kind=contracts.contract",
)  # fmt: skip
quick_action(
    14, "contracts:contract_list", "box", gettext_lazy("Signed, to be archived"), permission="contracts.archive_contract",
    query="?state=signed",
)  # fmt: skip
quick_action(15, "contracts:ledger", "ledger", gettext_lazy("Contract ledger"), permission="contracts.view_ledger")
quick_action(14, "contracts:collection", "receipt", gettext_lazy("Collection"), permission="contracts.record_receipt")
quick_action(
    16, "contracts:contracttemplate_list", "clip", gettext_lazy("Contract templates"),
    permission="contracts.change_contracttemplate",
)  # fmt: skip
quick_action(
    31, "contracts:contract_create", "doc", gettext_lazy("Draft a contract"), permission="contracts.add_contract"
)


def _his(me: Any) -> Q:
    """His own, or with a customer of his: as keys, so that few contracts are not joined to all customers."""
    return Q(owner=me) | Q(customer__in=Customer.objects.filter(owner=me).values("pk"))


def _group(
    title: Any, found: list[Contract], total: int, action: Any, tone: str = "wait", *, why: dict[int, str] | None = None
) -> WorkGroup:
    """Contracts as work, with what was said when they came."""
    items = [
        WorkItem(
            str(c.title),
            " · ".join(filter(None, (c.number, c.get_state_display(), Truncator((why or {}).get(c.pk, "")).chars(80)))),
            c.get_absolute_url(),
            tone,
            None,
            c.total,
            c.currency,
            action,
            c.customer_name,
        )
        for c in found
    ]
    return WorkGroup(title, items, total)


@work(29)
def texts_under_way(user: Any) -> list[WorkGroup]:
    """What waits for a drafter and for a reviewer; clauses 3.2.3a and b.

    For the drafter: what was rejected in the last two weeks, so that he tells the customer and plans anew; what was
    returned to him or has opinions to answer; what is ready to be signed. For a reviewer: his opinions that were answered.
    """
    drafts = user.has_perm("contracts.change_contract")
    reviews = user.has_perm("contracts.review_contract") or user.has_perm("contracts.legal_review_contract")
    if not (drafts or reviews):
        return []
    kept = prepared(("texts under way", drafts, reviews), lambda: _first_under_way(drafts=drafts, reviews=reviews))
    rows = kept.records(me=user.pk, since=clock.now() - FORTNIGHT)
    why = last_words("contracts.contract", [c.pk for c in rows if c.kind_of_work in TELLS_WHY]) if rows else {}
    kinds = {
        "rejected": (_("Rejected lately"), _("Read why"), "bad"),
        "returned": (_("Contracts returned to you or with opinions to answer"), _("Amend"), "wait"),
        "ready": (_("Ready to sign"), _("Sign"), "wait"),
        "answered": (_("Your opinions were answered"), _("Look"), "wait"),
    }
    mine = {kind: [c for c in rows if c.kind_of_work == kind] for kind in kinds}
    return [
        _group(title, mine[kind], mine[kind][0].of_its_kind, action, tone, why=why)
        for kind, (title, action, tone) in kinds.items()
        if mine[kind]
    ]


def _first_under_way(*, drafts: bool, reviews: bool) -> QuerySet:
    """The first of each kind, with how many there are of it; a contract of several kinds stands under the first."""
    me, since = Slot("me"), Slot("since", DateTimeField())
    opinions = ReviewOpinion.objects.open().filter(contract=OuterRef("pk"))
    asked, answered = opinions.filter(answered_at=None), opinions.filter(by=me, answered_at__isnull=False)
    in_review = ("manager_review", "legal_review")
    kinds = {}
    if drafts:
        kinds["rejected"] = Q(owner=me, state="rejected", state_at__gte=since)
        kinds["returned"] = _his(me) & (Q(state="revising") | Q(Exists(asked), state__in=("draft", *in_review)))
        kinds["ready"] = _his(me) & Q(state="ready_to_sign")
    if reviews:
        kinds["answered"] = Q(Exists(answered), state__in=(*in_review, "revising"))
    kind = Case(*(When(rule, then=Value(name)) for name, rule in kinds.items()), output_field=CharField())
    rows = Contract.objects.select_related(None).filter(reduce(or_, kinds.values())).annotate(kind_of_work=kind)
    rows = rows.annotate(
        place=Window(RowNumber(), partition_by="kind_of_work", order_by=["state_at", "pk"]),
        of_its_kind=Window(Count("pk"), partition_by="kind_of_work"),
    )
    return rows.filter(place__lte=SHOWN).order_by("state_at", "pk")


@work(33)
def to_archive(user: Any) -> WorkGroup | None:
    """For the custodian: signed contracts that are not archived yet, the oldest first. Clause 3.2.3c."""
    if not user.has_perm("contracts.archive_contract"):
        return None
    rows = Contract.objects.visible_to(user).filter(state="signed")
    found = list(rows.select_related(None).order_by(F("signed_on"), "pk")[: SHOWN + 1])
    if not found:
        return None
    total = len(found) if len(found) <= SHOWN else rows.count()
    return _group(_("Signed, to be archived"), found[:SHOWN], total, _("Archive"))


@section("customers.customer", 200, "contracts/_customer_section.html")
def contracts_of_customer(customer: Any, user: Any) -> dict[str, Any] | None:
    """The contracts of a customer that this person may see."""
    if not user.has_perm("contracts.view_contract"):
        return None
    rows = list(Contract.objects.visible_to(user).filter(customer=customer).select_related(None).order_by("-pk")[:20])
    return {"contracts": rows, "may_draft": user.has_perm("contracts.add_contract")}


@section("customers.opportunity", 200, "contracts/_customer_section.html")
def contracts_of_opportunity(opportunity: Any, user: Any) -> dict[str, Any] | None:
    """The contracts drafted from an opportunity."""
    if not user.has_perm("contracts.view_contract"):
        return None
    rows = list(
        Contract.objects.visible_to(user).filter(opportunity=opportunity).select_related(None).order_by("-pk")[:20]
    )
    may_draft = user.has_perm("contracts.add_contract") and opportunity.state in ("negotiation", "follow_up")
    return {"contracts": rows, "opportunity": opportunity, "may_draft": may_draft}


@section("customers.customer", 210, "contracts/_habit.html")
def habit_of_customer(customer: Any, user: Any) -> dict[str, Any] | None:
    """What the customer owes and how he pays, for who sees it."""
    habit = habit_of(customer, user) if user.has_perm(VIEW) else None
    return {"habit": habit} if habit else None


@work(28)
def overdue_payments(user: Any) -> WorkGroup | None:
    """For who looks after the customer, and for finance: payments whose day has passed, the oldest first."""
    records, chases = user.has_perm(RECORD), user.has_perm("contracts.request_invoice")
    if not (records or chases):
        return None
    kept = prepared(("overdue payments", records), lambda: _first_overdue(records=records))
    found = kept.records(today=clock.today(), me=user.pk)
    if not found:
        return None
    items = [
        WorkItem(
            row.name, row.contract.number, row.get_absolute_url(), "bad", end_of(row.due_on), row.open_amount,
            row.contract.currency, _("Enter the money") if records else _("Remind the customer"),
            row.contract.customer_name,
        )
        for row in found[:SHOWN]
    ]  # fmt: skip
    total = len(found) if len(found) <= SHOWN else _overdue_for(clock.today(), None if records else user.pk).count()
    return WorkGroup(_("Overdue payments"), items, total, reverse("contracts:collection"))


def _first_overdue(*, records: bool) -> QuerySet:
    rows = _overdue_for(Slot("today", DateField()), None if records else Slot("me"))
    return rows.select_related("contract").order_by("due_on", "pk")[: SHOWN + 1]


def _overdue_for(today: Any, me: Any) -> QuerySet:
    """All that is overdue, or what is overdue with one person's contracts and customers."""
    rows = PlannedPayment.objects.overdue(today)
    return rows if me is None else rows.filter(contract__in=Contract.objects.filter(_his(me)).values("pk"))


@section("customers.opportunity", 190, "contracts/_quotations.html")
def quotations_of_opportunity(opportunity: Any, user: Any) -> dict[str, Any] | None:
    """The quotations made from an opportunity's term sheet."""
    if opportunity.state not in ("needs", "negotiation", "follow_up", "won", "lost"):
        return None
    rows = list(Quotation.objects.filter(opportunity=opportunity).order_by("-pk")[:20])
    may_quote = opportunity.state in ("negotiation", "follow_up") and opportunity.may_be_changed_by(user)
    return {"quotations": rows, "may_quote": may_quote}
