"""Promises: reminded once, escalated once, moved with a reason, kept or broken; the outbox mails each notice once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel import clock, jobs, mailing, promises
from kernel.advance import advance, begin
from kernel.models import Agreement, Notice, Promise, PromiseMove


@pytest.fixture
def record(salesperson, manager):
    """A record to promise things on."""
    values = {
        "model": "kernel.agreement",
        "row": 1,
        "clause": "3.1.5c",
        "title": "Case",
        "subject": "s",
        "reason": "why",
    }
    return begin(Agreement(**values, asked_by=salesperson), by=salesperson)


@pytest.fixture
def promise(record, salesperson):
    """Something owed by the salesperson in ten hours."""
    return promises.make(
        record, "answer", due_at=clock.now() + timedelta(hours=10), clause="1.3.3", what="price", owed_by=salesperson
    )


def test_kept_in_time_and_broken_when_late(record, promise):
    assert promises.keep(record, "answer") == 1
    promise.refresh_from_db()
    assert promise.state == "kept"
    late = promises.make(
        record, "answer", due_at=clock.now() + timedelta(hours=1), clause="1.3.3", owed_by=promise.owed_by
    )
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        promises.keep(record, "answer")
    late.refresh_from_db()
    assert late.state == "broken"


def test_one_open_promise_of_a_kind_on_a_record(record, promise):
    with pytest.raises(IntegrityError), transaction.atomic():
        promises.make(record, "answer", due_at=clock.now(), clause="1.3.3", owed_by=promise.owed_by)


def test_moving_needs_a_reason_and_keeps_both_times(promise, manager):
    to = promise.due_at + timedelta(days=1)
    with pytest.raises(ValidationError):
        promises.move(promise, to, reason=" ", by=manager)
    promises.move(promise, to, reason="The customer asked for it", by=manager)
    move = PromiseMove.objects.get()
    assert (move.from_at, move.to_at, move.by) == (promise.due_at, to, manager)
    with time_machine.travel(to + timedelta(hours=1)):
        promises.keep(Agreement.objects.get(), "answer")
        with pytest.raises(ValidationError):
            promises.move(promise, to, reason="again", by=manager)


def test_reminded_at_four_fifths_and_escalated_at_the_end_once_each(promise, salesperson, manager):
    Notice.objects.all().delete()
    Promise.objects.filter(kind="stage").update(
        remind_at=promise.due_at + timedelta(days=9), escalate_at=promise.due_at + timedelta(days=9)
    )
    assert (jobs.remind_due(), jobs.escalate_overdue()) == (0, 0)
    with time_machine.travel(clock.now() + timedelta(hours=8, minutes=5)):
        assert [jobs.remind_due(), jobs.remind_due(), jobs.escalate_overdue()] == [1, 0, 0]
    with time_machine.travel(clock.now() + timedelta(hours=10, minutes=5)):
        assert [jobs.escalate_overdue(), jobs.escalate_overdue()] == [1, 0]
    assert list(Notice.objects.order_by("id").values_list("to", "kind")) == [
        (salesperson.pk, "remind"),
        (manager.pk, "escalate"),
    ]


def test_three_days_of_silence_are_made_up_for_once(promise, director):
    with time_machine.travel(clock.now() + timedelta(days=3)):
        jobs.remind_due()
        jobs.escalate_overdue()
        jobs.remind_due()
        jobs.escalate_overdue()
    assert (
        Notice.objects.filter(kind="escalate", url=promise.url, params__title="Case").count() == 2
    )  # the stage's and this one


def test_a_closed_record_owes_nothing_more(record, promise, salesperson):
    advance(record, "withdraw", by=salesperson)
    assert set(Promise.objects.values_list("kind", "state")) == {("answer", "void"), ("stage", "kept")}


def test_each_notice_is_mailed_once_in_the_readers_language(record, manager, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    manager.language = "en"
    manager.save()
    assert [mailing.send_outbox(), mailing.send_outbox()] == [1, 0]
    [message] = mail.outbox
    assert message.to == [manager.email]
    assert message.subject == "[Bylaw] Waiting for your decision: Terms below the floor margin: Case"
    assert f"/agreements/{record.pk}/" in message.body


def test_a_dead_mail_server_keeps_the_notice_for_later(record, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert mailing.send_outbox() == 0
    notice = Notice.objects.get()
    assert (notice.mailed_at, notice.tries, bool(notice.error)) == (None, 1, True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert mailing.send_outbox() == 1


def test_a_title_with_line_ends_stays_one_subject_line(record, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Notice.objects.update(params={"title": "A\r\nBcc: x@example.com\u2028B"})
    mailing.send_outbox()
    assert "\n" not in mail.outbox[0].subject and "\r" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == [mail.outbox[0].to[0]]


def test_one_row_that_cannot_be_told_keeps_no_other_waiting(record, promise, salesperson, caplog):
    Notice.objects.all().delete()
    bad = Promise.objects.filter(kind="stage")
    bad.update(model="gone.model", owed_by=salesperson, remind_at=promise.made_at, escalate_at=promise.made_at)
    with time_machine.travel(clock.now() + timedelta(hours=11)):
        assert (jobs.remind_due(), jobs.escalate_overdue()) == (1, 1)
    bad = bad.get()
    assert (bad.reminded_at, bad.escalated_at) == (None, None)
    assert f"remind failed on row {bad.pk}" in caplog.text


def test_one_notice_that_cannot_be_written_keeps_no_other_waiting(record, manager, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    bad = Notice.objects.create(to=manager, kind="decide", params={}, effect="bad", at=clock.now() - timedelta(days=1))
    assert mailing.send_outbox() == 1
    bad.refresh_from_db()
    assert (bad.mailed_at, bad.tries, bad.error) == (None, 1, "KeyError: 'title'")
