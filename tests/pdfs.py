"""Looking into printed PDFs: their objects, the characters that really show ink, and how much ink a page bears."""

import io
import subprocess

import pypdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import Image


def objects(pdf):
    """Return every object of a PDF."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [reader.get_object(number) for number in sorted({*reader.xref_objStm, *reader.xref.get(0, {})}) if number]


def fonts(pdf):
    """Return the composite fonts of a PDF; each must bring its own outlines."""
    return [found for found in objects(pdf) if isinstance(found, dict) and found.get("/Subtype") == "/Type0"]


def drawn_characters(pdf):
    """Return the characters that show ink in a reader true to the standard: code to CID name to outline."""
    drawn = set()
    for font in fonts(pdf):
        glyphs = outlines_of(font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile3"])
        for code, text in meanings(font["/ToUnicode"].get_data().decode("latin-1")):
            pen = BoundsPen(None)
            if (name := f"cid{code:05d}") in glyphs:
                glyphs[name].draw(pen)
            if pen.bounds:
                drawn.update(text)
    return drawn


def outlines_of(file):
    """Return a font's outlines by the names its charset gives them: of a plain font program, or inside OpenType."""
    if file["/Subtype"] == "/OpenType":
        return TTFont(io.BytesIO(file.get_data()))["CFF "].cff[0].CharStrings
    program = CFFFontSet()
    program.decompile(io.BytesIO(file.get_data()), None)
    return program[0].CharStrings


def meanings(cmap):
    """Yield each code of a font with the text that it stands for; code 0 (.notdef) has none."""
    for block in cmap.split("beginbfchar")[1:]:
        words = block.split("endbfchar")[0].replace("<", " ").replace(">", " ").split()
        for code, text in zip(words[::2], words[1::2], strict=True):
            yield int(code, 16), bytes.fromhex(text).decode("utf-16-be")


def text_of(pdf):
    """Return all words of a PDF without spaces and line ends."""
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def rendered(pdf, folder, dots=72):
    """Draw each page with poppler, as a reader at another desk sees it; return grey images."""
    (folder / "document.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dots), folder / "document.pdf", folder / "page"],
        check=True,
        capture_output=True,
    )
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page*.pgm"))]


def ink(image):
    """Return the share of dots darker than a light grey."""
    shades = image.histogram()
    return sum(shades[:160]) / sum(shades)
