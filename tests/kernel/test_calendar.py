"""The working calendar: holidays, make-up days, overrides, and hours that add up."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel import calendar
from kernel.models import CalendarDay, Setting
from kernel.settings import forget

pytestmark = pytest.mark.django_db
TAIPEI = ZoneInfo("Asia/Taipei")
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(tzinfo=TAIPEI))
hours = st.decimals(min_value=0, max_value=200, places=2)


@pytest.fixture(autouse=True)
def fresh_settings():
    forget()
    yield
    forget()


def set_to(**values):
    for key, value in values.items():
        Setting.objects.create(key=f"calendar.{key}", value=value, effective_on=date(2020, 1, 1))
    forget()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("region", "day", "working"),
    [
        ("TW", "2026-11-24", True),
        ("TW", "2026-10-10", False),
        ("TW", "2026-02-16", False),  # lunar new year's eve
        ("CN", "2026-02-14", True),  # Saturday, make-up
        ("CN", "2026-10-10", True),  # Saturday, make-up; the Republic's national day in Taiwan
        ("CN", "2026-10-07", False),
        ("CN", "2026-02-07", False),  # a plain Saturday
        ("HK", "2026-07-01", False),
    ],
)
def test_holidays_and_make_up_days_of_the_region(region, day, working):
    set_to(region=region)
    assert calendar.is_working_day(date.fromisoformat(day)) is working


def test_all_mainland_make_up_days_of_2026_are_worked():
    set_to(region="CN")
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    weekends = [day for day in days if day.weekday() >= 5 and calendar.is_working_day(day)]
    assert [f"{day:%m-%d}" for day in weekends] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_own_override_beats_the_library():
    CalendarDay.objects.create(day=date(2026, 11, 24), is_working=False, name="Typhoon")
    CalendarDay.objects.create(day=date(2026, 11, 28), is_working=True, name="Stocktaking")
    forget()
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.is_working_day(date(2026, 11, 28))
    assert calendar.next_working_day(date(2026, 11, 27)) == date(2026, 11, 28)


def test_calendar_without_working_days_is_refused_not_endless(monkeypatch):
    monkeypatch.setattr(calendar, "is_working_day", lambda day: False)
    with pytest.raises(ValueError, match="no working day"):
        calendar.add_working_days(date(2026, 1, 1), 1)


def test_working_days_are_counted_over_the_new_year_both_ways():
    assert calendar.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert calendar.add_working_days(date(2026, 2, 23), -1) == date(2026, 2, 13)
    assert calendar.add_working_days(date(2026, 2, 15), 0) == date(2026, 2, 15)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24 09:00", "8", "2026-11-24 18:00"),
        ("2026-11-24 11:30", "1", "2026-11-24 13:30"),
        ("2026-11-24 12:30", "0.5", "2026-11-24 13:30"),
        ("2026-11-24 17:00", "2", "2026-11-25 10:00"),
        ("2026-11-24 22:00", "1", "2026-11-25 10:00"),
        ("2026-11-27 17:30", "1", "2026-11-30 09:30"),  # Friday evening to Monday
        ("2026-11-28 10:00", "4", "2026-11-30 14:00"),
        ("2026-11-28 10:00", "0", "2026-11-28 10:00"),
    ],
)
def test_hours_run_only_while_the_company_works(start, hours, end):
    assert calendar.add_working_hours(at(start), Decimal(hours)) == at(end)


@given(moments, hours)
@many
def test_hours_added_are_the_hours_between(moment, hours):
    assert calendar.working_hours_between(moment, calendar.add_working_hours(moment, hours)) == hours


@given(moments, hours, hours)
@many
def test_more_hours_never_end_earlier(moment, one, other):
    less, more = sorted((one, other))
    assert calendar.add_working_hours(moment, less) <= calendar.add_working_hours(moment, more)


@given(moments, moments, moments)
@many
def test_hours_between_add_up_over_a_stop(one, two, three):
    between = calendar.working_hours_between
    assert abs(between(one, two) + between(two, three) - between(one, three)) < Decimal("1e-9")


def test_moments_in_other_zones_count_on_the_companys_clock():
    new_york = datetime(2026, 11, 23, 20, 0, tzinfo=ZoneInfo("America/New_York"))  # 09:00 on the 24th in Taipei
    assert calendar.add_working_hours(new_york, 1) == at("2026-11-24 10:00")


def test_own_hours_and_a_day_without_lunch():
    set_to(day_start="08:30", day_end="17:30", lunch_start="00:00", lunch_end="00:00")
    assert calendar.hours_per_day() == Decimal(9)
    assert calendar.add_working_hours(at("2026-11-24 08:00"), 5) == at("2026-11-24 13:30")


@pytest.mark.parametrize("bad", [Decimal("-1"), Decimal("NaN"), Decimal("Infinity")])
def test_senseless_hours_are_refused(bad):
    with pytest.raises(ValueError):
        calendar.add_working_hours(at("2026-11-24 09:00"), bad)


def test_mainland_year_not_yet_announced_is_not_confirmed():
    set_to(region="CN")
    assert calendar.confirmed_until() == date(2026, 12, 31)
    set_to(confirmed_year="2027")
    assert calendar.is_confirmed(date(2027, 5, 1))
