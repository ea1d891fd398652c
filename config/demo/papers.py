"""Files that people upload: a scan of a signed contract or a proposal, drawn as a one-page PDF."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 827, 1169, 90  # A4 at 100 dots to the inch
PAPER, INK, SEAL = (251, 250, 246), (38, 38, 40), (178, 48, 40)


@lru_cache
def _font(size: int, script: str) -> ImageFont.FreeTypeFont:
    small = Path(settings.FONTS_DIR) / f"sans-regular-{'hans' if script == 'hans' else 'hant'}.otf"
    return ImageFont.truetype(str(small if small.exists() else FONT_PATH), size)


def paper(
    name: str, title: str, lines: list[str], *, script: str = "hant", seals: tuple[str, ...] = ()
) -> SimpleUploadedFile:
    """A page with title and lines, and with seals as far as somebody sealed it, as an uploaded PDF."""
    page = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((WIDTH // 2, MARGIN + 20), title, font=_font(26, script), fill=INK, anchor="mm")
    pen.line((MARGIN, MARGIN + 60, WIDTH - MARGIN, MARGIN + 60), fill=INK, width=2)
    y = MARGIN + 90
    for line in lines:
        for part in _wrapped(line, _font(17, script)):
            pen.text((MARGIN, y), part, font=_font(17, script), fill=INK)
            y += 29
        y += 10
    for place, seal in enumerate(seals):
        _stamp(pen, (MARGIN + 110 + place * 330, HEIGHT - 260), seal, script)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=100.0, quality=60)
    return SimpleUploadedFile(f"{name}.pdf", out.getvalue(), content_type="application/pdf")


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """The text in pieces that fit the page: cut at spaces where there are some, anywhere between ideographs."""
    lines, line = [], ""
    for word in _words(text):
        if line and font.getlength(line + word) > WIDTH - 2 * MARGIN:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line]


def _words(text: str) -> list[str]:
    words: list[str] = []
    for letter in text:
        if words and letter.isascii() and letter != " " and words[-1][-1].isascii():
            words[-1] += letter
        else:
            words.append(letter)
    return words


def _stamp(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, script: str) -> None:
    x, y = at
    pen.ellipse((x - 88, y - 88, x + 88, y + 88), outline=SEAL, width=4)
    font = _font(16, script)
    rows = [text[i : i + 9] for i in range(0, min(len(text), 27), 9)]
    for row, part in enumerate(rows):
        pen.text((x, y - 12 * (len(rows) - 1) + 24 * row), part, font=font, fill=SEAL, anchor="mm")
