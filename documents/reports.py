"""Figures over the register: numbers without gaps, and what was issued without a line in it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.issuing import how_many_unregistered, unregistered
from documents.models import Document
from documents.services import PREFIXES
from kernel.clauses import LISTED, Case, Result
from kernel.models import NumberSeries

# Series from which only the register takes numbers; contracts and quotations have theirs from the draft on, and are
# asked for once they are issued.
OWN = sorted(set(PREFIXES) - {"contract", "quotation"})


def registered() -> Result:
    """Documents in the register; numbers given out and documents issued that do not stand there. Clause 4.2.2a."""
    given = NumberSeries.objects.filter(key__in=OWN).order_by("key", "year")
    expected = [f"{PREFIXES[s.key]}-{s.year}-{n:04d}" for s in given for n in range(1, s.next)]
    present = set(Document.objects.values_list("number", flat=True))
    missing = [number for number in expected if number not in present]
    register = reverse("documents:document_list")
    cases = [Case(number, register, _("The number was given out but is not registered.")) for number in missing]
    cases += [
        Case(str(row), row.get_absolute_url(), _("It was issued but is not registered."))
        for row in unregistered(LISTED)
    ]
    return Result(kept=len(present), broken=len(missing) + how_many_unregistered(), cases=cases[:LISTED])
