"""The corpus of bad input (SECURITY E) over every form: taken and shown as text, or refused beside its field, never a 500."""

import re
from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel import clock
from kernel.forms import NUMBER_FIELDS
from tests.corpus.database import fingerprint, taken_back, watched
from tests.corpus.matrix import ADMIN_COLUMNS, ADMIN_TABLE, COLUMNS, TABLE, rows_of
from tests.corpus.pages import fields_of, posted, sent_by
from tests.corpus.values import FORGED, values_for
from tests.factories.contracts import pdf_file
from tests.test_every_role import WHO, address, signed_in
from tests.thorough import part_of

pytestmark = pytest.mark.django_db


def who_acts(cells):
    return next((column for column, cell in cells.items() if cell == "w"), None)


FORMS = [
    (prefix + page, subject, WHO[who_acts(cells)])
    for prefix, table, columns in (("", TABLE, COLUMNS), ("admin:", ADMIN_TABLE, ADMIN_COLUMNS))
    for page, subject, cells in rows_of(table, columns)
    if who_acts(cells)
]
_first = {page: subject for page, subject, _who in reversed(FORMS)}
# One view takes every step: one step of each machine stands for the others.
FORMS = [form for form in FORMS if not form[0].endswith("_step") or _first[form[0]] == form[1]]
PASSWORD = "tall green mountain 97"
# What a field asks for beyond its kind, so that the form as it stands is taken.
GIVEN = {
    "organization:password_change": {
        "old_password": "correct horse battery",
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
    },
    "customers:customer_erase": {"number": lambda world: world.rows.retired.number},
    "customers:contact_create": {"phone": "02-2345-6789"},
    "customers:demonstration_create": {"waived": "on", "waive_reason": "客戶看過"},
    "contracts:contract_explain": {"term_0": "on"},
    "contracts:sealrequest_keep": {
        "number": "HT-2026-0001",
        "text_version": "1",
        "text_hash": "0123456789abcdef",
        "pages": "1",
    },
    "contracts:libraryclause_create": {"code": "L-99"},
    "contracts:contracttemplate_create": {"code": "T-99"},
    "contracts:contract_create": {"template": lambda world: world.rows.template.pk},
    "contracts:contract_signing": {"save": "1"},
    "contracts:contract_custody": {"save": "1"},
    "orders:material_create": {"code": "M-99"},
    "orders:shortage_list": {"row": lambda world: f"m{world.rows.material.pk}"},
    "aftersales:feedback_create": {"whose": lambda world: world.rows.apart.number, "told": "phone"},
    "aftersales:feedback_answered": {"whose": lambda world: world.rows.apart.number},
    "aftersales:feedback_tell": {"what": "note", "how": "phone"},
    "aftersales:feedback_time": {"to": "2150-03-02T09:00", "how": "phone"},
    "aftersales:visit_create": {"whose": lambda world: world.rows.apart.number},
    "aftersales:visit_cadence": {"days": "30"},
    "aftersales:campaign_create": {"ends_on": "2150-03-02"},
    "aftersales:campaign_edit": {"ends_on": "2150-03-02"},
    "aftersales:mail_step": {"feedback": lambda world: world.rows.feedback_assigned.number},
    "organization:deputyship_create": {"starts_at": "2150-03-02T09:00", "ends_at": "2150-03-03T18:00"},
    "refer_copy": {"to": lambda world: world.people["sales_manager"].pk},
    "admin:organization_user_add": {"email": "new@example.com"},
    "admin:organization_department_add": {"code": "D9"},
    "admin:organization_office_add": {"user": lambda world: world.people["legal"].pk},
    "admin:kernel_setting_add": {"value": "2030"},
    "admin:orders_defectcause_add": {"code": "D77"},
    "orders:goodsreturn_create": {
        "shipment_line": lambda world: world.rows.on_way.line_rows[0].pk,
        "quantity": "0.1",
        "is_lost": "on",
    },
}


def csv_file():
    return SimpleUploadedFile("old.csv", "客戶名稱\n甲乙丙\n".encode(), "text/csv")


FILES = {
    "customers:proposal_create": {"file": pdf_file},
    "kernel:import_create": {"file": csv_file},
    "orders:inspection_photo": {"file": pdf_file},
}


class Page:
    """One form of the product with data that it takes."""

    def __init__(self, world, page, subject, name):
        self.page, self.where = page, address(page, subject, world.rows)
        self.client, self.before = signed_in(world.people[name]), fingerprint()
        shown = self.client.get(self.where)
        assert shown.status_code == 200, shown.status_code
        self.fields, self.data = fields_of(shown), sent_by(shown)
        self._fill()
        self.corpus = {n: v for n, v in self._values() if v}
        for name, given in GIVEN.get(page, {}).items():
            self.data[name] = [str(given(world) if callable(given) else given)]

    def _fill(self):
        """Give what is asked for and empty."""
        for name, (form, plain) in self.fields.items():
            field = form.fields[plain]
            if field.required and not any(self.data.get(name, [])) and not getattr(form, "empty_permitted", False):
                self.data[name] = [_any_value(field)]

    def _values(self):
        """What is sent in each field; of a table of rows the first row stands for the others."""
        for name in [*self.fields, *(name for name in self.data if name not in self.fields)]:
            if not re.search(r"-[1-9]\d*-", name):
                inner, plain = self.fields.get(name, (None, ""))
                yield name, values_for(name, inner.fields[plain] if inner else None)

    def send(self, **changes):
        """Post the data with changes; None leaves a field out."""
        data = {k: v for k, v in {**self.data, **changes}.items() if v is not None}
        files = {k: make() for k, make in FILES.get(self.page, {}).items()}
        return posted(self.client, self.where, data, files)


