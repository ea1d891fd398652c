"""What comes in as a file: checked by content, images cleaned, everything doubtful refused in words."""

import hashlib
import io
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps

from kernel.upload_archives import check_office
from kernel.upload_pdfs import check_pdf

ALLOWED = ("pdf", "png", "jpg", "docx", "xlsx")
MIME = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAGIC = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
}
SAME_AS = {"jpeg": "jpg", "jpe": "jpg"}
# Names such as invoice.exe.pdf are made to deceive whoever sees only part of them.
RUNNABLE = frozenset(
    "app asp aspx bat bin cgi cmd com cpl dll dmg exe hta htm html jar js jse jsp lnk mjs msi php phtml pif ps1 py rb "
    "reg scr sh svg swf vb vbs wsf xhtml xml".split()
)
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})
LONGEST_NAME = 120


@dataclass(frozen=True)
class Inspected:
    """A file that passed: what it is, its digest and size in bytes, its pages where it has some, its clean content."""

    kind: str
    mime: str
    sha256: str
    size: int
    pages: int | None
    file: "ContentFile[bytes]"
    name: str


def inspect(file: "File[Any]", allowed: Iterable[str] = ALLOWED) -> Inspected:
    """Check an uploaded file and return it clean: images re-encoded without metadata, other kinds as they came.

    Raises ValidationError with the reason in words: empty, too large, name and content that differ, active content,
    bombs, encryption (SECURITY B22, B23, B25, E40 to E46).
    """
    kind = _kind_by_name(file.name or "", tuple(allowed))
    data = _read(file)
    if not data.startswith(MAGIC[kind]):
        raise _mismatch(data, kind)
    pages = None
    if kind == "pdf":
        pages = check_pdf(data)
    elif kind in ("docx", "xlsx"):
        check_office(data, kind)
    else:
        data = _clean_image(data, kind)
    name = safe_download_name(file.name or "")
    clean = ContentFile(data, name=name)
    return Inspected(kind, MIME[kind], hashlib.sha256(data).hexdigest(), len(data), pages, clean, name)


def safe_download_name(name: str) -> str:
    """A name that any system can save and any header can carry; never empty, never a path, at most 120 characters."""
    name = unicodedata.normalize("NFC", str(name)).replace("\\", "/").rpartition("/")[2]
    name = "".join("_" if _is_awkward(character) else character for character in name).strip(" ._~")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    stem = stem.strip(" .")[: LONGEST_NAME - len(dot + ending)] or "file"
    if stem.split(".")[0].strip().lower() in RESERVED:
        stem = f"_{stem}"
    return stem + dot + ending


def _is_awkward(character: str) -> bool:
    return character in "<>:\"/|?*%;'" or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _kind_by_name(name: str, allowed: tuple[str, ...]) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in name) or "%00" in name:
        raise ValidationError(_("The file name holds hidden characters: rename the file."), code="name")
    parts = [part.strip().lower() for part in name.split(".")]
    kind = SAME_AS.get(parts[-1], parts[-1])
    if len(parts) < 2 or kind not in allowed or kind not in MIME:
        kinds = ", ".join(ending.upper() for ending in allowed)
        raise ValidationError(_("Only files of these kinds are accepted: %(kinds)s."), "kind", {"kinds": kinds})
    if RUNNABLE & set(parts[1:-1]):
        raise ValidationError(_("The file name has two endings: rename the file."), code="name")
    return kind


def _read(file: "File[Any]") -> bytes:
    limit = settings.UPLOAD_MAX_BYTES
    file.seek(0)
    data = file.read(limit + 1)
    if len(data) > limit:
        megabytes = limit // (1024 * 1024)
        raise ValidationError(_("The file is larger than %(limit)s MB."), "too_large", {"limit": megabytes})
    if not data:
        raise ValidationError(_("The file is empty."), code="empty")
    return bytes(data)


def _mismatch(data: bytes, kind: str) -> ValidationError:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return ValidationError(
            _("The file has a password or an old Office format: save it as DOCX or XLSX without a password."),
            code="content",
        )
    return ValidationError(
        _("The content is not what the ending %(ending)s says."), "content", {"ending": kind.upper()}
    )


def _clean_image(data: bytes, kind: str) -> bytes:
    """Decode and encode again: position, camera, comments and whatever was glued to the picture are gone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # a library that draws pages asks for leniency, process-wide
            picture = Image.open(io.BytesIO(data), formats=["PNG" if kind == "png" else "JPEG"])
            _check_pixels(picture)
            return _encoded(ImageOps.exif_transpose(picture), kind)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise ValidationError(_("The picture is damaged and cannot be opened."), code="damaged") from error


def _encoded(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "jpg":
        picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        picture.save(out, "JPEG", quality=90, optimize=True, exif=b"", icc_profile=None, comment=b"")
    else:
        plain = picture if picture.mode in ("1", "L", "LA", "RGB", "RGBA", "I;16") else picture.convert("RGBA")
        # A fresh image carries no text chunks, profile or further frames.
        fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        fresh.save(out, "PNG")
    return out.getvalue()


def _check_pixels(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > settings.MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> ValidationError:
    millions = settings.MAX_PIXELS // 1_000_000
    return ValidationError(_("The picture has more than %(limit)s million pixels."), "pixels", {"limit": millions})
