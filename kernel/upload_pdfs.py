"""What a PDF may not hold when it comes in: scripts, launches, embedded files, disguises."""

import io
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# Names that make a reader act instead of show. /URI links and jumps inside the document are harmless.
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA", "/AF"})
ACTIVE_ACTIONS = frozenset(
    "/JavaScript /Launch /GoToR /GoToE /SubmitForm /ImportData /Rendition /Movie /Sound /RichMediaExecute".split()
)
ACTIVE_TYPES = frozenset({"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"})
DISGUISES = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php", b"<?xml")
MOST_OBJECTS = 100_000
MOST_PAGES = 2_000
DEEPEST = 60


def check_pdf(data: bytes) -> int:
    """Return the number of pages; raises ValidationError for active content, disguises, encryption or damage (E41)."""
    head = data[:2048].lower()
    if any(sign in head for sign in DISGUISES) or data.rfind(b"PK\x05\x06") > 0:
        raise ValidationError(_("The file pretends to be a PDF but holds something else."), code="content")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValidationError(_("The PDF is protected by a password: save it without one."), code="encrypted")
        _check_objects(reader)
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        if isinstance(error, ValidationError):
            raise
        raise ValidationError(_("The PDF is damaged and cannot be opened."), code="damaged") from error
    if not 0 < pages <= MOST_PAGES:
        raise ValidationError(_("The PDF must have between 1 and %(limit)s pages."), "pages", {"limit": MOST_PAGES})
    return pages


def _check_objects(reader: PdfReader) -> None:
    numbers = [(number, gen) for gen, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise ValidationError(_("The PDF is too complex."), code="too_large")
    for number, generation in numbers:
        if number:
            _check_object(reader.get_object(IndirectObject(number, generation, reader)))
    _check_object(reader.trailer)


def _check_object(top: Any) -> None:
    for found in _dictionaries(top, DEEPEST):
        if ACTIVE_KEYS & set(found) or ACTIVE_TYPES & _names(found, "/Subtype", "/Type") or _acts(found):
            raise ValidationError(
                _("The PDF holds scripts, embedded files or actions: print it to a new PDF."), code="active"
            )


def _acts(found: DictionaryObject) -> bool:
    """Whether the dictionary is an action of a forbidden kind, or sets one off on some event."""
    return "/AA" in found or bool(ACTIVE_ACTIONS & _names(found, "/S"))


def _names(found: DictionaryObject, *keys: str) -> set[str]:
    return {str(found.raw_get(key)) for key in keys if key in found}


def _dictionaries(top: Any, depth: int) -> Iterator[DictionaryObject]:
    """The dictionaries written directly inside one object; indirect ones come in their own turn."""
    if depth == 0:
        raise ValidationError(_("The PDF is too complex."), code="too_large")
    if isinstance(top, DictionaryObject):
        yield top
        children = [top.raw_get(key) for key in top]
    elif isinstance(top, ArrayObject):
        children = list(list.__iter__(top))
    else:
        return
    for child in children:
        if isinstance(child, DictionaryObject | ArrayObject):
            yield from _dictionaries(child, depth - 1)
