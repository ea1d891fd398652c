"""Every page's query budget, the same with one row, three and eight; and the size of a full page of fifty rows."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from benchmarks.counting import own_queries
from contracts import collecting, quoting
from contracts.models import Contract, LibraryClause, ReviewOpinion
from contracts.sealing import record_comparison
from customers.duplicates import compare
from customers.models import Customer, MarketInsight, Opportunity, Proposal, Risk
from customers.reviews import schedule_reviews
from documents.services import attach, register
from kernel import clock, import_jobs, referrals
from kernel.advance import advance, begin
from kernel.clock import now
from kernel.import_kinds import kind_of
from kernel.importing import Old, import_history
from kernel.models import Agreement
from kernel.notices import tell
from kernel.settings import forget
from tests.factories.contracts import (
    ask_for_seal,
    lend,
    make_contract,
    make_library_clause,
    make_template,
    pay,
    pdf_file,
    read_off,
    seal,
    submit,
    walk,
)
from tests.factories.customers import (
    EVIDENCE,
    follow_up,
    make_contact,
    make_customer,
    make_insight,
    make_opportunity,
    make_segment,
    meet,
)

LIST, DETAIL, DESK = 12, 20, 30
SIZES = (1, 3, 8)
FULL = 51
MOST_HTML = 60 * 1024


@pytest.fixture
def count(as_, person):
    """Give a function: the queries that a page costs this person, asked with nothing remembered."""
    clients = {}

    def ask(user, address):
        client = clients.setdefault(user.pk, as_(user, language="zh-hant"))
        forget()
        with own_queries() as asked:
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return asked

    return ask


def at_each_size(count, user, address, grow, most, sizes=SIZES):
    """Grow to each size and count; equal counts, at most so many."""
    all_at_each_size(count, [(user, address)], grow, most, sizes)


def all_at_each_size(count, visits, grow, most, sizes=SIZES):
    """Grow to each size and count every visit, a person and an address; each the same at all sizes, at most so many."""
    made, found = 0, []
    for size in sizes:
        for number in range(made, size):
            grow(number)
        made = size
        found.append([count(user, address) for user, address in visits])
    for (user, address), asked in zip(visits, zip(*found, strict=True), strict=True):
        numbers = [len(statements) for statements in asked]
        more = "\n".join(sql[:300] for sql in asked[-1])
        assert numbers == [numbers[0]] * len(sizes), f"{address} of {user}: {numbers}\n{more}"
        assert numbers[0] <= most, f"{address} of {user}: {numbers[0]} queries, at most {most}\n{more}"


# --- lists ---------------------------------------------------------------------------------------------


@pytest.fixture
def world(salesperson, manager, legal, custodian, person):
    """One company's people and a template in force."""
    return {
        "salesperson": salesperson,
        "manager": manager,
        "legal": legal,
        "custodian": custodian,
        "author": person("legal"),
    }


@pytest.fixture
def template(world):
    """The template that contracts are drafted from."""
    return make_template(world["author"], world["legal"])


def _customer(world, n):
    make_customer(world["salesperson"], name=f"鴻洲{n}自動化股份有限公司", segment=make_segment(f"S{n % 2}"))


def _opportunity(world, n):
    customer = make_customer(world["salesperson"], name=f"聯成{n}光電股份有限公司", segment=make_segment())
    stages = ("research", "screening", "needs", "follow_up")
    make_opportunity(world["salesperson"], customer, name=f"手臂 {n}", stage=stages[0 if n == 0 else n % 4])


def _same_opportunity(world, n):
    customer = make_customer(world["salesperson"], name=f"聯成{n}光電股份有限公司")
    make_opportunity(world["salesperson"], customer, name=f"手臂 {n}", stage="negotiation")


def _insight(world, n):
    make_insight(make_segment(f"S{n}"), world["salesperson"])


