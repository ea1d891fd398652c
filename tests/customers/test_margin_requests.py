"""The request to agree to terms below the floor margin: in the queue and on its page with the figures it turns on."""

from decimal import Decimal

import pytest

from customers import services
from customers.models import Opportunity, TermSheet
from kernel import inbox
from kernel.models import Agreement
from tests.factories import customers as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(salesperson):
    """Somebody sells for 1,000 what costs 850, below the floor of 20 %."""
    record = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(record, salesperson, unit_cost="850")
    return services.ask_for_margin(Opportunity.objects.get(), reason="Strategic", by=salesperson)


def test_the_queue_tells_customer_price_cost_margin_floor_and_difference(request_, manager, as_):
    row = inbox.queue(manager)[0]
    sheet = TermSheet.objects.get()
    assert (row.party, row.amount, row.currency) == (str(sheet.opportunity.customer), sheet.total, sheet.currency)
    page = as_(manager).get("/approvals/").content.decode()
    cost = sheet.cost
    for fact in ("margin 15%", "floor 20%", "5 points below", f"price NT${sheet.total:,.0f}, cost NT${cost:,.0f}"):
        assert page.count(fact) == 1
    assert page.count("Terms against the floor margin") == 1
    assert "margin 15%" in as_(manager).get("/").content.decode()


def test_the_request_shows_each_line_with_its_margin_and_says_when_the_terms_changed(request_, manager, as_):
    url = request_.get_absolute_url()
    page = as_(manager).get(url).content.decode()
    assert "Gross margin" in page and "15%" in page and "The terms were changed" not in page
    line = TermSheet.objects.get().lines.get()
    line.unit_price = Decimal(900)
    line.save()
    page = as_(manager).get(url).content.decode()
    assert "The terms were changed after the request" in page


def test_who_may_not_see_margins_reads_customer_and_price_only(request_, salesperson, as_):
    page = as_(salesperson).get(request_.get_absolute_url()).content.decode()
    assert "Terms against the floor margin" in page and "Price without tax" in page
    for hidden in ("Gross margin", "Floor margin", "Unit cost", "850", "15%"):
        assert hidden not in page


def test_an_unknown_cost_is_said_to_be_unknown(salesperson, manager):
    record = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(record, salesperson, unit_cost=None)
    services.ask_for_margin(Opportunity.objects.get(), reason="Strategic", by=salesperson)
    assert inbox.queue(manager)[0].facts[0]
    assert Agreement.objects.count() == 1


def test_other_requests_stay_as_they_were(salesperson, manager):
    from kernel.models.agreements import ask

    record = make.make_opportunity(salesperson)
    ask(record, "3.1.2b", "x", title="Scorecard", reason="why", by=salesperson)
    row = inbox.queue(manager)[0]
    assert (row.title, row.facts, row.amount) == ("Scorecard", (), None)


def test_the_queue_keeps_its_budget(request_, manager, as_, django_assert_max_num_queries):
    client = as_(manager)
    for url in ("/", "/approvals/"):
        with django_assert_max_num_queries(30 + 2):  # and session and user, which no budget counts
            assert client.get(url).status_code == 200
