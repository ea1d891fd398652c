"""Erasing the persons of a retired customer: values and salts go, from free texts too, and the audit chain still proves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateTimeField, F, TextField, Value
from django.db.models.functions import Cast

from customers.models import Contact, Customer, Erasure, FollowUp, Interaction, Need, Question
from customers.models.access import MANAGE
from kernel.audit import Personal
from kernel.hanging import personal
from kernel.models import PersonalData
from kernel.redacting import redact, redact_kept, redact_traces

BLANK = {"name": "—", "phone": "", "email": "", "wechat": ""}
MARK = "［…］"
SHORTEST, SHORTEST_NUMBER = 2, 6  # characters of a word, digits of a number, that are looked for


def may_be_erased(customer: Customer, user: Any) -> bool:
    """Whether this person may erase it now: the manager, once it is retired."""
    return customer.state == Customer.State.RETIRED and user.has_perm(MANAGE)


def persons_of(customer: Customer) -> Any:
    """Its contacts that still are persons."""
    return Contact.objects.filter(customer=customer).exclude(**BLANK, title="")


@dataclass(frozen=True)
class Passage:
    """One free text in which a person is named: where, when it was written, and what it says before and after."""

    where: Any
    at: Any
    before: str
    after: str


def words_to_go(customer: Customer, also: str = "") -> list[str]:
    """Names, numbers and addresses of its persons, now and in the past, and what the manager adds, the longest first."""
    contacts = list(Contact.objects.filter(customer=customer))
    said = {str(getattr(contact, name)) for contact in contacts for name in BLANK}
    past = PersonalData.objects.filter(model=Contact._meta.label_lower, row__in=[c.pk for c in contacts])
    for writing in personal(customer):
        for values in writing.rows.values_list(*writing.persons) if writing.persons else ():
            said |= set(values) - set(writing.persons.values())
    said |= set(past.values_list("value", flat=True)) | set(also.splitlines())
    found = {word.strip() for word in said}
    return sorted((word for word in found if len(word) >= SHORTEST), key=lambda word: (-len(word), word))


def rewriter(words: list[str]) -> Callable[[str], str]:
    """Give a function that puts the mark in place of each of the words, in any case; numbers however they are spaced."""
    if not words:
        return str
    pattern = re.compile("|".join(map(_pattern_of, words)), re.IGNORECASE)
    return lambda text: pattern.sub(MARK, text)


def _pattern_of(word: str) -> str:
    digits = re.sub(r"\D", "", word)
    if len(digits) >= SHORTEST_NUMBER and not re.search(r"[^\d\s+().-]", word):
        return r"(?<!\d)\+?\(?" + r"[\s().-]*".join(digits) + r"(?!\d)"
    is_plain = word.isascii() and word[0].isalnum() and word[-1].isalnum()
    return rf"(?<!\w){re.escape(word)}(?!\w)" if is_plain else re.escape(word)


def texts_of(customer: Customer) -> list[tuple[Any, tuple[str, ...]]]:
    """Where people write freely about a customer, here and in the apps above: the rows, and the fields."""
    above = [(writing.rows, writing.texts) for writing in personal(customer) if writing.texts]
    return [
        *above,
        (Customer.objects.filter(pk=customer.pk), ("note",)),
        (
            Interaction.objects.filter(customer=customer),
            ("summary", "willingness", "needs_concerns", "next_step"),
        ),
        (
            FollowUp.objects.filter(opportunity__customer=customer),
            ("progress_reported", "decision_state", "problems"),
        ),
        (Question.objects.filter(opportunity__customer=customer), ("text", "answer")),
        (Need.objects.filter(opportunity__customer=customer), ("needs", "pain_points", "expected_solution")),
        *above,
    ]


def passages_of(customer: Customer, words: list[str]) -> list[Passage]:
    """The texts as they stand in which one of the words is found, with what they will say; one query over all tables."""
    rewrite, asked, fields = rewriter(words), [], []
    for rows, names in texts_of(customer):
        moments = {"at", "raised_at"} & {field.name for field in rows.model._meta.concrete_fields}
        moment = F(moments.pop()) if moments else Cast(Value(None), DateTimeField())
        for name in names:
            said = {"nth": Value(len(fields)), "said": Cast(name, TextField()), "moment": moment}
            asked.append(rows.order_by().annotate(**said).values_list("nth", "said", "moment", "pk"))
            fields.append(rows.model._meta.get_field(name))
    found = asked[0].union(*asked[1:], all=True).order_by("nth", "pk")
    return [
        Passage(fields[nth].verbose_name, moment, said, rewrite(said))
        for nth, said, moment, _pk in found.iterator(chunk_size=500)
        if rewrite(said) != said
    ]


def erase(customer: Customer, *, reason: str, by: Any, with_texts: bool = False, also: str = "") -> Erasure:
    """Put blanks in place of every name, number and address of its contacts; only that it was done is kept.

    `with_texts` takes them, and the lines of `also`, out of free texts and their versions as well.
    Raises PermissionDenied for who is not the manager, and while the customer is not retired. Clause 4.2.1c.
    """
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        if not may_be_erased(row, by):
            raise PermissionDenied
        texts = _take_out(row, words_to_go(row, also), reason, by) if with_texts else 0
        contacts = list(persons_of(row).select_for_update(of=("self",)).order_by("pk"))
        for contact in contacts:
            contact.title = ""
            contact.version += 1
            contact.erase_personal(BLANK, by=by)
        _erase_above(row, by)
        values = {"contacts": len(contacts), "texts": texts, "reason": reason.strip()}
        return Erasure.objects.create(customer=row, by=by, **values)


def _erase_above(customer: Customer, by: Any) -> None:
    """The persons that the apps above note by name: who wrote to us, who signed for the customer."""
    for writing in personal(customer):
        if not writing.persons:
            continue
        for record in writing.rows.exclude(**writing.persons).select_for_update(of=("self",)).order_by("pk"):
            if isinstance(record, Personal):
                record.erase_personal(writing.persons, by=by)
                continue
            for name, blank in writing.persons.items():
                setattr(record, name, blank)
            record._history_user, record._change_reason = by, "erased"
            record.save()


def _take_out(customer: Customer, words: list[str], reason: str, by: Any) -> int:
    """Out of what people wrote, and out of what was promised, told and decided about it; how many texts changed."""
    rewrite, taken = rewriter(words), 0
    for rows, fields in texts_of(customer):
        take = redact if hasattr(rows.model, "history") else redact_kept
        taken += take(rows.order_by("pk"), fields, rewrite, reason=reason, by=by)
    redact_traces(customer.pk, rewrite, reason=reason, by=by)
    return taken