def _notice(world, n):
    tell([world["salesperson"]], "decide", effect=f"test:{n}", url="/", title=f"第 {n} 件")


def _duplicate(world, n):
    compare(make_customer(world["salesperson"], name=f"聯成{n}光電股份有限公司", phone=f"02-2345-67{n:02}"))


def _review(world, n):
    with time_machine.travel(now() - timedelta(days=400), tick=False):
        make_customer(world["salesperson"], name=f"久未覆核{n}")
    schedule_reviews()


def _risk(world, n):
    customer = make_customer(world["salesperson"], name=f"風險{n}")
    begin(
        Risk(customer=customer, text=f"交期 {n}", likelihood=3, impact=4, owner=world["salesperson"]),
        by=world["salesperson"],
    )


LISTS = [
    ("customers:customer_list", "manager", _customer),
    ("customers:customer_list", "salesperson", _customer),
    ("customers:duplicate_list", "manager", _duplicate),
    ("customers:duplicate_list", "salesperson", _duplicate),
    ("customers:opportunity_list", "manager", _same_opportunity),
    ("customers:opportunity_list", "salesperson", _same_opportunity),
    ("customers:insight_list", "manager", _insight),
    ("customers:insight_summary", "manager", _insight),
    ("customers:review_list", "manager", _review),
    ("customers:review_list", "salesperson", _review),
    ("customers:segment_list", "manager", _insight),
    ("customers:risk_list", "manager", _risk),
    ("notices", "salesperson", _notice),
    ("promises", "salesperson", _same_opportunity),
    ("organization:people", "manager", lambda world, n: None),
    ("kernel:calendar_link", "salesperson", _same_opportunity),
    ("organization:signin_list", "manager", lambda world, n: Client().force_login(world["manager"])),
]


@pytest.mark.parametrize(("name", "who", "grow"), LISTS, ids=[f"{n} as {w}" for n, w, _g in LISTS])
def test_a_list_costs_the_same_however_many_rows(name, who, grow, world, count):
    at_each_size(count, world[who], reverse(name), lambda n: grow(world, n), LIST)


@pytest.mark.parametrize(("query", "who"), [("?q=鴻", "manager"), ("?q=hz&state=active", "salesperson")])
def test_a_search_costs_the_same_however_many_hits(query, who, world, count):
    at_each_size(count, world[who], reverse("customers:customer_list") + query, lambda n: _customer(world, n), LIST)


def test_the_search_over_everything_costs_the_same_however_many_hits(world, count):
    at_each_size(count, world["salesperson"], "/search/?q=聯成", lambda n: _same_opportunity(world, n), LIST)


@pytest.mark.parametrize(
    ("name", "who", "state"),
    [
        ("contracts:contract_list", "manager", "manager_review"),
        ("contracts:contract_list", "salesperson", "draft"),
        ("contracts:ledger", "manager", "archived"),
        ("contracts:ledger", "custodian", "signed"),
        ("contracts:contracttemplate_list", "legal", "draft"),
        ("documents:document_list", "manager", "signed"),
    ],
)
def test_a_list_of_contracts_costs_the_same_however_many(name, who, state, world, template, count):
    at_each_size(count, world[who], reverse(name), lambda n: _contract(world, template, state), LIST)


def _loan(world, template):
    lend(_contract(world, template, "archived"), world["salesperson"], world["custodian"])


def test_the_list_of_loans_costs_the_same_however_many(world, template, count):
    at_each_size(
        count, world["custodian"], reverse("contracts:loan_list"), lambda n: _loan(world, template), LIST, sizes=(1, 3)
    )


def test_a_loans_page_stays_in_the_budget(world, template, count):
    loan = lend(_contract(world, template, "archived"), world["salesperson"], world["custodian"])
    for who in ("custodian", "salesperson"):
        at_each_size(count, world[who], loan.get_absolute_url(), lambda n: None, DETAIL, sizes=(1,))


def _library(world, n):
    return make_library_clause(world["author"], None, code=f"L-{n}", state="legal_review")


