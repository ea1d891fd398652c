"""Over the whole URLconf: each view declares who may enter, and nobody enters without signing in."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

OUTSIDE = ("admin",)  # the admin site checks its own permissions


def patterns(resolver=None, prefix="", namespaces=()):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from patterns(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern) and not set(namespaces) & set(OUTSIDE):
            yield ":".join((*namespaces, entry.name or "")), prefix + str(entry.pattern), entry.callback


ALL = list(patterns())


@pytest.mark.parametrize(("name", "route", "view"), ALL, ids=[n for n, _r, _v in ALL])
def test_each_view_declares_who_may_enter(name, route, view):
    assert getattr(view, "policy", None) is not None, f"{name} ({route}) has no policy"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "route", "view"), ALL, ids=[n for n, _r, _v in ALL])
def test_nobody_enters_without_signing_in(name, route, view, client):
    if view.policy.public:
        return
    address = "/" + _filled(route)
    answer = client.get(address)
    assert answer.status_code in (302, 405), (address, answer.status_code)
    if answer.status_code == 302:
        assert answer.url.startswith("/login"), answer.url


@pytest.mark.django_db
def test_the_password_alone_opens_nothing_to_who_needs_a_code(as_, legal, settings):
    settings.REQUIRE_OTP = True
    client = as_(legal)
    inner = [f"/{_filled(route)}" for name, route, view in ALL if not view.policy.public and name != "organization:otp"]
    inner += ["/admin/", "/admin/contracts/contract/", "/admin/jsi18n/", "/admin/contracts/contract/1/history/"]
    for address in inner:
        for answer in (client.get(address), client.post(address, {"code": "000000"})):
            assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) == (302, "/login/code/"), (
                address
            )


def _filled(route):
    for kind, value in (("<int:pk>", "1"), ("<slug:step>", "submit"), ("<str:id>", "3.1.1a")):
        route = route.replace(kind, value)
    parts = [("1" if p.startswith("<int") else "x" if p.startswith("<") else p) for p in route.split("/")]
    return "/".join(parts)


def test_no_two_patterns_share_a_name():
    names = [name for name, _route, _view in ALL]
    assert sorted(set(names)) == sorted(names)
