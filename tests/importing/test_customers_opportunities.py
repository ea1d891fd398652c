"""Customers, contacts and opportunities from tables: references, paths of stages, and every bad row in words."""

from datetime import date
from decimal import Decimal

import pytest

from customers.models import Contact, Customer, Opportunity
from kernel import clock
from kernel.models import Notice, Promise, StateChange
from tests.importing.conftest import MAPPINGS

CUSTOMERS = "no,name,site,region,owner\nC1,Acme Ltd,https://acme.example,TW,\nC2,宏遠貿易有限公司,,CN,Lin Sales\n"
DEALS = "no,name,customer,owner,product,stage,engaged,closed,value\n"


@pytest.fixture
def customers(take, salesperson):
    """Two imported customers, the second one the salesperson's."""
    take("customers", CUSTOMERS)
    return Customer.objects.in_bulk(field_name="number")


def path_of(deal):
    rows = StateChange.objects.filter(model="customers.opportunity", row=deal.pk).order_by("id")
    return [(c.to_state, clock.local(c.at).date() if c.at else None, c.by) for c in rows]


def test_customers_keep_their_old_numbers_and_need_no_owner(customers, salesperson):
    acme, other = customers["C1"], customers["C2"]
    assert (acme.owner, acme.imported, acme.state, acme.name_key) == (None, True, "active", "acme")
    assert (other.owner, other.pinyin, other.history.get().history_change_reason) == (
        salesperson,
        "hongyuanmaoyi",
        "imported",
    )


def test_customers_without_numbers_get_ours_and_are_known_by_name(take):
    mapping = '[fields]\nname = "name"\n'
    assert take("customers", "name\nAcme\nBeta\n", mapping=mapping) == (2, 0)
    assert take("customers", "name\nBeta\nGamma\n", mapping=mapping) == (1, 1)
    year = clock.today().year
    assert list(Customer.objects.order_by("pk").values_list("number", flat=True)) == [
        f"KH-{year}-{n:04d}" for n in (1, 2, 3)
    ]


def test_every_bad_customer_is_named_and_none_is_kept(refusal, person):
    for _n in range(2):
        person("salesperson", name="Twin")
    rows = [
        "no,name,site,region,owner",
        "C1,Acme,javascript:alert(1),TW,",
        "C1,Acme,,TW,",
        "C2,,,XX,Nobody",
        "C3," + "x" * 161 + ",,TW,Twin",
    ]
    assert refusal("customers", "\n".join(rows)) == [
        "line 2, site: Enter a valid URL.",
        "line 3, no: “C1” stands in line 2 already.",
        "line 4, name: This must not be empty.",
        "line 4, region: Value 'XX' is not a valid choice.",
        "line 4, owner: Nobody here is called “Nobody”.",
        "line 5, name: Ensure this value has at most 160 characters (it has 161).",
        "line 5, owner: “Twin” is the name of several people; give number or e-mail.",
    ]
    assert Customer.objects.count() == 0


def test_contacts_belong_to_customers_that_are_here(take, refusal, customers):
    text = "customer,name,email\nC1,Ann,ann@acme.example\nAcme Ltd,Bob,\n"
    assert take("contacts", text) == (2, 0)
    assert take("contacts", text) == (0, 2)
    assert {c.customer for c in Contact.objects.all()} == {customers["C1"]}
    assert refusal("contacts", "customer,name,email\nC9,Cai,\nC1,Dan,at\nC1,Eve,\nC1,Eve,\n") == [
        "line 2, customer: There is no customer “C9”.",
        "line 3, email: Enter a valid email address.",
        "line 5, name: “Eve, Acme Ltd” stands in line 4 already.",
    ]


