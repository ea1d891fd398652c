"""The clauses of chapters 1 and 2: a violation is made and seen counted and listed."""

from datetime import timedelta

import pytest
from django.utils import translation

from kernel import clock
from kernel.clauses import REGISTRY
from kernel.models import Promise
from organization.models import Office, User
from organization.services import put_in_office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def result(id):
    return REGISTRY[id].result()


@pytest.mark.clause("1.2")
def test_account_without_role_or_department_is_a_violation_of_1_2(person, salesperson):
    kept = result("1.2").kept
    assert (result("1.2").broken, kept) == (0, 2)
    User.objects.create_user("a@example.com", "No place", roles=("legal",))
    person(name="No role")
    User.objects.create_user("b@example.com", "Neither")
    User.objects.create_user("c@example.com", "Left", is_active=False)
    found = result("1.2")
    assert (found.kept, found.broken) == (kept, 3)
    assert [(c.title, c.why) for c in found.cases] == [
        ("Neither", "Has neither role nor department."),
        ("No place", "Has no department."),
        ("No role", "Has no role."),
    ]


@pytest.mark.clause("2.1")
def test_days_without_a_manager_are_violations_of_2_1(person):
    today = clock.today()
    first, second = person(), person()
    Office.objects.create(role="sales_manager", user=first, since=today - timedelta(30), until=today - timedelta(20))
    Office.objects.create(role="sales_manager", user=second, since=today - timedelta(9))
    found = result("2.1")
    assert (found.kept, found.broken) == (11 + 10, 10)
    start, end = today - timedelta(19), today - timedelta(10)
    assert [c.title for c in found.cases] == [f"{start:%Y/%m/%d} – {end:%Y/%m/%d}"]


def test_vacancy_today_is_a_violation_of_2_1(manager):
    office = Office.objects.get()
    office.since, office.until = clock.today() - timedelta(3), clock.today() - timedelta(1)
    office.save()
    assert (result("2.1").kept, result("2.1").broken) == (3, 1)


def test_people_not_under_the_manager_are_violations_of_2_1(person, salesperson, customer_service, director, manager):
    lead = person("salesperson", name="Team lead", boss=manager)
    person("salesperson", name="Under the lead", boss=lead)
    assert result("2.1").broken == 0
    person("salesperson", name="Astray", boss=director, department=None)
    one = person("customer_service", name="Circle", department=None)
    one.boss = one
    one.save()
    assert [c.title for c in result("2.1").cases] == ["Astray", "Circle"]


def test_only_one_manager_is_in_office_and_the_role_goes_with_it(manager, person):
    successor = person(name="Successor")
    put_in_office(user=successor)
    assert [(o.user.name, o.until) for o in Office.objects.order_by("pk")] == [
        ("Chou Manager", clock.today()),
        ("Successor", None),
    ]
    assert User.objects.get(pk=manager.pk).roles == []
    assert User.objects.get(pk=successor.pk).roles == ["sales_manager"]


@pytest.mark.clause("1.3.2")
def test_budget_run_over_is_counted_and_listed_under_1_3_2(salesperson):
    now = clock.now()
    hour = timedelta(hours=1)
    for row, due, state in ((1, now, "kept"), (2, now, "broken"), (3, now - hour, "open"), (4, now + hour, "open")):
        Promise.objects.create(
            kind="stage", clause="1.3.2", model="kernel.agreement", row=row, title=f"Record {row}", what="requested",
            made_at=now, due_at=due, remind_at=due, escalate_at=due, state=state, owed_by=salesperson,
        )  # fmt: skip
    found = result("1.3.2")
    assert (found.kept, found.broken, {c.title for c in found.cases}) == (1, 2, {"Record 2", "Record 3"})
    assert {(c.why, c.who) for c in found.cases} == {("Time budget of the stage “Requested”", "Lin Sales")}


@pytest.mark.parametrize("id", ["1.2", "1.3.1", "1.3.2", "2.1"])
def test_clause_pages_open(as_, director, id):
    assert as_(director).get(f"/regulation/{id}/").status_code == 200
