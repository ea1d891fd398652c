"""What a letter that came in by e-mail says: read with limits, in whatever encoding, without ever trusting it (3.4.1b).

Nothing here touches the database. Whatever a letter holds, reading it ends: parts, depth, HTML and text have their limits,
and what a header cannot be decoded to is read as well as it can be.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from html import unescape

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kernel.forms import tidy

MOST_PARTS, DEEPEST, MOST_FILES = 100, 12, 10
LONGEST_TEXT, LONGEST_HTML, LONGEST_SUBJECT, LONGEST_HEADER = 20_000, 200_000, 200, 10_000
MOST_BOUNDARIES, MOST_HEADERS, MOST_LINES, SHORT_LINE, BEGINNING = 400, 256 * 1024, 200_000, 50, 1024 * 1024
LEAST_PICTURE = 20 * 1024  # a picture shown in the text that is smaller is somebody's signature
CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "x-big5": "big5hkscs",
            "cp950": "big5hkscs", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "us-ascii": "utf-8",
            "ascii": "utf-8", "unknown-8bit": "utf-8"}  # fmt: skip
SENT_BY_MACHINES = ("bulk", "list", "junk", "auto_reply", "auto-reply")
MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "X-Loop")
LIST_HEADERS = ("List-Id", "List-Post", "List-Unsubscribe")
NOBODY = re.compile(r"(mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?)([+@-]|$)", re.IGNORECASE)
QUOTED = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|原始郵件|原始邮件|轉寄郵件|转发邮件)|on .{6,120} wrote:\s*$"
    r"|.{0,80}(於|于|在).{4,80}(寫道|写道)\s*[:：]|_{20,}\s*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a letter, unchecked."""

    name: str
    content: bytes


@dataclass
class Letter:
    """A letter as it was read; every text of it is the sender's word, nothing more."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    answers: list[str]
    machine: str  # why nobody is answered: "auto", "bounce", "list", "nobody"; empty for a person's letter
    is_doubted: bool  # our own mail server says that the sender is not who he says he is
    files: list[Enclosed] = field(default_factory=list)
    is_cut: bool = False  # not all of it was read

    @property
    def key(self) -> str:
        """By what the same letter is known when it comes twice: its number and its sender."""
        return hashlib.sha256(f"{self.message_id}\n{self.sender}".encode(errors="replace")).hexdigest()


def read(raw: bytes, *, is_cut: bool = False) -> Letter:
    """Read a letter; never raises for what is wrong with it. `is_cut`: only its beginning is there."""
    whole, raw = len(raw), bounded(raw)
    is_cut = is_cut or len(raw) < whole
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        parts, more = _leaves(message)
    except RecursionError:  # parts within parts within parts: its head is read, nothing else
        message, parts, more = message_from_bytes(raw.split(b"\r\n\r\n", 1)[0][:LONGEST_HEADER]), [], True
    hint = _undeclared(message, parts)
    sender_name, sender = _sender(message, hint)
    number = _line(header(message, "Message-ID"), 250)
    letter = Letter(
        message_id=number or f"<{hashlib.sha256(raw).hexdigest()}@none>", sender=sender, sender_name=sender_name,
        subject=_line(header(message, "Subject", hint), LONGEST_SUBJECT), text=_text(parts, hint),
        answers=re.findall(r"<[^<>\s]{1,250}>", f"{header(message, 'In-Reply-To')} {header(message, 'References')}")[-40:],
        machine=_machine(message, sender), is_doubted=_is_doubted(message), is_cut=is_cut or more,
    )  # fmt: skip
    letter.files = [] if is_cut else _files(parts)
    letter.is_cut = letter.is_cut or len(letter.files) > MOST_FILES
    letter.files = letter.files[:MOST_FILES]
    return letter


def bounded(raw: bytes) -> bytes:
    """Its beginning, where it has more parts, more header or more short lines than any letter: parsing takes room."""
    head = raw.find(b"\r\n\r\n")
    if head < 0 or head > MOST_HEADERS:
        return raw[:MOST_HEADERS]
    lines = raw.count(b"\n")
    if lines > MOST_LINES and len(raw) < lines * SHORT_LINE:
        return raw[:BEGINNING]
    if raw.count(b"\n--") > MOST_BOUNDARIES:
        at = -1
        for _boundary in range(MOST_BOUNDARIES):
            at = raw.find(b"\n--", at + 1)
        return raw[:at]
    return raw


# --- headers -------------------------------------------------------------------------------------------
def header(message: Message, name: str, hint: str = "") -> str:
    """A header's text, decoded as far as it can be; "" where there is none."""
    wanted = name.lower()
    raw = next((value for key, value in message.raw_items() if key.lower() == wanted), "")
    return decoded(str(raw)[:LONGEST_HEADER], hint)


