"""The measured figures as a table for people (Markdown) and as JSON; misses are shown, never left out."""

import json
import platform

from django.db import connection

HEAD = ("page", "as", "ms", "floor ms", "ratio", "goal", "queries", "of at most", "HTML KB", "")


def as_markdown(measured, figures, absent):
    """Pages first, then the other figures, then what was not measured."""
    rows = [
        (
            m.name,
            m.who,
            m.ms,
            m.floor_ms,
            f"{m.ratio:.2f}×",
            f"{m.goal}×",
            m.queries,
            m.most_queries,
            m.html_kb,
            _verdict(m.misses),
        )
        for m in measured
    ]
    parts = [_table(HEAD, rows)]
    parts.append(figures_as_markdown(figures))
    if absent:
        parts.append("Not measured, no such page yet: " + ", ".join(absent) + ".")
    misses = [m for m in measured if m.misses] + [f for f in figures if f.missed]
    parts.append(f"{len(measured)} pages, {len(figures)} other figures, {len(misses)} misses.")
    return "\n\n".join(parts)


def figures_as_markdown(figures):
    """What is no page, each with its goal."""
    rows = [
        (
            f.name,
            "not measured" if f.value is None else f"{f.value} {f.unit}",
            f"{f.goal} {f.unit}",
            f.note or _verdict(["over"] if f.missed else []),
        )
        for f in figures
    ]
    return _table(("what", "measured", "goal at most", ""), rows)


def _verdict(misses):
    return "**miss**: " + ", ".join(misses) if misses else "hit"


def _table(head, rows):
    lines = [head, tuple("---" for _h in head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def as_json(measured, figures, absent, volume):
    """The same for a machine, with what it was measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return json.dumps(
        {
            "python": platform.python_version(), "postgresql": server, "volume": volume, "pages": [m.as_dict() for m in measured],
            "figures": [{**vars(f), "missed": f.missed} for f in figures], "absent": absent,
        },
        indent=1, ensure_ascii=False,
    )  # fmt: skip
