"""Private links and the calendar behind one: it lets in who holds it, tells no name and no amount, and ends when it is told to."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from kernel import clock, feeds, links, logs, promises, throttle
from kernel.clock import now
from kernel.models import Link, Promise, Tally
from organization import services
from organization.models import User
from tests.databases import in_threads
from tests.factories.customers import make_customer, make_opportunity

pytestmark = pytest.mark.django_db
PAGE = "/profile/calendar/"
NAME, STEP = "鴻洲自動化股份有限公司", "打電話給王經理 0912345678 談 NT$ 7,300,037"


@pytest.fixture
def owed(salesperson):
    """A customer's deal with a next step of the salesperson's."""
    customer = make_customer(salesperson, name=NAME)
    deal = make_opportunity(salesperson, customer, name="手臂", stage="research")
    promises.void(deal)
    due = now() + timedelta(days=2)
    return promises.make(deal, "next_step", due_at=due, clause="3.1.6b", what=STEP, owed_by=salesperson)


def link_of(client):
    page = client.post(f"{PAGE}new/").content.decode()
    return "/" + re.search(r"<code>(http[^<]+\.ics)</code>", page)[1].split("/", 3)[3]


def read(address, **more):
    return Client().get(address, **more)


def entries(address):
    return [block.split("END:VEVENT")[0] for block in read(address).content.decode().split("BEGIN:VEVENT")[1:]]


def test_the_calendar_says_what_and_when_and_never_of_whom_or_how_much(owed, salesperson, as_):
    address = link_of(as_(salesperson))
    answer = read(address)
    text = answer.content.decode().replace("\r\n ", "")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert f"UID:promise-{owed.pk}@" in text
    assert f"{owed.due_at:%Y%m%dT%H%M}" in text
    number = Promise.objects.get(pk=owed.pk) and f"Next step: {feeds._numbers([owed])[owed.file]}"
    assert f"SUMMARY:{number}" in text
    for secret in (NAME, "鴻洲", "王經理", "0912345678", "7\\,300", "手臂"):
        assert secret not in text


def test_entries_keep_their_uid_when_moved_and_go_when_kept(owed, salesperson, manager, as_):
    address = link_of(as_(salesperson))
    (before,) = [e for e in entries(address) if f"promise-{owed.pk}@" in e]
    promises.move(owed, now() + timedelta(days=5), reason="客戶出差", by=manager)
    (after,) = [e for e in entries(address) if f"promise-{owed.pk}@" in e]
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after, before != after) == (True, True, True)
    Promise.objects.filter(pk=owed.pk).update(state="kept", ended_at=now())
    assert not [e for e in entries(address) if f"promise-{owed.pk}@" in e]


def test_it_speaks_the_persons_language(owed, salesperson, as_):
    address = link_of(as_(salesperson, language="zh-hans"))
    assert "下一步" in read(address).content.decode().replace("\r\n ", "")


def test_a_day_without_an_hour_is_a_whole_day(owed, salesperson, as_):
    end = clock.local(now()).replace(hour=23, minute=59, second=59)
    Promise.objects.filter(pk=owed.pk).update(due_at=end)
    assert any(f"DTSTART;VALUE=DATE:{end:%Y%m%d}" in e for e in entries(link_of(as_(salesperson))))


def test_shown_once_replaced_and_revoked(owed, salesperson, as_):
    client = as_(salesperson)
    first = link_of(client)
    assert first not in client.get(PAGE).content.decode()
    second = link_of(client)
    assert [read(a).status_code for a in (first, second)] == [404, 200]
    client.post(f"{PAGE}end/")
    assert read(second).status_code == 404
    assert "No link yet" in client.get(PAGE).content.decode()


def test_only_a_digest_is_kept_and_nothing_else_opens_it(owed, salesperson, as_):
    address = link_of(as_(salesperson))
    token = address.split("/")[-1].removesuffix(".ics")
    link = Link.objects.get()
    assert len(token) == 43 and token not in repr(Link.objects.values_list().get())
    tries = [
        token[:-1],
        token + "A",
        token.swapcase(),
        "shared",
        "0",
        "null",
        "true",
        link.digest,
        str(link.pk),
        "x" * 3_000,
    ]
    assert {read(f"/calendar/{wrong}.ics").status_code for wrong in tries} == {404}
    assert links.find("survey", token) is None
    assert {Client().post(address).status_code, Client().put(address).status_code} == {405}


def test_it_ends_with_its_time_and_with_the_account(owed, salesperson, person, as_):
    address = link_of(as_(salesperson))
    with time_machine.travel(now() + timedelta(days=366)):
        assert read(address).status_code == 404
    salesperson = User.objects.get(pk=salesperson.pk)
    User.objects.filter(pk=salesperson.pk).update(is_active=False)
    assert read(address).status_code == 404
    User.objects.filter(pk=salesperson.pk).update(is_active=True)
    services.deactivate(user=salesperson, by=person("administrator"))
    services.reactivate(user=salesperson, by=None)
    assert read(address).status_code == 404


def test_nobody_elses_promises_stand_in_it(owed, person, as_):
    assert f"promise-{owed.pk}@" not in read(link_of(as_(person("salesperson")))).content.decode()


def test_guessing_and_flooding_are_refused_and_others_are_not(owed, salesperson, as_):
    address = link_of(as_(salesperson))
    answers = [read(f"/calendar/{n}.ics").status_code for n in range(31)]
    assert (answers[:30], answers[30]) == ([404] * 30, 429)
    assert read(address).status_code == 200
    answers = [read(address, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(60)]
    assert (answers[58], answers[59]) == (200, 429)
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert read(address).status_code == 200


def test_a_calendar_costs_the_same_for_few_and_many(owed, salesperson, as_, django_assert_max_num_queries):
    address = link_of(as_(salesperson))
    for n in range(8):
        make_opportunity(salesperson, make_customer(salesperson, name=f"聯成{n}"), name=f"案 {n}", stage="negotiation")
    read(address)
    with django_assert_max_num_queries(12):
        read(address)


def test_the_log_holds_no_link():
    event = {"event": "Too Many Requests: /calendar/Abc_-123.ics", "path": "/calendar/Abc_-123.ics"}
    assert "Abc_" not in str(logs.escape_controls(None, "", event))


def test_tries_are_counted_in_their_span_and_forgotten(settings):
    span = timedelta(minutes=5)
    assert [throttle.allowed("x", most=2, within=span) for _ in range(3)] == [True, True, False]
    assert throttle.allowed("y", most=2, within=span)
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert [throttle.allowed("x", most=2, within=span) for _ in range(3)] == [True, True, False]
    assert throttle.clear(now() + timedelta(days=1)) == 2
    assert not Tally.objects.exists()


@pytest.mark.database
def test_tries_at_the_same_moment_are_all_counted(committed_db):
    found = in_threads(lambda n: throttle.allowed("x", most=3, within=timedelta(minutes=5)), range(8))
    assert Tally.objects.get().count == 8
    assert found.count(True) <= 3
    connection.close()
