"""Calendars as text: every program reads what any text makes, and no line is too long."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from kernel import ics

STAMP = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=200)


def written(**fields):
    event = ics.Event(**{"uid": "a@b", "summary": "x", "starts": STAMP, "stamp": STAMP, **fields})
    return ics.calendar("n", [event], zone="Asia/Taipei", refresh=timedelta(hours=1))


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def read_back(value):
    plain = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}
    out, at = "", 0
    while at < len(value):
        pair = value[at : at + 2]
        out += plain.get(pair, value[at])
        at += 2 if pair in plain else 1
    return out


@given(TEXT)
def test_any_summary_comes_back_and_adds_no_line(summary):
    text = written(summary=summary)
    lines = unfolded(text)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert len(lines) == len(unfolded(written()))
    value = next(line for line in lines if line.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    assert read_back(value) == ics.CONTROLS.sub("", summary.replace("\r\n", "\n").replace("\r", "\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_moments_are_in_utc_and_whole_days_are_dates():
    taipei = timezone(timedelta(hours=8))
    text = written(
        starts=datetime(2026, 11, 25, 9, 0, tzinfo=taipei), ends=datetime(2026, 11, 25, 9, 30, tzinfo=taipei)
    )
    assert "DTSTART:20261125T010000Z\r\nDTEND:20261125T013000Z\r\n" in text
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in written(starts=date(2026, 12, 31))
