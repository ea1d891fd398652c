"""The only way to a PDF: a template, set by a walled-in process, within stated limits of size and time."""

import atexit
import importlib.util
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import segno
from django.conf import settings
from django.dispatch import Signal
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.typesetting import COMPLEX, DONE, HEAD, LENGTH
from kernel.uploads import safe_download_name

LONGEST_HTML = 3_000_000  # characters
MOST_TAGS = 40_000  # about 2,000 rows of a list, 16 s
LONGEST_WORD = 20_000  # characters without a space or a tag
TIME_LIMIT = 30  # seconds, SECURITY B27
JOBS_PER_PROCESS = 200
SYSTEM_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")

# Sent with record, title, by when a page of the kernel gives out a PDF of a record: an app above writes it down.
printed = Signal()


class CannotPrint(Exception):
    """A document that cannot be set: its message tells the user why."""


def render_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    language: str,
    watermark: str = "",
    stylesheets: Sequence[str] = (),
    printed_by: Any = None,
) -> bytes:
    """Render the template in the language and return it as a tagged PDF.

    `stylesheets` are names of templates holding CSS, added after print/print.css. print/base.html reads of the context
    `company`, `number`, `version`, `text_hash` and `record_url` (for the QR code), each of which may be missing.
    `printed_by` and the moment stand at the foot of every page (clause 4.2.2c).
    Raises CannotPrint when the document is too large or too slow (30 s). Clause 3.2.3c and every printed record.
    """
    with translation.override(language):
        values = {**context, "title": title, "watermark": watermark, "language": language_tag(language)}
        values |= {"printed_by": printed_by, "printed_at": clock.now()}
        if record_url := context.get("record_url"):
            values["qr"] = qr_data_uri(str(record_url))
        html = render_to_string(template, values)
        sheets = [render_to_string(name) for name in ("print/print.css", *stylesheets)]
    _check_limits(html)
    return _process().compose(html, sheets)


def pdf_response(pdf: bytes, filename: str, *, inline: bool = False) -> HttpResponse:
    """The PDF as a download or shown in the browser, named for every browser (RFC 6266), neither sniffed nor cached."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(filename, inline=inline)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def content_disposition(filename: str, *, inline: bool = False) -> str:
    """The header's value, with an ASCII name for old readers and the true one beside it."""
    name = safe_download_name(filename)
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " ._-()") else "_" for letter in name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def qr_svg(text: str) -> str:
    """The QR code of a text as one SVG element, black on nothing."""
    return segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True)


def qr_data_uri(text: str) -> str:
    """The QR code as an address for an `img`."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=0, omitsize=True)


def language_tag(language: str) -> str:
    """The tag HTML uses, by which fonts choose their forms: zh-hant gives zh-Hant."""
    main, _dash, script = language.partition("-")
    return f"{main}-{script.title()}" if script else main


def _check_limits(html: str) -> None:
    if len(html) > LONGEST_HTML or html.count("<") > MOST_TAGS:
        raise CannotPrint(_("The document is too large to be printed: choose fewer rows."))
    if any(len(word) > LONGEST_WORD and "data:" not in word for word in html.split()):
        raise CannotPrint(_("The document holds a word without end: add spaces."))


class Typesetting:
    """One typesetter process, started when first needed, ended with its owner, replaced after a failure."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.jobs = 0

    def compose(self, html: str, stylesheets: Sequence[str]) -> bytes:
        """Have one document set; raises CannotPrint after 30 s, waiting for the process included."""
        if not self.lock.acquire(timeout=TIME_LIMIT):
            raise CannotPrint(_("Printing is busy: try again in a minute."))
        try:
            self.start()
            status, body = self._ask(json.dumps({"html": html, "stylesheets": list(stylesheets)}).encode())
        finally:
            self.lock.release()
        if status == DONE:
            return body
        if status == COMPLEX:
            raise CannotPrint(_("The document is too complex to be printed."))
        raise RuntimeError(f"the typesetter failed: {body.decode(errors='replace')}")

    def start(self) -> None:
        """Start the process unless it runs."""
        if self.process is None or self.process.poll() is not None or self.jobs >= JOBS_PER_PROCESS:
            self.stop()
            self.process, self.jobs = _launch(), 0

    def stop(self) -> None:
        """End the process by closing its input, and wait for it; only the owner may (a forked copy must not)."""
        process, self.process = self.process, None
        if process is None or os.getpid() != self.owner:
            return
        process.kill()
        process.communicate()

    def _ask(self, job: bytes) -> tuple[bytes, bytes]:
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("the typesetter does not run")
        alarm = threading.Timer(TIME_LIMIT, process.kill)
        alarm.start()
        try:
            process.stdin.write(LENGTH.pack(len(job)) + job)
            process.stdin.flush()
            status, length = HEAD.unpack(process.stdout.read(HEAD.size))
            body = process.stdout.read(length)
            self.jobs += 1
            return status, body
        except (OSError, ValueError, struct.error) as error:
            self.stop()
            raise CannotPrint(_("The document took too long to print and was given up.")) from error
        finally:
            alarm.cancel()


_current: Typesetting | None = None


def _process() -> Typesetting:
    """This process's typesetter; a forked worker starts its own."""
    global _current
    if _current is None or _current.owner != os.getpid():
        _current = Typesetting()
        atexit.register(_current.stop)
    return _current


def _launch() -> "subprocess.Popen[bytes]":
    """Start the process with an environment that holds no secret of ours."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if key in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "kernel.typesetting"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env={**kept, "PYTHONPATH": str(settings.BASE_DIR), "FONTCONFIG_FILE": str(_font_configuration())},
    )


def _font_configuration() -> Path:
    """Write where fonts are: our small faces under our names, then whole collections for rare characters."""
    folders = [settings.FONTS_DIR, *map(Path, SYSTEM_FONTS), *_packaged_fonts()]
    names = "".join(_renamed(path) for path in sorted(Path(settings.FONTS_DIR).glob("*-*-han?.otf")))
    listed = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    cache = f"<cachedir>{escape(str(settings.VAR_DIR / 'fontcache'))}</cachedir>"
    target = settings.VAR_DIR / "fonts.conf"
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(f'<?xml version="1.0"?><fontconfig>{listed}{cache}{names}</fontconfig>')
    draft.replace(target)
    return Path(target)


def _renamed(path: Path) -> str:
    """Our face answers to our family name first; its file name says which: serif-bold-hant.otf is Bylaw Serif Hant."""
    style, _weight, script = path.stem.split("-")
    family = f"Bylaw {style.title()} {script.title()}"
    test = f'<test name="file" compare="eq"><string>{escape(str(path))}</string></test>'
    edit = f'<edit name="family" mode="prepend"><string>{family}</string></edit>'
    return f'<match target="scan">{test}{edit}</match>'


def _packaged_fonts() -> list[Path]:
    found = importlib.util.find_spec("noto_cjk_sans_otc")
    return [Path(folder) for folder in found.submodule_search_locations or ()] if found else []
