"""Files that come in are what they say, hold nothing active and unpack to nothing huge."""

import io
import struct
import time
import zipfile
import zlib

import pydyf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from kernel.uploads import inspect, safe_download_name


def upload(name, data):
    return SimpleUploadedFile(name, data)


def code_of(name, data, **kwargs):
    with pytest.raises(ValidationError) as refused:
        inspect(upload(name, data), **kwargs)
    assert str(refused.value.messages[0])
    return refused.value.code


def pdf(change=None):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind, size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, 5 if mode == "L" else None).save(out, kind, **options)
    return out.getvalue()


def archive(parts, kind="docx"):
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in {"[Content_Types].xml": "<Types/>", main: "<document/>", **parts}.items():
            box.writestr(name, content)
    return out.getvalue()


def open_action(name):
    def change(writer):
        action = DictionaryObject(
            {NameObject("/S"): NameObject(name), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
        if name != "/JavaScript":
            del action["/JS"]
        writer._root_object[NameObject("/OpenAction")] = action

    return change


def named_script(writer):
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), action])})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def page_launch(writer):
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch")})
    note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([note])


def test_good_pdf_is_described():
    data = pdf()
    seen = inspect(upload("合同 已簽.PDF", data))
    assert (seen.kind, seen.mime, seen.pages, seen.size, len(seen.sha256)) == (
        "pdf",
        "application/pdf",
        2,
        len(data),
        64,
    )
    assert seen.file.read() == data


def test_pdf_that_opens_at_a_page_is_accepted():
    def change(writer):
        writer._root_object[NameObject("/OpenAction")] = ArrayObject(
            [writer.pages[0].indirect_reference, NameObject("/Fit")]
        )

    assert inspect(upload("a.pdf", pdf(change))).pages == 2


@pytest.mark.parametrize(
    "change",
    [
        named_script,
        lambda writer: writer.add_attachment("x.txt", b"hidden"),
        open_action("/JavaScript"),
        open_action("/Launch"),
        open_action("/SubmitForm"),
        page_launch,
    ],
)
def test_pdf_with_active_content_is_refused(change):
    assert code_of("a.pdf", pdf(change)) == "active"


def test_script_with_an_escaped_name_is_refused():
    data = pdf(open_action("/JavaScript")).replace(b"/JavaScript", b"/J#61vaScript")
    assert code_of("a.pdf", data) == "active"


def test_script_inside_a_compressed_object_stream_is_refused():
    document = pydyf.PDF()
    document.add_page(pydyf.Dictionary({"Type": "/Page", "Parent": document.pages.reference, "MediaBox": "[0 0 9 9]"}))
    action = pydyf.Dictionary({"S": "/JavaScript", "JS": pydyf.String("app.alert(1)")})
    document.add_object(action)
    document.catalog["OpenAction"] = action.reference
    out = io.BytesIO()
    document.write(out, version=b"1.7", compress=True)
    assert b"JavaScript" not in out.getvalue()
    assert code_of("a.pdf", out.getvalue()) == "active"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.4\n<html><script>alert(1)</script></html>", "content"),
        (b"%PDF-1.4\ngarbage", "damaged"),
        (b"<html></html>", "content"),
        (b"", "empty"),
        (pdf() + archive({}), "content"),
        (pdf()[:200], "damaged"),
    ],
)
def test_false_pdfs_are_refused(data, code):
    assert code_of("a.pdf", data) == code


def test_pdf_with_a_password_is_refused():
    assert code_of("a.pdf", pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128"))) == "encrypted"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("invoice.pdf.exe", "kind"),
        ("x.PhP", "kind"),
        ("x.php.pdf", "name"),
        ("x.pdf%00.html", "name"),
        ("x.pdf\x00.pdf", "name"),
        ("x\u202efdp.pdf", "name"),
        ("x.pdf.", "kind"),
        ("x.pdf::$DATA", "kind"),
        ("x.svg", "kind"),
        ("pdf", "kind"),
    ],
)
def test_odd_names_are_refused(name, code):
    file = upload("a.pdf", pdf())
    file._name = name
    with pytest.raises(ValidationError) as refused:
        inspect(file)
    assert refused.value.code == code