def decoded(raw: str, hint: str = "") -> str:
    """A header's value with its encoded words read, bytes that nobody declared guessed at, and broken ones replaced."""
    text = re.sub(r"\r?\n[ \t]+", " ", raw)
    try:
        words = decode_header(text.encode("ascii", "surrogateescape").decode("latin-1") if _is_raw(text) else text)
    except Exception:  # whatever decode_header makes of a broken word, the letter is read
        words = [(text, None)]
    found = []
    for word, charset in words:
        if isinstance(word, bytes):
            found.append(as_text(word, charset or "", hint))
        else:
            found.append(as_text(word.encode("latin-1"), "", hint) if _is_raw(text) else word)
    return "".join(found)


def _is_raw(text: str) -> bool:
    """Whether bytes stand in it that no header may hold, as old programs send them."""
    return any("\udc80" <= character <= "\udcff" for character in text)


def as_text(content: bytes, charset: str, hint: str = "") -> str:
    """Bytes as text: by the charset that was declared, else by UTF-8, else by what was guessed; never an error."""
    name = charset.strip().strip("\"'").lower()
    name = CHARSETS.get(name, name)
    for known in (name, "utf-8", hint):
        try:
            return content.decode(known)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    try:
        return content.decode(name or hint or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _undeclared(message: Message, parts: list[Message]) -> str:
    """The charset of what stands there without one, guessed from all of it: a word alone may be read in either."""
    raw = "".join(str(v) for k, v in message.raw_items() if k.lower() in ("from", "subject"))[:LONGEST_HEADER]
    content = raw.encode("ascii", "surrogateescape") if raw.isascii() or _is_raw(raw) else b""
    texts = (p for p in parts if p.get_content_maintype() == "text" and CHARSETS.get(_charset(p), "") in ("", "utf-8"))
    return guessed(content + b"\n".join(_content(part)[:4_000] for part in texts))


def guessed(content: bytes) -> str:
    """Simplified or traditional Chinese, by in which of both the bytes are common characters; "" where in neither."""
    found: list[tuple[float, str]] = []
    for charset, plain, least, last in (("big5hkscs", "big5", 0xA4, 0xC6), ("gb18030", "gb2312", 0xB0, 0xD7)):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        wide = [character.encode(plain, "replace") for character in text if character > "\x7f"]
        common = sum(len(pair) == 2 and least <= pair[0] <= last for pair in wide)
        found.append((common / max(len(wide), 1), charset))
    return max(found)[1] if found else ""


def _sender(message: Message, hint: str) -> tuple[str, str]:
    """Name and address of who says that he wrote it; no address where it is none."""
    # the address is taken before anything is decoded: an encoded word may hold an address that is not his
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == "from"), "")[:LONGEST_HEADER]
    pairs = getaddresses([re.sub(r"\s+", " ", raw)])
    name, address = pairs[0] if pairs else ("", "")
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    return _line(decoded(name, hint), 80), address[:120]


def _machine(message: Message, sender: str) -> str:
    """Why it is no letter of a person: an automatic reply, a bounce, a mailing list; "" for all others."""
    told = header(message, "Auto-Submitted").strip().lower()
    if told and not told.startswith("no"):
        return "auto"
    if any(header(message, name).strip() for name in MACHINE_HEADERS):
        return "auto"
    back = next((str(v).strip() for k, v in message.raw_items() if k.lower() == "return-path"), None)
    if back == "<>" or message.get_content_type() == "multipart/report":
        return "bounce"
    if any(header(message, name).strip() for name in LIST_HEADERS):
        return "list"
    if header(message, "Precedence").strip().lower() in SENT_BY_MACHINES:
        return "auto"
    return "nobody" if not sender or NOBODY.match(sender) else ""


def _is_doubted(message: Message) -> bool:
    """Whether the uppermost result, our own server's, says that the sender's domain did not send it."""
    return bool(re.search(r"\bdmarc\s*=\s*fail\b", header(message, "Authentication-Results"), re.IGNORECASE))


