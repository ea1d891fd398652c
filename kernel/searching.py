"""Finding records by name, number, pinyin or initials in either script: words kept beside the records, true after each save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
FEW = 1_000  # keys that are read before the records are
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


class Finder:
    """What one text finds, looked up once for all kinds of records."""

    def __init__(self, text: str) -> None:
        self.word = folded(text)[:LONGEST]
        self.by_kind: dict[str, list[int]] | None = {}
        if self.word:
            self.by_kind = self._look()

    def keys(self, model: type[models.Model]) -> Any:
        """The keys of the records of a model that are found, for `pk__in`; read already when they are not too many."""
        kind = model._meta.label_lower
        if self.by_kind is None:
            return SearchWord.objects.filter(_begins(self.word), kind=kind).values("row")
        return self.by_kind.get(kind, [])

    def _look(self) -> dict[str, list[int]] | None:
        """The keys by kind; None when a short beginning fits so many that the database had better join them itself."""
        kinds = [model._meta.label_lower for model in searchable_models()]
        rows = SearchWord.objects.filter(_begins(self.word), kind__in=kinds).values_list("kind", "row").distinct()
        found = list(rows[: FEW + 1])
        if len(found) > FEW:
            return None
        by_kind: dict[str, list[int]] = {}
        for kind, row in found:
            by_kind.setdefault(kind, []).append(row)
        return by_kind


def _begins(word: str) -> Q:
    """The words that begin so; as a range on SQLite, whose LIKE uses no index."""
    if connection.vendor == "sqlite":
        return Q(word__gte=word, word__lt=word + LAST)
    return Q(word__startswith=word)
