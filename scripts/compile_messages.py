"""Compile every committed .po to the .mo that Django reads, where it is missing or older."""

import os
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogue(source):
    """Write one .mo beside its .po, in one move so that a running server never reads half a file."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    draft = target.with_suffix(f".{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    draft.replace(target)
    return True


def main():
    """Compile all catalogues under locale/ and say how many."""
    done = [path for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")) if compile_catalogue(path)]
    if done:
        print(f"[setup] compiled {len(done)} message catalogues")


if __name__ == "__main__":
    main()
