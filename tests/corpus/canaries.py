"""Amounts and texts that occur nowhere else, and who may come across them anywhere: pages, prints, workbooks, searches."""

import io
import re

import openpyxl
import pypdf

from tests.corpus import company as of
from tests.corpus import company_goods
from tests.corpus.company_supply import PURCHASE_PRICE

ALL_SELLERS_MANAGERS = {"OWN", "SM", "DR"}
READERS = {"LG", "AU"}

# What → (its spellings, the roles that come across it). Everybody else must never get it in any byte.
CANARIES = {
    "cost of a line": ((of.COST, of.LOW_COST), {"SM", "DR"}),
    "cost in the catalogue": ((of.LIST_COST,), {"AD"}),
    "list price": ((of.LIST_PRICE,), {"AD"}),
    "expected value of an opportunity": ((of.EXPECTED,), ALL_SELLERS_MANAGERS),
    "price in a term sheet": ((of.LOW_PRICE,), ALL_SELLERS_MANAGERS),
    "price in a draft": ((of.DRAFT_PRICE,), ALL_SELLERS_MANAGERS | READERS),
    "price in a submitted contract": ((of.PRICE,), ALL_SELLERS_MANAGERS | READERS | {"CU", "FI"}),
    "price in a signed contract": ((of.SIGNED_PRICE,), ALL_SELLERS_MANAGERS | READERS | {"CU", "FI", "CS"}),
    "text of a draft": ((of.DRAFT_TEXT,), ALL_SELLERS_MANAGERS | READERS),
    "text of a signed contract": ((of.SIGNED_TEXT,), ALL_SELLERS_MANAGERS | READERS | {"CU", "FI", "CS"}),
    "amount of a credit note": ((company_goods.CREDIT,), ALL_SELLERS_MANAGERS | {"CS", "FI"}),
    "numbers of a contact": ((of.CONTACT_PHONE, of.CONTACT_EMAIL), {"OWN", "SM", "CS"}),
    "file of a customer without a contract": ((of.APART_ADDRESS,), ALL_SELLERS_MANAGERS | {"CS"}),
    "file of a customer in the pool": ((of.POOLED_ADDRESS,), {"SM", "DR", "CS"}),
    "a deal's name": ((of.DEAL_NAME,), ALL_SELLERS_MANAGERS),
    "a customer's name": ((of.CUSTOMER_NAME,), {"OWN", "SM", "DR", "CS", "LG", "AU", "CU", "FI", "DEP"}),
    "purchase price": ((PURCHASE_PRICE,), {"SM", "DR", "DEP", "FI"}),
}


def _pattern(spelling):
    """A number stands alone or begins a longer one (a total of ten); digits inside a random key are no amount."""
    text = re.escape(str(spelling))
    return re.compile(rf"(?<![0-9A-Za-z_-]){text}" if isinstance(spelling, int) else text)


PATTERNS = {name: [_pattern(s) for s in spellings] for name, (spellings, _who) in CANARIES.items()}


def text_of(answer):
    """What an answer says, whatever it is: a page, a PDF, a workbook, a file; thousands without separators."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    if "pdf" in kind:
        reader = pypdf.PdfReader(io.BytesIO(body))
        said = "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)])
    elif "sheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(body))
        said = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    else:
        said = body.decode(errors="replace")
    return re.sub(r"(?<=\d),(?=\d{3})", "", said + str(answer.headers))


def found_in(answer):
    """The names of the canaries that an answer holds."""
    said = text_of(answer)
    return {name for name, patterns in PATTERNS.items() if any(p.search(said) for p in patterns)}


def may_see(column):
    """The names of the canaries that a role may come across."""
    return {name for name, (_spellings, who) in CANARIES.items() if column in who}
