"""The wording of a choice, found in a table kept per field: lists show hundreds, and Django builds the table each time."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext as _


def labelled(name: Any, text: Any) -> str:
    """ "name: text" with the colon of the reader's script."""
    return _("%(name)s: %(text)s") % {"name": name, "text": text}


def title_of(record: Any) -> str:
    """How a record is called in what is stored about it: in words of no language, where it says which those are."""
    return str(record.words_of()["title"]) if hasattr(record, "words_of") else str(record)[:200]


class Worded(models.Model):
    """A model whose `get_…_display` is quick, for records that stand in long lists."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> Any:
        """As Django's own."""
        value = getattr(self, field.attname)
        return force_str(_choices_of(field).get(value, value), strings_only=True)


@cache
def _choices_of(field: Any) -> dict[Any, Any]:
    """The value → wording table of a field with choices."""
    return dict(field.flatchoices)
