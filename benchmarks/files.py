"""Files of 50,000 rows as the job writes them, each in a process of its own, for its memory is measured."""

import json
import subprocess
import sys

from benchmarks.others import Figure
from benchmarks.pages import people

MOST_S, MOST_MB = 60, 300
FILES = (("customers", "csv"), ("customers", "xlsx"), ("opportunities", "csv"), ("opportunities", "xlsx"))


def measure():
    """Time and peak memory of each file."""
    figures = []
    for slug, file_format in FILES:
        command = [sys.executable, "-m", "benchmarks.writing", slug, file_format, str(people()["manager"].pk)]
        said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
        name = f"file of {said['rows']:,} {slug}, {file_format}"
        print(f"  {name:<46} {said['seconds']:6.1f} s {said['mb']:6.0f} MB", flush=True)
        figures += [
            Figure(name, said["seconds"], "s", MOST_S),
            Figure(f"{name}, peak memory", said["mb"], "MB", MOST_MB),
        ]
    return figures
