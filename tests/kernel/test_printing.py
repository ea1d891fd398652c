"""PDFs: every glyph drawn, nothing fetched, nothing embedded, within limits, named for every browser."""

import io
import os
import socket
import threading
import time
import tomllib

import pypdf
import pytest
from django.conf import settings
from pypdf.generic import StreamObject

from kernel import printing
from kernel.printing import CannotPrint, content_disposition, pdf_response, qr_data_uri, qr_svg, render_pdf
from tests.pdfs import drawn_characters, fonts, objects, outlines_of

PARTIES = {
    "ours": {"label": "乙方", "name": "衡岳精密科技股份有限公司", "representative": "周明遠", "bank": "004-123"},
    "theirs": {"label": "甲方", "name": "鴻洲自動化股份有限公司"},
}
FACTS = {
    "company": {
        "name": "衡岳精密科技股份有限公司",
        "registration_number": "12345675",
        "address": "臺中市",
        "phone": "04-2359",
    },
    "number": "HT-2026-0391",
    "version": 3,
    "text_hash": "9f2c" * 16,
    "record_url": "https://bylaw.example/contracts/42/",
}
SENTENCE = "甲方向乙方採購六軸搬運機械手臂共計十二套，型號、規格及技術參數以附件一為準，附件為本合同之一部分。"


@pytest.fixture(autouse=True)
def sample_templates(settings, tmp_path):
    (tmp_path / "sample.html").write_text(
        '{% extends "print/base.html" %}{% block content %}<h1>{{ title }}</h1><section class="clauses">'
        "{% for text in texts %}<h2>{{ forloop.counter }}</h2><p>{{ text }}</p>{% endfor %}</section>"
        '{% include "print/_seals.html" %}{% endblock %}'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


def printed(*texts, language="zh-hant", **facts):
    return render_pdf("sample.html", {**FACTS, **PARTIES, "texts": texts, **facts}, title="採購合同", language=language)


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_every_glyph_is_drawn_rare_ones_too(language):
    text = "臺灣 台湾 合同范本 繁體 简体 𠮷野家 HT-2026 NT$ € ¥ （）「」、。％"
    drawn = drawn_characters(printed(text, language=language))
    assert set(text.replace(" ", "")) - drawn == set()


def test_pages_bear_number_version_page_hash_and_title():
    reader = pypdf.PdfReader(io.BytesIO(printed(*[SENTENCE * 6] * 12)))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) >= 3
    for number, text in enumerate(pages, 1):
        assert "HT-2026-0391" in text and "9f2c9f2c" in text.replace("\n", "") and f"{number} / {len(pages)}" in text
    assert reader.metadata.title == "採購合同"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"].lower() == "zh-hant"


def test_watermark_stands_on_each_page_only_when_asked():
    facts = {**FACTS, **PARTIES, "texts": [SENTENCE * 6] * 12}
    draft = render_pdf("sample.html", facts, title="x", language="zh-hant", watermark="草案")
    assert all(set("草案") <= set(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(draft)).pages)
    assert "案" not in pypdf.PdfReader(io.BytesIO(printed(SENTENCE))).pages[0].extract_text()


def test_five_page_contract_is_small_and_quick():
    texts = [SENTENCE * 3] * 34
    printed(*texts)
    started = time.perf_counter()
    pdf = printed(*texts)
    seconds = time.perf_counter() - started
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) >= 5
    assert len(pdf) <= 100_000
    assert seconds < 3  # 0.5 s on a quiet machine, measured in benchmarks


def test_five_pages_of_varied_text_are_small():
    clauses = tomllib.loads((settings.BASE_DIR / "config/demo/data/templates/sale_hant.toml").read_text())["clauses"]
    texts = [clause["text"] for clause in clauses] * 3
    context = {**FACTS, **PARTIES, "texts": texts}
    sheets = ("contracts/print/contract.css",)
    pdf = render_pdf("sample.html", context, title="採購合同", language="zh-hant", stylesheets=sheets)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) >= 5
    assert len(set("".join(texts))) >= 300
    assert len(pdf) <= 100_000


