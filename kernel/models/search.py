"""Words by which records are found; made from them, never the truth: `manage.py rebuild_search` makes all of them anew."""

from django.db import models


class SearchWord(models.Model):
    """One beginning by which one record is found: a name from each of its words on, its pinyin, its initials, a number."""

    kind = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    word = models.CharField(max_length=40)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["kind", "word", "row"],
                opclasses=["varchar_ops", "varchar_pattern_ops", "int8_ops"],
                name="searchword_begins",
            ),
            models.Index(fields=["kind", "row"], name="searchword_of_row"),
        ]

    def __str__(self) -> str:
        return self.word
