"""The approval queue: what may be decided in Python and what the query lists are the same; pages answer in kind."""

import itertools

import pytest

from kernel import inbox
from kernel.advance import advance, begin
from kernel.models import Agreement, Refusal, StateChange, Submission
from kernel.settings import forget
from kernel.steps import steps_of


@pytest.fixture
def agreements(salesperson, manager, director, person):
    """Requests of everybody, one of them decided."""
    other = person("salesperson")
    for n, by in enumerate([salesperson, manager, director, other]):
        values = {
            "model": "kernel.agreement",
            "row": n,
            "clause": "3.1.5c",
            "title": f"Case {n}",
            "subject": "s",
            "reason": "why",
        }
        begin(Agreement(**values, asked_by=by), by=by)
    advance(Agreement.objects.get(title="Case 3"), "withdraw", by=other)
    return list(Agreement.objects.order_by("pk"))


def test_the_queue_lists_exactly_what_may_be_decided(agreements, salesperson, manager, director, legal):
    for user in (salesperson, manager, director, legal):
        forget()
        allowed = {
            a.pk
            for a, s in itertools.product(agreements, steps_of(Agreement))
            if s.approval and s.source == a.state and s.permission(a, user)
        }
        listed = {w.pk for w in inbox.queue(user)}
        assert listed == allowed
        assert inbox.count(user) == len(allowed)


def test_the_managers_own_request_goes_one_level_up(agreements, director):
    assert [w.title for w in inbox.queue(director)] == ["Case 1"]


def test_the_queue_page_shows_the_decision_and_takes_it(agreements, manager, as_):
    client = as_(manager)
    page = client.get("/approvals/").content.decode()
    assert "Case 0" in page and "Case 1" not in page
    agreement = agreements[0]
    url = f"/agreements/{agreement.pk}/agree/"
    assert client.post(url, {"comment": "", "seen": 1}).status_code == 422
    answer = client.post(url, {"comment": "Agreed for this quarter", "seen": 1, "next": "/approvals/"})
    assert (answer.status_code, answer.url) == (302, "/approvals/")
    assert Agreement.objects.get(pk=agreement.pk).state == "agreed"


def test_a_second_click_makes_one_effect(agreements, manager, as_):
    client, agreement = as_(manager), agreements[0]
    form = {"comment": "yes", "seen": 1, "_key": "abc"}
    answers = [client.post(f"/agreements/{agreement.pk}/agree/", form) for _ in range(3)]
    assert [a.status_code for a in answers] == [302, 302, 302]
    assert StateChange.objects.filter(row=agreement.pk, step="agree").count() == 1
    assert client.post(f"/agreements/{agreement.pk}/agree/", form | {"comment": "other"}).status_code == 409
    assert Submission.objects.count() == 1


def test_the_late_one_is_told_who_was_first(agreements, manager, as_):
    advance(agreements[0], "agree", by=manager, comment="yes")
    answer = as_(manager).post(f"/agreements/{agreements[0].pk}/refuse/", {"comment": "no"})
    assert answer.status_code == 409
    assert "Chou Manager" in answer.content.decode()


def test_a_wrong_person_gets_403_a_hidden_row_and_an_unknown_step_404(agreements, salesperson, manager, as_):
    own, foreign = agreements[0], agreements[1]
    client = as_(salesperson)
    assert client.post(f"/agreements/{own.pk}/agree/", {"comment": "x"}).status_code == 403
    assert client.post(f"/agreements/{foreign.pk}/agree/", {"comment": "x"}).status_code == 404
    assert client.post(f"/agreements/{own.pk}/save/", {"comment": "x"}).status_code == 404
    assert client.get(f"/agreements/{own.pk}/withdraw/").status_code == 200
    assert Agreement.objects.get(pk=own.pk).state == "requested"
    assert Refusal.objects.count() == 0


def test_home_and_queue_keep_their_query_budget(agreements, manager, as_, django_assert_max_num_queries):
    client = as_(manager)
    for url in ("/", "/approvals/"):
        with django_assert_max_num_queries(30):
            assert client.get(url).status_code == 200


def test_home_says_once_what_waits_for_a_decision(agreements, manager, as_):
    page = as_(manager).get("/").content.decode()
    waiting = Agreement.objects.filter(state="requested").exclude(asked_by=manager)
    rows = {a.title: page.count(f">{a.title}</a>") for a in waiting}
    assert rows == {a.title: 1 for a in waiting}
