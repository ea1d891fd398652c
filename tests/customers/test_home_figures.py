"""The home page's buttons per role, and the manager's figures of his team."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.models import Opportunity
from customers.team import late_promises, stage_figures
from kernel import clock
from kernel.models import Promise
from kernel.panels import QUICK, quick_actions
from tests.factories import customers as make

pytestmark = pytest.mark.django_db

FIRST = {
    "salesperson": "/opportunities/new/",
    "customer_service": "/feedback/new/",
    "sales_manager": "/approvals/?kind=contracts.contract",
    "director": "/opportunities/closed/",
    "legal": "/approvals/?kind=contracts.contract",
    "custodian": "/contracts/seals/?state=approved",
}


@pytest.mark.parametrize("role", FIRST)
def test_each_role_starts_from_its_buttons_and_each_opens(role, person, as_):
    user = person(role)
    actions = quick_actions(user)
    assert actions[0].url == FIRST[role] and len(actions) <= QUICK
    client = as_(user)
    page = client.get("/").content.decode()
    for action in actions:
        assert f'href="{action.url}"' in page
        assert client.get(action.url).status_code == 200


def test_who_has_nothing_to_start_sees_no_button(person, as_):
    user = person("hr")
    user.groups.clear()
    assert quick_actions(user) == []
    assert as_(user).get("/").status_code == 200


def test_open_opportunities_are_counted_by_stage_and_currency(salesperson):
    for stage, value, currency in (
        ("research", 100, "TWD"),
        ("research", 50, "CNY"),
        ("research", None, "TWD"),
        ("needs", 7, "TWD"),
    ):
        record = make.make_opportunity(salesperson, stage=stage)
        Opportunity.objects.filter(pk=record.pk).update(expected_value=value, currency=currency)
    found = {s.state: (s.count, s.values) for s in stage_figures()}
    assert list(found) == ["research", "screening", "first_contact", "needs", "negotiation", "follow_up"]
    assert found["research"] == (3, [("CNY", Decimal(50)), ("TWD", Decimal(100))])
    assert found["needs"] == (1, [("TWD", Decimal(7))])
    assert found["screening"] == (0, [])


def test_overdue_promises_are_counted_by_salesperson(salesperson, person, manager, as_):
    other, service = person("salesperson", name="Ann"), person("customer_service")
    record = make.make_opportunity(salesperson)
    Promise.objects.all().delete()
    for number, (by, hours) in enumerate([(salesperson, -1), (other, -1), (other, -2), (other, 5), (service, -1)]):
        Promise.objects.create(
            kind=f"k{number}", model="customers.opportunity", row=record.pk, owed_by=by, title="x", what="x", url="/",
            **dict.fromkeys(("due_at", "remind_at", "escalate_at"), clock.now() + timedelta(hours=hours)),
        )  # fmt: skip
    assert [(row["owed_by"], row["n"]) for row in late_promises()] == [(other.pk, 2), (salesperson.pk, 1)]
    page = as_(manager).get("/").content.decode()
    assert "Open opportunities by stage" in page and f"?owner={other.pk}&amp;overdue=on" in page
    assert "Open opportunities by stage" not in as_(salesperson).get("/").content.decode()


def test_the_managers_home_keeps_its_budget(salesperson, manager, as_, django_assert_max_num_queries):
    for stage in ("research", "negotiation", "follow_up"):
        make.make_opportunity(salesperson, stage=stage)
    client = as_(manager)
    with django_assert_max_num_queries(30):
        assert len(client.get("/").content) < 60_000
