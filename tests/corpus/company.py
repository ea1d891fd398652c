"""One company with a row in every state that a page acts on, and with amounts that occur nowhere else."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from catalog.models import ExchangeRate, Price
from contracts import collecting, quoting, reviewing, services
from contracts.models import InvoiceRequest, Obligation, Quotation, ReviewOpinion
from customers import duplicates, merging
from customers.models import Customer, DuplicatePair, Opportunity, Proposal, Question, Risk, SavedView
from customers.services import ask_for_margin, raise_question, save_proposal
from documents.models import Attachment
from kernel import clock, export_jobs, import_jobs, referrals
from kernel.advance import advance, begin
from kernel.import_kinds import kind_of
from kernel.lists import list_of
from kernel.models import CalendarDay, Notice, Referral, Setting
from kernel.notices import tell
from organization import deputising
from organization.models import Company, Department, Deputyship, SignIn, User
from organization.services import change_roles, put_in_office
from tests.corpus import company_aftersales, company_goods, company_surveys
from tests.corpus.company_orders import orders_of
from tests.corpus.company_supply import add_supply
from tests.factories import contracts as papers
from tests.factories import customers as deals

# Amounts that occur nowhere else, so that a page that must not tell them can be searched for them.
EXPECTED = 7300037
COST, PRICE = 61813, 104729
LOW_COST, LOW_PRICE = 101119, 104723
DRAFT_PRICE, SIGNED_PRICE = 104711, 104707
LIST_PRICE, LIST_COST = 104743, 61819
DRAFT_TEXT, SIGNED_TEXT = "鯨落草約", "龍涎正約"
CONTACT_PHONE, CONTACT_EMAIL = "03-578-9137", "chiu.secret@example.com"
DEAL_NAME, CUSTOMER_NAME = "翡冷翠一案", "鴻洲自動化"
APART_ADDRESS, POOLED_ADDRESS = "機密路 97 號", "機密路 89 號"

# One person with the five roles: what any of them may do, he may.
DEPARTMENTS = ("production", "purchasing", "quality", "logistics", "technical")
OTHERS = ("director", "customer_service", "custodian", "finance", "hr", "administrator")


@dataclass
class World:
    """The people by role and the rows by name."""

    people: dict = field(default_factory=dict)
    rows: SimpleNamespace = field(default_factory=SimpleNamespace)


def build():
    """Make the company: everything belongs to the salesperson `own`; `other` is a colleague of his."""
    world = World()
    _people(world)
    _market(world)
    _customer(world)
    _opportunities(world)
    _templates(world)
    _contracts(world)
    _referrals(world)
    _collection(world)
    orders_of(world)
    company_goods.add(world, _contract(world, "signed", SIGNED_PRICE))
    _exports(world)
    _imports(world)
    _administration(world)
    add_supply(world, _contract(world, "signed", SIGNED_PRICE))
    company_aftersales.build(world, CONTACT_PHONE)
    company_surveys.build(world, CONTACT_PHONE)
    return world


def _person(roles, name, **fields):
    department, _created = Department.objects.get_or_create(code="sales", defaults={"name": "業務部"})
    address = f"{name.lower().replace(' ', '.')}@example.com"
    fields = {"department": department, "language": "zh-hant", **fields}
    return User.objects.create_user(address, name, "correct horse battery", roles=roles, **fields)


def _people(world):
    manager = _person((), "Chou Manager")
    put_in_office(user=manager)
    world.people = {
        "own": _person(("salesperson",), "Lin Own", boss=manager),
        "other": _person(("salesperson",), "Tu Other", boss=manager),
        "sales_manager": manager,
        "legal": _person(("legal",), "Hsu Legal"),
        "author": _person(("legal",), "Tsai Author"),
        "departments": _person(DEPARTMENTS, "Department Person"),
        **{role: _person((role,), f"{role.title()} Person") for role in OTHERS},
    }


def _market(world):
    rows, own = world.rows, world.people["own"]
    rows.segment = deals.make_segment()
    rows.insight = deals.make_insight(rows.segment, own)
    rows.product = deals.make_product(price=str(LIST_PRICE), cost=str(LIST_COST))


def _customer(world):
    rows, own = world.rows, world.people["own"]
    rows.customer = deals.make_customer(own, name=f"{CUSTOMER_NAME}股份有限公司", segment=rows.segment)
    rows.contact = deals.make_contact(rows.customer, name="邱志宏", phone=CONTACT_PHONE, email=CONTACT_EMAIL)
    deals.give_profile(rows.customer)
    rows.apart = deals.make_customer(own, name="光隆精密股份有限公司", address=APART_ADDRESS)
    twin = deals.make_customer(own, name="光隆精密台南股份有限公司")
    duplicates.compare(twin)
    rows.duplicate = DuplicatePair.objects.of(twin).first()
    rows.merged = deals.make_customer(own, name="光隆台中辦事處")
    merging.merge(rows.merged, rows.apart, reason="同一家公司", by=own)
    rows.pooled = deals.make_customer(own, name="公海實業股份有限公司", address=POOLED_ADDRESS)
    advance(rows.pooled, "pool", by=own, comment="沒有需求")
    rows.retired = deals.make_customer(own, name="停業實業股份有限公司")
    advance(rows.retired, "retire", by=own, comment="已停業")
    rows.pooled, rows.retired, rows.merged = (
        Customer.objects.get(pk=c.pk) for c in (rows.pooled, rows.retired, rows.merged)
    )
    values = {"customer": rows.customer, "likelihood": 3, "impact": 2, "owner": own}
    rows.risk = begin(Risk(text="交期", **values), by=own)
    accepted = begin(Risk(text="匯率", **values), by=own)
    advance(accepted, "accept", by=world.people["sales_manager"], comment="可以承擔")
    rows.accepted_risk = Risk.objects.get(pk=accepted.pk)
    grave = {**values, "customer": twin, "likelihood": 4, "impact": 4}  # of a customer without a contract to hold up
    rows.high_risk, reported = (begin(Risk(text=text, **grave), by=own) for text in ("違約金", "出口管制"))
    advance(reported, "report", by=own, data={"measure": "已申請許可"})
    rows.reported_risk = Risk.objects.get(pk=reported.pk)


def _deal(world, stage, name, **fields):
    values = {"segment": world.rows.segment, "expected_value": Decimal(EXPECTED), **fields}
    return deals.make_opportunity(world.people["own"], world.rows.customer, name=name, stage=stage, **values)


def _followed(world, name, price, cost=COST):
    own, record = world.people["own"], _deal(world, "negotiation", name)
    deals.agree_terms(record, own, unit_price=str(price), unit_cost=str(cost))
    advance(Opportunity.objects.get(pk=record.pk), "follow", by=own, data={"follower": own})
    return Opportunity.objects.get(pk=record.pk)


def _opportunities(world):
    rows, own = world.rows, world.people["own"]
    for stage in ("research", "screening", "first_contact", "needs"):
        setattr(rows, stage, _deal(world, stage, f"手臂 {stage}"))
    deals.give_scorecard(rows.screening, own, score=1)
    rows.deal = _deal(world, "negotiation", DEAL_NAME)
    deals.agree_terms(rows.deal, own, unit_price=str(LOW_PRICE), unit_cost=str(LOW_COST))
    rows.deal = Opportunity.objects.get(pk=rows.deal.pk)
    rows.agreement = ask_for_margin(rows.deal, reason="首單", by=own)
    rows.sheet_deal = _deal(world, "negotiation", "手臂二案")
    deals.agree_terms(rows.sheet_deal, own, unit_price=str(LOW_PRICE), unit_cost=str(LOW_COST))
    rows.follow_up = _followed(world, "手臂三案", PRICE)
    lost = _deal(world, "screening", "手臂四案")
    advance(lost, "lose", by=own, comment="價格", data={"lost_reason": "price"})
    rows.lost = Opportunity.objects.get(pk=lost.pk)
    proposal = Proposal(opportunity=rows.deal, title="方案", summary="十八台")
    rows.proposal = save_proposal(proposal, file=papers.pdf_file("proposal.pdf"), by=own)
    rows.document = rows.proposal.document
    rows.proposal_file = rows.document.attachment
    rows.question = raise_question(Question(opportunity=rows.deal, text="多快？"), by=own)
    rows.answered = Question.objects.create(
        opportunity=rows.deal, text="多久？", answer="三週", answered_by=own, answered_at=clock.now(), by=own
    )
    rows.problem = raise_question(Question(opportunity=rows.deal, text="漏油", kind="problem"), by=own)


def _templates(world):
    rows, author = world.rows, world.people["author"]
    rows.template_draft = papers.make_template(author, code="T-01", state="draft")
    rows.template_review = papers.make_template(author, code="T-02", state="legal_review")
    rows.template = papers.make_template(author, world.people["legal"], code="T-03")


def _contract(world, state, price, **fields):
    people = world.people
    deal = _followed(world, f"手臂 {state}", price)
    contract = papers.make_contract(people["own"], world.rows.template, deal, **fields)
    reviewers = {"manager": people["sales_manager"], "legal": people["legal"], "custodian": people["custodian"]}
    return papers.walk(contract, state, **reviewers)


def _contracts(world):
    rows, people = world.rows, world.people
    papers.make_company()
    rows.draft = _contract(world, "draft", DRAFT_PRICE, after_sales=DRAFT_TEXT)
    for state in ("manager_review", "legal_review", "ready_to_sign"):
        setattr(rows, state, _contract(world, state, PRICE))
    for state in ("signed", "archived"):
        setattr(rows, state, _contract(world, state, SIGNED_PRICE, after_sales=SIGNED_TEXT))
    returned = _contract(world, "manager_review", PRICE)
    advance(returned, "return_terms", by=people["sales_manager"], comment="請修正")
    rows.revising = papers.fresh(returned)
    returned = _contract(world, "legal_review", PRICE)
    advance(returned, "return_text", by=people["legal"], comment="請修正")
    rows.returned_text = papers.fresh(returned)
    values = {"contract": rows.manager_review, "by": people["sales_manager"], "kind": ReviewOpinion.Kind.ADVISORY}
    rows.opinion = reviewing.give_opinion(text="付款太晚", **values)
    rows.answered_opinion = reviewing.give_opinion(text="交期太短", **values)
    reviewing.answer_opinion(opinion=rows.answered_opinion, by=people["own"], answer="已改")
    rows.termed = _contract(world, "ready_to_sign", PRICE)
    clause = rows.termed.clauses.last()
    clause.is_standard_term = True
    clause.save()
    rows.library_clause = papers.make_library_clause(people["author"], people["legal"])
    rows.clause_draft, rows.clause_review = (
        papers.make_library_clause(people["author"], None, code=code, state=state)
        for code, state in (("L-02", "draft"), ("L-03", "legal_review"))
    )
    rows.seal_request = papers.ask_for_seal(rows.ready_to_sign, people["custodian"])
    rows.seal = rows.seal_request.seal
    rows.seal_approved = papers.ask_for_seal(
        rows.ready_to_sign, people["custodian"], seal=papers.make_seal(people["custodian"], name="公司印章")
    )
    advance(rows.seal_approved, "approve", by=people["sales_manager"])
    rows.seal_approved = type(rows.seal_approved).objects.get(pk=rows.seal_approved.pk)
    # the departments' person holds one original; of the contract that is lent no more, another is lost
    lent, gone = (_contract(world, "archived", SIGNED_PRICE) for _n in range(2))
    rows.loan = papers.lend(lent, people["departments"], people["custodian"])
    rows.lost_loan = papers.lend(gone, people["own"], people["custodian"])
    advance(rows.lost_loan, "report_loss", by=people["custodian"], comment="搬遷時遺失")
    rows.lost_loan = type(rows.lost_loan).objects.get(pk=rows.lost_loan.pk)
    rows.signed_copy = Attachment.objects.of(rows.signed).first()


def _referrals(world):
    """Legal asks the other of legal, and lets the salesperson know."""
    rows, people = world.rows, world.people
    rows.asked = _contract(world, "legal_review", PRICE)
    rows.referral = referrals.ask(rows.asked, to=people["author"], why="慣例如此？", by=people["legal"])
    referrals.copy(rows.asked, to=[people["own"]], why="知悉", by=people["legal"])
    rows.copied = Referral.objects.get(kind="copy")


def _collection(world):
    """A receipt, an invoice that waits and one that was issued, a term done and one to do, a termination asked for."""
    rows, own, finance = world.rows, world.people["own"], world.people["finance"]
    rows.planned, last = rows.archived.planned_payments.all()
    rows.invoice = collecting.request_invoice(rows.planned, kind="uniform", amount=Decimal(7), by=own)
    issued = collecting.request_invoice(last, kind="uniform", amount=Decimal(11), by=own)
    advance(issued, "issue", by=finance, data={"invoice_number": "AB-12345678", "issued_on": clock.today()})
    rows.issued_invoice = InvoiceRequest.objects.get(pk=issued.pk)
    received = {"received_on": clock.today(), "bank_reference": "B-1", "payer": CUSTOMER_NAME}
    rows.receipt = collecting.record_receipt(rows.archived, amount=Decimal(13), by=finance, **received)
    rows.obligation, done = rows.archived.obligations.exclude(kind="warranty")
    advance(done, "complete", by=own, data={"done_on": clock.today(), "evidence": "驗收單"})
    rows.done_obligation = Obligation.objects.get(pk=done.pk)
    offer = {"title": "報價", "script": "hant", "valid_until": clock.today() + timedelta(30), "by": own}
    rows.quotation = quoting.quote(Opportunity.objects.get(pk=rows.follow_up.pk), **offer)
    advance(quoting.quote(Opportunity.objects.get(pk=rows.follow_up.pk), **offer), "issue", by=own)
    rows.issued_quotation = Quotation.objects.get(state="issued")
    template = papers.make_proposal_template(world.people["author"], world.people["legal"])
    rows.written_proposal = papers.write_proposal(Opportunity.objects.get(pk=rows.follow_up.pk), template, own)
    rows.terminating = _contract(world, "archived", PRICE)
    ending = {"termination_on": clock.today(), "termination_settlement": "互不相欠"}
    advance(rows.terminating, "ask_termination", by=own, comment="停線", data=ending)
    rows.terminating = papers.fresh(rows.terminating)


def _exports(world):
    values = {"by": world.people["own"], "found": list_of("customers"), "query": "", "file_format": "csv"}
    world.rows.export = export_jobs.ask(**values, total=1)
    assert export_jobs.run(world.rows.export.pk)


def _imports(world):
    manager, good = world.people["sales_manager"], b"code,customer name\nI-1,\xe9\x9b\xb6\xe4\xbb\xb6\n"
    found = {"by": manager, "kind": kind_of("customers"), "name": "old.csv"}
    rows = world.rows
    rows.taken_in = import_jobs.upload(data=good, **found)
    for status in ("checking", "running"):
        import_jobs.ask(
            rows.taken_in, status, mapping={"name": "column:customer name", "owner": f"value:{manager.email}"}
        )
        assert import_jobs.run(rows.taken_in.pk)
    rows.uploaded = import_jobs.upload(data=b"code,customer name\nI-2,\n", **found)
    import_jobs.ask(rows.uploaded, "checking", mapping={"name": "column:customer name"})
    assert import_jobs.run(rows.uploaded.pk)


def _administration(world):
    rows, own, today = world.rows, world.people["own"], clock.today()
    tell([own], "decide", effect="corpus", url="/", title="手臂")
    rows.notice = Notice.objects.filter(to=own).last()
    rows.company = Company.objects.get()
    rows.department = Department.objects.get(code="sales")
    administrator = world.people["administrator"]
    rows.grant = change_roles(user=world.people["other"], roles=["salesperson", "custodian"], by=administrator)
    manager, later = world.people["sales_manager"], clock.now() + timedelta(20)
    asked = Deputyship(deputy=world.people["other"], starts_at=later, ends_at=later + timedelta(3), reason="特休")
    rows.deputyship = deputising.ask(asked, by=manager)
    far = {"starts_at": later + timedelta(10), "ends_at": later + timedelta(11)}
    rows.stand_in = deputising.ask(Deputyship(deputy=world.people["other"], **far, reason="出差"), by=manager)
    advance(rows.stand_in, "accept", by=world.people["other"])
    rows.stand_in = Deputyship.objects.get(pk=rows.stand_in.pk)
    rows.office = world.people["sales_manager"].offices.first()
    rows.setting = Setting.objects.create(key="customers.high_risk", value=12, effective_on=today + timedelta(9))
    rows.day = CalendarDay.objects.create(day=today + timedelta(30), is_working=False, name="廠休")
    rows.rate = ExchangeRate.objects.create(currency="USD", rate=Decimal("31.5"), effective_on=today)
    rows.price = Price.objects.get(product=rows.product)
    rows.view = SavedView.objects.create(owner=own, page="customer_list", name="重點", query="grade=A")
    rows.signin = SignIn.objects.create(user=own, key="elsewhere", agent="Firefox on Linux")
    rows.colleague = own
    assert services.may_start(rows.follow_up)
