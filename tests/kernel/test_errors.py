"""Error pages state a fact and the next step, carry an incident number, and tell nothing of the inside."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from kernel import errors

INCIDENT = re.compile(r"\b[0-9A-F]{8}\b")


@pytest.fixture(autouse=True)
def _plain_static(settings):
    settings.COMPANY_MODEL = ""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with translation.override("en"):
        yield


def asked(path="/contracts/7/", **cookies):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.COOKIES.update(cookies)
    return request


def failed_with(error):
    try:
        raise error
    except type(error):
        return errors.server_error(asked(bylaw_theme="dark"))


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda: errors.bad_request(asked(), SuspiciousOperation("secret")), 400, "cannot be read"),
        (lambda: errors.bad_request(asked(), TooManyFieldsSent("secret")), 413, "More was sent"),
        (lambda: errors.permission_denied(asked(), PermissionDenied("secret")), 403, "but not do this"),
        (lambda: errors.not_found(asked(), Http404("secret")), 404, "no such page"),
        (lambda: errors.csrf_failure(asked(), "secret"), 403, "open too long"),
        (lambda: failed_with(ValueError("secret")), 500, "could not finish"),
        (lambda: failed_with(OperationalError("secret")), 503, "busy for a moment"),
    ],
)
def test_error_page_states_the_fact_and_hides_the_inside(answer, status, words):
    response = answer()
    assert response.status_code == status
    text = response.content.decode()
    assert words in text
    assert "secret" not in text
    assert "Traceback" not in text


def test_missing_and_hidden_rows_look_the_same():
    pages = [errors.not_found(asked("/a/")), errors.not_found(asked("/a/"), Http404("hidden"))]
    missing, hidden = (re.sub(rb'value="[A-Za-z0-9]{64}"', b"", page.content) for page in pages)  # form tokens differ
    assert missing == hidden


def test_server_error_needs_no_database_and_keeps_the_theme():
    # the database is closed to this test: any query would raise
    response = failed_with(ValueError("x"))
    assert 'data-theme="dark"' in response.content.decode()
    assert INCIDENT.search(response.content.decode())


def test_incident_number_on_the_page_is_the_one_in_the_log(caplog):
    response = failed_with(ValueError("x"))
    number = INCIDENT.search(response.content.decode())[0]
    assert f"Incident {number}: 500 on GET /contracts/7/" in caplog.text


def test_busy_database_asks_to_come_back():
    assert failed_with(OperationalError("locked"))["Retry-After"] == "10"


@pytest.mark.parametrize(("cookie", "shown"), [("light", "light"), ("dark", "dark"), ('"><script>', ""), ("", "")])
def test_theme_cookie_is_one_of_two_words(cookie, shown):
    assert errors.theme_of(asked(bylaw_theme=cookie)) == shown


@pytest.mark.django_db
def test_an_address_that_only_takes_a_form_says_so_when_it_is_opened(as_, salesperson):
    """A browser shows nothing at all for an empty 405: whoever goes back, or reloads after signing in, meets a page."""
    client = as_(salesperson)
    answer = client.get("/logout/")
    assert answer.status_code == 405 and "POST" in answer["Allow"]
    assert "press the button there" in answer.content.decode()
    assert client.get("/profile/").status_code == 200, "nothing was done"
