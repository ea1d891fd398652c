"""Letters as they come: encodings, broken headers, bombs, automatic replies; reading ends and never fails (3.4.1b)."""

import base64
import time
from email.message import EmailMessage

import pytest

from aftersales.mail_reading import MOST_FILES, read, text_of_html, without_quotes

FROM = b"From: a@example.com\r\n"


def test_names_and_texts_are_read_in_every_encoding_our_customers_use():
    for charset in ("gb2312", "gb18030", "utf-8"):
        body = "主轴有异响".encode("gb18030" if charset == "gb2312" else charset)
        word = base64.b64encode(body).decode()
        raw = (
            f"From: =?{charset}?B?{word}?= <Wu@Example.com>\r\nSubject: =?{charset}?B?{word}?=\r\nMessage-ID: <1@x>\r\n"
            f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n{word}\r\n"
        )
        letter = read(raw.encode())
        found = (letter.sender, letter.sender_name, letter.subject, letter.text, letter.message_id)
        assert found == ("wu@example.com", "主轴有异响", "主轴有异响", "主轴有异响", "<1@x>"), charset
    for charset in ("big5", "gb18030"):  # nobody declared it
        text = "主軸運轉時有異音" if charset == "big5" else "主轴运转时有异响"
        letter = read(f"From: {text[:2]} <wu@example.com>\r\nSubject: {text}\r\n\r\n{text}".encode(charset))
        assert (letter.sender_name, letter.subject, letter.text) == (text[:2], text, text)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff", b"From\r\n\r\n", b"From: \r\nSubject: =?x?B?!!!?=\r\n\r\nx", b"From: =?utf-8?Q?=\r\n\r\n",
        FROM + b"Content-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe", FROM + b"Content-Type: multipart/mixed\r\n\r\nx",
        FROM + b"Content-Type: text/plain; charset*=utf-8''%ff\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
        FROM + b"Content-Type: image/png; name*0*=utf-8''%E4; name*2=x\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin",
        FROM + b"Subject: " + b"=?utf-8?B?4pyT?= " * 3_000 + b"\r\n\r\nx", b"From: <a@example.com>, <b@example.com>\r\n\r\n",
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_a_letter_it_is_read(raw):
    letter = read(raw)
    assert letter.message_id
    assert "\x00" not in letter.text + letter.subject
    letter.text.encode()


def test_an_address_in_an_encoded_name_is_not_the_senders():
    word = base64.b64encode(b"boss@ours.example <boss@ours.example>").decode()
    letter = read(f"From: =?utf-8?B?{word}?= <thief@example.com>\r\nSubject: x\r\n\r\nx".encode())
    assert letter.sender == "thief@example.com"
    assert read(b"From: nobody\r\n\r\nx").machine == "nobody"


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"Auto-Submitted: auto-replied", "auto"), (b"Auto-Submitted: no", ""), (b"Precedence: bulk", "auto"),
        (b"X-Autoreply: yes", "auto"), (b"Return-Path: <>", "bounce"), (b"List-Id: <all.example>", "list"),
        (b"Content-Type: multipart/report; boundary=x", "bounce"), (b"X-Mailer: Outlook", ""),
    ],
)  # fmt: skip
def test_what_machines_write_is_known(head, why):
    assert read(FROM + head + b"\r\n\r\nx").machine == why
    assert read(b"From: no-reply@example.com\r\n\r\nx").machine == "nobody"


def test_a_page_is_read_as_text_without_scripts():
    page = "<head><title>t</title></head><style>p{}</style><p>3 &lt; 5 <b>甲</b></p><!-- x --><script>alert(1)</script><div>乙</div>"
    assert text_of_html(page) == "3 < 5 甲\n\n乙"
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content(page, subtype="html")
    assert read(bytes(message)).text == "3 < 5 甲\n\n乙"
    message = EmailMessage()
    message.set_content("純文字")
    message.add_alternative(page, subtype="html")
    assert read(bytes(message)).text == "純文字"


def test_only_what_is_new_of_an_answer_is_kept():
    assert without_quotes("還是有異音\n\n於 2026年11月2日 客服 寫道：\n> 已更換\n") == "還是有異音"
    assert without_quotes("Thanks\n> old\nOn Mon, 2 Nov 2026 Service wrote:\nall of it") == "Thanks"
    assert without_quotes("> 只有引文") == "> 只有引文"


def test_bombs_go_off_in_nobodys_hands():
    parts = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 200_000
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000))
    lines = b"X-A: 1\r\n" * 400_000
    pages = [b"<!--" * 50_000, b"<" * 200_000, b"<a x='" * 30_000, b"<script>" * 20_000, b"<div>" * 40_000]
    began = time.process_time()
    for raw in (FROM + parts, FROM + deep, FROM + lines + b"\r\nx"):
        assert read(raw).is_cut
    for page in pages:
        read(FROM + b"Content-Type: text/html\r\n\r\n" + page)
    assert time.process_time() - began < 10


def test_files_are_taken_out_and_the_pictures_of_signatures_left():
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content("見附件")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="報告.pdf")
    message.add_attachment(
        b"x" * 100, maintype="image", subtype="png", filename="logo.png", cid="<logo>", disposition="inline"
    )
    letter = read(bytes(message))
    assert [(f.name, f.content) for f in letter.files] == [("報告.pdf", b"%PDF-")]
    for number in range(MOST_FILES + 3):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    assert (len(read(bytes(message)).files), read(bytes(message)).is_cut) == (MOST_FILES, True)