def test_the_clause_library_costs_the_same_however_many_clauses(world, count):
    where = reverse("contracts:libraryclause_list")
    at_each_size(count, world["legal"], where, lambda n: _library(world, n), LIST)
    first = LibraryClause.objects.first()
    at_each_size(count, world["legal"], first.get_absolute_url(), lambda n: None, DETAIL, sizes=(1,))


@pytest.mark.parametrize("page", ["contract_insert", "contract_explain", "loan_create", "sealrequest_create"])
def test_the_forms_about_a_contract_stay_in_the_budget(page, world, template, count):
    contract = _contract(world, template, "archived" if page == "loan_create" else "ready_to_sign")
    for clause in contract.clauses.all()[:3]:
        clause.is_standard_term = True
        clause.save()
    who = world["custodian" if page == "loan_create" else "salesperson"]
    where = reverse(f"contracts:{page}", args=[contract.pk])
    at_each_size(count, who, where, lambda n: _library(world, n), DETAIL)


def _sealed(world, template):
    seal(_contract(world, template, "ready_to_sign"), world["manager"], world["custodian"])


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("contracts:sealrequest_list", "custodian"),
        ("contracts:sealrequest_list", "salesperson"),
        ("contracts:seal_register", "custodian"),
        ("contracts:seal_register", "manager"),
    ],
)
def test_a_list_of_seals_costs_the_same_however_many(name, who, world, template, count):
    at_each_size(count, world[who], reverse(name), lambda n: _sealed(world, template), LIST, sizes=(1, 3))


@pytest.mark.parametrize("page", ["sealrequest_detail", "sealrequest_keep"])
def test_a_seal_requests_pages_stay_in_the_budget(page, world, template, count):
    request = ask_for_seal(_contract(world, template, "ready_to_sign"), world["custodian"])
    advance(request, "approve", by=world["manager"])

    def grow(n):
        record_comparison(request=request, by=world["custodian"], copies=1, read=read_off(request, pages=90 + n))

    at_each_size(count, world["custodian"], reverse(f"contracts:{page}", args=[request.pk]), grow, DETAIL)


def _contract(world, template, state):
    contract = make_contract(world["salesperson"], template)
    return walk(contract, state, manager=world["manager"], legal=world["legal"], custodian=world["custodian"])


# --- imports -------------------------------------------------------------------------------------------


def _uploaded(manager, rows=3):
    data = "客戶名稱,客戶編號\n" + "".join(f"匯入{n},{clock.now():%M%S%f}-{n}\n" for n in range(rows))
    return import_jobs.upload(by=manager, kind=kind_of("customers"), name="old.csv", data=data.encode())


def _imported(manager, rows=3):
    imported = _uploaded(manager, rows)
    for status in ("checking", "running"):
        import_jobs.ask(imported, status, mapping={"name": "column:客戶名稱"})
        assert import_jobs.run(imported.pk)
    return imported


def test_the_list_of_imports_costs_the_same_however_many(world, count):
    at_each_size(count, world["manager"], reverse("kernel:import_list"), lambda n: _imported(world["manager"]), LIST)


@pytest.mark.parametrize("page", ["import_mapping", "import_detail"])
def test_an_imports_pages_stay_in_the_budget(page, world, count):
    for make in (_uploaded, _imported) if page == "import_detail" else (_uploaded,):
        for rows in (3, 30):
            where = reverse(f"kernel:{page}", args=[make(world["manager"], rows).pk])
            at_each_size(count, world["manager"], where, lambda n: None, DETAIL, sizes=(1,))


