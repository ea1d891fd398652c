"""What the pages of visits and surveys cost: the same however many rows there are."""

import pytest
from django.urls import reverse

from aftersales import campaigning, surveying, visiting
from aftersales.models import Survey
from benchmarks.counting import own_queries
from kernel.settings import forget
from tests.factories.aftersales import answer, bought, make_campaign, make_questionnaire, make_visit, record_visit
from tests.factories.customers import make_contact, make_customer

LIST, DETAIL, DESK = 12, 20, 30
SIZES = (1, 3, 8)


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


@pytest.fixture
def count(as_):
    """Give a function: the queries that a page costs this person, asked with nothing remembered."""
    clients = {}

    def ask(user, address):
        client = clients.setdefault(user.pk, as_(user, language="zh-hant"))
        forget()
        with own_queries() as asked:
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return asked

    return ask


def at_each_size(count, user, address, grow, most, sizes=SIZES):
    """Grow to each size and count; equal counts, at most so many."""
    found, made = [], 0
    for size in sizes:
        for number in range(made, size):
            grow(number)
        made = size
        found.append(count(user, address))
    numbers = [len(asked) for asked in found]
    assert numbers == [numbers[0]] * len(sizes), f"{numbers}\n" + "\n".join(sql[:300] for sql in found[-1])
    assert numbers[0] <= most, f"{numbers[0]}, at most {most}\n" + "\n".join(sql[:300] for sql in found[-1])


def buyer(salesperson, by, n):
    row = make_customer(salesperson, name=f"客戶{n}股份有限公司")
    make_contact(row, name=f"窗口{n}", email=f"c{n}@example.com")
    bought(row, by, product=f"產品{n % 3}")
    return row


@pytest.mark.parametrize("who", ["customer_service", "manager", "salesperson"])
def test_the_list_of_visits(who, count, customer_service, manager, salesperson, request):
    def grow(n):
        customer = buyer(salesperson, customer_service, n)
        record_visit(make_visit(customer, handler=customer_service, due_in=0), customer_service)
        make_visit(customer, handler=customer_service)

    user = request.getfixturevalue(who)
    at_each_size(count, user, url("visit_list") + "?state=all", grow, LIST)
    at_each_size(count, user, url("visit_list"), lambda n: None, LIST)


def test_a_visits_page(count, customer_service, customer):
    visit = make_visit(customer, handler=customer_service)

    def grow(n):
        visiting.note_attempt(visit, how="phone", note=f"第 {n} 次", by=customer_service)

    at_each_size(count, customer_service, visit.get_absolute_url(), grow, DETAIL)


@pytest.fixture
def campaign(customer_service):
    """A campaign that runs."""
    return make_campaign(customer_service, start=True)


@pytest.fixture
def asked(salesperson, customer_service, campaign):
    """Give a function: one more customer who was asked and has answered, in words too."""

    def grow(n):
        customer = buyer(salesperson, customer_service, n)
        shared = {"occasion": "campaign", "campaign": campaign, "questionnaire": campaign.questionnaire}
        until = surveying.end_of(campaign.ends_on)
        [survey] = surveying.drafted([customer], asked_by=customer_service, expires_at=until, **shared)
        survey.product = f"產品{n % 3}"
        survey.save()
        surveying.invite([survey], by=customer_service, until=until)
        answer(Survey.objects.get(pk=survey.pk), 5, 1 if n % 4 == 3 else 4, f"意見 {n}")

    return grow


@pytest.mark.parametrize("page", ["survey_list", "survey_words", "campaign_list"])
def test_lists_of_surveys(page, count, asked, customer_service):
    at_each_size(count, customer_service, url(page), asked, LIST)


@pytest.mark.parametrize("page", ["survey_results", "campaign_detail", "survey_detail", "survey_take"])
def test_pages_of_surveys(page, count, asked, campaign, customer_service, salesperson):
    buyer(salesperson, customer_service, 99)
    campaigning.run_campaigns()
    survey = Survey.objects.get()
    if page == "survey_results":
        where = url(page) + f"?campaign={campaign.pk}"
    else:
        where = url(page, campaign.pk if page == "campaign_detail" else survey.pk)
    at_each_size(count, customer_service, where, asked, DETAIL)


def test_questionnaires(count, customer_service):
    first = make_questionnaire(customer_service)
    at_each_size(
        count, customer_service, url("questionnaire_list"), lambda n: make_questionnaire(customer_service), LIST
    )
    at_each_size(count, customer_service, first.get_absolute_url(), lambda n: None, DETAIL)


@pytest.mark.parametrize("who", ["customer_service", "manager"])
def test_the_home_page_with_visits_and_calls(who, count, customer_service, manager, salesperson, campaign, request):
    def grow(n):
        customer = make_customer(salesperson, name=f"客戶{n}")
        make_contact(customer, name="窗口", email="", phone="03-555-1")
        make_visit(customer, handler=customer_service)
        shared = {"occasion": "campaign", "campaign": campaign, "questionnaire": campaign.questionnaire}
        until = surveying.end_of(campaign.ends_on)
        [survey] = surveying.drafted([customer], asked_by=customer_service, expires_at=until, **shared)
        survey.save()

    at_each_size(count, request.getfixturevalue(who), "/", grow, DESK, sizes=(1, 3, 6))
