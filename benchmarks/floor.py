"""The floor: a bare Django view with a session check that shows the same rows and columns in plain tables.

No frame, no translation, no permissions, no formatting beyond Django's own: what no page of this kind can go below.
"""

import re
from dataclasses import dataclass
from functools import cache

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, Engine
from django.test import override_settings
from django.urls import path

MIDDLEWARE = (
    "benchmarks.floor.bare_urls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
COLUMN = re.compile(r'(?:[^\s"]|"[^"]*")+')
MOST_QUERIES = 5  # session and user among them


@dataclass(frozen=True)
class Table:
    """Rows (a function of the user, one query) and columns as a template names them: `owner.name`, `at|date:"c"`."""

    rows: object
    columns: str

    @property
    def names(self):
        """The columns one by one; a quoted argument of a filter may hold a space."""
        return COLUMN.findall(self.columns)

    @property
    def source(self):
        """The table's row as template source; the first column links to the row."""
        first, *rest = self.names
        link = f'<td><a href="/floor/row/{{{{ r.pk }}}}/">{{{{ r.{first} }}}}</a></td>'
        return link + "".join(f"<td>{{{{ r.{column} }}}}</td>" for column in rest)


FLOORS = []  # the tables of each floor by its number in the address


def register(tables):
    """Give a floor its address."""
    FLOORS.append(tuple(tables))
    return f"/floor/{len(FLOORS) - 1}/"


@cache
def _template(number):
    parts = [
        f"<table><tr>{''.join(f'<th>{c}</th>' for c in t.names)}</tr>{{% for r in tables.{n} %}}<tr>{t.source}</tr>{{% endfor %}}</table>"
        for n, t in enumerate(FLOORS[number])
    ]
    return Engine().from_string(
        f"<!doctype html><html><head><title>Floor</title></head><body>{''.join(parts)}</body></html>"
    )


def show(request, number):
    """One floor."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect("/login/")
    tables = [list(t.rows(request.user)) for t in FLOORS[number]]
    return HttpResponse(_template(number).render(Context({"tables": tables})))


urlpatterns = [path("floor/<int:number>/", show), path("floor/row/<int:pk>/", show, name="row")]


def bare_urls(get_response):
    """Middleware: the floor's own addresses."""

    def answer(request):
        request.urlconf = "benchmarks.floor"
        return get_response(request)

    return answer


def application():
    """The floor as a WSGI application beside the site, in the same process and on the same connection."""
    with override_settings(MIDDLEWARE=list(MIDDLEWARE)):
        return WSGIHandler()
