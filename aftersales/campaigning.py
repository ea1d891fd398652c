"""Jobs of surveys: after each service and order, one campaign a quarter, and campaigns in batches (3.4.4a).

Whoever is to be asked is found in the database. A batch is one transaction: its surveys, their letters and how far the
campaign is commit together, so that a worker that dies leaves nothing half done, and the next goes on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from aftersales import results, surveying
from aftersales.models import Campaign, CampaignRun, Feedback, Questionnaire, Survey
from aftersales.models.access import RECORD
from aftersales.models.questionnaires import Occasion
from aftersales.surveying import DAYS, end_of
from customers.models import Customer
from kernel import clock, jobs
from kernel.advance import advance, begin
from kernel.mailing import MAX_TRIES
from kernel.models import Letter
from kernel.numbering import next_number
from kernel.permissions import holding
from kernel.settings import define, setting
from orders.models import Order, OrderLine

define("aftersales.survey_orders", 1, gettext_lazy("Ask after each completed order (1: yes, 0: no)"), clause="3.4.4a")
define("aftersales.survey_quarterly", 1, gettext_lazy("One campaign each quarter (1: yes, 0: no)"), clause="3.4.4a")
define("aftersales.survey_quarter_days", 30, gettext_lazy("The campaign of a quarter may be answered for"), unit=DAYS,
       clause="3.4.4a")  # fmt: skip
define("aftersales.survey_orders_days", 365, gettext_lazy("The campaign of a quarter asks customers with orders within"),
       unit=DAYS, clause="3.4.4a")  # fmt: skip
LOOKS_BACK = timedelta(days=30)  # what ended longer ago is not asked about: nobody would remember
BATCH = 200
EVER = ("draft", "cancelled")


# --- after a feedback, after an order -----------------------------------------------------------------------
def ask_after_service(limit: int = BATCH) -> int:
    """One survey after each confirmed feedback and, by setting, each completed order; returns how many. Clause 3.4.4a."""
    done = 0
    if questionnaire := _in_use(Occasion.FEEDBACK):
        keys = served_and_not_asked().values_list("pk", flat=True)[:limit]
        done += jobs.each(lambda pk: _ask_about_feedback(pk, questionnaire), list(keys))
    if int(setting("aftersales.survey_orders")) and (of_orders := _in_use(Occasion.ORDER)):
        since = (clock.now() - LOOKS_BACK).date()
        rows = Order.objects.filter(state="completed", completed_on__gte=since, imported=False)
        rows = rows.exclude(surveys__occasion=Occasion.ORDER).order_by("pk")
        done += jobs.each(lambda pk: _ask_about_order(pk, of_orders), list(rows.values_list("pk", flat=True)[:limit]))
    return done


def served_and_not_asked() -> QuerySet:
    """Confirmed feedback of our customers, not long ago, about which nobody was asked or passed over."""
    rows = Feedback.objects.filter(state="confirmed", state_at__gt=clock.now() - LOOKS_BACK, surveys=None)
    return rows.exclude(customer=None).exclude(customer__state__in=("retired", "merged")).order_by("pk")


def _ask_about_feedback(pk: int, questionnaire: Questionnaire) -> int:
    with transaction.atomic():
        row = Feedback.objects.select_related("order", "handler").get(pk=pk)
        by = row.handler or holding(RECORD).order_by("pk").first()
        product = row.product or (product_of([row.order_id]).get(row.order_id, "") if row.order_id else "")
        about = {"feedback": row, "order": row.order, "department": row.department, "product": product}
        return _ask_one(row.customer_id, by, occasion=Occasion.FEEDBACK, questionnaire=questionnaire, **about)


def _ask_about_order(pk: int, questionnaire: Questionnaire) -> int:
    with transaction.atomic():
        row = Order.objects.select_related("entered_by").get(pk=pk)
        about = {"order": row, "product": product_of([pk]).get(pk, "")}
        return _ask_one(row.customer_id, row.entered_by, occasion=Occasion.ORDER, questionnaire=questionnaire, **about)


def _ask_one(customer: int | None, by: Any, **shared: Any) -> int:
    if by is None:
        return 0  # nobody of customer service is here in whose name it could be asked: the next run looks again
    locked = list(Customer.objects.select_for_update(of=("self",)).filter(pk=customer))
    which = {"feedback": shared["feedback"]} if shared.get("feedback") else {"order": shared["order"]}
    if Survey.objects.filter(occasion=shared["occasion"], **which).exists():
        return 0  # another run was first
    until = clock.now() + timedelta(days=int(setting("aftersales.survey_answer_days")))
    surveys = surveying.drafted(locked, asked_by=by, expires_at=until, **shared)
    for survey in surveys:
        survey.save()
    surveying.invite(surveys, by=by, until=until)
    return len(surveys)


def product_of(orders: list[int]) -> dict[int, str]:
    """What each order is about: its first line's product."""
    first = OrderLine.objects.filter(order=OuterRef("order")).order_by("position", "pk").values("pk")[:1]
    rows = OrderLine.objects.filter(order__in=orders, pk=Subquery(first)).select_related("product")
    return {r.order_id: (r.product.name if r.product else r.description)[:160] for r in rows}


