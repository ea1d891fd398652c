"""Figures over the register: numbers without gaps, and documents whose file is missing."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document
from documents.services import PREFIXES
from kernel.clauses import LISTED, Case, Result
from kernel.models import NumberSeries

# Series from which only the register takes numbers; a contract has its number from its draft on, its app watches it.
OWN = sorted(set(PREFIXES) - {"contract"})


def registered() -> Result:
    """Documents in the register, and numbers given out that do not stand there. Clause 4.2.2a."""
    given = NumberSeries.objects.filter(key__in=OWN).order_by("key", "year")
    expected = [f"{PREFIXES[s.key]}-{s.year}-{n:04d}" for s in given for n in range(1, s.next)]
    present = set(Document.objects.values_list("number", flat=True))
    missing = [number for number in expected if number not in present]
    register = reverse("documents:document_list")
    cases = [Case(number, register, _("The number was given out but is not registered.")) for number in missing]
    return Result(kept=len(present), broken=len(missing), cases=cases[:LISTED])