def test_deals_walk_their_path_with_the_days_and_people_that_are_known(take, customers, salesperson):
    rows = [
        "D1,Pump,C1,Lin Sales,,research,,,",
        "D2,Pump,C1,Lin Sales,,first_contact,2017-01-05,,",
        "D3,Pump,C2,Lin Sales,,won,2017-01-05,2017-03-01,1054.50",
        "D4,Pump,C2,Lin Sales,,lost,2017/1/6,2017/3/2,0",
        "D5,Pump,C2,Lin Sales,,negotiation,,,7",
    ]
    assert take("opportunities", DEALS + "\n".join(rows)) == (5, 0)
    deal = Opportunity.objects.in_bulk(field_name="number")
    start, end = date(2017, 1, 5), date(2017, 3, 1)
    unknown = [(stage, None, None) for stage in ("needs", "negotiation", "follow_up")]
    assert path_of(deal["D1"]) == []
    assert path_of(deal["D2"]) == [("screening", None, None), ("first_contact", start, salesperson)]
    assert path_of(deal["D3"]) == [
        ("screening", None, None),
        ("first_contact", start, salesperson),
        *unknown,
        ("won", end, salesperson),
    ]
    assert path_of(deal["D4"])[-1] == ("lost", date(2017, 3, 2), salesperson)
    assert [state for state, *_rest in path_of(deal["D5"])] == ["screening", "first_contact", "needs", "negotiation"]
    won, lost = deal["D3"], deal["D4"]
    assert (won.state, won.closed_on, won.expected_value, won.currency) == ("won", end, Decimal("1054.50"), "USD")
    assert (lost.state, lost.lost_from, lost.expected_value) == ("lost", "follow_up", 0)
    assert (Promise.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_deal_lost_in_follow_up_reopens_there(take, customers, manager):
    from kernel.advance import advance

    take("opportunities", DEALS + "D4,Pump,C2,Lin Sales,,lost,2017-01-06,2017-03-02,0\n")
    deal = Opportunity.objects.get()
    advance(deal, "reopen", by=manager, comment="They called")
    assert Opportunity.objects.get().state == "follow_up"


def test_the_same_deals_twice_add_nothing(take, customers):
    rows = DEALS + "D1,Pump,C1,Lin Sales,,research,,,\n"
    assert take("opportunities", rows) == (1, 0)
    assert take("opportunities", rows) == (0, 1)


def test_a_deal_without_customer_goes_to_the_unknown_one_where_the_mapping_names_it(take, refusal, customers):
    rows = DEALS + "D1,Pump,,Lin Sales,,research,,,\nD2,Pump,,Lin Sales,,research,,,\n"
    assert refusal("opportunities", rows) == [f"line {n}, customer: This must not be empty." for n in (2, 3)]
    assert Customer.objects.count() == 2
    assert take("opportunities", rows, extra='[options]\nunknown_customer = "unknown (import)"\n') == (2, 0)
    assert {d.customer.name for d in Opportunity.objects.all()} == {"unknown (import)"}


def test_a_product_may_be_spelt_otherwise(take, customers):
    take("products", "code,name,price,cost,gone\nGTX Pro,GTX Pro,1,1,0\n")
    rows = DEALS + "D1,Pump,C1,Lin Sales,GTXPro,research,,,\n"
    assert take("opportunities", rows, extra='[aliases.product]\nGTXPro = "GTX Pro"\n') == (1, 0)
    assert Opportunity.objects.get().product.code == "GTX Pro"


def test_every_bad_deal_is_named_and_none_is_kept(refusal, customers):
    rows = [
        "D1,Pump,C9,Nobody,GTXPro,Engaging,,,",
        "D2,,C1,,,won,2017-03-02,2017-03-01,",
        "D3,Pump,C1,Lin Sales,,won,2017-02-30,,1e5",
        "D3,Pump,C1,Lin Sales,,lost,,,-1",
        "D4,Pump,C1,Lin Sales,,research,2017-03-01,2017-03-02,99999999999999999",
    ]
    stages = "research, screening, first_contact, needs, negotiation, follow_up, won, lost"
    assert refusal("opportunities", DEALS + "\n".join(rows)) == [
        "line 2, customer: There is no customer “C9”.",
        "line 2, owner: Nobody here is called “Nobody”.",
        "line 2, product: There is no product “GTXPro”.",
        f"line 2, stage: “Engaging” is no stage; the mapping's aliases say which stage it means ({stages}).",
        "line 3, name: This must not be empty.",
        "line 3, owner: This must not be empty.",
        "line 3, closed: It ended before it began (2017-03-02).",
        "line 3, value: This must not be empty.",
        "line 4, engaged: “2017-02-30” is no date; write it as 2017-03-31.",
        "line 4, closed: A deal that was won or lost needs the day on which it was.",
        "line 4, value: “1e5”: Enter an amount in figures, for example 1,000.50.",
        "line 5, no: “D3” stands in line 4 already.",
        "line 5, closed: A deal that was won or lost needs the day on which it was.",
        "line 5, value: The amount is negative.",
        "line 6, engaged: A deal in market research has had no first contact.",
        "line 6, closed: A deal that is open has no closing day.",
        "line 6, value: “99999999999999999”: The amount is too large.",
    ]
    assert (Opportunity.objects.count(), StateChange.objects.count()) == (0, 0)


def test_a_dry_run_of_deals_keeps_nothing_not_even_the_unknown_customer(take, customers):
    rows = DEALS + "D1,Pump,,Lin Sales,,won,2017-03-01,2017-03-02,5\n"
    unknown = '[options]\nunknown_customer = "unknown (import)"\n'
    assert take("opportunities", rows, extra=unknown, dry_run=True) == (1, 0)
    assert (Opportunity.objects.count(), Customer.objects.count(), StateChange.objects.count()) == (0, 2, 0)


def test_the_import_is_on_the_account_of_the_one_who_ran_it(take, customers, manager, salesperson):
    take("opportunities", DEALS + "D2,Pump,C1,Lin Sales,,won,2017-01-05,2017-03-01,5\n", by=manager)
    assert set(Opportunity.history.values_list("history_user", flat=True)) == {manager.pk}
    assert StateChange.objects.get(to_state="won").by == salesperson


def test_figures_keep_quarters_owners_and_currencies_apart(take, customers, person):
    from customers.closings import closed_by_owner_and_quarter, total_of, years_closed

    person("salesperson", name="Amy")
    rows = [
        "D1,P,C1,Lin Sales,,won,2017-01-05,2017-03-31,10.50",
        "D2,P,C1,Lin Sales,,won,2017-01-05,2017-04-01,20",
        "D3,P,C1,Lin Sales,,lost,2017-01-05,2017-04-02,0",
        "D4,P,C1,Lin Sales,,lost,2017-01-05,2017-04-03,0",
        "D5,P,C1,Amy,,lost,2017-01-05,2018-01-01,0",
        "D6,P,C1,Amy,,first_contact,2017-01-05,,5",
    ]
    take("opportunities", DEALS + "\n".join(rows))
    in_euros = MAPPINGS["opportunities"].replace("USD", "EUR")
    take("opportunities", DEALS + "E1,P,C1,Lin Sales,,won,2017-01-05,2017-04-09,7\n", mapping=in_euros)
    figures = [(r.owner, r.period, r.won, r.lost, str(r.win_rate), r.values) for r in closed_by_owner_and_quarter()]
    assert figures == [
        ("Amy", "2018Q1", 0, 1, "0.00", {}),
        ("Lin Sales", "2017Q1", 1, 0, "100.00", {"USD": Decimal("10.50")}),
        ("Lin Sales", "2017Q2", 2, 2, "50.00", {"USD": Decimal(20), "EUR": Decimal(7)}),
    ]
    total = total_of(closed_by_owner_and_quarter(year=2017))
    assert (total.won, total.lost, total.values) == (3, 2, {"USD": Decimal("30.50"), "EUR": Decimal(7)})
    assert years_closed(Opportunity.objects.all()) == [2018, 2017]
