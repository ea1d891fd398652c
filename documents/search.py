"""What the register lets be found: documents by number or title."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from kernel.panels import Hit, search_source
from kernel.searching import Finder


@search_source(30, _("Documents"))
def documents(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Registered documents, each at its line of the register. Clause 4.2.2a."""
    if not finder.finds(Document):
        return []
    rows = Document.objects.visible_to(user).order_by("-pk")
    register = reverse("documents:document_list")
    return [
        Hit(d.title, f"{d.number} {d.get_kind_display()}", f"{register}?{urlencode({'q': d.number})}")
        for d in finder.first(rows, Document, limit)
    ]