def _line(text: str, most: int) -> str:
    return " ".join(tidy(text.replace("\x00", "").encode("utf-8", "replace").decode()).split())[:most]


# --- parts ---------------------------------------------------------------------------------------------
def _leaves(message: Message) -> tuple[list[Message], bool]:
    """The parts that hold something, in their order, as far as they may be read; and whether there were more."""
    found: list[Message] = []
    waiting, seen, more = [(message, 0)], 0, False
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            more = True
            continue
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [(child, depth + 1) for child in inner[: MOST_PARTS + 1]]
        else:
            found.append(part)
    return found, more


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_param("name") or part.get_filename()) or (
        part.get_content_maintype() != "text"
    )  # fmt: skip


def _content(part: Message) -> bytes:
    if isinstance(part.get_payload(), list):  # a letter in a letter
        return b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(parts: list[Message], hint: str) -> str:
    """What is written in it: its plain text, else what its HTML says."""
    texts = [part for part in parts if not _is_file(part)]
    plain = [as_text(_content(p), _charset(p), hint) for p in texts if p.get_content_type() == "text/plain"]
    if not any(text.strip() for text in plain):
        html = [
            as_text(_content(p)[:LONGEST_HTML], _charset(p), hint) for p in texts if p.get_content_type() == "text/html"
        ]
        plain = [text_of_html(text) for text in html[:3]]
    text = "\n\n".join(plain)[: LONGEST_TEXT * 4]
    text = tidy(text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode())
    return without_quotes(re.sub(r"\n{3,}", "\n\n", text).strip())[:LONGEST_TEXT]


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (LookupError, UnicodeError, ValueError):
        return ""


def without_quotes(text: str) -> str:
    """What is new in an answer: what stands before the letter that it answers; all of it where nothing stands before."""
    kept = []
    for line in text.split("\n"):
        if QUOTED.match(line[:300]):
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text


def _files(parts: list[Message]) -> list[Enclosed]:
    """The enclosed files, without the small pictures of signatures; one more than may come in, where there are more."""
    found = []
    for number, part in enumerate(parts, 1):
        if not _is_file(part):
            continue
        content = _content(part)
        is_shown = part.get_content_disposition() != "attachment" and part.get("Content-ID")
        if is_shown and part.get_content_maintype() == "image" and len(content) < LEAST_PICTURE:
            continue
        found.append(Enclosed(_name(part, number), content))
        if len(found) > MOST_FILES:
            break
    return found


def _name(part: Message, number: int) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, UnicodeError, ValueError, TypeError):
        name = ""
    return _line(decoded(name), 120) or f"{number}.{part.get_content_subtype()[:10]}"


BLOCKS = frozenset("p div br tr li ul ol table h1 h2 h3 h4 h5 h6 blockquote section article header footer hr".split())
HIDDEN = frozenset(("script", "style", "head", "title", "template", "object", "noscript"))
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})")


def text_of_html(html: str) -> str:
    """What a page says, as plain text: no scripts, styles and comments, a line for each block.

    Goes through it once from left to right, whatever is open or broken in it: Python's own parser takes a minute for a
    page of 50,000 open comments.
    """
    html = html[:LONGEST_HTML]
    lower, found, at = html.lower(), [], 0
    while 0 <= at < len(html):
        start = html.find("<", at)
        found.append(re.sub(r"\s+", " ", html[at : start if start >= 0 else len(html)]))
        if start < 0:
            break
        words, at = _past_tag(html, lower, start)
        found.append(words)
    text = unescape("".join(found))
    lines = (line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _past_tag(html: str, lower: str, start: int) -> tuple[str, int]:
    """What stands for the tag that begins here, and where it is over; -1 where nothing ends it."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return "", end + 3 if end >= 0 else -1
    name = TAG.match(html, start)
    if name is None and html[start + 1 : start + 2] not in ("!", "?"):
        return "<", start + 1  # a sign and no tag: 3 < 5
    word = name[1].lower() if name else ""
    if word in HIDDEN and html[start + 1] != "/":
        start = lower.find(f"</{word}", start + 1)
        if start < 0:
            return "", -1
    end = html.find(">", start)
    return "\n" if word in BLOCKS else "", end + 1 if end >= 0 else -1
