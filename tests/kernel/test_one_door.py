"""The one door: lock, who may, what is missing, one row per change, told to whom it concerns, all or nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from kernel.advance import AlreadyMoved, StepRefused, advance, begin
from kernel.models import Agreement, Notice, Promise, StateChange
from kernel.models.agreements import agreed, ask
from kernel.settings import forget


@pytest.fixture
def request_of(salesperson, manager):
    """An exception that a salesperson asked for."""

    def make(by=salesperson, **fields):
        values = {
            "model": "kernel.agreement",
            "row": 1,
            "clause": "3.1.5c",
            "title": "Margin",
            "subject": "m=1",
            "reason": "why",
        }
        return begin(Agreement(**values | fields, asked_by=by), by=by)

    return make


def test_a_step_changes_state_and_leaves_one_row_who_when_why(request_of, manager):
    agreement = request_of()
    change = advance(agreement, "agree", by=manager, comment="Worth it")
    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.decided_by, agreement.version) == ("agreed", manager, 2)
    assert list(StateChange.objects.values_list("from_state", "to_state", "by", "comment")) == [
        ("requested", "agreed", manager.pk, "Worth it")
    ]
    with translation.override("en"):
        assert change.label == "Agree"
    assert agreement.history.first().history_user == manager


def test_a_decision_that_needs_a_reason_is_refused_without_one(request_of, manager):
    agreement = request_of()
    with pytest.raises(StepRefused):
        advance(agreement, "agree", by=manager, comment="  ")
    assert Agreement.objects.get().state == "requested"


def test_nobody_decides_on_what_he_himself_submitted(request_of, manager, director):
    agreement = request_of(by=manager)
    with pytest.raises(PermissionDenied):
        advance(agreement, "agree", by=manager, comment="mine")
    advance(agreement, "agree", by=director, comment="one level up")


def test_the_director_decides_only_when_nobody_below_may(request_of, director):
    with pytest.raises(PermissionDenied):
        advance(request_of(), "agree", by=director, comment="not mine")


def test_the_second_decider_is_told_who_was_first(request_of, manager):
    agreement = request_of()
    advance(agreement, "agree", by=manager, comment="yes")
    with pytest.raises(AlreadyMoved) as told:
        advance(agreement, "refuse", by=manager, comment="no")
    assert told.value.change.by == manager
    assert "Chou Manager" in told.value.message


def test_a_decision_on_a_record_changed_meanwhile_is_refused(request_of, manager):
    agreement = request_of()
    with pytest.raises(StepRefused):
        advance(agreement, "agree", by=manager, comment="yes", seen=agreement.version + 1)


def test_the_ones_concerned_are_told_and_the_actor_is_not(
    request_of, manager, salesperson, django_assert_max_num_queries
):
    agreement = request_of()
    assert list(Notice.objects.values_list("to", "kind")) == [(manager.pk, "decide")]
    forget()
    with django_assert_max_num_queries(18):
        advance(agreement, "agree", by=manager, comment="yes")
    assert list(Notice.objects.filter(kind="step").values_list("to", flat=True)) == [salesperson.pk]


def test_the_time_budget_is_a_promise_kept_by_the_decision(request_of, manager):
    agreement = request_of()
    promise = Promise.objects.get()
    assert (promise.kind, promise.permission, promise.state) == ("stage", "kernel.agree_exception", "open")
    advance(agreement, "agree", by=manager, comment="yes")
    assert Promise.objects.get().state == "kept"


def test_nothing_is_left_when_something_fails_late(request_of, manager):
    from kernel.advance import advanced

    def fail(**_):
        raise ValueError("a receiver fails")

    agreement = request_of()
    before = (Notice.objects.count(), StateChange.objects.count(), Agreement.history.count())
    advanced.connect(fail, sender=Agreement)
    try:
        with pytest.raises(ValueError, match="receiver"), transaction.atomic():
            advance(agreement, "agree", by=manager, comment="yes")
    finally:
        advanced.disconnect(fail, sender=Agreement)
    assert (Notice.objects.count(), StateChange.objects.count(), Agreement.history.count()) == before
    assert Agreement.objects.get().state == "requested"


def test_an_agreement_holds_for_exactly_what_was_agreed(request_of, manager, salesperson):
    record = request_of()
    asked = ask(record, "3.1.5c", "margin=12.50", title="t", reason="r", by=salesperson)
    assert ask(record, "3.1.5c", "margin=12.50", title="t", reason="r", by=salesperson) == asked
    advance(asked, "agree", by=manager, comment="yes")
    assert agreed(record, "3.1.5c", "margin=12.50")
    assert not agreed(record, "3.1.5c", "margin=12.49")


def _by_raw_sql(_agreement):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_agreement SET state = 'agreed'")


def _by_bulk_update(agreement):
    agreement.__dict__["state"] = "agreed"
    Agreement.objects.bulk_update([agreement], ["state"])


def _by_deferred_load(_agreement):
    row = Agreement.objects.defer("state").get()
    row.state = "agreed"
    row.save()


WAYS_ROUND = {
    "create": lambda a: Agreement.objects.create(**_values(a), state="agreed"),
    "update": lambda a: Agreement.objects.filter(pk=a.pk).update(state="agreed"),
    "raw SQL": _by_raw_sql,
    "bulk update": _by_bulk_update,
    "deferred load": _by_deferred_load,
}


@pytest.mark.database
@pytest.mark.parametrize("how", WAYS_ROUND)
@pytest.mark.clause("1.3.1")
def test_no_way_round_the_door_writes_an_illegal_state(request_of, how):
    agreement = request_of()
    advance(agreement, "withdraw", by=agreement.asked_by)
    agreement = Agreement.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        WAYS_ROUND[how](agreement)
    assert Agreement.objects.get().state == "withdrawn"


@pytest.mark.database
@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE kernel_statechange SET comment = 'x'",
        "DELETE FROM kernel_statechange",
        "DELETE FROM kernel_historicalagreement",
        "UPDATE kernel_historicalagreement SET title = 'x'",
    ],
)
def test_audit_rows_can_be_neither_changed_nor_deleted(request_of, verb):
    agreement = request_of()
    advance(agreement, "withdraw", by=agreement.asked_by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


def _values(agreement):
    names = ("clause", "model", "row", "title", "subject", "reason", "asked_by")
    return {name: getattr(agreement, name) for name in names}
