"""`python -m benchmarks`: fill an own PostgreSQL database, measure every page against its floor, report hits and misses.

Options: --scale 0.1 (a smaller company), --reuse (the database of the last --keep), --keep, --rounds 21, --only TEXT,
--no-commands (leave out import and demo). Run by `make bench`; needs BYLAW_DATABASE_URL of a PostgreSQL server.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from benchmarks import database

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


def prepare(folder):
    """Settings as in service: manifest of static files, no debug; everything written goes to a folder of our own."""
    os.environ.setdefault("BYLAW_FONTS", str(ROOT / "var" / "fonts"))
    os.environ.update(BYLAW_VAR=folder, DJANGO_SETTINGS_MODULE="config.settings", BYLAW_HOSTS="localhost")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def fill(server, scale):
    """A new database with the company in it."""
    from django.core.management import call_command

    from benchmarks.seed import Volume, seed

    database.create(server)
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    print(f"  migrate        {time.perf_counter() - began:6.1f} s")
    began = time.perf_counter()
    seed(Volume() if scale == 1 else Volume().scaled(scale))
    database.settle()
    print(f"  seeded in      {time.perf_counter() - began:6.1f} s")


def run(wanted):
    """Measure, print, write var/bench.json."""
    from django.core.handlers.wsgi import WSGIHandler

    from benchmarks import floor, others, pages, report
    from benchmarks.calling import session_of
    from benchmarks.measuring import measure
    from benchmarks.seed import Volume

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
    _own, server = database.use_own_database()
    with tempfile.TemporaryDirectory(prefix="bylaw-bench-") as folder:
        prepare(folder)
        if not (wanted.reuse and database.exists(server)):
            fill(server, wanted.scale)
        run(wanted)
        if not wanted.keep:
            from django.db import connection

            connection.close()
            database.drop(server)


if __name__ == "__main__":
    main()
