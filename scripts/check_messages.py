"""Tell which texts of the code are not in the committed catalogues yet, without touching them (needs gettext).

The sources are copied and collected there; `make messages` does the same in place. Whether what is in the catalogues is
translated is house_rules.py's question.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
APART = {".venv", ".git", "var", "tests", "benchmarks", "docs", "scripts", "static", "node_modules"}
LANGUAGE = "zh_Hant"


def texts(path):
    """Return the (context, text) pairs of a catalogue that are in use."""
    entries = polib.pofile(str(path)) if path.exists() else []
    return {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete}


def collect(folder):
    """Collect the texts of a copy of the sources; ends the run if that fails."""
    shutil.copytree(ROOT, folder, ignore=lambda where, names: APART & set(names) if where == str(ROOT) else [])
    (folder / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "-l", LANGUAGE, "--no-obsolete", "--no-location", "-v", "0"]
    environment = {**os.environ, "BYLAW_VAR": str(folder / "var")}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stdout + result.stderr)
    return texts(folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po")


def main():
    """Print every text that a catalogue lacks; exit code 1 if there is any."""
    if not shutil.which("xgettext"):
        sys.exit("gettext is not installed: whether the catalogues are complete cannot be told.")
    with tempfile.TemporaryDirectory(prefix="bylaw-messages-") as folder:
        used = collect(Path(folder) / "copy")
    missing = sorted(used - texts(ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"), key=str)
    for context, text in missing[:100]:
        print(f"not in the catalogue: {text[:90]!r}" + (f" (in the sense of {context})" if context else ""))
    if missing:
        sys.exit(f"{len(missing)} texts are missing: run `make messages`, then translate them.")


if __name__ == "__main__":
    main()
