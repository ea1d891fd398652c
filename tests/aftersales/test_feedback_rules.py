"""Feedback: who owes what in each state, rounds, the time promised, the customer's silence, who may what (3.4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aftersales import answering, serving
from aftersales.clauses import begun_again_when_dissatisfied, solved_in_time
from aftersales.models import Feedback, FeedbackMessage
from aftersales.models.feedback import default_time
from kernel import clock, jobs
from kernel.advance import StepRefused, advance
from kernel.models import Letter, Notice, Promise, PromiseMove
from kernel.steps import edges_of
from tests.factories.aftersales import find, fresh, make_cause, make_feedback, report, walk

What, How = FeedbackMessage.What, FeedbackMessage.How


def owed(row, state="open"):
    return set(Promise.objects.of(row).filter(state=state).values_list("kind", flat=True))


def test_the_machine_has_these_steps_and_no_other():
    end = {
        ("received", "assigned"),
        ("assigned", "investigating"),
        ("investigating", "solving"),
        ("solving", "resolved"),
    }
    end |= {("resolved", "confirmed"), ("lapsed", "confirmed"), ("resolved", "lapsed")}
    end |= {("resolved", "investigating"), ("lapsed", "investigating")}
    end |= {("assigned", "received"), ("investigating", "received")}
    end |= {(s, "closed") for s in ("received", "assigned", "investigating", "solving", "resolved")}
    assert edges_of(Feedback) == end


@pytest.mark.clause("2.2.3a", "3.4.1c", "3.4.2a", "3.4.2b", "3.4.2c", "3.4.3a")
def test_who_owes_what_from_receipt_to_the_customers_yes(customer, customer_service, quality):
    row = make_feedback(customer_service, customer, told="")
    assert row.number.startswith(f"FK-{clock.today().year}-")
    assert row.promised_at == default_time("complaint", "normal")
    assert owed(row) == {"pass_on", "solve_by"}
    with pytest.raises(StepRefused):  # the customer has not heard of the time
        advance(row, "assign", by=customer_service, data={"department": "quality"})
    serving.tell_time(row, how=How.LETTER, by=customer_service)
    letter = Letter.objects.get()
    assert (letter.address, letter.subject.split()[0]) == ("wu@example.com", f"[{row.number}]")
    row = walk(row, "assigned", by=customer_service, solver=quality)
    assert owed(row) == {"solve_by", "finding", "progress"}
    assert Notice.objects.filter(to=quality, kind="feedback").exists()
    row = walk(row, "investigating", by=customer_service, solver=quality)
    with pytest.raises(StepRefused):
        advance(row, "solve", by=quality)
    row = walk(row, "resolved", by=customer_service, solver=quality)
    assert owed(row) == {"report"}
    with pytest.raises(StepRefused):  # he was not told the result
        advance(row, "confirm", by=customer_service)
    row = walk(row, "confirmed", by=customer_service, solver=quality)
    assert owed(row) == set()
    assert [r.result for r in row.rounds.all()] == ["satisfied"]
    assert solved_in_time().kept == 1


@pytest.mark.clause("3.4.3b")
def test_a_customer_who_is_not_satisfied_begins_a_new_round_and_the_old_one_is_kept(
    customer, customer_service, quality, manager
):
    row = report(walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality),
                 customer_service)  # fmt: skip
    advance(row, "refuse", by=customer_service, data={"answer": "還是有異音"})
    row = fresh(row)
    assert (row.state, row.round, row.solution, row.reported_at, row.told_at) == ("investigating", 2, "", None, None)
    kept = row.rounds.get()
    assert (kept.result, kept.answer, kept.responsible, kept.solution) == (
        "dissatisfied", "還是有異音", quality, "更換軸承並重新校正",
    )  # fmt: skip
    assert owed(row) == {"solve_by", "finding", "progress"}
    row = walk(row, "solving", by=customer_service, solver=quality)
    with pytest.raises(StepRefused):  # the new time was not told
        advance(find(row, quality), "resolve", by=quality)
    assert begun_again_when_dissatisfied().kept == 1
    with pytest.raises(PermissionDenied):
        advance(row, "close", by=customer_service, comment="x")
    with pytest.raises(StepRefused):
        advance(row, "close", by=manager)
    advance(row, "close", by=manager, comment="要求超出保固範圍")
    assert begun_again_when_dissatisfied().broken == 1
    assert owed(row) == set()


def test_a_silent_customer_is_let_go_by_the_manager_after_two_reminders_and_may_come_back(
    customer, customer_service, quality, manager
):
    row = report(walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality),
                 customer_service)  # fmt: skip
    serving.tell(row, what=What.REMINDER, how=How.PHONE, text="請確認", by=customer_service)
    with clock.at(clock.now() + timedelta(days=20)):
        with pytest.raises(StepRefused):
            advance(fresh(row), "lapse", by=manager)
        serving.tell(fresh(row), what=What.REMINDER, how=How.PHONE, text="請確認", by=customer_service)
        advance(fresh(row), "lapse", by=manager)
        answering.answer(fresh(row), satisfied=False, score=None, text="剛出差回來，問題還在")
    assert (fresh(row).state, fresh(row).round) == ("investigating", 2)
    assert [r.result for r in row.rounds.all()] == ["silent", "dissatisfied"]


def test_a_word_after_the_end_opens_a_linked_case(customer, customer_service, quality):
    row = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    later = answering.say(row, "又發生了")
    assert (later.earlier_id, later.state, later.customer) == (row.pk, "received", customer)
    assert fresh(row).state == "confirmed"


def test_the_time_told_moves_only_with_a_letter_and_the_departments_clock_rests_while_the_customer_owes_a_word(
    customer, customer_service, quality
):
    row = walk(make_feedback(customer_service, customer), "assigned", by=customer_service, solver=quality)
    promised = row.promised_at
    serving.begin_waiting(row, by=customer_service)
    assert "finding" not in owed(row)
    assert Promise.objects.of(row).get(kind="solve_by").due_at == promised
    with clock.at(clock.now() + timedelta(days=10)):
        answering.say(fresh(row), "這是序號照片的說明")
        assert Promise.objects.of(row).get(kind="finding", state="open").due_at > promised
        assert fresh(row).waiting_since is None
    to = promised + timedelta(days=3)
    with pytest.raises(ValidationError):
        serving.move_time(fresh(row), to, reason=" ", how=How.LETTER, by=customer_service)
    serving.move_time(fresh(row), to, reason="等待零件", how=How.LETTER, by=customer_service)
    assert PromiseMove.objects.count() == 2
    assert "等待零件" in Letter.objects.latest("pk").body
    assert fresh(row).promised_at == to


def test_the_manager_hears_at_four_fifths_of_the_time_and_again_when_it_is_over(customer, customer_service, manager):
    row = make_feedback(customer_service, customer)
    due = Promise.objects.of(row).get(kind="pass_on")
    with clock.at(due.remind_at + timedelta(seconds=1)):
        jobs.remind_due()
    assert set(Notice.objects.filter(kind="remind").values_list("to", flat=True)) == {customer_service.pk, manager.pk}
    with clock.at(due.due_at + timedelta(seconds=1)):
        jobs.escalate_overdue()
    assert Notice.objects.filter(kind="escalate", to=manager).exists()


def test_an_inquiry_answered_on_the_spot_takes_all_steps_at_once(customer, customer_service):
    row = Feedback(kind="inquiry", severity="low", customer=customer, subject="保固多久", text="保固多久？")
    done = serving.answer_at_once(row, cause_category=make_cause(), answer="兩年。", by=customer_service)
    assert (done.state, done.handler, done.told_at is not None) == ("confirmed", customer_service, True)
    assert owed(done) == set()


def test_departments_see_what_is_routed_to_them_and_salespeople_their_customers(
    customer, customer_service, quality, salesperson, person, manager
):
    row = make_feedback(customer_service, customer)
    other, production = person("salesperson"), person("production")

    def sees(user):
        return Feedback.objects.visible_to(user).filter(pk=row.pk).exists()

    assert [sees(u) for u in (manager, customer_service, salesperson)] == [True, True, True]
    assert [sees(u) for u in (quality, production, other)] == [False, False, False]
    walk(row, "assigned", by=customer_service, solver=quality)
    assert [sees(u) for u in (quality, production)] == [True, False]
    with pytest.raises(PermissionDenied):
        advance(fresh(row), "investigate", by=production)
    advance(fresh(row), "hand_back", by=quality, comment="屬於物流")
    assert not sees(quality)
    assert owed(row) == {"pass_on", "solve_by"}
