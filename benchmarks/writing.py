"""`python -m benchmarks.writing LIST FORMAT USER`: one file of a list, written by the job; says its time and peak memory."""

import json
import re
import sys
import time
from pathlib import Path


def write(slug, file_format, user):
    """Ask for a list as a file and write it as the job does; says how long it took and how much memory at the most."""
    import django

    django.setup()
    from kernel import export_jobs, exports
    from kernel.lists import list_of
    from organization.models import User

    export = export_jobs.ask(
        by=User.objects.get(pk=user), found=list_of(slug), query="", file_format=file_format, total=exports.MOST_ROWS
    )
    began = time.perf_counter()
    if not export_jobs.run(export.pk):
        raise SystemExit("The file was not written.")
    seconds = round(time.perf_counter() - began, 1)
    export.refresh_from_db()
    export_jobs.file_of(export).unlink()
    return {
        "seconds": seconds,
        "mb": _peak(),
        "rows": export.done or export.total,
    }


def _peak():
    """The most memory that this process has held, in MB; what it was started from does not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


if __name__ == "__main__":
    print(json.dumps(write(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
