"""Where one is signed in: everybody sees and ends his own, and what was ended is out at its next request."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import translation

from benchmarks.counting import own_queries
from kernel.clock import now
from organization import devices, services, signins
from organization.models import SignIn, User

pytestmark = pytest.mark.django_db
PAGE = "/profile/signed-in/"
PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    signins._touched.clear()


def sign_in(user, agent=FIREFOX, **more):
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client(HTTP_USER_AGENT=agent, **more)
    assert client.post("/login/", {"username": user.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/profile/").status_code == 200


def test_each_device_is_named_with_its_address_and_this_one_is_told_apart(salesperson):
    here = sign_in(salesperson)
    sign_in(salesperson, PHONE, REMOTE_ADDR="192.0.2.7")
    page = here.get(PAGE).content.decode()
    assert [words in page for words in ("Firefox on Linux", "Safari on iPhone", "192.0.2.7")] == [True] * 3
    assert page.count("the one you are using") == 1
    assert page.index("Firefox on Linux") < page.index("Safari on iPhone")


def test_ended_means_out_at_the_next_request_and_only_there(salesperson):
    here, phone = sign_in(salesperson), sign_in(salesperson, PHONE)
    row = SignIn.objects.get(agent=PHONE)
    here.post(f"{PAGE}{row.pk}/end/")
    assert (is_in(here), is_in(phone)) == (True, False)
    assert "Safari on iPhone" not in here.get(PAGE).content.decode().replace("Signed out: Safari on iPhone", "")
    assert here.post(f"{PAGE}{row.pk}/end/").status_code == 404


def test_all_others_are_ended_at_once(salesperson):
    here, others = sign_in(salesperson), [sign_in(salesperson, PHONE) for _ in range(3)]
    assert "3 other sign-ins ended." in here.post(f"{PAGE}others/end/", follow=True).content.decode()
    assert [is_in(client) for client in (here, *others)] == [True, False, False, False]


def test_nobody_sees_or_ends_anothers(salesperson, person, as_):
    sign_in(salesperson, PHONE)
    row = SignIn.objects.get()
    for other in (person("salesperson"), person("administrator")):
        client = as_(other)
        assert "Safari on iPhone" not in client.get(PAGE).content.decode()
        assert client.post(f"{PAGE}{row.pk}/end/").status_code == 404
        client.post(f"{PAGE}others/end/")
    assert SignIn.objects.filter(pk=row.pk).exists()


def test_this_one_is_not_ended_from_its_own_page(salesperson):
    here = sign_in(salesperson)
    row = SignIn.objects.get()
    assert "sign out to end it" in here.post(f"{PAGE}{row.pk}/end/", follow=True).content.decode()
    assert is_in(here)


def test_a_new_password_ends_the_others_on_the_page_too(salesperson):
    here, phone = sign_in(salesperson), sign_in(salesperson, PHONE)
    sent = {"old_password": PASSWORD, "new_password1": "another fine staple", "new_password2": "another fine staple"}
    assert here.post("/password/", sent).status_code == 302
    assert (is_in(here), is_in(phone)) == (True, False)
    assert "Safari on iPhone" not in here.get(PAGE).content.decode()
    assert "Firefox on Linux" in here.get(PAGE).content.decode()


def test_who_leaves_is_nowhere_signed_in(salesperson, person):
    here = sign_in(salesperson)
    services.deactivate(user=User.objects.get(pk=salesperson.pk), by=person("administrator"))
    assert not is_in(here)
    assert not SignIn.objects.filter(user=salesperson).exists()


def test_signing_out_takes_the_row_away_by_night(salesperson):
    here = sign_in(salesperson)
    here.post("/logout/")
    assert signins.of(User.objects.get(pk=salesperson.pk)) == []
    assert signins.clear() == 1
    assert not SignIn.objects.exists()


def test_a_session_whose_time_is_over_is_forgotten(salesperson):
    sign_in(salesperson)
    with time_machine.travel(now() + timedelta(days=8)):
        signins.clear()
    assert (Session.objects.count(), SignIn.objects.count()) == (0, 0)


def test_last_seen_costs_nothing_but_every_five_minutes(salesperson):
    here = sign_in(salesperson)
    first = SignIn.objects.get()
    here.get("/profile/")
    with own_queries() as asked:
        here.get("/profile/")
    assert not [sql for sql in asked if "organization_signin" in sql]
    with time_machine.travel(now() + timedelta(minutes=6)):
        here.get("/profile/", REMOTE_ADDR="192.0.2.9")
    later = SignIn.objects.get()
    assert later.seen_at > first.seen_at + timedelta(minutes=5)
    assert (later.since, later.address) == (first.since, "192.0.2.9")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8", "WeChat on Android"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_browser_is_named_by_its_own_words(agent, words):
    with translation.override("en"):
        assert devices.in_words(agent) == words


def test_what_a_browser_says_is_shown_as_text_and_cut(salesperson):
    here = sign_in(salesperson, "<script>\x1b[31m" + "x" * 5_000)
    assert "<script>\\x1b" not in here.get(PAGE).content.decode()
    assert len(SignIn.objects.get().agent) == 300
