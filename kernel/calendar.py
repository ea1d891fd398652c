"""The company's working calendar: public holidays, make-up workdays and working hours, on which promises run."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

import holidays
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.settings import define, per_request, setting

CLOCK_TIME = r"([01]\d|2[0-3]):[0-5]\d"

define("calendar.region", "TW", _("Region of the public holidays (TW, CN or HK)"), pattern="TW|CN|HK")
define("calendar.day_start", "09:00", _("Start of the working day"), pattern=CLOCK_TIME)
define("calendar.day_end", "18:00", _("End of the working day"), pattern=CLOCK_TIME)
define("calendar.lunch_start", "12:00", _("Start of the lunch break"), pattern=CLOCK_TIME)
define("calendar.lunch_end", "13:00", _("End of the lunch break"), pattern=CLOCK_TIME)
define("calendar.confirmed_year", 0, _("Last year whose holidays were confirmed by hand"), unit=_("year"))

REGIONS = {"TW", "CN", "HK"}
# Years whose government notice the library is known to hold; mainland years are recognised by their make-up days.
ANNOUNCED = {"TW": 2027, "HK": 2027}
# A calendar without a working day in a year is a mistake in the overrides, not a long holiday.
LONGEST_REST = 366


def is_working_day(day: date) -> bool:
    """Whether the company works that day: its own override first, then the region's holidays and make-up days."""
    override = _overrides().get(day)
    return _library(_region()).is_working_day(day) if override is None else override


def next_working_day(day: date) -> date:
    """The first working day after the given one."""
    return add_working_days(day, 1)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after the given one (before it when n is negative); the day itself for 0."""
    step = timedelta(days=1 if n > 0 else -1)
    for _turn in range(abs(n)):
        day = _next(day, step)
    return day


def add_working_hours(moment: datetime, hours: Decimal | int) -> datetime:
    """The moment after that many working hours, in the company's time zone; the same moment for 0.

    Counting starts at the next working minute when the moment lies in the evening, at lunch or on a holiday.
    Raises ValueError for a negative number or a moment without time zone. Clause 3.4.1c and every time budget.
    """
    left = _duration(hours)
    moment = _local(moment)
    if not left:
        return moment
    for start, end in _spans_from(moment.date()):
        start = max(start, moment)
        if start >= end:
            continue
        if left <= end - start:
            return start + left
        left -= end - start
    raise AssertionError("the calendar never ends")


def working_hours_between(a: datetime, b: datetime) -> Decimal:
    """Working hours from a to b; negative when b is earlier."""
    if b < a:
        return -working_hours_between(b, a)
    a, b = _local(a), _local(b)
    total = timedelta()
    day = a.date()
    while day <= b.date():
        for start, end in _spans(day) if is_working_day(day) else ():
            total += max(min(end, b) - max(start, a), timedelta())
        day += timedelta(days=1)
    return Decimal(total // timedelta(microseconds=1)) / Decimal(3_600_000_000)


def hours_per_day() -> Decimal:
    """Working hours of a full day: day's length less lunch."""
    length = sum((end - start for start, end in _spans(date(2000, 1, 1))), timedelta())
    return Decimal(length // timedelta(microseconds=1)) / Decimal(3_600_000_000)


def confirmed_until() -> date:
    """The last day for which holidays are known to be final: announced ones, or a year confirmed by hand."""
    return date(max(_announced(_region()), min(setting("calendar.confirmed_year"), 9999)), 12, 31)


def is_confirmed(day: date) -> bool:
    """Whether dates up to this day can be relied upon; pages show a warning where not."""
    return day <= confirmed_until()


def _region() -> str:
    region = str(setting("calendar.region")).strip().upper()
    if region not in REGIONS:
        raise ValueError(f"calendar.region is {region!r}: use TW, CN or HK")
    return region


@lru_cache(maxsize=len(REGIONS))
def _library(region: str) -> holidays.HolidayBase:
    return holidays.country_holidays(region)


@lru_cache(maxsize=len(REGIONS))
def _announced(region: str) -> int:
    """Mainland holidays that the library only extrapolates have no make-up days; those announced always have some."""
    if region in ANNOUNCED:
        return ANNOUNCED[region]
    year = 2004
    while any(day.year == year + 1 for day in _fresh(region, year + 1).weekend_workdays):
        year += 1
    return year


def _fresh(region: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(region, years=[year])


def _overrides() -> dict[date, bool]:
    days: dict[date, bool] = per_request("calendar.days", _load_overrides)
    return days


def _load_overrides() -> dict[date, bool]:
    from kernel.models import CalendarDay

    return dict(CalendarDay.objects.values_list("day", "is_working"))


def _next(day: date, step: timedelta) -> date:
    for _turn in range(LONGEST_REST):
        day += step
        if is_working_day(day):
            return day
    raise ValueError("no working day within a year: mend the calendar days")


def _spans_from(day: date) -> Iterator[tuple[datetime, datetime]]:
    if is_working_day(day):
        yield from _spans(day)
    while True:
        day = _next(day, timedelta(days=1))
        yield from _spans(day)


def _spans(day: date) -> list[tuple[datetime, datetime]]:
    """The working spans of a working day, before and after lunch; one span where lunch is outside the day or empty."""
    start, lunch, after, end = (
        datetime.combine(day, _clock(key), timezone.get_default_timezone())
        for key in ("calendar.day_start", "calendar.lunch_start", "calendar.lunch_end", "calendar.day_end")
    )
    if end <= start:
        raise ValueError("calendar.day_end must be later than calendar.day_start")
    if not start <= lunch < after <= end:
        return [(start, end)]
    return [span for span in ((start, lunch), (after, end)) if span[0] < span[1]]


def _clock(key: str) -> time:
    return time.fromisoformat(setting(key).strip())


def _duration(hours: Decimal | int) -> timedelta:
    exact = Decimal(hours) * 3_600_000_000
    if not exact.is_finite() or exact < 0:
        raise ValueError("working hours must not be negative")
    return timedelta(microseconds=int(exact.to_integral_value()))


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())
