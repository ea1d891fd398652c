"""Who can sign in to the demo company, as a table for the terminal."""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from config.demo.reading import PASSWORD
from organization.models import User


def table() -> str:
    """One line per person: address, name, roles; and the one password. Empty without demo people."""
    people = list(User.objects.filter(is_demo=True, is_active=True).prefetch_related("groups").order_by("pk"))
    if not people:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        rows = [(p.email, p.name, _roles(p)) for p in people]
    widths = [max(_width(row[column]) for row in rows) for column in range(2)]
    lines = ["  ".join([_padded(row[0], widths[0]), _padded(row[1], widths[1]), row[2]]) for row in rows]
    return "\n".join([*lines, _("Password of all of them: %(password)s") % {"password": PASSWORD}])


def _roles(person: User) -> str:
    names = {group.name for group in person.groups.all()}
    return "、".join(str(label) for slug, label in settings.ROLE_LABELS.items() if slug in names)


def _width(text: str) -> int:
    """Columns that the text takes in a terminal: two for each ideograph."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
