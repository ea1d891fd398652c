"""What the organization lets be found: the people who work here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel.panels import Hit, search_source
from kernel.searching import Finder
from organization.models import User


@search_source(50, _("People"))
def people(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Active staff by name or number, each at his line of the staff list."""
    if not finder.finds(User):
        return []
    rows = User.objects.visible_to(user).filter(is_active=True).order_by("name", "pk")
    staff = reverse("organization:people")
    return [Hit(p.name, p.title, f"{staff}?{urlencode({'q': p.name})}") for p in finder.first(rows, User, limit)]