def test_fonts_hold_what_is_drawn_and_no_more():
    pdf = printed("臺灣合同")
    held = [outlines_of(font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile3"]) for font in fonts(pdf)]
    assert held and all(len(glyphs) < 200 for glyphs in held)
    assert {font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile3"]["/Subtype"] for font in fonts(pdf)} == {
        "/CIDFontType0C"
    }


@pytest.fixture
def listener():
    """A server that counts who calls."""
    calls, server = [], socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    ended = threading.Event()

    def listen():
        while not ended.is_set():
            try:
                calls.append(server.accept()[0].close())
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", calls
    ended.set()
    thread.join()
    server.close()


def payloads(address):
    return [
        f'<img src="{address}a"><img src="http://0x7f000001/"><img src="http://[::ffff:127.0.0.1]/">',
        f'<link rel="stylesheet" href="{address}b"><link rel="attachment" href="file:///etc/hostname">',
        f"<style>@import url({address}c); body {{ background: url(file:///etc/hostname) }}</style>",
        '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E'
        f'%3Cimage href=%22{address}d%22/%3E%3C/svg%3E">',
        f'<object data="{address}e"></object><embed src="{address}f"><iframe src="{address}g"></iframe>',
        f"<style>@font-face {{ font-family: x; src: url({address}h) }} p {{ font-family: x }}</style><p>x</p>",
    ]


def test_payloads_in_values_are_printed_as_text(listener):
    address, calls = listener
    pdf = printed(*payloads(address))
    assert "<img" in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert calls == [] and no_files_in(pdf)


def test_even_live_markup_fetches_and_embeds_nothing(listener):
    address, calls = listener
    for markup in payloads(address):
        assert no_files_in(printing._process().compose(markup, []))
    assert calls == []


def no_files_in(pdf):
    return not any(isinstance(found, StreamObject) and found.get("/Type") == "/EmbeddedFile" for found in objects(pdf))


@pytest.mark.parametrize("text", ["x" * 2_000_000, "x " * 2_000_000, "<>" * 200_000])
def test_too_much_is_refused_in_words(text):
    with pytest.raises(CannotPrint) as refused:
        printed(text)
    assert str(refused.value)


def test_document_that_nests_without_end_is_refused_and_the_next_one_printed():
    with pytest.raises(CannotPrint):
        printing._process().compose("<div>" * 2_000, [])
    assert printed(SENTENCE).startswith(b"%PDF-")


def test_slow_document_is_given_up_and_the_next_one_printed(monkeypatch):
    printed(SENTENCE)
    monkeypatch.setattr(printing, "TIME_LIMIT", 0.3)
    rows = "<tr>" + "<td>格</td>" * 8 + "</tr>"
    with pytest.raises(CannotPrint):
        printing._process().compose(f"<table>{rows * 3_000}</table>", [])
    monkeypatch.undo()
    assert printed(SENTENCE).startswith(b"%PDF-")


def test_typesetter_knows_no_secret(monkeypatch):
    monkeypatch.setenv("BYLAW_SECRET_KEY", "hunter2")
    process = printing._launch()
    try:
        with open(f"/proc/{process.pid}/environ", "rb") as environment:
            assert b"hunter2" not in environment.read()
    finally:
        process.kill()
        process.communicate()


def test_typesetter_ends_with_its_input():
    process = printing._launch()
    process.communicate(timeout=20)
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_response_is_a_private_unsniffable_download():
    response = pdf_response(b"%PDF-", '合同 "HT"\r\n.pdf')
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"__ _HT___.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C%20_HT___.pdf"
    )
    assert content_disposition("a.pdf", inline=True).startswith("inline;")


def test_qr_code_is_plain_svg():
    assert qr_svg("https://x/").startswith("<svg") and "script" not in qr_svg("https://x/")
    assert qr_data_uri("https://x/").startswith("data:image/svg+xml")
