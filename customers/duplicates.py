"""Finding customers that are probably the same: by name in either script, nearly by name, by number, by phone. Clause 4.2.1c."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers import names, registration
from customers.models import Customer, DuplicatePair, NameGram
from kernel import clock
from kernel.prepared import Slot, among, prepared
from kernel.settings import define, setting

define("customers.similar_percent", 60, _("Names of customers this much alike are shown as possible duplicates"),
       unit=_("percent"), clause="4.2.1c")  # fmt: skip

SHOWN = 5  # before a customer is saved
CANDIDATES = 40  # rows that are compared letter by letter
BATCH = 500
SAME_PHONE = 70  # percent


@dataclass(frozen=True)
class Alike:
    """A customer that looks like another: how much (percent), and why (codes of `duplicates.REASONS`)."""

    customer: Customer
    score: int
    why: tuple[str, ...]


def alike_to(
    name: str, registration_number: str = "", phone: str = "", *, but: int | None = None, most: int = SHOWN
) -> list[Alike]:
    """Customers that may be the one described, the likest first. Three queries, however many customers there are."""
    found = _found(name, registration_number, phone, but)[:most]
    rows = Customer.objects.select_related("owner").in_bulk([pk for pk, _score, _why in found]) if found else {}
    return [Alike(rows[pk], score, why) for pk, score, why in found if pk in rows]


def _found(name: str, registration_number: str, phone: str, but: int | None) -> list[tuple[int, int, tuple[str, ...]]]:
    """Key, likeness and reasons of each; two statements that are kept, for an import asks them for each of its rows."""
    wanted = (
        names.name_key(name) if name.strip() else "",
        registration.plain(registration_number),
        names.phone_key(phone),
    )
    key, number, called = (text or None for text in wanted)  # what is not known is equal to nothing
    rows = prepared("the same customers", _same).ask(
        near=_near(wanted[0]), key=key, number=number, phone=called, but=but or 0
    )
    percent = setting("customers.similar_percent")
    judged = (
        (pk, *_judged((its_key, its_number, its_phone), wanted, percent)) for pk, its_key, its_number, its_phone in rows
    )
    return sorted((row for row in judged if row[2]), key=lambda row: (-row[1], row[0]))


def _same() -> QuerySet:
    text = CharField()
    same = Q(among("pk", "near")) | Q(name_key=Slot("key", text))
    same |= Q(registration_number=Slot("number", text)) | Q(phone_key=Slot("phone", text))
    rows = Customer.objects.unmerged().filter(same).exclude(pk=Slot("but")).order_by("pk")
    return rows.values_list("pk", "name_key", "registration_number", "phone_key")[: 2 * CANDIDATES]


def _near(key: str) -> list[int]:
    """Keys of the customers that share enough pairs of characters; those with the most of them, so that it is bounded."""
    if not key:
        return []
    wanted, percent = names.grams(key), min(100, setting("customers.similar_percent"))
    least = max(1, ceil(percent * len(wanted) / (200 - percent)))  # a Dice share of p asks for p / (2 - p) of mine
    return [pk for (pk,) in prepared("near names", _sharing).ask(grams=sorted(wanted), least=least)]


def _sharing() -> QuerySet:
    rows = NameGram.objects.filter(among("gram", "grams")).values("customer").annotate(shared=Count("pk"))
    rows = rows.filter(shared__gte=Slot("least")).order_by("-shared", "customer")
    return rows.values_list("customer")[:CANDIDATES]


def _judged(its: tuple[str, str, str], wanted: tuple[str, str, str], percent: int) -> tuple[int, tuple[str, ...]]:
    (its_key, its_number, its_phone), (key, number, phone) = its, wanted
    likeness, why = names.likeness(key, its_key), []
    if number and its_number == number:
        why.append("number")
    if key and its_key == key:
        why.append("name")
    elif likeness >= percent:
        why.append("near")
    if phone and its_phone == phone:
        why.append("phone")
    return 100 if {"number", "name"} & set(why) else max(likeness, SAME_PHONE if "phone" in why else 0), tuple(why)


# --- pairs that were found ---------------------------------------------------------------------------
def compare(customer: Customer) -> int:
    """Write down with whom a customer may be the same; pairs that do not look alike any more go. Returns how many do."""
    with transaction.atomic():
        alike = _found(customer.name, customer.registration_number or "", customer.phone, customer.pk)[:CANDIDATES]
        found = {pk: (score, why) for pk, score, why in alike}
        known = {_other(pair, customer): pair for pair in DuplicatePair.objects.of(customer)}
        for pk, pair in known.items():
            if pk not in found and pair.settled_at is None:
                pair.delete()
        for pk, (score, why) in found.items():
            first, second = sorted((customer.pk, pk))
            pair = known.get(pk) or DuplicatePair(first_id=first, second_id=second)
            if (pair.score, pair.why) != (score, " ".join(why)):
                pair.score, pair.why = score, " ".join(why)
                pair.save()
        return len(found)


def _other(pair: DuplicatePair, customer: Customer) -> int:
    return pair.second_id if pair.first_id == customer.pk else pair.first_id


def settle(pair: DuplicatePair, *, reason: str, by: Any) -> DuplicatePair:
    """Say that the two are two customers, and why."""
    pair.settled_by, pair.settled_at, pair.reason = by, clock.now(), reason.strip()
    pair.save()
    return pair


def file_as_another(customer: Customer, *, reason: str, by: Any) -> None:
    """Compare a saved customer; what it was shown to look like is settled by the reason that was given for saving it."""
    with transaction.atomic():
        compare(customer)
        if reason.strip():
            for pair in DuplicatePair.objects.of(customer).open():
                settle(pair, reason=reason, by=by)


def compare_new(limit: int = BATCH) -> int:
    """Compare the customers that came in bulk and were never compared; returns how many. May run twice."""
    bare = Customer.objects.filter(~Exists(NameGram.objects.filter(customer=OuterRef("pk"))))
    rows = list(bare.order_by("pk")[:limit])
    with transaction.atomic():
        NameGram.write(*rows)
        for row in rows:
            compare(row)
    return len(rows)