def _in_use(occasion: str) -> Questionnaire | None:
    return Questionnaire.objects.filter(occasion=occasion, state=Questionnaire.State.IN_USE).first()


# --- campaigns ------------------------------------------------------------------------------------------------
def create(campaign: Campaign, *, by: Any) -> Campaign:
    """A campaign in preparation under the next number."""
    with transaction.atomic():
        campaign.number = next_number("campaign", clock.today().year, "DC-{year}-{n:04d}")
        campaign.owner = by
        begin(campaign, by=by)
        CampaignRun.objects.create(campaign=campaign)
        return campaign


def asked_by(campaign: Campaign) -> QuerySet:
    """The customers whom a campaign is for: active ones by grade, segment, and orders since a day."""
    rows = Customer.objects.filter(state=Customer.State.ACTIVE)
    if campaign.grades:
        rows = rows.filter(grade__in=campaign.grades.split(","))
    if campaign.segment_id:
        rows = rows.filter(segment=campaign.segment_id)
    if campaign.orders_since:
        orders = Order.objects.exclude(state__in=EVER).filter(ordered_on__gte=campaign.orders_since)
        rows = rows.filter(pk__in=orders.values("customer"))
    return rows


def begin_quarters_campaign() -> Campaign | None:
    """Make and start the campaign of this quarter, once; None when there is one, or nothing to ask. Clause 3.4.4a."""
    today, questionnaire = clock.today(), _in_use(Occasion.QUARTER)
    by = holding(RECORD).order_by("pk").first()
    quarter = f"{today.year}-Q{(today.month + 2) // 3}"
    if not (int(setting("aftersales.survey_quarterly")) and questionnaire and by):
        return None
    with transaction.atomic():
        Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)  # two runs: one after the other
        if Campaign.objects.filter(quarter=quarter).exists():
            return None
        with override(settings.LANGUAGE_CODE):
            title = _("Satisfaction in %(quarter)s") % {"quarter": quarter}
        campaign = create(
            Campaign(
                title=title, quarter=quarter, questionnaire=questionnaire,
                orders_since=today - timedelta(days=int(setting("aftersales.survey_orders_days"))),
                ends_on=today + timedelta(days=int(setting("aftersales.survey_quarter_days"))),
            ),
            by=by,
        )  # fmt: skip
        advance(campaign, "start_by_itself", by=None)
        return campaign


def run_campaigns(size: int = BATCH) -> int:
    """Go on with every running campaign until each is through; close those whose time is over. Returns how many batches.

    May run twice, at the same time too: a batch locks how far its campaign is, and begins where that says.
    """
    batches = 0
    for pk in list(Campaign.objects.filter(state=Campaign.State.RUNNING).order_by("pk").values_list("pk", flat=True)):
        while batch(pk, size):
            batches += 1
        campaign = Campaign.objects.get(pk=pk)
        if campaign.state == Campaign.State.RUNNING and campaign.ends_on < clock.today():
            advance(campaign, "finish", by=None)
    return batches


