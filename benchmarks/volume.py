"""`python -m benchmarks.volume`: search and files with 100,000 customers and opportunities and a million history rows; lists
with 10,000 to a million rows.

Two databases, for a list is measured from few rows on. Options: --quick (a twentieth of it), --reuse (the databases of the
last --keep), --keep, --only search,files,lists. Run by `make bench`; needs BYLAW_DATABASE_URL of a PostgreSQL server. Writes
var/bench-volume.json.
"""

import argparse
import json
import subprocess
import sys
import tempfile

from benchmarks import database
from benchmarks.company import ROOT, fill, prepare
from benchmarks.seed import Volume

LARGE = Volume(100_000, 100_000, 100_000, 5_000, largest_book=90)
SMALL = Volume(2_000, 2_000, 4_000, 500)
PARTS = ("search", "files", "lists")
QUICK = 0.05
TARGET = ROOT / "var" / "bench-volume.json"


def options():
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.volume", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS))
    for flag in ("--quick", "--reuse", "--keep"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def history_rows():
    """How many rows tell of the past: versions of records and changes of state."""
    from django.apps import apps
    from simple_history.utils import get_history_model_for_model

    from kernel.models import StateChange

    kept = {get_history_model_for_model(m) for m in apps.get_models() if hasattr(m, "history")}
    return sum(model._base_manager.count() for model in (*kept, StateChange))


def measured(part, *, quick):
    """The figures of one part, as plain values: each part has a process of its own, as it has a database of its own."""
    from benchmarks import files, growth, searches

    print(f"{part}: {history_rows():,} history rows", flush=True)
    found = {"search": searches.measure, "files": files.measure, "lists": lambda: growth.measure(quick=quick)}[part]()
    return [{**vars(figure), "missed": figure.missed} for figure in found]


def run(part, wanted):
    """Seed (unless reused), measure, drop (unless kept)."""
    name = "bylaw_bench_lists" if part == "lists" else "bylaw_bench_volume"
    volume = SMALL if part == "lists" else LARGE.scaled(QUICK) if wanted.quick else LARGE
    server = database.use_own_database(name)
    with tempfile.TemporaryDirectory(prefix="bylaw-bench-") as folder:
        prepare(folder)
        if not (wanted.reuse and database.exists(server, name)):
            fill(server, volume, name)
        figures = measured(part, quick=wanted.quick)
        if not wanted.keep:
            database.leave(server, name)
    return figures


def main():
    """One part after the other, then the table."""
    wanted, figures = options(), []
    parts = [part for part in PARTS if part in wanted.only.split(",")]
    if len(parts) > 1:
        for part in parts:  # search and files are measured in the same company
            same = ["--reuse"] if part == "files" and "search" in parts else []
            same += ["--keep"] if part == "search" and "files" in parts else []
            command = [sys.executable, "-m", "benchmarks.volume", *sys.argv[1:], "--only", part, *same]
            subprocess.run(command, check=True)
            figures += json.loads(TARGET.read_text(encoding="utf-8"))
    else:
        figures = run(parts[0], wanted)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")
    print("\n" + as_table(figures))


def as_table(figures):
    """The figures for people."""
    rows = (
        f"| {f['name']} | {f['value']} {f['unit']} | {f['goal']} {f['unit']} | {'**miss**' if f['missed'] else 'hit'} |"
        for f in figures
    )
    return "\n".join(["| what | measured | goal at most |  |", "| --- | --- | --- | --- |", *rows])


if __name__ == "__main__":
    main()
