"""The typesetter: a process of its own that turns HTML into PDF, without network, database or secrets.

`printing.py` starts it and speaks to it over its pipes: a length and a job in JSON; back a status, a length, the answer.
It ends when its input ends.
"""

import gc
import json
import logging
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

from kernel.pdf_fonts import finish_fonts

HEAD = struct.Struct(">cI")
LENGTH = struct.Struct(">I")
DONE, FAILED, COMPLEX = b"+", b"!", b"#"
MOST_SHEETS = 32
DOTS_OF_PICTURES = 300  # to the inch: a larger logo is made smaller
MEMORY = 3 * 1024**3
FORBIDDEN_EVENTS = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "ftplib.",
    "smtplib.",
)


class Typesetter:
    """WeasyPrint with one warm font configuration and a fetcher that hands out nothing but `data:` addresses."""

    def __init__(self) -> None:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher

        class InlineOnly(URLFetcher):  # type: ignore[misc]
            """Refuses every address but `data:`, for HTML, CSS, SVG and attachments alike (SECURITY B26)."""

            def fetch(self, url: str, headers: Any = None) -> Any:
                if not url.lower().startswith("data:"):
                    raise ValueError("a document fetches nothing")
                return super().fetch(url, headers)

        self.html, self.css = HTML, CSS
        self.fonts = FontConfiguration()
        self.sheets: dict[str, Any] = {}
        self.fetcher = InlineOnly(allowed_protocols={"data"}, allow_redirects=False)

    def compose(self, html: str, stylesheets: list[str]) -> bytes:
        """The finished PDF, tagged, its fonts subset."""
        sheets = [self._sheet(text) for text in stylesheets]
        document = self.html(string=html, url_fetcher=self.fetcher, base_url=None)
        pdf: bytes = document.write_pdf(
            stylesheets=sheets,
            font_config=self.fonts,
            finisher=finish_fonts,
            pdf_tags=True,
            pdf_variant="pdf/ua-1",
            dpi=DOTS_OF_PICTURES,
        )
        return pdf

    def _sheet(self, text: str) -> Any:
        """A parsed style sheet; there are a handful in the house, so they are kept."""
        if text not in self.sheets:
            if len(self.sheets) >= MOST_SHEETS:
                self.sheets.clear()
            self.sheets[text] = self.css(string=text, url_fetcher=self.fetcher, font_config=self.fonts)
        return self.sheets[text]


def wall_in() -> None:
    """The second wall: no memory without end, and whatever slips past the fetcher still opens no connection."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN_EVENTS):
        raise PermissionError(f"the typesetter may not use {event}")


def answer(typesetter: Typesetter, job: dict[str, Any]) -> tuple[bytes, bytes]:
    """Compose one job; a document that is too much is told apart from one that is wrong."""
    from weasyprint.urls import FatalURLFetchingError

    try:
        return DONE, typesetter.compose(job["html"], job["stylesheets"])
    except (RecursionError, MemoryError) as error:
        return COMPLEX, type(error).__name__.encode()
    except (Exception, FatalURLFetchingError) as error:  # the latter is a BaseException
        return FAILED, f"{type(error).__name__}: {error}"[:2000].encode(errors="replace")


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer jobs until the input ends."""
    typesetter = Typesetter()
    typesetter.compose("<p>暖機</p>", [])
    gc.freeze()
    gc.disable()  # a third of the time of a long document; the rubbish goes out between documents
    while head := source.read(LENGTH.size):
        job = json.loads(source.read(LENGTH.unpack(head)[0]))
        status, body = answer(typesetter, job)
        sink.write(HEAD.pack(status, len(body)) + body)
        sink.flush()
        gc.collect()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes our input
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing a library prints may get between the answers
    wall_in()
    serve(sys.stdin.buffer, answers)
