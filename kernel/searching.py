"""Finding records by name, number, pinyin or initials in either script: words kept beside the records, true after each save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, ClassVar

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q

from kernel.models.search import SearchWord
from kernel.spelling import folded, parts_as_written, parts_of, read

LONGEST, LONGEST_INITIALS, PLACES = 40, 16, 20
BATCH = 1_000
WORDS, FEW = 3_000, 1_000  # how many words, and keys of records, are read at the most before the records are
HANDFUL = 200  # of too many keys, with how many it is tried first
LAST = "\U0010ffff"


class Searchable(models.Model):
    """A record that the search over everything finds by the texts named in SEARCHED."""

    SEARCHED: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Any:
        """Remember what it is found by, so that a save that changes nothing of it costs nothing."""
        record = super().from_db(*args, **kwargs)
        record._found_by = record._texts()
        return record

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the words by which it is found true."""
        fresh, texts = self._state.adding, self._texts()
        if not fresh and texts == getattr(self, "_found_by", None):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            index([self], fresh=fresh)
        self._found_by = self._texts()

    def _texts(self) -> tuple[Any, ...]:
        return tuple(self.__dict__.get(name) for name in self.SEARCHED)

    def search_words(self) -> set[str]:
        """Every beginning by which it is found."""
        texts = (str(getattr(self, name) or "") for name in self.SEARCHED)
        return {word for text in texts if text for word in words_of(text)}


def words_of(text: str, places: int = PLACES) -> set[str]:
    """The beginnings of a text: from each of its words on, as it is written, as it is read, and the initials of that."""
    parts, written = (split(text)[: places + LONGEST] for split in (parts_of, parts_as_written))
    words = {"".join(rest)[:LONGEST] for rest in _rests(parts, places)}
    # 乾 of 乾清宫 is not the 乾 that is written 干 in simplified characters: a name is found by either reading
    for sounds in (read(parts), read(written)) if written != parts else (read(parts),):
        for heard in _rests(sounds, places):
            words.add("".join(heard)[:LONGEST])
            words.add("".join(sound[:1] for sound in heard)[:LONGEST_INITIALS])
    return words - {""}


def _rests(parts: list[str], places: int) -> Iterator[list[str]]:
    """What follows from each of the first places on."""
    return (parts[place : place + LONGEST] for place in range(min(places, len(parts))))


def searchable_models() -> list[type[Searchable]]:
    """Every model that is found, in a fixed order."""
    return sorted((m for m in apps.get_models() if issubclass(m, Searchable)), key=lambda m: m._meta.label_lower)


def index(records: Iterable[Any], *, fresh: bool = False) -> None:
    """Write the words of records of one model; `fresh` ones have none yet. Whoever saves in bulk calls it himself."""
    records = list(records)
    if not records:
        return
    kind = records[0]._meta.label_lower
    if not fresh:
        SearchWord.objects.filter(kind=kind, row__in=[record.pk for record in records]).delete()
    rows = ((kind, r.pk, word) for r in records for word in sorted(r.search_words()))
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            # twenty words a record: one object for each would take half the time of a long import
            cursor.executemany(_insertion(), batch)


@cache
def _insertion() -> str:
    quote, meta = connection.ops.quote_name, SearchWord._meta
    names = ", ".join(quote(meta.get_field(name).column) for name in ("kind", "row", "word"))
    return f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES (%s, %s, %s)"  # noqa: S608  (names of our own table)


def rebuild(model: type[Searchable]) -> int:
    """Make the words of all records of a model anew; gives how many records there are."""
    with transaction.atomic():
        SearchWord.objects.filter(kind=model._meta.label_lower).delete()
        rows, number = model._base_manager.only("pk", *model.SEARCHED).order_by("pk").iterator(chunk_size=BATCH), 0
        while batch := list(islice(rows, BATCH)):
            index(batch, fresh=True)
            number += len(batch)
        return number


def fill_when_empty(app_config: Any = None, **_: Any) -> None:
    """After migrate: records of a kind that was not searched before have no words yet."""
    if app_config != list(apps.get_app_configs())[-1]:
        return
    tables = set(connection.introspection.table_names())  # some are gone after a migration backwards
    if SearchWord._meta.db_table not in tables:
        return
    known = set(SearchWord.objects.order_by().values_list("kind", flat=True).distinct())
    for model in searchable_models():
        if model._meta.db_table in tables and model._meta.label_lower not in known:
            rebuild(model)


@dataclass(frozen=True)
class Found:
    """The keys of records of one kind that are found, and whether these are all of them or the first of too many."""

    keys: list[int] = field(default_factory=list)
    is_all: bool = True


class Finder:
    """What one text finds, looked up once for all kinds of records."""

    def __init__(self, text: str) -> None:
        self.word = folded(text)[:LONGEST]
        self._by_kind: dict[str, Found] = {}
        self._is_whole = not self.word or self._look()

    def first(
        self, rows: models.QuerySet, model: type[models.Model], limit: int, path: str = "pk", *, are_few: bool = False
    ) -> list[Any]:
        """The first of these rows, in their order, that have a found record of a model at a path.

        Where too many are found, those that were read first are offered first: who sees many of them is answered from a
        few, and only who sees hardly any (or where the rows are known to be few) has the database join both.
        """
        found = self._found(model._meta.label_lower)
        if not found.keys:
            return []
        for number in (FEW,) if found.is_all else () if are_few else (HANDFUL, FEW):
            hits = list(rows.filter(**{f"{path}__in": found.keys[:number]})[:limit])
            if found.is_all or len(hits) >= limit:
                return hits
        return list(rows.filter(**{f"{path}__in": self._words(model._meta.label_lower).values("row")})[:limit])

    def finds(self, model: type[models.Model]) -> bool:
        """Whether anything of a model is found at all; where nothing is, nobody need ask who may see it."""
        return bool(self._found(model._meta.label_lower).keys)

    def _found(self, kind: str) -> Found:
        if kind not in self._by_kind:
            self._by_kind[kind] = Found() if self._is_whole else self._read(kind).get(kind, Found())
        return self._by_kind[kind]

    def _look(self) -> bool:
        """Read what is found of all kinds in one query; false when it is so much that each kind is read by itself."""
        kinds = [model._meta.label_lower for model in searchable_models()]
        found = self._read(*kinds)
        if not all(f.is_all for f in found.values()):
            return False
        self._by_kind = found
        return True

    def _read(self, *kinds: str) -> dict[str, Found]:
        words = list(self._words(*kinds).values_list("kind", "row")[: WORDS + 1])
        by_kind: dict[str, dict[int, None]] = {}
        for kind, row in words:
            by_kind.setdefault(kind, {})[row] = None
        is_all = len(words) <= WORDS
        return {kind: Found(list(rows)[:FEW], is_all=is_all and len(rows) <= FEW) for kind, rows in by_kind.items()}

    def _words(self, *kinds: str) -> models.QuerySet:
        return SearchWord.objects.filter(_begins(self.word), kind__in=kinds)


def _begins(word: str) -> Q:
    """The words that begin so; as a range on SQLite, whose LIKE uses no index."""
    if connection.vendor == "sqlite":
        return Q(word__gte=word, word__lt=word + LAST)
    return Q(word__startswith=word)
