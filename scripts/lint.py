"""Run every check that needs no test: style, types, layers, templates, migrations, house rules; all run, then the verdict."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = ["config", "kernel", "organization", "catalog", "documents", "customers", "contracts", "orders", "aftersales"]
CHECKS = {
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy", *CODE],
    "layers": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "system checks": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "messages": [sys.executable, "scripts/check_messages.py"],
    "house rules": [sys.executable, "scripts/house_rules.py"],
}


def main():
    """Run the checks, or only those named on the command line, each with its own output when it fails."""
    wanted = sys.argv[1:] or CHECKS
    failed = []
    with tempfile.TemporaryDirectory(prefix="bylaw-lint-") as folder:
        environment = {**os.environ, "BYLAW_VAR": folder}
        for name in wanted:
            began = time.monotonic()
            command = [str(word) for word in CHECKS[name]]
            result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
            seconds = time.monotonic() - began
            print(f"{'ok    ' if result.returncode == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            if result.returncode:
                failed.append(name)
                print(result.stdout + result.stderr, flush=True)
    print(f"{len(failed)} of {len(list(wanted))} checks failed: {', '.join(failed)}" if failed else "All checks passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