def test_size_is_capped_at_the_limit(settings):
    data = pdf()
    settings.UPLOAD_MAX_BYTES = len(data)
    assert inspect(upload("a.pdf", data)).size == len(data)
    settings.UPLOAD_MAX_BYTES = len(data) - 1
    assert code_of("a.pdf", data) == "too_large"


def test_only_the_allowed_kinds_pass():
    assert code_of("a.png", picture("PNG"), allowed=("pdf",)) == "kind"


def test_picture_loses_position_comments_and_whatever_was_glued_to_it():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6
    data = picture("JPEG", exif=exif) + archive({})
    seen = inspect(upload("photo.JPEG", data))
    clean = seen.file.read()
    assert b"secret place" not in clean and b"PK\x03\x04" not in clean
    assert Image.open(io.BytesIO(clean)).size == (30, 40)  # turned upright
    assert dict(Image.open(io.BytesIO(clean)).getexif()) == {}


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "1")]
)
def test_every_common_picture_mode_is_accepted(kind, mode):
    ending = "jpg" if kind == "JPEG" else "png"
    assert inspect(upload(f"a.{ending}", picture(kind, mode=mode))).kind == ending


def test_animated_png_keeps_its_first_frame_only():
    frames = [Image.new("RGB", (8, 8), (n, 0, 0)) for n in range(5)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert getattr(Image.open(inspect(upload("a.png", out.getvalue())).file), "n_frames", 1) == 1


def test_pixel_bomb_is_refused_at_once():
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    started = time.perf_counter()
    assert code_of("a.png", data) == "pixels"
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\nrubbish", picture("PNG")[:60], b"<svg onload='x'/>", b"GIF89a..."])
def test_damaged_or_false_pictures_are_refused(data):
    assert code_of("a.png", data) in {"damaged", "content"}


def test_real_workbook_and_document_are_accepted():
    book, out = Workbook(), io.BytesIO()
    book.active.append(["=1+1", 5])
    book.save(out)
    assert inspect(upload("a.xlsx", out.getvalue())).kind == "xlsx"
    assert inspect(upload("報價 v1.2.docx", archive({}))).kind == "docx"


BILLION = '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
TEMPLATE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="http://e/" '
    'TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word/big.xml": "0" * 30_000_000}, "bomb"),
        ({f"word/{n}.xml": "<a/>" for n in range(3_001)}, "bomb"),
        ({"word/inner.zip": "x"}, "active"),
        ({"word/vbaProject.bin": "x"}, "active"),
        ({"word/embeddings/oleObject1.bin": "x"}, "active"),
        ({"../../etc/cron.d/x": "x"}, "damaged"),
        ({"word/evil.xml": BILLION}, "xml"),
        ({"word/evil.xml": "<!--" + "x" * 200_000 + "-->" + BILLION}, "xml"),
        ({"word/evil.xml": BILLION.encode("utf-16")}, "xml"),
        ({"word/_rels/settings.xml.rels": TEMPLATE.format("attachedTemplate")}, "active"),
    ],
)
def test_dangerous_archives_are_refused(parts, code):
    data = archive(parts)
    started = time.perf_counter()
    assert code_of("a.docx", data) == code
    assert time.perf_counter() - started < 1


def test_document_with_a_hyperlink_is_accepted():
    parts = {"word/_rels/document.xml.rels": TEMPLATE.format("hyperlink")}
    assert inspect(upload("a.docx", archive(parts))).kind == "docx"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "content"),
        ("a.xlsx", archive({}, "docx"), "content"),
        ("a.docx", archive({})[:-40], "damaged"),
    ],
)
def test_false_office_files_are_refused(name, data, code):
    assert code_of(name, data) == code


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/cron.d/x", "x"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/abs.pdf", "abs.pdf"),
        ("~root", "root"),
        ("CON.pdf", "_CON.pdf"),
        ('a"b\n;c.pdf', "a_b__c.pdf"),
        ("", "file"),
        ("...", "file"),
        ("合同 HT-2026-0001.pdf", "合同 HT-2026-0001.pdf"),
        ("x\u202efdp.exe", "x_fdp.exe"),
    ],
)
def test_download_names_are_safe_everywhere(name, safe):
    assert safe_download_name(name) == safe


def test_download_name_is_short_and_keeps_its_ending():
    name = safe_download_name("長" * 300 + ".pdf")
    assert len(name) == 120 and name.endswith(".pdf")
