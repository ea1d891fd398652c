"""Over all machines: labels, clauses, permissions that exist, states that can be reached, no dead end, no undeclared pair."""

import itertools

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from kernel.clauses import REGISTRY, SECTIONS
from kernel.settings import DEFINITIONS
from kernel.steps import edges_of, machines, steps_of

MACHINES = machines()
TONES = {"idle", "active", "wait", "ok", "bad", "void"}
every_machine = pytest.mark.parametrize("model", MACHINES, ids=lambda m: m._meta.label_lower)


def states_of(model):
    return [value for value, _label in model._meta.get_field("state").flatchoices]


@every_machine
def test_each_step_has_a_label_a_known_clause_and_a_permission(model):
    for step in steps_of(model):
        assert str(step.label), step.name
        assert step.clause in REGISTRY or step.clause in SECTIONS, (step.name, step.clause)
        assert step.permission is not None, step.name
        assert all(c.requirement[0] in REGISTRY for c in step.requirements), step.name
        assert step.source not in ("*", "+"), step.name
        assert step.tone in {"", "primary", "approve", "danger", "quiet"}, step.name
        assert step.comment in {"", "optional", "required"}, step.name


@every_machine
def test_a_button_and_the_state_it_leads_to_do_not_share_a_label(model):
    labels = dict(model._meta.get_field("state").flatchoices)
    shared = {s.name for s in steps_of(model) for t in s.targets if str(s.label) == str(labels[t])}
    assert shared == set()


@every_machine
def test_each_state_is_reached_and_has_a_tone(model):
    reached = {model._meta.get_field("state").default}
    for _round in states_of(model):
        reached |= {new for old, new in edges_of(model) if old in reached}
    assert reached == set(states_of(model))
    assert {model.TONES.get(s, "active") for s in states_of(model)} <= TONES
    assert set(model.TONES) <= set(states_of(model))
    assert set(model.PATH) <= set(states_of(model))


@every_machine
def test_a_return_a_refusal_and_a_void_ask_for_a_reason(model):
    for step in steps_of(model):
        if step.tone == "danger" or step.custom.get("returns"):
            assert step.comment == "required", step.name


@every_machine
def test_time_budgets_name_declared_settings_and_existing_states(model):
    assert set(model.BUDGETS) <= set(states_of(model))
    assert set(model.BUDGETS.values()) <= set(DEFINITIONS)
    assert set(model.OWED_BY_HOLDERS_OF) <= set(model.BUDGETS)


@pytest.mark.django_db
def test_every_permission_named_by_a_step_or_a_role_exists():
    known = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    asked = {s.permission.permission for m in MACHINES for s in steps_of(m)} - {""}
    granted = {p for names in settings.ROLE_PERMISSIONS.values() for p in names}
    assert asked - known == set()
    assert granted - known == set()
    assert asked - granted == set(), "a permission that nobody holds"


@every_machine
@pytest.mark.django_db
@pytest.mark.database
def test_the_database_refuses_every_undeclared_pair(model):
    """On a bare copy of the table's trigger, so that no row of the model has to be made in every state."""
    table = model._meta.db_table
    legal = edges_of(model)
    with connection.cursor() as cursor:
        for old, new in itertools.permutations(states_of(model), 2):
            assert _refused(cursor, table, old, new) == ((old, new) not in legal), (old, new)


def _refused(cursor, table, old, new):
    """Whether the installed trigger refuses the pair: its own condition is asked."""
    return f"'{old}>{new}'" not in _trigger_text(cursor, table)


def _trigger_text(cursor, table):
    if connection.vendor == "sqlite":
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [f"bylaw_{table}_edge"])
    else:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [f"bylaw_{table}_check"])
    return cursor.fetchone()[0]


@every_machine
@pytest.mark.django_db
@pytest.mark.database
def test_no_record_is_born_in_a_later_state(model):
    initial = model._meta.get_field("state").default
    later = next(s for s in states_of(model) if s != initial)
    record = model(state=later)
    with pytest.raises(DatabaseError), transaction.atomic():
        model._base_manager.bulk_create([record])
