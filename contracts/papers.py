"""The paper as a PDF: what each page says and carries, and how it differs from the approved print (clause 3.2.3b)."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError

LONGEST_NAME = 160  # characters of a name at the foot of a page
UNREADABLE = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)

Difference = list[Any]  # [matter, approved, on the paper]


@dataclass(frozen=True)
class Page:
    """One page: its text without spaces, and how many pictures and annotations lie on it."""

    text: str
    pictures: int
    annotations: int


@dataclass(frozen=True)
class Paper:
    """A whole paper, and how many form fields it holds."""

    pages: list[Page]
    fields: int


def read_paper(pdf: bytes) -> Paper:
    """What the PDF shows. Raises ValidationError for what is no PDF."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        pages = [Page(squeezed(p.extract_text()), len(p.images), len(p.get("/Annots") or ())) for p in reader.pages]
        return Paper(pages, len(reader.get_fields() or ()))
    except UNREADABLE as error:
        raise ValidationError(_("The PDF is damaged and cannot be opened."), code="damaged") from error


def squeezed(text: str) -> str:
    """A text without spaces and in one Unicode form: how it is broken into lines says nothing."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def differences_between(found: Paper, approved: Paper, *, text_hash: str, language: str) -> list[Difference]:
    """What the paper says or carries otherwise, page by page: hash at the foot, the whole text, pictures, annotations.

    Only who printed it and when may stand there besides: after the hash, in the words of our own print, by somebody here.
    """
    differences: list[Difference] = []
    if len(found.pages) != len(approved.pages):
        differences.append(["pages", len(approved.pages), len(found.pages)])
    if found.fields > approved.fields:
        differences.append(["form_fields", approved.fields, found.fields])
    printed = _PrintedBy(text_hash, language)
    for number, (page, wanted) in enumerate(zip(found.pages, approved.pages, strict=False), start=1):
        if text_hash not in page.text:
            differences.append(["page_hash", text_hash[:12], number])
        elif printed.taken_from(page.text) != wanted.text:
            differences.append(["page_text", number, number])
        if page.pictures > wanted.pictures:
            differences.append(["page_pictures", number, number])
        if page.annotations > wanted.annotations:
            differences.append(["page_annotations", number, number])
    return differences


class _PrintedBy:
    """The words "Printed by … on …" that stand after the hash of a print which somebody asked for (clause 4.2.2c)."""

    def __init__(self, text_hash: str, language: str):
        with translation.override(language):
            words = _("Printed by %(printed_by)s on %(at)s") % {"printed_by": "\0", "at": "\1"}
        words = re.escape(squeezed(words)).replace("\0", f"(?P<who>.{{1,{LONGEST_NAME}}}?)")
        words = words.replace("\1", r"\d{4}/\d\d/\d\d\d\d:\d\d")
        self.pattern = re.compile(f"(?<={text_hash})·{words}")
        self._names: set[str] | None = None

    def taken_from(self, text: str) -> str:
        """The text without them, if it was printed by somebody who works here: nothing else hides behind a name."""
        found = self.pattern.search(text)
        if found is None or found["who"] not in self.names:
            return text
        return text[: found.start()] + text[found.end() :]

    @property
    def names(self) -> set[str]:
        """The names of all people, as a print shows them."""
        if self._names is None:
            self._names = {squeezed(str(person)) for person in get_user_model()._default_manager.all()}
        return self._names
