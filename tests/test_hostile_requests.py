"""Requests that no page of ours would send: answered in words, never by a failure of the server (SECURITY E15 to E20, E54)."""

import base64
import re

import pytest

from organization.models import User
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
LISTS = [
    "/customers/", "/opportunities/", "/insights/", "/segments/", "/risks/", "/contracts/", "/contracts/ledger/",
    "/contracts/templates/", "/people/", "/documents/", "/notices/",
]  # fmt: skip
# The form that changes the language holds the page's own address, `next` and all: it is ours.
FOREIGN = re.compile(r'(href|value)="(?!/customers/)[^"]*(evil|javascript)')
KEYS = [
    "[" * 2_000, "[Infinity, 1]", "[1e400]", "[NaN, 1]", '["\\u0000", 1]', '["\\ud800", 1]', '["0001-01-01T00:00:00Z", 1]',
    f"[{2**63}]", f'["x", {2**63 - 1}]', f"[{'9' * 5_000}]", '{"a": 1}', "null", '[["x"]]', '["9999-12-31T23:59:59Z", 1]',
    '["x", "y"]', "[true]", "[-1]",
]  # fmt: skip


@pytest.mark.database
@pytest.mark.parametrize("address", LISTS)
def test_a_forged_place_in_a_list_gives_its_first_page(manager, as_, address):
    client = as_(manager)
    for text in KEYS:
        key = base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
        for side in ("after", "before"):
            assert client.get(address, {side: key}).status_code == 200, (text[:40], side)
    for key in ("%%%", "é", "a", "=" * 500):
        assert client.get(address, {"after": key}).status_code == 200


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 30, "-1", "1.0", "０", "²"])
def test_a_forged_key_in_the_address_finds_nothing(salesperson, as_, number):
    assert as_(salesperson).get("/contracts/new/", {"opportunity": number}).status_code in (200, 404)


@pytest.mark.database
@pytest.mark.parametrize("key", ["\x00", "a\x00b", "x" * 5_000, "' OR 1=1--"])
def test_a_forged_form_key_is_no_failure(salesperson, as_, key):
    answer = as_(salesperson).post(
        "/profile/", {"_key": key, "language": "en", "mail_choice": "at_once", "theme": "dark", "single_keys": "on"}
    )
    assert answer.status_code == 302
    assert User.objects.get(pk=salesperson.pk).theme == "dark"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_link_of_ours_leads_where_an_address_says(salesperson, as_, target):
    customer = make_customer(salesperson)
    client = as_(salesperson)
    for address in (
        f"/customers/{customer.pk}/edit/",
        f"/customers/{customer.pk}/pool/",
        f"/customers/{customer.pk}/log/",
    ):
        page = client.get(address, {"next": target}).content.decode()
        assert not FOREIGN.search(page)
        page = client.post(address, {"next": target}).content.decode()
        assert not FOREIGN.search(page)


@pytest.mark.database
@pytest.mark.parametrize("value", ['"\\000aaaaaaaaaaaa"', "a" * 9_000, '"\\377\\376aaaaaaaaa"', "' OR 1=1--aaaa"])
def test_a_forged_cookie_is_nobodys_session(client, value):
    answer = client.get("/customers/", headers={"cookie": f"bylaw_session={value}; bylaw_language={value}"})
    assert answer.status_code in (302, 400)


@pytest.mark.database
@pytest.mark.parametrize("model", ["contract", "contracttemplate", "reviewopinion"])
def test_a_forged_key_or_an_endless_search_in_the_admin_is_no_failure(legal, as_, model):
    client = as_(legal)
    assert client.get(f"/admin/contracts/{model}/", {"q": " ".join(f"a{n}" for n in range(1_000))}).status_code == 200
    for key in ("abc", "9" * 5_000, "1.0", "-1"):
        assert client.get(f"/admin/contracts/{model}/{key}/history/").status_code == 404


def test_headers_and_methods_of_no_browser_change_nothing(salesperson, as_):
    """SECURITY E33 to E36, E55."""
    customer, client = make_customer(salesperson), as_(salesperson)
    pool = f"/customers/{customer.pk}/pool/"
    for method in ("put", "patch", "delete", "options", "trace"):
        assert getattr(client, method)(pool, headers={"x-http-method-override": "POST"}).status_code == 405, method
    assert client.head(pool).status_code == 200
    assert type(customer).objects.get(pk=customer.pk).state == "active"
    for headers in (
        {"x-forwarded-host": "evil.example"},
        {"accept-language": "x-" * 5_000},
        {"accept-language": "../../etc/passwd;q=9"},
        {"x-forwarded-for": "127.0.0.1, ' OR 1=1"},
    ):
        answer = client.get("/customers/", headers=headers)
        assert answer.status_code == 200 and "evil.example" not in answer.content.decode(), headers
    assert client.get("/customers/", headers={"host": "evil.example"}).status_code == 400
