"""Every page, every role, every row, reading and acting: the table of SECURITY C, cell by cell, denials without a trace."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kernel.clauses import in_order
from kernel.steps import machines, steps_of
from tests.corpus import company as of
from tests.corpus.canaries import found_in, may_see
from tests.corpus.database import fingerprint, taken_back, watched
from tests.corpus.matrix import ADMIN_COLUMNS, ADMIN_TABLE, COLUMNS, OPEN_TO_ALL, TABLE, rows_of

pytestmark = pytest.mark.django_db

WHO = {
    "OWN": "own", "OTH": "other", "CS": "customer_service", "SM": "sales_manager", "DR": "director", "LG": "legal",
    "AU": "author", "CU": "custodian", "DEP": "departments", "FI": "finance", "HR": "hr", "AD": "administrator",
}  # fmt: skip
every_person = pytest.mark.parametrize(("column", "name"), WHO.items(), ids=WHO.values())
LISTS = (
    "search",
    "customers:customer_list",
    "customers:opportunity_list",
    "customers:board",
    "contracts:contract_list",
    "contracts:ledger",
    "documents:document_list",
    "customers:opportunity_new",
)
IN_THE_ADMIN = {"cost in the catalogue", "list price"}  # the price list is kept there and shown nowhere else
ROWS = list(rows_of(TABLE, COLUMNS))
ADMIN_ROWS = list(rows_of(ADMIN_TABLE, ADMIN_COLUMNS))
DENIED = {"-": {404}, "x": {403}}
SHOWN, ACTS = {200, 302}, {200, 302, 409, 422}
ACTING = {"w", "p"}
NOTED = {"documents_reading"}  # a document that was opened is noted: the one thing that reading writes


def address(page, subject, rows):
    """Where a line of the table is: its page, with the key of its row and the name of its step."""
    if subject == ".":
        return reverse(page)
    if subject.startswith("="):
        return reverse(page, args=[subject[1:]])
    if subject.startswith("?"):
        parameter, _colon, name = subject[1:].rpartition(":")
        return f"{reverse(page)}?{parameter or 'opportunity'}={getattr(rows, name).pk}"
    name, _slash, step = subject.partition("/")
    return reverse(page, args=[getattr(rows, name).pk, *([step] if step else [])])


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def expected_of(cell):
    """The statuses that the cell allows: of a GET, of a POST."""
    if cell in DENIED:
        return DENIED[cell] | {405}, DENIED[cell]
    return ({405} if cell == "p" else SHOWN), (ACTS if cell in ACTING else {200, 302, 403, 405})


class Visit:
    """One person going through the table: what was answered otherwise, and what he came across."""

    def __init__(self, column, user):
        self.column, self.client, self.before = column, signed_in(user), fingerprint()
        self.wrong, self.found = [], set()

    def read(self, where):
        """Open a page; what it holds is searched for what this person may not know."""
        answer = self.client.get(where)
        if answer.status_code == 200:
            held = found_in(answer)
            self.found |= held
            self.wrong += [f"{where} tells the {what}" for what in sorted(held - may_see(self.column))]
        return answer

    def check(self, where, cells, cell):
        """Read and, where anybody acts, act: the answers are those of the cell, and a denial leaves no trace."""
        on_get, on_post = expected_of(cell)
        self._compare("GET", where, cell, on_get, lambda: self.read(where), may_write=False)
        if ACTING & set(cells.values()):
            self._compare("POST", where, cell, on_post, lambda: self.client.post(where), may_write=cell in ACTING)

    def _compare(self, method, where, cell, allowed, ask, *, may_write):
        with taken_back(), watched() as watch:
            status = ask().status_code
            if status not in allowed:
                self.wrong.append(f"{method} {where}: {status}, the table says {cell}")
            if watch.wrote and not may_write and self._changed() - (NOTED if status == 200 else set()):
                self.wrong.append(f"{method} {where}: {status}, but the database changed")

    def _changed(self):
        """The tables that are not as they were."""
        return {table for table, digest in fingerprint().items() if digest != self.before.get(table)}

    def end(self):
        """Nothing was wrong."""
        assert not self.wrong, "\n".join(["", *self.wrong])


@every_person
def test_each_page_answers_as_the_matrix_says(column, name, world):
    """And tells nothing that the role may not know; what it may know is found, so that the search is known to find."""
    visit = Visit(column, world.people[name])
    for page, subject, cells in ROWS:
        visit.check(address(page, subject, world.rows), cells, cells[column])
    for where in searches() if column != "AU" else ():  # the author of templates finds what legal finds
        visit.read(where)
    visit.end()
    assert may_see(column) - visit.found - IN_THE_ADMIN == set()


def searches():
    """What is asked of lists (parts of words, so that the echo of the question is no find), and the clauses' live checks."""
    words = (of.CUSTOMER_NAME[:3], of.DEAL_NAME[:2], of.DRAFT_TEXT[:2], str(of.EXPECTED)[:6], "HT-")
    for page in LISTS:
        yield from (f"{reverse(page)}?{urlencode({'q': word})}" for word in words)
        yield f"{reverse(page)}?state=draft&overdue=on&ordering=total"
    yield from (f"{reverse('inbox')}?tab={tab}" for tab in ("decided", "started", "copied"))
    yield from (reverse("clause", args=[clause.id]) for clause in in_order())


