"""Finding customers that are probably the same: by name in either script, nearly by name, by number, by phone. Clause 4.2.1c."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers import names, registration
from customers.models import Customer, DuplicatePair, NameGram
from kernel import clock
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
    """Customers that may be the one described, the likest first. Two queries, however many customers there are."""
    key, number, called = (
        names.name_key(name) if name.strip() else "",
        registration.plain(registration_number),
        names.phone_key(phone),
    )
    same = Q(pk__in=_near(key))
    same |= Q(name_key=key) if key else Q(pk__in=())
    same |= Q(registration_number=number) if number else Q(pk__in=())
    same |= Q(phone_key=called) if called else Q(pk__in=())
    rows = Customer.objects.unmerged().filter(same).exclude(pk=but).select_related("owner").order_by("pk")
    found = [_judged(row, key, number, called) for row in rows[: 2 * CANDIDATES]]
    return sorted((a for a in found if a.why), key=lambda a: (-a.score, a.customer.pk))[:most]


def _near(key: str) -> list[int]:
    """Keys of the customers that share enough pairs of characters; those with the most of them, so that it is bounded."""
    if not key:
        return []
    wanted, percent = names.grams(key), min(100, setting("customers.similar_percent"))
    least = max(1, ceil(percent * len(wanted) / (200 - percent)))  # a Dice share of p asks for p / (2 - p) of mine
    rows = NameGram.objects.filter(gram__in=wanted).values("customer").annotate(shared=Count("pk"))
    return list(
        rows.filter(shared__gte=least).order_by("-shared", "customer").values_list("customer", flat=True)[:CANDIDATES]
    )


def _judged(row: Customer, key: str, number: str, phone: str) -> Alike:
    likeness, why = names.likeness(key, row.name_key), []
    if number and row.registration_number == number:
        why.append("number")
    if key and row.name_key == key:
        why.append("name")
    elif likeness >= setting("customers.similar_percent"):
        why.append("near")
    if phone and row.phone_key == phone:
        why.append("phone")
    score = 100 if {"number", "name"} & set(why) else max(likeness, SAME_PHONE if "phone" in why else 0)
    return Alike(row, score, tuple(why))


# --- pairs that were found ---------------------------------------------------------------------------
def compare(customer: Customer) -> int:
    """Write down with whom a customer may be the same; pairs that do not look alike any more go. Returns how many do."""
    with transaction.atomic():
        found = {
            alike.customer.pk: alike
            for alike in alike_to(
                customer.name, customer.registration_number, customer.phone, but=customer.pk, most=CANDIDATES
            )
        }
        known = {_other(pair, customer): pair for pair in DuplicatePair.objects.of(customer)}
        for pk, pair in known.items():
            if pk not in found and pair.settled_at is None:
                pair.delete()
        for pk, alike in found.items():
            _write(known.get(pk), customer, alike)
        return len(found)


def _other(pair: DuplicatePair, customer: Customer) -> int:
    return pair.second_id if pair.first_id == customer.pk else pair.first_id


def _write(pair: DuplicatePair | None, customer: Customer, alike: Alike) -> None:
    first, second = sorted((customer.pk, alike.customer.pk))
    pair = pair or DuplicatePair(first_id=first, second_id=second)
    pair.score, pair.why = alike.score, " ".join(alike.why)
    pair.save()


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
    for row in rows:
        with transaction.atomic():
            NameGram.write(row)
            compare(row)
    return len(rows)