def batch(pk: int, size: int = BATCH) -> bool:
    """Ask the next customers of a campaign, so many in one transaction; false when none is left or it was stopped."""
    with transaction.atomic():
        run = CampaignRun.objects.select_for_update().get(campaign=pk)
        campaign = Campaign.objects.select_related("questionnaire", "owner").get(pk=pk)
        if campaign.state != Campaign.State.RUNNING or campaign.ends_on < clock.today():
            return False
        if _write_what_was_taken_back(campaign, size):
            return True
        if run.prepared_at:
            return False
        if not run.cursor:
            run.total = asked_by(campaign).count()
        _ask_next(campaign, run, size)
        run.save()
        return run.prepared_at is None


def _ask_next(campaign: Campaign, run: CampaignRun, size: int) -> None:
    rows = asked_by(campaign).filter(pk__gt=run.cursor).order_by("pk")
    customers = list(rows.select_for_update(of=("self",))[:size])
    if not customers:
        run.prepared_at = clock.now()
        return
    until = end_of(campaign.ends_on)
    surveys = surveying.drafted(
        customers, occasion=campaign.questionnaire.occasion, campaign=campaign, questionnaire=campaign.questionnaire,
        asked_by=campaign.owner, expires_at=until,
    )  # fmt: skip
    _say_about_what(surveys)
    made = Survey.objects.bulk_create(surveys)
    surveying.invite(made, by=campaign.owner, until=until)
    run.cursor = customers[-1].pk
    run.total = max(run.total, campaign.surveys.count())


def _say_about_what(surveys: list[Survey]) -> None:
    """What each customer bought last: by it his answers are counted."""
    keys = [survey.customer_id for survey in surveys]
    latest = dict(
        Order.objects.filter(customer__in=keys).exclude(state__in=EVER).order_by("pk").values_list("customer", "pk")
    )
    products = product_of(list(latest.values()))
    for survey in surveys:
        survey.order_id = latest.get(survey.customer_id)
        survey.product = products.get(survey.order_id or 0, "")


def _write_what_was_taken_back(campaign: Campaign, size: int) -> bool:
    rows = campaign.surveys.open().filter(how=Survey.How.LINK, written_at=None)
    held = list(rows.select_related("customer", "contact", "feedback", "order")[:size])
    surveying.invite_again(held, by=campaign.owner)
    return bool(held)


# --- how far it is --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    """How many customers a campaign is for, how many it came to, whose letters went out, who answered."""

    total: int
    reached: int
    asked: int
    passed_over: int
    sent: int
    answered: int
    is_under_way: bool

    @property
    def rate(self) -> int | None:
        """Percent of those asked who answered."""
        return round(100 * self.answered / self.asked) if self.asked else None


def progress_of(campaign: Campaign) -> Progress:
    """Counted from the rows, so that it is right whatever happened to a worker; two queries."""
    found = results.response(campaign.surveys.all())
    letters = Letter.objects.filter(model=surveying.MODEL, row__in=campaign.surveys.order_by().values("pk"))
    left = letters.aggregate(
        sent=Count("mailed_at"), waiting=Count("pk", filter=Q(mailed_at=None, tries__lt=MAX_TRIES))
    )
    reached, run = found.asked + found.passed_over, campaign.run
    is_busy = run.prepared_at is None or left["waiting"] > 0
    return Progress(
        total=max(run.total, reached), reached=reached, asked=found.asked, passed_over=found.passed_over,
        sent=left["sent"], answered=found.answered, is_under_way=campaign.state == Campaign.State.RUNNING and is_busy,
    )  # fmt: skip


def grades_of(campaign: Campaign) -> list[str]:
    """The grades that it asks, in words; empty for all of them."""
    return [str(Customer.Grade(grade).label) for grade in campaign.grades.split(",") if grade]
