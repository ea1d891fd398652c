"""The clauses of after-sales service (REGULATION 3.4, 2.2.3a): who owes what, where it is done, how it is checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales import campaigning, improving, serving
from aftersales.models import Feedback, FeedbackRound, ReturnVisit, Survey
from kernel import clock
from kernel.clauses import LISTED, Case, Result, clause, designed, enforced, promised, section, watched

section("3.4", _("After-sales service"))

SERVICE = _("Customer service")
BENCH, LIST = "aftersales:feedback_bench", "aftersales:feedback_list"


def _result(kept: QuerySet, broken: QuerySet, why: Any) -> Result:
    cases = [Case(str(f), f.get_absolute_url(), str(why), f.state_at) for f in broken.order_by("-pk")[:LISTED]]
    return Result(kept=kept.count(), broken=broken.count(), cases=cases)


def solved_in_time() -> Result:
    """Every feedback that was solved, within the time promised."""
    rows = Feedback.objects.exclude(resolved_at=None)
    in_time = Q(resolved_at__lte=F("promised_at"))
    return _result(rows.filter(in_time), rows.exclude(in_time), _("solved after the promised time"))


def begun_again_when_dissatisfied() -> Result:
    """Every customer who was not satisfied: his feedback went on, and did not end as unreasonable or silent."""
    again = FeedbackRound.objects.filter(result="dissatisfied").values("feedback")
    rows = Feedback.objects.filter(pk__in=again)
    ended = Q(state__in=("closed", "lapsed"))
    return _result(rows.exclude(ended), rows.filter(ended), _("ended without the customer being satisfied"))


def visited_in_time() -> Result:
    """Every return visit whose day has come: made by that day, unless it was skipped with leave."""
    rows = ReturnVisit.objects.filter(state__in=("due", "asked", "visited"))
    in_time = Q(state="visited", visited_on__lte=F("due_on"))
    late = Q(state="visited", visited_on__gt=F("due_on")) | Q(state__in=("due", "asked"), due_on__lt=clock.today())
    cases = [
        Case(
            str(v),
            v.get_absolute_url(),
            str(_("not visited by the day that was due")),
            v.state_at,
            str(v.handler or ""),
        )
        for v in rows.filter(late).select_related("handler").order_by("-pk")[:LISTED]
    ]
    return Result(kept=rows.filter(in_time).count(), broken=rows.filter(late).count(), cases=cases)


def asked_after_service() -> Result:
    """Every confirmed feedback of a customer: he was asked, or passed over with the reason, within a day."""
    forgotten = campaigning.served_and_not_asked().filter(state_at__lt=clock.now() - timedelta(days=1))
    asked = Survey.objects.filter(occasion=Survey.Occasion.FEEDBACK)
    cases = [
        Case(str(f), f.get_absolute_url(), str(_("not asked after the service")), f.state_at)
        for f in forgotten.order_by("-pk")[:LISTED]
    ]
    return Result(kept=asked.count(), broken=forgotten.count(), cases=cases)


clause(
    "2.2.3c", who=SERVICE, screen="aftersales:visit_list", check=watched(visited_in_time),
    text=_("Visits customers again regularly."),
)  # fmt: skip
clause(
    "3.4.4a", who=SERVICE, screen="aftersales:survey_list", check=watched(asked_after_service),
    text=_("Asks customers regularly, after service, how satisfied they are."),
)  # fmt: skip
clause(
    "3.4.4b", who=SERVICE, screen="aftersales:survey_list", check=designed(),
    text=_("Asks by phone or by questionnaire."),
)  # fmt: skip
clause(
    "2.2.3a", who=SERVICE, screen=LIST, check=watched(solved_in_time),
    text=_("Takes inquiries, complaints and suggestions of customers and answers them."),
)  # fmt: skip
clause(
    "3.4.1a", who=SERVICE, screen="aftersales:feedback_create", check=enforced(),
    text=_("Accepts inquiries, complaints and suggestions of customers."),
)  # fmt: skip
clause(
    "3.4.1b", who=SERVICE, screen=LIST, check=designed(),
    text=_("Is reached by phone, by mail and online."),
)  # fmt: skip
clause(
    "3.4.1c", who=SERVICE, screen="aftersales:feedback_create", check=promised(serving.SOLVE),
    text=_("Records feedback at once and in detail, and promises the customer a time."),
)  # fmt: skip
clause(
    "3.4.2a", who=SERVICE, screen=BENCH, check=promised(serving.PASS_ON),
    text=_("Passes feedback on to the department concerned at once."),
)  # fmt: skip
clause(
    "3.4.2b", who=_("The department concerned"), screen=BENCH, check=promised(serving.FINDING),
    text=_("Investigates, finds the cause, and solves it."),
)  # fmt: skip
clause(
    "3.4.2c", who=SERVICE, screen=BENCH, check=promised(serving.PROGRESS),
    text=_("Keeps the customer informed until it is solved."),
)  # fmt: skip
clause(
    "3.4.3a", who=SERVICE, screen=BENCH, check=promised(serving.REPORT),
    text=_("Reports the result to the customer in time and asks whether he is satisfied."),
)  # fmt: skip
clause(
    "3.4.3b", who=SERVICE, screen=BENCH, check=watched(begun_again_when_dissatisfied),
    text=_("If he is not satisfied, has it done again until he is."),
)  # fmt: skip
clause(
    "3.4.4c", who=_("Customer service analyses, the sales manager decides"), screen="aftersales:measure_list",
    check=promised(improving.CARRY_OUT, improving.FOLLOW_UP),
    text=_("Analyses what customers say, finds weak spots, and has them improved; whether it helped is counted."),
)  # fmt: skip
