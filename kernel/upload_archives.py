"""What an Office file may not hold when it comes in: bombs, macros, archives in archives, XML entities."""

import io
import re
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
MOST_ENTRIES = 3_000
MOST_BYTES = 200 * 1024 * 1024
# Plain sheets compress 10 to 40 times; bombs a thousand times. Small parts may be as regular as they like.
HIGHEST_RATIO = 150
SMALL_PART = 1024 * 1024
FORBIDDEN = re.compile(
    r"vbaproject|activex|/embeddings/|externallinks/|\.(zip|jar|exe|bin|ole|dll|js|vbs|html?|svg)$", re.IGNORECASE
)
HARMLESS_BIN = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeError)
# Hyperlinks may lead outside; these would fetch or open what they name.
OUTSIDE = ("attachedTemplate", "oleObject", "frame", "subDocument", "externalLinkPath")
LONGEST_RELATIONS = 1024 * 1024


def check_office(data: bytes, kind: str) -> None:
    """Raise ValidationError unless the bytes are a plain DOCX or XLSX (E46, E47); nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), len(data))
            _check_names(archive.namelist(), kind)
            for entry in archive.infolist():
                _check_xml(archive, entry)
    except DAMAGE as error:
        raise ValidationError(_("The file is damaged and cannot be opened."), code="damaged") from error


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(entry.file_size for entry in entries)
    swollen = any(entry.file_size > max(SMALL_PART, entry.compress_size * HIGHEST_RATIO) for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or swollen or total > max(SMALL_PART, size * HIGHEST_RATIO):
        raise ValidationError(_("The file unpacks to far more than it seems: it is refused."), code="bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("The file is protected by a password: save it without one."), code="encrypted")


def _check_names(names: list[str], kind: str) -> None:
    if len(set(names)) != len(names) or "[Content_Types].xml" not in names or MAIN_PART[kind] not in names:
        raise ValidationError(
            _("The content is not what the ending %(ending)s says."), "content", {"ending": kind.upper()}
        )
    if any(name.startswith(("/", "\\")) or ".." in name or "\\" in name for name in names):
        raise ValidationError(_("The file is damaged and cannot be opened."), code="damaged")
    if any(FORBIDDEN.search(name) and not HARMLESS_BIN.search(name) for name in names):
        raise _holds_more()


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read up to the root element: a document type, and with it every entity, would have to stand before it."""
    if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    try:
        with archive.open(entry) as part:
            if entry.filename.endswith(".rels"):
                _check_relations(part.read(LONGEST_RELATIONS))
            else:
                next(iter(iterparse(part, events=("start",), forbid_dtd=True)), None)
    except (DefusedXmlException, ParseError, LookupError) as error:
        raise ValidationError(_("The file holds XML that no Office program writes: it is refused."), "xml") from error


def _check_relations(text: bytes) -> None:
    for relation in fromstring(text, forbid_dtd=True):
        if relation.get("TargetMode") == "External" and relation.get("Type", "").endswith(OUTSIDE):
            raise _holds_more()


def _holds_more() -> ValidationError:
    return ValidationError(
        _("The file holds macros, embedded files or links to other files: remove them first."), code="active"
    )
