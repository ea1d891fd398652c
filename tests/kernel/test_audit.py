"""The audit chain finds what was changed, and erasing a person leaves it whole."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kernel import audit, jobs, triggers
from kernel.advance import advance, begin
from kernel.models import Agreement, AuditSeal, AuditShape, Notice, PersonalData, StateChange


@pytest.fixture(autouse=True)
def _own_anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = str(tmp_path / "audit" / "anchors")


@pytest.fixture
def chain(salesperson, manager):
    """Some history, sealed."""
    values = {
        "model": "kernel.agreement",
        "row": 1,
        "clause": "3.1.5c",
        "title": "Case",
        "subject": "s",
        "reason": "why",
    }
    agreement = begin(Agreement(**values, asked_by=salesperson), by=salesperson)
    advance(agreement, "agree", by=manager, comment="yes")
    while audit.seal(limit=2):
        pass
    return agreement


def test_the_whole_chain_verifies_and_the_tail_is_reported(chain, salesperson):
    assert audit.verify() == ([], 0)
    salesperson.title = "Senior"
    salesperson.save()
    assert audit.verify() == ([], 1)
    assert audit.seal() == 1
    assert audit.seal() == 0


@pytest.mark.database
def test_a_row_changed_behind_the_triggers_is_found_and_told(chain, person):
    administrator = person("administrator")
    audit.seal()
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_statechange SET comment = 'no'")
    triggers.install()
    problems, _unsealed = audit.verify()
    assert problems == [f"kernel.statechange {StateChange.objects.get().pk} was changed"]
    assert jobs.report_audit() == problems
    assert Notice.objects.filter(to=administrator, kind="audit").count() == 1


@pytest.mark.database
def test_a_row_taken_out_is_found(chain):
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_statechange")
    triggers.install()
    assert [p for p in audit.verify()[0] if p.endswith("is gone")]


@pytest.mark.database
def test_an_end_cut_off_with_its_seals_is_found_by_what_was_noted_outside(chain, salesperson):
    assert [jobs.report_audit(), jobs.report_audit()] == [[], []]
    cut = AuditSeal.objects.order_by("-seq").first()
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {cut.kind.replace('.', '_')} WHERE {history_key(cut.kind)} = %s", [cut.row])
        cursor.execute("DELETE FROM kernel_auditseal WHERE seq = %s", [cut.seq])
    triggers.install()
    assert audit.verify()[0] == []
    assert jobs.report_audit() == [f"the chain no longer holds seal {cut.seq} as it was noted"]
    salesperson.save()
    audit.seal()  # another row takes the number
    assert AuditSeal.objects.filter(seq=cut.seq).exists()
    with pytest.raises(CommandError, match="as it was noted"):
        call_command("verify_audit")


def history_key(kind):
    """The key's column of a sealed table."""
    return next(m for m in audit.sealed_models() if m._meta.label_lower == kind)._meta.pk.column


def test_personal_fields_are_not_in_history_and_erasing_them_keeps_the_chain(chain, salesperson, manager):
    salesperson.phone = "0912-345-678"
    salesperson.save()
    audit.seal()
    row = salesperson.history.first()
    assert not hasattr(row, "phone") and not hasattr(row, "name")
    assert PersonalData.objects.filter(model="organization.user", row=salesperson.pk, field="phone").count() == 1
    salesperson.erase_personal({"name": "erased", "phone": ""}, by=manager)
    assert not PersonalData.objects.filter(model="organization.user", row=salesperson.pk).exists()
    assert audit.verify()[0] == []


def test_saving_again_without_a_change_writes_no_new_version(salesperson):
    before = PersonalData.objects.count()
    salesperson.save()
    assert PersonalData.objects.count() == before
    assert AuditSeal.objects.count() == 0


def test_a_column_added_later_is_no_change_but_a_changed_value_of_then_is(salesperson):
    row = StateChange.objects.create(model="kernel.agreement", row=1, title="x", step="s", from_state="a", to_state="b")
    columns = [f.attname for f in StateChange._meta.concrete_fields if f.attname != "imported"]
    then = AuditShape.objects.create(kind="kernel.statechange", columns=" ".join(columns))
    digest = audit.link(audit.START, StateChange, row, columns)
    AuditSeal.objects.create(seq=1, kind=then.kind, row=row.pk, digest=digest, previous=audit.START, shape=then)
    assert audit.verify()[0] == []
    triggers.remove()
    StateChange.objects.filter(pk=row.pk).update(imported=True)
    assert audit.verify()[0] == []
    StateChange.objects.filter(pk=row.pk).update(title="y")
    assert audit.verify()[0] == [f"kernel.statechange {row.pk} was changed"]
