"""A calendar as text (RFC 5545): escaping, lines folded at 75 bytes, moments in UTC, whole days as dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLD = 75  # bytes of a line without its end
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """One entry. `starts` is a moment (with `ends`) or a date (a whole day); `sequence` grows with each change."""

    uid: str
    summary: str
    starts: datetime | date
    stamp: datetime
    ends: datetime | None = None
    url: str = ""
    sequence: int = 0


def calendar(name: str, events: Iterable[Event], *, zone: str, refresh: timedelta) -> str:
    """The whole calendar; `zone` is where its owner lives, for programs that show it before his own zone is known."""
    pause = f"PT{int(refresh.total_seconds() // 60)}M"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bylaw//Promises//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{escaped(zone)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{pause}",
        f"X-PUBLISHED-TTL:{pause}",
    ]
    for event in events:
        lines += _lines_of(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line ends escaped, other controls gone."""
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, never cut inside a character; each further piece begins with a space."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > FOLD:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    return "\r\n".join([*pieces, piece])


def _lines_of(event: Event) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{escaped(event.uid)}", f"DTSTAMP:{_moment(event.stamp)}"]
    if isinstance(event.starts, datetime):
        lines.append(f"DTSTART:{_moment(event.starts)}")
        lines.append(f"DTEND:{_moment(event.ends or event.starts)}")
    else:
        lines.append(f"DTSTART;VALUE=DATE:{event.starts:%Y%m%d}")
        lines.append(f"DTEND;VALUE=DATE:{event.starts + timedelta(days=1):%Y%m%d}")
    lines += [f"SUMMARY:{escaped(event.summary)}", f"SEQUENCE:{event.sequence}", "TRANSP:TRANSPARENT", "CLASS:PRIVATE"]
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "END:VEVENT"]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
