"""Home shows what one owes once: due things as work, the next ones beside, all of them on a page of their own."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kernel import clock
from kernel.models import Promise
from tests.factories.customers import make_customer, make_opportunity

pytestmark = pytest.mark.django_db


def owe(deal, what, days, **who):
    due = clock.now() + timedelta(days=days)
    return Promise.objects.create(
        kind=f"test{what}", clause="1.3.3", model=deal.label_of(), row=deal.pk, file=deal.customer_id, title=str(deal), what=what,
        url=f"{deal.get_absolute_url()}#{what}", due_at=due, remind_at=due, escalate_at=due, **who,
    )  # fmt: skip


@pytest.fixture
def deal(salesperson):
    record = make_opportunity(salesperson, make_customer(salesperson, name="鴻洲自動化股份有限公司"), name="視覺檢測線")
    Promise.objects.all().delete()
    return record


def parts(page):
    text = page.content.decode()
    return text.split("<aside>")


def test_what_is_due_is_work_and_the_rest_stands_beside(as_, salesperson, deal):
    owe(deal, "overdue thing", -3, owed_by=salesperson)
    owe(deal, "due tomorrow morning", 0.5, owed_by=salesperson)
    owe(deal, "due next week", 7, owed_by=salesperson)
    main, aside = parts(as_(salesperson).get("/"))
    assert "overdue thing" in main and "due tomorrow morning" in main and "due next week" not in main
    assert "due next week" in aside and "overdue thing" not in aside
    assert "<b>鴻洲自動化" in main, "the party first, in bold"
    assert "1 promise is overdue" in main.replace('<b data-state="bad">', "").replace("</b>", "")
    assert f'href="{reverse("promises")}"' in aside and "All 3" in aside


def test_all_of_them_stand_on_a_page_the_most_overdue_first(as_, salesperson, manager, deal):
    owe(deal, "second", 2, owed_by=salesperson)
    owe(deal, "first", -2, owed_by=salesperson)
    owe(deal, "by role", 5, permission="customers.change_opportunity")
    owe(deal, "not mine", -9, owed_by=manager)
    text = as_(salesperson).get(reverse("promises")).content.decode()
    assert text.index("first") < text.index("second") < text.index("by role")
    assert "not mine" not in text and "not mine" in as_(manager).get(reverse("promises")).content.decode()


def test_an_empty_page_says_so(as_, person):
    assert "You owe nobody anything" in as_(person("hr")).get(reverse("promises")).content.decode()


def test_a_rejected_contract_is_named_to_its_drafter(as_, salesperson, manager, person, legal):
    from kernel.advance import advance
    from tests.factories.contracts import make_contract, make_template, submit

    contract = submit(make_contract(salesperson, make_template(person("legal"), legal)))
    advance(contract, "reject", by=manager, comment="No capacity this year")
    main, _aside = parts(as_(salesperson).get("/"))
    assert "Rejected lately" in main and contract.number in main
