"""A company at work with awkward names: an opportunity in each stage, a contract in each state, things that wait."""

from types import SimpleNamespace

from contracts import reviewing, services
from contracts.models import Contract, ReviewOpinion, Signing
from customers.models import Risk
from customers.services import ask_for_margin, raise_question
from kernel import clock
from kernel.advance import advance, begin
from tests.factories import customers as make
from tests.journeys import offices

# SECURITY.md E1, E2 and E3: each would show itself in the page's title if it ever ran.
SCRIPT, IMAGE, CLOSER = (
    "<script>document.title='E1'</script>",
    '"><img src=x onerror="document.title=\'E2\'">',
    "</script><script>document.title='E3'</script>",
)
STAGES = ("research", "screening", "first_contact", "needs", "negotiation", "follow_up")


def at_work(people, template, paper):
    """Rows for every page of the path; each text that people type carries something that must stay text."""
    sales = people["sales"]
    customer = make.make_customer(sales, name=f"鴻洲自動化{IMAGE}", note=SCRIPT, address=CLOSER)
    contact = make.make_contact(customer, name=f"邱志宏{SCRIPT}", title=CLOSER)
    make.give_profile(customer, basic_facts=SCRIPT, business_scope=IMAGE)
    segment = make.make_segment(f"半導體設備{SCRIPT}")
    insight = make.make_insight(segment, sales, content=CLOSER, source=IMAGE)
    deals = {s: opportunity_in(s, sales, customer, segment, contact) for s in STAGES}
    return SimpleNamespace(
        customer=customer,
        contact=contact,
        insight=insight,
        deals=deals,
        contracts=contracts_on_their_way(people, template, paper, customer, segment, contact),
        agreement=agreement_asked(deals["negotiation"], sales),
        risk=risk_seen(customer, deals["needs"], sales),
    )


def opportunity_in(stage, sales, customer, segment, contact):
    """An opportunity in a stage, with a question that is open."""
    deal = make.make_opportunity(sales, customer, name=f"搬運手臂 {stage} {CLOSER}", stage=stage, segment=segment)
    question = deal.questions.model(opportunity=deal, text=f"幾秒？{SCRIPT}", raised_by=contact, kind="problem")
    raise_question(question, by=sales)
    return deal


def agreement_asked(deal, sales):
    """A term sheet below the floor margin, about which the manager is asked."""
    sheet = make.agree_terms(deal, sales, unit_cost="900", price_terms=SCRIPT)
    deal.term_sheet = sheet
    return ask_for_margin(deal, reason=f"首張訂單{IMAGE}", by=sales)


def risk_seen(customer, deal, sales):
    """A risk on the register."""
    risk = Risk(customer=customer, opportunity=deal, text=f"交期{SCRIPT}", likelihood=2, impact=3, owner=sales)
    return begin(risk, by=sales)


def contracts_on_their_way(people, template, paper, customer, segment, contact):
    """A contract in each state up to archived; legal and the manager have left opinions."""
    found = {}
    for state in ("draft", "manager_review", "legal_review", "revising", "ready_to_sign", "signed", "archived"):
        deal = make.make_opportunity(
            people["sales"], customer, name=f"合同 {state}", stage="follow_up", segment=segment
        )
        make.follow_up(deal, people["sales"], contact=contact, decision_state=SCRIPT)
        contract = offices.draft(deal, people["sales"], template, title=f"採購合同 {state} {IMAGE}")
        found[state] = on_to(contract, state, people, paper)
    return found


def on_to(contract, state, people, paper):
    """Walk one contract to its state."""
    reviewers = {"manager": people["manager"], "legal": people["legal"]}
    if state == "draft":
        return contract
    if state == "revising":
        contract = offices.walk_to(contract, "legal_review", **reviewers)
        opinion(contract, people["legal"])
        advance(contract, "return_text", by=people["legal"], comment=f"請修改{SCRIPT}")
        return Contract.objects.get(pk=contract.pk)
    reached = state if state.endswith("review") else "ready_to_sign"
    contract = offices.walk_to(contract, reached, **reviewers)
    if state.endswith("review"):
        by = reviewers[state.split("_")[0]]
        opinion(contract, by)
        reviewing.judge_all(contract=contract, by=by, note=CLOSER)
    return contract if state in (reached, "ready_to_sign") else concluded(contract, state, people, paper)


def opinion(contract, by):
    """A blocking opinion with proposed wording on the first clause."""
    kind = ReviewOpinion.Kind.BLOCKING
    clause = contract.clauses.first()
    reviewing.give_opinion(
        contract=contract, by=by, text=f"不明確{SCRIPT}", kind=kind, clause=clause, proposed_wording=IMAGE
    )


def concluded(contract, state, people, paper):
    """Sign, and archive."""
    today = clock.today()
    Signing.objects.create(
        contract=contract,
        method=Signing.Method.ELECTRONIC,
        our_signatory=people["director"],
        customer_signatory=f"邱志宏{SCRIPT}",
        sent_on=today,
        our_signed_on=today,
        customer_signed_on=today,
    )
    services.upload_signed_copy(contract=contract, file=paper("signed.pdf", uploaded=True), by=people["sales"])
    advance(contract, "sign", by=people["sales"])
    contract = Contract.objects.get(pk=contract.pk)
    if state == "archived":
        contract.custodian, contract.paper_location = people["custodian"], f"B 櫃{IMAGE}"
        contract.save()
        advance(contract, "archive", by=people["custodian"])
    return Contract.objects.get(pk=contract.pk)
