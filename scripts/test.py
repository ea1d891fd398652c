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
SAMPLES = Path(os.environ.get("BYLAW_SAMPLES", ROOT.parent / "shared" / "data"))
NOTHING_COLLECTED = 5
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
PHASES = []  # one line each, said again at the end


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
    """Run pytest once, in a folder of its own and with nothing of the caller's BYLAW_* settings; return its counts."""
    print(f"\n=== {title}", flush=True)
    began = time.monotonic()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("BYLAW_")}
    with tempfile.TemporaryDirectory(prefix="bylaw-test-") as folder:
        report = Path(folder) / "report.xml"
        own = {"BYLAW_VAR": folder, "BYLAW_FONTS": str(ROOT / "var" / "fonts"), "BYLAW_SAMPLES": str(SAMPLES)}
        command = [sys.executable, "-m", "pytest", "-q", "-rs", "--tb=short", "--junitxml", report, *options]
        command = [str(word) for word in command]
        code = subprocess.run(command, cwd=ROOT, env={**inherited, **own, **environment}).returncode
        found = Counter() if code == NOTHING_COLLECTED else counts(report)
    if code not in (0, NOTHING_COLLECTED) and not found["failed"]:
        found["failed"] += 1
    verdict = f"{found['passed']} passed, {found['failed']} failed, {found['skipped']} skipped"
    PHASES.append(f"{title}: {verdict}, {time.monotonic() - began:.0f} s")
    print(f"=== {PHASES[-1]}", flush=True)
    return found


def absent(what):
    """Say what did not run; under CI that is a failure."""
    PHASES.append(f"NOT RUN: {what}")
    print(f"\n=== {PHASES[-1]}", flush=True)
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
        if not shutil.which("chromium") and not shutil.which("chromium-browser"):
            return total
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
    print("\n" + "\n".join(PHASES))
    print(f"All phases took {time.monotonic() - began:.0f} s; {total['skipped']} skipped.")
    print(f"{total['passed']} passed, {total['failed']} failed")
    sys.exit(1 if total["failed"] or not total["passed"] else 0)


if __name__ == "__main__":
    main()
