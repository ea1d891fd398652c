"""The given Chinese names, where present: taken in by the import page's jobs, found as people type them, the same ones reported."""

import csv
import re
import unicodedata
from collections import Counter

import pytest
from django.db.models import Q
from pypinyin import lazy_pinyin

from config.management.commands.import_samples import samples_folder
from customers.models import Customer, DuplicatePair
from customers.tasks import compare_new_customers
from kernel import import_jobs
from kernel.import_kinds import COLUMN, kind_of
from kernel.models import Import
from kernel.searching import Finder
from tests.thorough import EVERYTHING

FOLDER = samples_folder() / "zh"
ABSENT = f"SAMPLES ABSENT: {FOLDER} holds no Chinese names (set BYLAW_SAMPLES); their import and search are NOT tested"
FILES = {  # file: its column of numbers, of names, and what else it gives
    "listed_companies.csv": ("stock_code", "short_name", {}),
    "organisations_beijing.csv": ("org_id", "name", {"address": "address", "phone": "phone"}),
}
EVERY = 20  # one name of so many is looked for: 210 names
HAN = re.compile("[一-鿿]+")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.samples,
    pytest.mark.slow,
    pytest.mark.skipif(not EVERYTHING, reason="the 4,192 Chinese names are imported by `make test-all`"),
    pytest.mark.skipif(not all((FOLDER / name).is_file() for name in FILES), reason=ABSENT),
]


def names_of(file):
    with (FOLDER / file).open(encoding="utf-8", newline="") as opened:
        return [row[FILES[file][1]] for row in csv.DictReader(opened)]


def checked(file, by, *, with_numbers=True):
    """The file uploaded and checked; its import as it stands then."""
    number, name, more = FILES[file]
    columns = {"name": name, **more, **({"number": number} if with_numbers else {})}
    imported = import_jobs.upload(by=by, kind=kind_of("customers"), name=file, data=(FOLDER / file).read_bytes())
    return done(imported, "checking", {field: COLUMN + column for field, column in columns.items()})


def done(imported, status, mapping=None):
    """The import after the next job."""
    assert import_jobs.ask(imported, status, mapping=mapping)
    assert import_jobs.run_waiting() == 1
    return Import.objects.get(pk=imported.pk)


def normalised(name):
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def test_all_names_are_taken_in_found_by_pinyin_and_initials_and_the_same_ones_are_reported(manager):
    names = {file: names_of(file) for file in FILES}
    every = [name for found in names.values() for name in found]
    same = Counter(map(normalised, every))
    twice = {name for name, number in same.items() if number > 1}

    refused = checked("listed_companies.csv", manager, with_numbers=False)
    assert refused.problem_count == sum(same[name] - 1 for name in twice) > 0
    assert [names["listed_companies.csv"][line - 2] for line, *_rest in refused.problems] == [
        name for name in every if normalised(name) in twice
    ][1:]

    for file in FILES:
        taken = done(checked(file, manager), "running")
        assert (taken.status, taken.added, taken.problems) == ("done", len(names[file]), [])
    keys = {normalised(name): pk for name, pk in Customer.objects.values_list("name", "pk")}
    assert sorted(map(normalised, every)) == sorted(map(normalised, Customer.objects.values_list("name", flat=True)))

    lost = []
    for name in every[::EVERY]:
        typed = [name, "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name)).upper()]
        if HAN.fullmatch(name):
            typed.append("".join(sound[0] for sound in lazy_pinyin(name)))
        lost += [(name, text) for text in typed if not found(text, keys[normalised(name)])]
    assert lost == []

    compare_new_customers()
    pairs = DuplicatePair.objects.filter(Q(why="name") | Q(why__startswith="name ") | Q(why__contains=" name"))
    assert Counter(normalised(pair.first.name) for pair in pairs.select_related("first")) == Counter(
        {name: same[name] * (same[name] - 1) // 2 for name in twice}
    )


def found(text, key):
    return bool(Finder(text).first(Customer.objects.filter(pk=key), Customer, 1))
