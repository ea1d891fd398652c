"""The frame of every page: what it shows, what it asks the database, and that it holds under the content policy."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from kernel import context
from kernel.context import shell
from kernel.panels import NavGroup, NavItem
from kernel.settings import forget

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _plain_static(settings):
    settings.COMPANY_MODEL = ""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    forget()
    with translation.override("en"):
        yield


@pytest.fixture
def menu(monkeypatch):
    """A menu of six links in two groups."""
    links = [NavItem(f"/{n}/", "doc", f"Link {n}", n, "wait" if n else "", n == 1) for n in range(6)]
    groups = [NavGroup("", links[:2]), NavGroup("Customers", links[2:])]
    monkeypatch.setattr(context, "navigation", lambda request: groups)
    return groups


def asked(user, **cookies):
    request = RequestFactory().get("/1/")
    request.user = user
    request.COOKIES.update(cookies)
    return request


def someone(**wishes):
    return SimpleNamespace(is_authenticated=True, pk=1, name='<b>"Chou"</b>', title="Manager", **wishes)


def test_visitor_gets_no_menu_and_asks_nothing():
    # the database is closed to this test: any query would raise
    frame = shell(asked(AnonymousUser()))
    assert (frame["signed_in"], list(frame["nav"]), list(frame["tabs"]), frame["unread_count"] + 0) == (
        False,
        [],
        [],
        0,
    )


@pytest.mark.parametrize(
    ("profile", "cookie", "theme"),
    [("", "", ""), ("dark", "", "dark"), ("dark", "light", "light"), ("", "dark", "dark"), ("dark", "pink", "")],
)
def test_quick_switch_goes_before_the_profile(profile, cookie, theme):
    assert shell(asked(someone(theme=profile), bylaw_theme=cookie))["theme"] == theme


@pytest.mark.parametrize(("wish", "keys"), [(True, "on"), (False, "off")])
def test_single_keys_can_be_switched_off(wish, keys):
    assert shell(asked(someone(single_keys=wish)))["single_keys"] == keys


def test_phone_bar_shows_the_first_four_links(menu):
    assert [item.url for item in shell(asked(someone()))["tabs"]] == ["/0/", "/1/", "/2/", "/3/"]


@pytest.mark.django_db
def test_page_frame_is_whole_escaped_and_free_of_inline_code(menu, rf):
    request = asked(someone(theme="dark", single_keys=False))
    request.COOKIES = {}
    html = render_to_string("base.html", {"user": request.user, "request": request, **shell(request)})
    assert 'data-theme="dark"' in html
    assert 'data-keys="off"' in html
    assert html.count('aria-current="page"') == 2  # rail and phone bar
    assert "&lt;b&gt;" in html
    assert '<b>"Chou"</b>' not in html
    assert not INLINE.search(html)
    assert html.index('class="skip"') < html.index('id="nav"') < html.index('id="main"')


@pytest.mark.django_db
def test_page_frame_costs_one_query_for_the_notices(menu, django_assert_num_queries):
    request = asked(someone())
    with django_assert_num_queries(1):
        render_to_string("base.html", {"user": request.user, "request": request, **shell(request)})