# --- records -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "salesperson"])
def test_a_customers_page_costs_the_same_however_long_its_file(who, world, template, count):
    seller = world["salesperson"]
    customer = make_customer(seller)

    def grow(n):
        make_contact(customer, name=f"邱 {n}")
        deal = make_opportunity(seller, customer, name=f"手臂 {n}", stage="follow_up")
        follow_up(deal, seller)
        make_contract(seller, template, deal)
        begin(Risk(customer=customer, text=f"交期 {n}", likelihood=3, impact=4, owner=seller), by=seller)

    at_each_size(count, world[who], customer.get_absolute_url(), grow, DETAIL)


@pytest.mark.parametrize("name", ["customer_merge", "customer_review", "customer_book", "customer_erase"])
def test_the_pages_that_keep_a_file_cost_the_same_however_long_it_is(name, world, count):
    seller, other = world["salesperson"], make_customer(world["salesperson"], name="聯成光電")
    customer = make_customer(seller)
    if name == "customer_erase":
        advance(customer, "retire", by=seller, comment="停業")

    def grow(n):
        make_contact(customer, name=f"邱 {n}")
        if name != "customer_erase":
            make_opportunity(seller, customer, name=f"手臂 {n}", stage="needs")

    where = reverse(f"customers:{name}", args=[customer.pk]) + f"?into={other.pk}"
    at_each_size(count, world["manager"], where, grow, DETAIL)


def test_reassigning_many_costs_the_same_however_many_are_picked(world, count):
    picked = []

    def grow(n):
        picked.append(make_customer(world["salesperson"], name=f"聯成{n}"))

    for size in SIZES:
        while len(picked) < size:
            grow(len(picked))
        query = "&".join(f"pick={c.pk}" for c in picked)
        assert len(count(world["manager"], f"{reverse('customers:customer_reassign_many')}?{query}")) <= LIST


@pytest.mark.parametrize("stage", Opportunity.PATH)
@pytest.mark.parametrize("who", ["manager", "salesperson"])
def test_an_opportunitys_page_costs_the_same_however_much_evidence(stage, who, world, count):
    seller = world["salesperson"]
    deal = make_opportunity(seller, stage=stage)

    def grow(n):
        make_contact(deal.customer, name=f"邱 {n}")
        meet(deal, seller)
        EVIDENCE[stage](deal, seller)
        Agreement.objects.create(
            model=deal.label_of(),
            row=deal.pk,
            file=deal.customer_id,
            clause="3.1.5c",
            title="T",
            subject=f"margin={n}",
            reason="r",
            asked_by=seller,
        )

    at_each_size(count, world[who], deal.get_absolute_url(), grow, DETAIL)


@pytest.mark.parametrize(
    ("state", "who"),
    [
        ("draft", "salesperson"), ("manager_review", "manager"), ("legal_review", "legal"), ("legal_review", "manager"), ("ready_to_sign", "salesperson"),
        ("archived", "manager"), ("archived", "custodian"),
    ],
)  # fmt: skip
def test_a_contracts_page_costs_the_same_however_many_clauses_and_opinions(state, who, world, template, count):
    contract = _contract(world, template, state)
    clause = contract.clauses.first()

    def grow(n):
        ReviewOpinion.objects.create(
            contract=contract,
            clause=clause if n % 2 else None,
            clause_key=clause.pk,
            version_number=1,
            side="legal",
            kind="advisory",
            text=f"意見 {n}",
            by=world["legal"],
        )
        contract.clauses.create(position=20 + n, heading=f"附加 {n}", text="雙方同意。")
        contract.lines.create(position=20 + n, description="手臂", quantity=1, unit="台", unit_price=Decimal(5))

    at_each_size(count, world[who], contract.get_absolute_url(), grow, DETAIL)


@pytest.mark.parametrize("page", ["contract_review", "contract_compare", "contract_history"])
def test_a_contracts_other_pages_stay_in_the_budget(page, world, template, count):
    contract = submit(make_contract(world["salesperson"], template))

    def grow(n):
        contract.clauses.create(position=20 + n, heading=f"附加 {n}", text="雙方同意。")

    at_each_size(count, world["manager"], reverse(f"contracts:{page}", args=[contract.pk]), grow, DETAIL)


