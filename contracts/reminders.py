"""Reminders before a contract ends and before an instalment is due; each is said once, however often the job runs."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from contracts.collecting import PAYMENT, promise_payment
from contracts.fulfilling import KEPT, promise
from contracts.models import Contract, Obligation, PlannedPayment
from contracts.models.collecting import RUNNING
from kernel import clock, notices
from kernel.models import Promise
from kernel.settings import define, setting

DAYS = _("days")
define("contracts.remind_first_days", 60, _("First reminder before a contract ends or an instalment is due"), unit=DAYS)
define(
    "contracts.remind_second_days", 30, _("Second reminder before a contract ends or an instalment is due"), unit=DAYS
)
define("contracts.remind_last_days", 7, _("Last reminder before a contract ends or an instalment is due"), unit=DAYS)

notices.say("contract_ends", _("The period of performance ends on %(day)s — %(title)s"))
notices.say("instalment_due", _("%(what)s is due on %(day)s — %(title)s"))


def steps() -> list[int]:
    """The days before, the smallest first."""
    return sorted({setting(f"contracts.remind_{name}_days") for name in ("first", "second", "last")})


def step_of(days_left: int) -> int | None:
    """The reminder that stands for so many days left: the nearest one not passed yet; None before the first."""
    return next((step for step in steps() if days_left <= step), None)


def remind_expiries() -> int:
    """Tell drafter, owner and custodian what ends or falls due soon; returns how many reminders were asked for."""
    promise_planned()
    promise_terms()
    today = clock.today()
    until = today + timedelta(days=max(steps()))
    return _of_contracts(today, until) + _of_instalments(today, until)


def promise_planned() -> int:
    """Promise each open payment that has a day and no promise yet (planned before there were any); returns how many."""
    promised = Promise.objects.open().filter(model=PlannedPayment._meta.label_lower, kind=PAYMENT, row=OuterRef("pk"))
    rows = PlannedPayment.objects.open().filter(~Exists(promised), due_on__isnull=False)
    return sum(promise_payment(row) is not None for row in rows.select_related("contract__customer__owner"))


def promise_terms() -> int:
    """Promise each open term that has a day and no promise yet (listed before there were any); returns how many."""
    promised = Promise.objects.open().filter(model=Obligation.label_of(), kind=KEPT, row=OuterRef("pk"))
    rows = Obligation.objects.filter(state="open", contract__state__in=RUNNING, due_on__isnull=False)
    found = list(rows.filter(~Exists(promised)).select_related("contract", "responsible"))
    for row in found:
        promise(row)
    return len(found)


def _of_contracts(today: object, until: object) -> int:
    rows = Contract.objects.filter(state__in=RUNNING, period_end__range=(today, until)).select_related(
        "customer__owner", "owner"
    )
    return sum(_tell(c, "contract_ends", c.period_end, f"{c.pk}") for c in rows)


def _of_instalments(today: object, until: object) -> int:
    rows = PlannedPayment.objects.open().filter(due_on__range=(today, until))
    rows = rows.select_related("contract__customer__owner", "contract__owner")
    return sum(_tell(i.contract, "instalment_due", i.due_on, f"p{i.pk}", what=i.name) for i in rows)


def _tell(contract: Contract, kind: str, day: object, key: str, **params: str) -> int:
    step = step_of((day - clock.today()).days)  # type: ignore[operator]
    people = {p.pk for p in contract.audience_of() if p} | ({contract.custodian_id} - {None})
    return notices.tell(
        sorted(people),
        kind,
        effect=f"{kind}:{key}:{day}:{step}",
        record=contract,
        day=str(day),
        title=str(contract)[:200],
        **params,
    )
