"""`python -m benchmarks`: fill an own PostgreSQL database, measure every page against its floor, report hits and misses.

Options: --scale 0.1 (a smaller company), --reuse (the database of the last --keep), --keep, --rounds 21, --only TEXT,
--no-commands (leave out import and demo). Run by `make bench`; needs BYLAW_DATABASE_URL of a PostgreSQL server.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import database
from benchmarks.company import fill, prepare
from benchmarks.seed import Volume

ROOT = Path(__file__).resolve().parent.parent


def options():
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", default="")
    for flag in ("--reuse", "--keep", "--no-commands"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def run(wanted):
    """Measure, print, write var/bench.json."""
    from django.core.handlers.wsgi import WSGIHandler

    from benchmarks import floor, others, pages, report
    from benchmarks.calling import session_of
    from benchmarks.measuring import measure

    site, bare, people = WSGIHandler(), floor.application(), pages.people()
    cookies = {name: session_of(user) for name, user in people.items()}
    found, absent = pages.pages()
    measured = []
    for page in (p for p in found if wanted.only in p.name):
        measured.append(measure(page, site, bare, cookies[page.who], wanted.rounds))
        print(
            f"  {page.name:<30} {measured[-1].ms:7.1f} ms  {measured[-1].ratio:5.2f}×  {', '.join(measured[-1].misses)}",
            flush=True,
        )
    figures = [] if wanted.only else [*others.steps(people), *others.pdf(5), *others.assets(site, cookies["manager"])]
    figures += [] if wanted.only or wanted.no_commands else others.commands()
    print("\n" + report.as_markdown(measured, figures, absent))
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(report.as_json(measured, figures, absent, vars(Volume())), encoding="utf-8")


def main():
    """Seed (unless reused), measure, drop (unless kept)."""
    wanted = options()
    server = database.use_own_database()
    with tempfile.TemporaryDirectory(prefix="bylaw-bench-") as folder:
        prepare(folder)
        if not (wanted.reuse and database.exists(server)):
            fill(server, Volume() if wanted.scale == 1 else Volume().scaled(wanted.scale))
        run(wanted)
        if not wanted.keep:
            database.leave(server)


if __name__ == "__main__":
    main()