@pytest.mark.parametrize("who", ["manager", "salesperson"])
def test_quotations_cost_the_same_however_many(who, world, count):
    seller = world["salesperson"]
    deal = make_opportunity(seller, stage="follow_up")
    paper = attach(record=deal, file=pdf_file(), by=seller)
    registered = register(record=deal, kind="proposal", title="方案", by=seller, attachment=paper)
    made = []

    def grow(n):
        record = Opportunity.objects.get(pk=deal.pk)
        until = clock.today() + timedelta(30)
        made.append(quoting.quote(record, title=f"報價 {n}", script="hant", valid_until=until, by=seller))
        written = {"made_from": "P-1 v1", "valid_until": until, "document": registered, "by": seller}
        Proposal.objects.create(opportunity=record, title=f"方案 {n}", **written)

    at_each_size(count, world[who], reverse("contracts:quotation_list"), grow, LIST)
    at_each_size(count, world[who], made[0].get_absolute_url(), lambda n: grow(n + 9), DETAIL)
    at_each_size(count, world[who], deal.get_absolute_url(), lambda n: grow(n + 20), DETAIL)


@pytest.mark.parametrize("who", ["manager", "finance", "salesperson"])
def test_the_collection_list_costs_the_same_however_much_is_owed(who, world, template, count, person):
    world["finance"] = person("finance")

    def grow(n):
        contract = _contract(world, template, "signed")
        contract.planned_payments.update(due_on=clock.today() - timedelta(10 + n))  # house: bulk (a test's own rows)

    at_each_size(count, world[who], reverse("contracts:collection"), grow, LIST)


@pytest.mark.parametrize("who", ["manager", "finance", "salesperson"])
def test_a_contracts_collection_costs_the_same_however_long_its_plan(who, world, template, count, person):
    finance = world["finance"] = person("finance")
    contract = _contract(world, template, "archived")

    def grow(n):
        row = contract.planned_payments.create(position=9 + n, name=f"第 {n} 期", amount=Decimal(100))
        invoice = collecting.request_invoice(row, kind="uniform", amount=Decimal(50), by=world["salesperson"])
        advance(invoice, "issue", by=finance, data={"invoice_number": f"AB-{n}", "issued_on": clock.today()})
        pay(contract, finance, Decimal(60), f"B-{n}")
        contract.obligations.create(kind="other", what=f"第 {n} 件", responsible=world["salesperson"])

    at_each_size(count, world[who], reverse("contracts:contract_collection", args=[contract.pk]), grow, DETAIL)


# --- home, queue, board ------------------------------------------------------------------------------------


def test_home_costs_the_same_however_much_there_is_to_do(world, template, count):
    states = itertools.cycle(["manager_review", "legal_review", "signed"])

    def grow(n):
        for _each in range(3):
            _contract(world, template, next(states))
        _insight(world, n)

    # a group says how many there are once it holds more than it shows: counted from there on
    people = [world[who] for who in ("salesperson", "manager", "legal", "custodian")]
    all_at_each_size(count, [(user, "/") for user in people], grow, DESK, sizes=(7, 9))


@pytest.mark.parametrize(("who", "state"), [("manager", "manager_review"), ("legal", "legal_review")])
def test_the_approval_queue_costs_the_same_however_many_wait(who, state, world, template, count):
    at_each_size(count, world[who], "/approvals/", lambda n: _contract(world, template, state), DESK)


def test_the_queue_costs_the_same_however_much_is_asked_and_handed_on(world, template, count):
    legal, author = world["legal"], world["author"]

    def grow(n):
        contract = _contract(world, template, "legal_review")
        referrals.ask(contract, to=author, why="?", by=legal)
        referrals.transfer(_contract(world, template, "legal_review"), to=author, why="!", by=legal)
        referrals.copy(contract, to=[world["salesperson"]], why="", by=legal)

    visits = [
        (author, "/approvals/"), (legal, "/approvals/"), (legal, "/approvals/?tab=decided"), (author, "/"),
        (world["salesperson"], "/approvals/?tab=copied"), (world["salesperson"], "/approvals/?tab=started"),
    ]  # fmt: skip
    all_at_each_size(count, visits, grow, DESK)


