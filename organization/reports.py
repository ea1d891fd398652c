"""Figures over people and offices: who lacks a role or department, days without a manager, who is not under him."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel import clock
from kernel.clauses import LISTED, Case, Result
from organization.models import Office, User

ONE_DAY = timedelta(days=1)
LED = ("salesperson", "customer_service")


def covered() -> Result:
    """Active accounts with a role and a department, and those that lack either. Clause 1.2."""
    active = User.objects.filter(is_active=True)
    lacking = active.filter(Q(groups=None) | Q(department=None)).distinct().order_by("name", "pk")
    broken = lacking.count()
    cases = [
        Case(person.name, _page_of(person), _lack(person))
        for person in lacking.select_related("department").prefetch_related("groups")[:LISTED]
    ]
    return Result(kept=active.count() - broken, broken=broken, cases=cases)


def led() -> Result:
    """Days with and without a manager in office, and people of sales and customer service under him or not. Clause 2.1."""
    days, gaps = _days_in_office()
    under, astray = _under_manager()
    missing = sum((end - start).days + 1 for start, end in gaps)
    cases = [Case(_span(gap), _people(), _("No sales manager was in office.")) for gap in gaps]
    cases += [Case(p.name, _page_of(p), _("Is not under the sales manager.")) for p in astray]
    return Result(kept=days + under, broken=missing + len(astray), cases=cases[:LISTED])


def gaps_in_office(until: date | None = None) -> list[tuple[date, date]]:
    """The spans (first day, last day) without a manager, since the first one took office."""
    return _days_in_office(until)[1]


def _days_in_office(until: date | None = None) -> tuple[int, list[tuple[date, date]]]:
    today = until or clock.today()
    held, gaps, next_day = 0, [], None
    for office in Office.objects.filter(role="sales_manager", since__lte=today).order_by("since", "pk"):
        end = min(office.until or today, today)
        start = office.since if next_day is None else max(office.since, next_day)
        if next_day and office.since > next_day:
            gaps.append((next_day, office.since - ONE_DAY))
        held += max(0, (end - start).days + 1)
        next_day = max(end + ONE_DAY, next_day or end + ONE_DAY)
    if next_day and next_day <= today:
        gaps.append((next_day, today))
    return held, gaps


def _under_manager() -> tuple[int, list[User]]:
    office = Office.objects.filter(role="sales_manager", until=None).first()
    everybody = User.objects.filter(is_active=True).select_related("department")
    above = {p.pk: p.boss_id or (p.department.head_id if p.department else None) for p in everybody}
    people = list(User.objects.with_role(*LED).exclude(pk=office.user_id if office else None).order_by("name", "pk"))
    astray = [p for p in people if office is None or office.user_id not in _line(p.pk, above)]
    return len(people) - len(astray), astray


def _line(start: int, above: dict[int, Any]) -> Iterator[int]:
    """Those above a person, nearest first; ends at a circle."""
    person: Any = start
    seen = {start}
    while (person := above.get(person)) and person not in seen:
        seen.add(person)
        yield person


def _lack(person: User) -> str:
    if not person.groups.all() and not person.department_id:
        return _("Has neither role nor department.")
    return _("Has no department.") if person.groups.all() else _("Has no role.")


def _span(gap: tuple[date, date]) -> str:
    first, last = gap
    return f"{first:%Y/%m/%d}" if first == last else f"{first:%Y/%m/%d} – {last:%Y/%m/%d}"


def _page_of(person: User) -> str:
    return f"{_people()}?q={person.name}"


def _people() -> str:
    return reverse("organization:people")