def _any_value(field):
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.order_by("pk").first().pk)
    if isinstance(field, forms.ChoiceField):
        return str(next(key for key, _label in field.choices if key not in ("", None)))
    if isinstance(field, forms.DateTimeField):
        return clock.local(clock.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    if isinstance(field, forms.DateField):
        return str(clock.today())
    return "1" if isinstance(field, NUMBER_FIELDS) else "on" if isinstance(field, forms.BooleanField) else "甲乙丙"


TRIED = part_of(FORMS, 4)
every_form = pytest.mark.parametrize(("page", "subject", "name"), TRIED, ids=[f"{p} {s}" for p, s, _n in TRIED])


TAKEN, REFUSED = {302}, {200, 409, 422}  # 200 with errors is how Django's own pages refuse
CLEAR = {400, 404, 413}
ROW = re.compile(r"-\d+-")
UNKEPT = {"version", "seen", "old_password", "new_password1", "new_password2"}
CHINESE = re.compile("[\u4e00-\u9fff]")
RAW = ("<script>alert(1)", "<img src=x onerror")


@every_form
def test_a_form_takes_or_refuses_whatever_is_sent(page, subject, name, world):
    """All fields at once get the first value of their kind, then the second …; what is taken of it is then sent to be kept."""
    form, wrong = Page(world, page, subject, name), []
    is_taken = _case(form, {}, "as it stands", wrong)
    assert is_taken or "_step" in page, "the form as it stands is taken"
    for number in range(max((len(values) for values in form.corpus.values()), default=0)):
        sent = {field: [values[number]] for field, values in form.corpus.items() if number < len(values)}
        refused = _case(form, sent, f"value {number}", wrong, errors=True)
        good = {field: value for field, value in sent.items() if field not in refused}
        if is_taken and good and not _case(form, good, f"the taken of value {number}", wrong):
            field = list(good)[
                number % len(good)
            ]  # together they may contradict each other: one of them alone, in turn
            _case(form, {field: good[field]}, f"{field} = {good[field][0][:40]!r}", wrong)
    for title, changes in as_a_whole(form):
        _case(form, changes, title, wrong)
    assert not wrong, "\n".join(["", *wrong])


def _case(form, changes, title, wrong, *, errors=False):
    """Send it and note what is wrong with the answer; whether it was taken, or which fields were complained about."""
    with taken_back():
        with watched() as watch:
            answer = form.send(**changes)
        wrong += [f"{title}: {what}" for what in faults(form, changes, answer, watch)]
    if errors:
        return set(_errors(answer)) if answer.status_code in REFUSED else set(changes)
    return answer.status_code in TAKEN


def as_a_whole(form):
    """Nothing sent, everything twice, what nobody may set, too much, and each thing left out."""
    plain = [name for name in form.data if name != "_key"]
    yield "nothing at all", dict.fromkeys(form.data)
    yield "every field twice", {name: form.data[name] * 2 for name in plain}
    yield "what nobody may set", {name: [value] for name, value in FORGED.items() if name not in form.fields}
    yield "two thousand fields", {f"x{n}": ["1"] for n in range(2_100)}
    for name in plain:
        if name not in form.fields:
            yield f"{name} left out", {name: None}


def _errors(answer):
    fields = fields_of(answer).items()
    return {name: form.errors[plain] for name, (form, plain) in fields if form.is_bound and plain in form.errors}


def faults(form, changes, answer, watch):
    """What is wrong with the answer to one case."""
    status = answer.status_code
    if status in TAKEN:
        yield from _faults_of_taken(form, changes, answer)
    elif status in REFUSED | CLEAR:
        if watch.wrote and fingerprint() != form.before:
            yield f"{status}, but the database changed"
        if status in REFUSED:
            yield from _faults_of_refused(form, changes, answer)
    else:
        yield f"{status} {_reason(answer)}"


def _reason(answer):
    return f"{answer.exc_info[1]!r:.200}" if getattr(answer, "exc_info", None) else ""


def _faults_of_taken(form, changes, answer):
    """It leads to a page of ours that shows what was entered as text."""
    if not answer.url.startswith("/") or answer.url.startswith(("//", "/\\")):
        yield f"leads to {answer.url}"
    elif changes:
        shown = form.client.get(answer.url)
        if shown.status_code >= 500:
            yield f"taken, and then {answer.url} answers {shown.status_code} {_reason(shown)}"
        elif any(raw in shown.content.decode(errors="replace") for raw in RAW):
            yield f"shown on {answer.url} as markup"


def is_file(form, name):
    """A browser never sends a chosen file again by itself."""
    inner, plain = form.fields[name]
    return isinstance(inner.fields[plain], forms.FileField)


def _faults_of_refused(form, changes, answer):
    """The message stands beside the field, in the reader's language; what else was typed is still there."""
    now, page, errors = fields_of(answer), answer.content.decode(), _errors(answer)
    said = [str(message) for messages in errors.values() for message in messages]
    yield from (f"not in the reader's language: {text}" for text in said if not CHINESE.search(text))
    is_ours = not form.page.startswith("admin:")
    for name in errors if is_ours else ():
        bound = now[name][0][now[name][1]]
        if not bound.is_hidden and f'id="{bound.auto_id}_error"' not in page:
            yield f"no message beside {name}"
    if any(raw in page for raw in RAW):
        yield "shown again as markup"
    kept = sent_by(answer)
    same = [n for n in form.data if n in form.fields and n not in changes and n not in UNKEPT and not is_file(form, n)]
    if any(name.endswith("_FORMS") for name in changes):  # another number of rows was asked for
        same = [name for name in same if not ROW.search(name)]
    lost = [name for name in same if kept.get(name) != form.data[name]]
    if is_ours and lost:
        yield f"no longer typed: {', '.join(lost)}"
