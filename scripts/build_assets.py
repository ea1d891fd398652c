"""Builds the one stylesheet and the one script that pages load: static/dist/bylaw.css and static/dist/bylaw.js.

Plain standard library, no Node. Sources stay readable (one file per component); the result loses comments and
needless white space only, so that what runs is what was written.
"""

import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
LAYERS = "@layer reset, tokens, base, components, pages, utilities;"
# Files of one layer follow each other in this order; inside a folder the order of names never matters.
STYLES = (
    "reset.css", "tokens.css", "base.css", "layout.css", "components/*.css", "pages/*.css", "utilities.css", "print.css"
)  # fmt: skip
SCRIPTS = ("keys.js", "theme.js", "batch.js", "dialogs.js", "board.js", "formset.js")
MAX_CSS = 60 * 1024
MAX_JS = 9 * 1024  # with htmx (50 KB) the pages load less than 60 KB

STRING = r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\''
TOKEN = re.compile(
    rf"(?P<string>{STRING})|(?P<comment>/\*.*?\*/)|(?P<space>\s+)|(?P<mark>[{{}};,])|(?P<other>.)", re.DOTALL
)


def shorten_css(text: str) -> str:
    """Drop comments and the white space that separates nothing; strings stay as they are."""
    out: list[str] = []
    pending_space = False
    for token in TOKEN.finditer(text):
        if token["comment"] or token["space"]:
            pending_space = True
            continue
        glued = not out or out[-1] in "{};," or token["mark"]
        if pending_space and not glued:
            out.append(" ")
        if token["mark"] == "}" and out[-1] == ";":
            out.pop()
        out.append(token[0])
        pending_space = False
    return "".join(out)


def shorten_js(text: str) -> str:
    """Drop whole-line comments and indentation; every line break stays, so no statement can merge with another."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def sources(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    """The files named by `patterns`, in order; raises FileNotFoundError when a pattern finds none."""
    found: list[Path] = []
    for pattern in patterns:
        paths = sorted(folder.glob(pattern))
        if not paths:
            raise FileNotFoundError(f"{folder}/{pattern}")
        found += paths
    return found


def stylesheet() -> str:
    """The whole stylesheet, layers declared first so that the order of files decides nothing else."""
    transitions = "@media (prefers-reduced-motion:no-preference){@view-transition{navigation:auto}}"
    parts = [shorten_css(path.read_text(encoding="utf-8")) for path in sources(STATIC / "css", STYLES)]
    return "\n".join([LAYERS, transitions, *parts]) + "\n"


def script() -> str:
    """All small modules in one file, each in a block of its own so that no name leaks."""
    parts = [shorten_js(path.read_text(encoding="utf-8")) for path in sources(STATIC / "js", SCRIPTS)]
    return '"use strict";\n' + "\n".join(f"{{\n{part}\n}}" for part in parts) + "\n"


def write(name: str, text: str, limit: int) -> None:
    """Write one built file when it changed; raises SystemExit when it outgrew its limit (bytes)."""
    size = len(text.encode())
    if size > limit:
        raise SystemExit(f"{name} is {size} bytes; the limit is {limit}.")
    target = STATIC / "dist" / name
    target.parent.mkdir(exist_ok=True)
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
    sys.stdout.write(f"static/dist/{name}: {size} bytes\n")


def main() -> None:
    """Build both files."""
    write("bylaw.css", stylesheet(), MAX_CSS)
    write("bylaw.js", script(), MAX_JS)


if __name__ == "__main__":
    main()
