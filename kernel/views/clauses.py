"""The regulation's clauses as far as they are declared: wording, who owes it, where it is done, and how it is kept."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from kernel.clauses import REGISTRY, SECTIONS, Clause, in_order
from kernel.policy import allow


@allow()
def clause_list(request: HttpRequest) -> HttpResponse:
    """All clauses by section; what broke them is on each clause's own page."""
    chapters = [
        {"number": number, "title": SECTIONS.get(number, ""), "clauses": list(clauses)}
        for number, clauses in groupby(in_order(), key=lambda c: c.chapter)
    ]
    return render(request, "kernel/clauses.html", {"chapters": chapters})


@allow()
def clause_detail(request: HttpRequest, id: str) -> HttpResponse:
    """One clause; its live conformance is for those who answer for it."""
    found = REGISTRY.get(id)
    if found is None:
        below = [c for c in in_order() if c.id.startswith(id)]
        if not below:
            raise Http404
        return render(request, "kernel/clauses.html", {"chapters": [{"number": id, "title": "", "clauses": below}]})
    result = found.result() if request.user.has_perm("kernel.view_conformance") else None
    return render(request, "kernel/clause.html", {"clause": found, "result": result, "screen": screen_url(found)})


def screen_url(clause: Clause) -> str:
    """The page where the clause is done; "" when it is done on a record's own page."""
    try:
        return reverse(clause.screen) if clause.screen else ""
    except NoReverseMatch:
        return ""
