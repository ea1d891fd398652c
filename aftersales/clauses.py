"""The clauses of after-sales service (REGULATION 3.4, 2.2.3a): who owes what, where it is done, how it is checked."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales import improving, serving
from aftersales.models import Feedback, FeedbackRound
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
