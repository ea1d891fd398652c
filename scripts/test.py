"""Run the suite on SQLite and what touches the database on PostgreSQL with Redis; the last line sums everything up.

`test.py [--all] [pytest options]`: with --all everything runs on both databases and every variant of the page checks.
Under CI=true a missing PostgreSQL, Redis or Chromium is a failure; elsewhere it is said plainly.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from services import services

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def counts(report):
    """Return passed, failed and skipped of one junit report; a broken run without a report counts as one failure."""
    if not report.exists():
        return Counter(failed=1)
    found = Counter()
    for suite in ElementTree.parse(report).iter("testsuite"):
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        found.update(failed=failed, skipped=number["skipped"], passed=number["tests"] - failed - number["skipped"])
    return found


def phase(title, options, environment):
    """Run pytest once and return what it counted."""
    print(f"\n=== {title}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bylaw-test-") as folder:
        report = Path(folder) / "report.xml"
        environment = {**os.environ, "BYLAW_VAR": folder, "BYLAW_FONTS": str(ROOT / "var" / "fonts"), **environment}
        command = [sys.executable, "-m", "pytest", "-q", "--junitxml", report, *options]
        code = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment).returncode
        found = Counter() if code == NOTHING_COLLECTED else counts(report)
    if code not in (0, NOTHING_COLLECTED) and not found["failed"]:
        found["failed"] += 1
    print(
        f"=== {title}: {found['passed']} passed, {found['failed']} failed, {time.monotonic() - began:.0f} s", flush=True
    )
    return found


def absent(what):
    """Say what did not run; under CI that is a failure."""
    print(f"\n=== NOT RUN: {what}", flush=True)
    return Counter(failed=1) if IN_CI else Counter()


def on_sqlite(more, extra):
    """Run everything on SQLite: two workers, then the browser alone."""
    total = phase("SQLite", ["-n", "2", "-m", "not browser", *extra], more)
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return total + phase("SQLite, in the browser", ["-m", "browser", *extra], more)
    return total + absent("browser tests: Chromium is not installed")


def on_postgresql(more, extra, everything):
    """Run the database tests, or everything, on PostgreSQL with Redis."""
    with services() as (database, broker):
        if not (database and broker):
            return absent("tests on PostgreSQL with Redis: install postgresql and redis-server, or set their URLs")
        more = {**more, "BYLAW_DATABASE_URL": database, "BYLAW_BROKER_URL": broker}
        mark = "" if everything else "database and "
        total = phase("PostgreSQL and Redis", ["-n", "2", "-m", f"{mark}not browser", *extra], more)
        return total + phase("PostgreSQL and Redis, in the browser", ["-m", f"{mark}browser", *extra], more)


def main():
    """Run all phases; the exit code is 0 only when nothing failed."""
    extra = [word for word in sys.argv[1:] if word != "--all"]
    everything = "--all" in sys.argv[1:]
    more = {"BYLAW_TEST_ALL": "1"} if everything else {}
    began = time.monotonic()
    total = Counter()
    total.update(on_sqlite(more, extra))
    total.update(on_postgresql(more, extra, everything))
    print(f"\nAll phases took {time.monotonic() - began:.0f} s; {total['skipped']} skipped.")
    print(f"{total['passed']} passed, {total['failed']} failed")
    sys.exit(1 if total["failed"] or not total["passed"] else 0)


if __name__ == "__main__":
    main()
