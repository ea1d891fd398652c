"""The search over everything, for who sees all of it and for a salesperson with most of the customers."""

import time
from statistics import median

from django.db.models import Count

from benchmarks.others import Figure
from benchmarks.pages import people
from benchmarks.processor import spent
from customers.models import Customer
from kernel import panels
from kernel.searching import Finder
from kernel.settings import forget
from kernel.views.home import FOUND
from organization.models import User

MOST_MS, ROUNDS = 100, 7


def measure():
    """One figure for each text and person: all kinds of records, without the page around them."""
    busiest = User.objects.annotate(n=Count("customers")).order_by("-n").first()
    who = {"manager": people()["manager"], f"salesperson with {busiest.n:,} customers": busiest}
    return [_search(name, text, role, user) for name, text in _texts().items() for role, user in who.items()]


def _texts():
    """What people type, from one customer's name and number."""
    one = Customer.objects.order_by("pk")[Customer.objects.count() // 3]
    return {
        "two characters": one.name[2:4], "three characters in the middle": one.name[-9:-6], "a full name": one.name, "a number": one.number,
        "the end of a number": one.number[-5:], "pinyin": one.pinyin[:9], "three initials": one.initials[:3], "two initials": one.initials[:2],
        "one letter": one.initials[:1], "nothing found": "qqzzqqzz",
    }  # fmt: skip


def _search(name, text, role, user):
    times, processor = [], []
    for _n in range(ROUNDS):
        forget()
        began, used = time.perf_counter(), spent()
        panels.search(user, Finder(text), FOUND)
        processor.append(spent() - used)
        times.append((time.perf_counter() - began) * 1_000)
    at_work = median(processor)
    print(f"  search {name:<32} {role:<38} {median(times):7.1f} ms, processor {at_work:6.1f} ms", flush=True)
    return Figure(f"search: {name}, {role} (processor {at_work:.0f} ms)", round(median(times), 1), "ms", MOST_MS)
