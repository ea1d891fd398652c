"""Sign-in: one answer for whoever may not, a count of wrong tries, safe ways on, links that hold once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from kernel.clock import now
from organization import mails, tasks
from organization.models import User
from organization.throttle import client_address
from organization.tokens import invitation_link, reset_link, reset_tokens

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW = "another fine staple"
LOGIN = "/login/"


@pytest.fixture(autouse=True)
def _jobs_at_once(monkeypatch):
    for task in (tasks.mail_reset, tasks.mail_invitation):
        monkeypatch.setattr(task, "apply_async", lambda arguments, retry, run=task.run: run(*arguments))


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": email, "password": password, **more})


def local(link):
    return "/" + link.split("/", 3)[3]


def test_person_signs_in_by_e_mail_in_any_case_and_comes_home(client, person):
    user = person("salesperson")
    answer = sign_in(client, user.email.upper())
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200


def test_wrong_password_unknown_person_and_leaver_get_the_same_words(client, person):
    known, left = person("salesperson"), person("salesperson", is_active=False)
    tries = [(known.email, "wrong"), ("nobody@example.com", "wrong"), (left.email, PASSWORD)]
    client.cookies["bylaw_language"] = "en"
    answers = [sign_in(client, email, password) for email, password in tries]
    words = [re.findall(r"<p>(E-mail and password[^<]*)</p>", a.content.decode()) for a in answers]
    assert words[0]
    assert words == [words[0]] * 3
    assert {a.status_code for a in answers} == {200}


def test_ninth_wrong_try_is_refused_whatever_the_case_of_the_address(client, person):
    user = person("salesperson")
    spellings = [user.email, user.email.upper(), f" {user.email}", user.email.title()]
    for n in range(8):
        answer = sign_in(client, spellings[n % 4], "wrong")
    assert answer.status_code == 429
    assert sign_in(client, user.email).status_code == 429
    assert sign_in(client, person("salesperson").email).status_code == 302


def test_many_wrong_tries_from_one_place_are_refused_whoever_is_tried(client, person, settings):
    settings.MOST_FAILURES_FROM_ONE_PLACE = 10
    user = person("salesperson")
    answers = [sign_in(client, f"somebody{n}@example.com", "wrong").status_code for n in range(12)]
    assert answers[:10] == [200] * 10
    assert answers[10:] == [429] * 2
    assert sign_in(client, user.email).status_code == 429
    assert (
        client.post(LOGIN, {"username": user.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7").status_code == 302
    )


def test_many_wrong_tries_of_one_person_are_refused_wherever_from(client, person, settings):
    settings.MOST_FAILURES_OF_ONE_PERSON = 10
    data = {"username": person("salesperson").email, "password": "wrong"}
    answers = [client.post(LOGIN, data, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2
    assert sign_in(client, person("salesperson").email).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "'; DROP TABLE", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_place_is_what_our_own_proxy_saw(rf, settings, proxies, told, address):
    settings.PROXIES = proxies
    assert client_address(rf.get("/", headers={"x-forwarded-for": told}, REMOTE_ADDR="192.0.2.1")) == address


@pytest.mark.database
def test_a_look_alike_letter_is_not_the_same_address(person):
    user = person("salesperson")
    user.email = "iris@example.com"
    user.save()
    for forged in ("\u0131ris@example.com", "iri\u017f@example.com"):
        with pytest.raises(User.DoesNotExist):
            User.objects.get_by_natural_key(forged)
    assert User.objects.get_by_natural_key("IRIS@Example.com") == user


@pytest.mark.parametrize("password", ["x" * 1_000_000, "a\x00b", ""])
def test_odd_password_is_an_answer_and_no_error(client, person, password):
    assert sign_in(client, person("salesperson").email, password).status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil", "https:evil", "https://evil/x", "/\\evil", "javascript:alert(1)", "/%0d%0aSet-Cookie:x\r\n"]
)
def test_odd_next_leads_home(client, person, target):
    answer = sign_in(client, person("salesperson").email, next=target)
    assert answer.status_code == 302
    assert answer.url in ("/", "/%0d%0aSet-Cookie:x%0D%0A")
    assert "Set-Cookie" not in "".join(f"{k}:{v}" for k, v in answer.headers.items() if k != "Location")


def test_own_next_is_followed(client, person):
    assert sign_in(client, person("salesperson").email, next="/people/?q=a").url == "/people/?q=a"


def test_sign_in_gives_the_session_a_new_key(client, person):
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["bylaw_session"] = before = session.session_key
    sign_in(client, person("salesperson").email)
    assert client.cookies["bylaw_session"].value != before


def test_signing_out_takes_a_post_and_ends_the_session(as_, person):
    client = as_(person("salesperson"))
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == LOGIN
    assert client.get("/people/").status_code == 302


def test_reset_answers_alike_and_writes_only_to_the_known(client, person):
    user, left = person("salesperson", language="en"), person("salesperson", is_active=False)
    answers = [client.post("/password/forgotten/", {"email": e}) for e in (user.email, "no@example.com", left.email)]
    assert {(a.status_code, a.url) for a in answers} == {(302, "/password/forgotten/sent/")}
    assert [m.to for m in mail.outbox] == [[user.email]]
    assert "http://127.0.0.1:8000/password/new/" in mail.outbox[0].body


def test_asking_often_sends_one_letter(person):
    user = person("salesperson")
    assert [mails.send_reset(user.email) for _ in range(3)] == [True, False, False]


def test_reset_is_asked_for_so_often_from_one_place_and_for_one_person(client, person, settings):
    settings.MOST_RESETS_FROM_ONE_PLACE = 3
    people = [person("salesperson") for _ in range(5)]

    def asked(user, place):
        return client.post("/password/forgotten/", {"email": user.email}, REMOTE_ADDR=place)

    answers = [asked(user, "192.0.2.1") for user in people]
    assert {(a.status_code, a.url) for a in answers} == {(302, reverse("organization:password_reset_done"))}
    assert [m.to for m in mail.outbox] == [[user.email] for user in people[:3]]
    asked(people[4], "192.0.2.2")
    assert len(mail.outbox) == 4
    sent = 1
    for n in range(10):
        with time_machine.travel(now() + timedelta(minutes=6 * (n + 1))):
            sent += mails.send_reset(people[4].email)
    assert sent == 5
    with time_machine.travel(now() + timedelta(days=2)):
        assert mails.send_reset(people[4].email)


def test_reset_link_works_once_and_signs_other_devices_out(client, as_, person):
    user = person("salesperson")
    elsewhere = as_(user)
    link = local(reset_link(user))
    page = client.get(link, follow=True)
    assert page.redirect_chain[-1][0].endswith("/set-password/")
    answer = client.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})
    assert answer.url == reverse("organization:password_reset_complete")
    assert elsewhere.get("/people/").status_code == 302
    assert sign_in(client, user.email, NEW).status_code == 302
    client.logout()
    assert b"new_password1" not in client.get(link, follow=True).content


def test_link_of_one_purpose_person_or_time_serves_no_other(client, person, settings):
    user, other = person("salesperson"), person("salesperson")
    invited = User.objects.create_user("new@example.com", "New")
    token = reset_tokens.make_token(user)
    assert reset_tokens.check_token(user, token)
    assert not reset_tokens.check_token(other, token)
    key, invitation = local(invitation_link(invited)).split("/")[2:4]
    for address in (
        f"/password/new/{key}/{invitation}/",
        f"/welcome/{key}/{invitation[:-1]}x/",
        f"/welcome/{key}/null/",
        f"/welcome/x/{invitation}/",
    ):
        assert b"new_password1" not in client.get(address, follow=True).content, address
    user.is_active = False
    assert not reset_tokens.check_token(user, token)
    user.is_active = True
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert not reset_tokens.check_token(user, token)


def test_invited_person_chooses_a_password_and_is_in(client):
    invited = User.objects.create_user("new@example.com", "New Person", roles=("salesperson",), language="en")
    assert mails.send_invitation(invited.pk)
    link = local(re.search(r"http\S+/welcome/\S+", mail.outbox[0].body)[0])
    for _ in range(3):  # mail scanners open it too
        client.get(link, follow=True)
    page = client.get(link, follow=True)
    assert "New Person" in page.content.decode()
    answer = client.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})
    assert answer.url == "/"
    assert client.get("/people/").status_code == 200
    assert not mails.send_invitation(invited.pk)
    client.logout()
    assert b"new_password1" not in client.get(link, follow=True).content


def test_weak_password_is_refused_in_words(as_, person):
    client = as_(person("salesperson"))
    data = {"old_password": PASSWORD, "new_password1": "12345678", "new_password2": "12345678"}
    answer = client.post("/password/", data)
    assert answer.status_code == 200
    assert "too short" in answer.content.decode()


def test_password_change_keeps_this_device_and_signs_others_out(as_, person):
    user = person("salesperson")
    here, elsewhere = as_(user), as_(user)
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert here.post("/password/", data).url == "/password/saved/"
    assert here.get("/password/saved/").status_code == 200
    assert elsewhere.get("/people/").status_code == 302


def test_role_taken_away_counts_at_the_next_request(as_, director):
    client = as_(director)
    assert client.get("/regulation/1.2/").status_code == 200
    assert "Share kept" in client.get("/regulation/1.2/").content.decode()
    director.set_roles(())
    assert "Share kept" not in client.get("/regulation/1.2/").content.decode()
