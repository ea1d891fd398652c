"""Follow-ups by grade, promises of a next step, carried evidence, duplicates, agreements: what happens by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from customers import reports, services, tasks
from customers.duplicates import alike_to
from customers.models import (
    Customer,
    FollowUp,
    Interaction,
    Need,
    Opportunity,
    Risk,
    Scorecard,
)
from kernel import clock, jobs
from kernel.advance import advance, begin
from kernel.clauses import REGISTRY
from kernel.models import Notice, Promise
from kernel.models.agreements import Agreement
from tests.factories import customers as make
from tests.factories.customers import state_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("grade", "days"), [("key", 7), ("A", 10), ("B", 14), ("C", 21)])
def test_follow_ups_are_scheduled_by_grade_and_the_next_one_by_itself(grade, days, salesperson):
    customer = make.make_customer(salesperson, grade=grade)
    record = make.make_opportunity(salesperson, customer, stage="follow_up")
    due = Promise.objects.open().get(kind="follow_up").due_at
    assert timedelta(0) <= clock.local(due).date() - (clock.today() + timedelta(days)) <= timedelta(12)
    services.record_follow_up(
        FollowUp(opportunity=record, contact=customer.contacts.first(), progress_reported="p", decision_state="d"),
        by=salesperson,
    )
    assert list(Promise.objects.filter(kind="follow_up").order_by("pk").values_list("state", flat=True)) == [
        "kept",
        "open",
    ]


def test_a_missed_follow_up_is_overdue_and_goes_to_the_manager_after_some_days(salesperson, manager):
    make.make_opportunity(salesperson, stage="follow_up")
    promise = Promise.objects.open().get(kind="follow_up")
    Notice.objects.filter(kind="escalate").delete()
    told = Notice.objects.filter(kind="escalate", to=manager)
    escalated = lambda: sum("Hongzhou" in n.params["what"] for n in told.all())  # noqa: E731
    with time_machine.travel(promise.due_at + timedelta(days=1, hours=23)):
        jobs.escalate_overdue()
        assert Promise.objects.get(pk=promise.pk).is_overdue and not escalated()
        assert not state_of(Opportunity.objects.get(), "is_in_touch")[0]
    with time_machine.travel(promise.due_at + timedelta(days=2, hours=1)):
        jobs.escalate_overdue()
        jobs.escalate_overdue()
    assert escalated() == 1


@pytest.mark.clause("3.1.6b")
def test_a_missed_follow_up_breaks_the_clause_and_is_listed(salesperson):
    record = make.make_opportunity(salesperson, stage="follow_up")
    result = REGISTRY["3.1.6b"].result
    assert (result().kept, result().broken) == (0, 0)
    due = Promise.objects.open().get(kind="follow_up").due_at
    with time_machine.travel(due + timedelta(hours=1)):
        found = result()
        assert (found.kept, found.broken) == (0, 1)
        assert [(c.url, c.who) for c in found.cases] == [(record.get_absolute_url(), str(salesperson))]
        services.record_follow_up(
            FollowUp(
                opportunity=record,
                contact=record.customer.contacts.first(),
                progress_reported="p",
                decision_state="d",
            ),
            by=salesperson,
        )
        assert (result().kept, result().broken) == (0, 1), "done too late is broken for good"


def test_a_lost_schedule_is_made_up_for_once(salesperson):
    record = make.make_opportunity(salesperson, stage="follow_up")
    Promise.objects.filter(kind="follow_up").delete()
    tasks.schedule_follow_ups()
    tasks.schedule_follow_ups()
    assert Promise.objects.open().filter(kind="follow_up", row=record.pk).count() == 1


@pytest.mark.parametrize("step", ["lose", "send_back"])
def test_leaving_follow_up_ends_the_cadence(step, salesperson):
    record = make.make_opportunity(salesperson, stage="follow_up")
    advance(record, step, by=salesperson, comment="x", data={"lost_reason": "other"})
    assert Promise.objects.get(kind="follow_up").state == "void"


def test_a_named_follower_owes_what_is_promised(salesperson, person):
    record = make.make_opportunity(salesperson, stage="follow_up")
    follower, before = person("salesperson"), record.follower
    record.follower = follower
    services.name_follower(record, before=before)
    assert Promise.objects.open().get(kind="follow_up").owed_by == follower


def test_the_next_step_is_promised_and_kept_by_the_next_contact(salesperson):
    record = make.make_opportunity(salesperson, stage="first_contact")
    values = {"customer": record.customer, "opportunity": record, "summary": "Called"}
    services.log_interaction(
        Interaction(**values, next_step="Visit", next_on=clock.today() + timedelta(3)), by=salesperson
    )
    assert Promise.objects.open().get(kind="next_step").label == "Next step: Visit"
    services.log_interaction(Interaction(**values), by=salesperson)
    assert Promise.objects.get(kind="next_step").state == "kept"


# --- repeat customers, duplicates, clauses -------------------------------------------------------------
def test_fresh_evidence_of_a_repeat_customer_is_carried_over_and_marked(salesperson):
    first = make.make_opportunity(salesperson, stage="negotiation")
    second = services.open_opportunity(
        Opportunity(customer=first.customer, owner=salesperson, name="More arms"), by=salesperson
    )
    assert second.state == "research" and second.carried_from == first
    for model in (Scorecard, Need, Interaction):
        copy = model.objects.get(opportunity=second)
        original = model.objects.get(opportunity=first)
        assert copy.carried_from == first and (copy.by, copy.at) == (original.by, original.at)
    with time_machine.travel(clock.now() + timedelta(days=181)):
        third = services.open_opportunity(
            Opportunity(customer=first.customer, owner=salesperson, name="Spare parts"), by=salesperson
        )
        assert not Need.objects.filter(opportunity=third).exists()


def test_duplicates_are_found_across_scripts_suffixes_and_numbers(salesperson):
    customer = make.make_customer(salesperson, name="鴻洲自動化股份有限公司", registration_number="04595257")
    assert [a.customer for a in alike_to("鸿洲自动化 有限公司")] == [customer]
    assert [a.customer for a in alike_to("Other", "0459 5257")] == [customer]
    assert alike_to("Other") == []
    assert alike_to("鴻洲自動化", but=customer.pk) == []


@pytest.mark.clause("1.3.4", "2.2.2a", "2.2.2c")
def test_the_watched_clauses_count_and_list_a_violation(salesperson):
    customer = make.make_customer(salesperson)
    begin(Risk(customer=customer, text="Late", likelihood=5, impact=5, owner=salesperson), by=salesperson)
    assert reports.risks_cared_for().broken == 1
    assert (reports.related().kept, reports.related().broken) == (1, 0)
    with time_machine.travel(clock.now() + timedelta(days=200)):
        assert (reports.related().kept, reports.related().broken) == (0, 1)
        news = reports.market_news()
        assert (news.kept, news.broken, [c.title for c in news.cases]) == (0, 1, [str(salesperson)])
        make.make_insight(make.make_segment(), salesperson)
        assert reports.market_news().kept == 1


def test_numbers_have_no_gaps_and_a_failure_gives_its_number_back(salesperson):
    first = make.make_customer(salesperson)
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.create(name="No owner")
    second = make.make_customer(salesperson, name="Second")
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1


def test_agreements_below_the_mark_stand_in_the_managers_queue(salesperson, manager):
    from kernel import inbox

    record = make.make_opportunity(salesperson, stage="screening")
    make.screen(record, salesperson, score=1)
    services.ask_for_score(Opportunity.objects.get(), reason="r", by=salesperson)
    [waiting] = inbox.queue(manager)
    assert (waiting.title, waiting.party) == (f"Scorecard below the pass mark: {record.name}", str(record.customer))
    assert waiting.facts == ("1.00 of 5, pass mark 3.00",)
    with translation.override("zh-hant"):
        assert str(Agreement.objects.get()) == f"篩選評分低於及格分數：{record}"
