"""Feedback that nobody moves is remembered, and news to the customer is owed whatever way it came in hand (3.4.2b, c)."""

from datetime import timedelta

import pytest

from aftersales import reminding, serving
from aftersales.models import FeedbackMessage
from kernel import calendar, clock
from kernel.models import Notice, Promise
from tests.factories.aftersales import fresh, make_feedback, walk

DAY = 8  # working hours
What, How = FeedbackMessage.What, FeedbackMessage.How


def reminded():
    return [
        (n.to, n.params["what"]) for n in Notice.objects.filter(effect__startswith="stalled:").order_by("pk")
    ]  # fmt: skip


@pytest.mark.database
def test_what_nobody_moves_is_told_again_and_again_then_to_the_superior_too(
    customer, customer_service, quality, manager
):
    start = clock.now()
    row = walk(make_feedback(customer_service, customer), "investigating", by=customer_service, solver=quality)
    assert reminding.remind_stalled() == 0
    with clock.at(calendar.add_working_hours(start, 2 * DAY + 1)):
        assert reminding.remind_stalled() == 1
        reminding.remind_stalled()
        assert reminded() == [(quality, "nothing was done or said for 2 working days")]
    later = calendar.add_working_hours(start, 4 * DAY + 1)
    with clock.at(later):
        reminding.remind_stalled()
        assert {to for to, _what in reminded()[1:]} == {quality, manager}
        serving.tell(row, what=What.NOTE, how="", text="零件明天到", by=quality)
    with clock.at(calendar.add_working_hours(later, DAY)):
        assert reminding.remind_stalled() == 0
    assert len(reminded()) == 3


def test_what_waits_for_the_customer_or_is_solved_is_left_alone_and_what_is_not_passed_on_is_its_takers(
    customer, customer_service, quality
):
    waiting = walk(make_feedback(customer_service, customer), "assigned", by=customer_service, solver=quality)
    serving.begin_waiting(waiting, by=customer_service)
    walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality)
    make_feedback(customer_service, customer)
    with clock.at(calendar.add_working_hours(clock.now(), 3 * DAY)):
        assert reminding.remind_stalled() == 1
    assert {to for to, _what in reminded()} == {customer_service}


@pytest.mark.database
def test_news_is_owed_even_where_nobody_promised_it(customer, customer_service, quality):
    row = walk(make_feedback(customer_service, customer), "assigned", by=customer_service, solver=quality)
    open_ = Promise.objects.of(row).open().filter(kind=serving.PROGRESS)
    assert reminding.owe_missing_progress() == 0
    open_.delete()
    assert (reminding.owe_missing_progress(), reminding.owe_missing_progress()) == (1, 0)
    owed = open_.get()
    days = 3
    assert owed.due_at == calendar.add_working_hours(owed.made_at, days * DAY)
    with clock.at(owed.due_at - timedelta(minutes=1)):
        serving.tell(fresh(row), what=What.PROGRESS, how=How.PHONE, text="正在更換零件", by=customer_service)
    owed.refresh_from_db()
    assert owed.state == "kept"
    assert open_.count() == 1