def test_handing_on_and_answering_stay_in_the_budget(world, template, count):
    legal, author = world["legal"], world["author"]
    contract = _contract(world, template, "legal_review")
    row = referrals.ask(contract, to=author, why="?", by=legal)

    def grow(n):
        referrals.copy(contract, to=[world["salesperson"]], why="", by=legal)

    for kind in ("transfer", "copy"):
        at_each_size(count, legal, reverse(f"refer_{kind}", args=[contract.pk, contract.label_of()]), grow, DETAIL)
    at_each_size(count, author, reverse("referral", args=[row.pk]), grow, DETAIL)


@pytest.mark.parametrize("tab", ["decided", "started"])
def test_ones_own_acts_cost_the_same_however_many(tab, world, template, count):
    who = world["manager" if tab == "decided" else "salesperson"]
    at_each_size(count, who, f"/approvals/?tab={tab}", lambda n: _contract(world, template, "legal_review"), DESK)


@pytest.mark.parametrize("who", ["manager", "salesperson"])
def test_the_board_costs_the_same_however_many_cards(who, world, count):
    at_each_size(count, world[who], reverse("customers:board"), lambda n: _same_opportunity(world, n), DESK)


# --- size ------------------------------------------------------------------------------------------------


@pytest.fixture
def full(world):
    """Fifty-one of each: customers, opportunities in every stage, insights, contracts, notices."""
    seller, template = world["salesperson"], make_template(world["author"], world["legal"])
    names = ["name", "number"]
    customers = [
        Customer(
            **dict(zip(names, (f"鴻洲{n}半導體設備股份有限公司", f"KH-2026-{n:04d}"), strict=True)),
            owner=seller,
            region="TW",
        )
        for n in range(FULL)
    ]
    for customer in customers:
        customer.short_name = customer.name[:6]
        customer.fill_keys()
    import_history([Old(c) for c in customers], by=seller)
    deals = [
        Opportunity(
            customer=c,
            owner=seller,
            number=f"OP-2026-{n:04d}",
            name=f"晶圓傳送手臂 {n} 台",
            expected_value=Decimal(9_730_000),
        )
        for n, c in enumerate(customers)
    ]
    import_history([Old(d) for d in deals], by=seller)
    segment = make_segment()
    MarketInsight.objects.bulk_create(
        MarketInsight(
            segment=segment,
            by=seller,
            kind="demand",
            channel="web",
            source="產業月報",
            content="擴產，設備支出成長，交期拉長" * 3,
        )
        for _n in range(FULL)
    )
    contracts = [
        Contract(
            number=f"HT-2026-{n:04d}", title=f"晶圓傳送手臂 {n} 台買賣合約", customer=c, template=template, drafted_by=seller, owner=seller, edited_by=seller, customer_name=c.name,
            our_name="恆岳精機股份有限公司", total=Decimal(9_730_000),
        )
        for n, c in enumerate(customers)
    ]  # fmt: skip
    import_history([Old(c) for c in contracts], by=seller)
    for n in range(FULL):
        _notice(world, n)
    return seller


@pytest.mark.parametrize(
    "name",
    [
        "customers:customer_list",
        "customers:opportunity_list",
        "customers:insight_list",
        "customers:board",
        "contracts:contract_list",
        "notices",
        "today",
    ],
)
def test_a_full_page_stays_small(name, full, as_):
    answer = as_(full, language="zh-hant").get(reverse(name))
    assert answer.status_code == 200
    assert len(answer.content) <= MOST_HTML, f"{len(answer.content) / 1024:.0f} KB"