@every_person
def test_the_admin_answers_as_the_matrix_says(column, name, world):
    """Who has no business there is led to the sign-in page, which he does not find."""
    visit = Visit(column, world.people[name])
    for page, subject, cells in ADMIN_ROWS:
        where = address(f"admin:{page}", subject, world.rows)
        if column in ADMIN_COLUMNS:
            visit.check(where, cells, cells[column])
        else:
            visit.wrong += [f"{where}: {a.status_code}" for a in _both(visit.client, where) if not _led_away(a)]
    if column not in ADMIN_COLUMNS:
        assert visit.client.get(reverse("admin:login")).status_code == 404
    visit.end()
    assert fingerprint() == visit.before


def _led_away(answer):
    return answer.status_code == 302 and answer.url.startswith(reverse("admin:login"))


def _both(client, where):
    return client.get(where), client.post(where)


def test_who_is_not_signed_in_is_asked_to_and_changes_nothing(world):
    client, before, wrong = Client(raise_request_exception=False), fingerprint(), []
    admin = [(f"admin:{page}", subject, cells) for page, subject, cells in ADMIN_ROWS]
    for page, subject, _cells in [*ROWS, *admin]:
        where = address(page, subject, world.rows)
        for answer in _both(client, where):
            if answer.status_code != 302 or "/login/" not in answer.url:
                wrong.append(f"{where}: {answer.status_code}")
    assert fingerprint() == before
    assert not wrong, "\n".join(["", *wrong])


# --- the table is whole --------------------------------------------------------------------------------------


def named(resolver=None, namespaces=()):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        elif isinstance(entry, URLPattern) and entry.name:
            yield ":".join((*namespaces, entry.name))


def test_every_page_stands_in_the_table():
    table = {page for page, _s, _c in ROWS} | {f"admin:{page}" for page, _s, _c in ADMIN_ROWS} | set(OPEN_TO_ALL)
    assert set(named()) - table == set(), "say in tests/corpus/matrix.py who may enter"
    assert table - set(named()) == set(), "in the table, but no page"


# Steps whose row takes a whole order to reach: who may take them stands in tests/orders, test_order_lifecycle and
# test_far_steps.
FAR = {
    "orders.order": {"complete", "resume"},
    "orders.orderexception": {"reopen"},
    "orders.goodsreturn": {"take_back", "look_at", "close"},
    "orders.creditnote": {"refuse", "settle"},
}


@pytest.mark.parametrize("model", machines(), ids=lambda m: m._meta.label_lower)
def test_every_step_stands_in_the_table(model, world):
    app, name = model._meta.app_label, model._meta.model_name
    table = {subject.partition("/")[2] for page, subject, _c in ROWS if page == f"{app}:{name}_step"}
    by_people = {step.name for step in steps_of(model) if not step.permission.system}
    assert by_people - table - FAR.get(f"{app}.{name}", set()) == set()


def test_a_step_in_the_table_can_be_taken_from_the_row_it_names(world):
    """A step that the row has left would answer 409 to everybody and prove nothing."""
    for page, subject, _cells in ROWS:
        row, slash, step = subject.partition("/")
        if slash and page.endswith("_step"):
            assert getattr(world.rows, row).step(step) is not None, (page, subject)
