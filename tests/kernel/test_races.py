"""Many at once: one decision wins and the others are told; writers queue instead of failing; jobs act once."""

import pytest
from django.test import Client

from kernel import audit, jobs, mailing
from kernel.advance import AlreadyMoved, advance, begin
from kernel.models import Agreement, AuditSeal, Notice, StateChange
from tests.databases import in_threads

pytestmark = [pytest.mark.database, pytest.mark.slow]
MANY = 20


@pytest.fixture
def record(committed_db, person):
    """A request that all of twenty people may decide."""
    asker = person("salesperson")
    values = {
        "model": "kernel.agreement",
        "row": 1,
        "clause": "3.1.5c",
        "title": "Case",
        "subject": "s",
        "reason": "why",
    }
    return begin(Agreement(**values, asked_by=asker), by=asker)


@pytest.fixture
def deciders(committed_db, person):
    """Twenty people who may decide."""
    return [person("sales_manager") for _ in range(MANY)]


def test_twenty_decide_at_once_and_one_wins(record, deciders):
    results = in_threads(lambda user: advance(record, "agree", by=user, comment="yes"), deciders)
    winners = [r for r in results if isinstance(r, StateChange)]
    told = [r for r in results if isinstance(r, AlreadyMoved)]
    assert (len(winners), len(told)) == (1, MANY - 1)
    assert {t.change for t in told} == set(winners)
    assert StateChange.objects.count() == 1


def test_twenty_click_the_button_at_once_and_one_wins(record, deciders):
    def click(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(f"/agreements/{record.pk}/agree/", {"comment": "yes", "seen": 1}).status_code

    assert sorted(in_threads(click, deciders)) == [302] + [409] * (MANY - 1)


def test_one_form_sent_twenty_times_at_once_has_one_effect(record, deciders):
    clients = []
    for _ in range(MANY):
        clients.append(Client())
        clients[-1].force_login(deciders[0], backend="django.contrib.auth.backends.ModelBackend")
    form = {"comment": "yes", "seen": 1, "_key": "one"}
    answers = in_threads(lambda c: c.post(f"/agreements/{record.pk}/agree/", form).status_code, clients)
    assert set(answers) <= {302, 409}
    assert StateChange.objects.count() == 1


def test_twenty_writers_and_no_database_is_locked(committed_db, person):
    people = [person("salesperson") for _ in range(MANY)]

    def write(user):
        for n in range(5):
            values = {
                "model": "kernel.agreement",
                "row": n,
                "clause": "3.1.5c",
                "title": "Case",
                "subject": "s",
                "reason": "why",
            }
            advance(begin(Agreement(**values, asked_by=user), by=user), "withdraw", by=user)

    assert in_threads(write, people) == [None] * MANY
    assert StateChange.objects.count() == MANY * 5


def test_two_workers_send_each_mail_once(record, deciders, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    waiting = Notice.objects.filter(mailed_at=None).count()
    assert sum(in_threads(lambda _n: mailing.send_outbox(), range(4))) == waiting
    assert not Notice.objects.filter(tries__gt=1).exists()


def test_two_beats_remind_once_and_two_sealers_make_one_chain(record, deciders):
    from kernel.models import Promise

    Promise.objects.update(remind_at=record.state_at)
    assert sum(in_threads(lambda _n: jobs.remind_due(), range(4))) == 1
    in_threads(lambda _n: audit.seal(), range(4))
    assert audit.verify() == ([], 0)
    assert list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True)) == list(
        range(1, AuditSeal.objects.count() + 1)
    )
