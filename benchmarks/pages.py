"""Which pages are measured, as whom, on which records, and what their floors show."""

from django.urls import NoReverseMatch, reverse

from benchmarks.floor import Table
from benchmarks.measuring import Page
from contracts.models import Contract, ContractTemplate
from customers.models import Contact, Customer, Interaction, MarketInsight, Opportunity
from kernel.models import Agreement, Notice, Promise, StateChange
from organization.models import User

ROWS = 50
WHO = {"manager": "sales_manager", "salesperson": "salesperson", "legal": "legal", "custodian": "custodian"}


def people():
    """Who looks: the manager sees everything, the salesperson his own, legal and the custodian their part."""
    return {name: User.objects.filter(groups__name=role).order_by("pk").first() for name, role in WHO.items()}


def _lists():
    """Lists: the same rows and columns in an indexed order."""
    customers = Table(
        lambda u: Customer.objects.select_related("owner", "segment").order_by("pinyin", "id")[:ROWS],
        "name number get_region_display segment.name get_grade_display owner.name get_state_display",
    )
    mine = Table(
        lambda u: Customer.objects.filter(owner=u).select_related("owner", "segment").order_by("pinyin", "id")[:ROWS],
        customers.columns,
    )
    deals = Table(
        lambda u: Opportunity.objects.select_related("customer", "owner", "product").order_by("-pk")[:ROWS],
        'number name customer.name product.name owner.name expected_value currency expected_close_on|date:"Y-m-d" get_state_display',
    )
    my_deals = Table(
        lambda u: (
            Opportunity.objects.filter(owner=u).select_related("customer", "owner", "product").order_by("-pk")[:ROWS]
        ),
        deals.columns,
    )
    contracts = Table(
        lambda u: Contract._base_manager.select_related("drafted_by").order_by("-pk")[:ROWS],
        'number customer_name title drafted_by.name total currency state_at|date:"Y-m-d" get_state_display',
    )
    ledger = Table(
        lambda u: (
            Contract._base_manager.filter(state__in=("signed", "archived", "fulfilled", "terminating", "terminated"))
            .order_by("-signed_on", "-pk")
            .select_related("drafted_by")[:ROWS]
        ),
        'number signed_on|date:"Y-m-d" customer_name title total currency period_start|date:"Y-m-d" period_end|date:"Y-m-d" drafted_by.name get_state_display',
    )
    insights = Table(
        lambda u: MarketInsight.objects.select_related("segment", "by").order_by("-observed_on", "-id")[:ROWS],
        'content segment.name get_kind_display source by.name observed_on|date:"Y-m-d"',
    )
    templates = Table(
        lambda u: ContractTemplate.objects.select_related("author").order_by("code", "-number")[:ROWS],
        "name number author.name get_state_display",
    )
    notices = Table(
        lambda u: Notice.objects.filter(to=u).order_by("-pk")[:ROWS], 'kind params.title at|date:"Y-m-d" url'
    )
    first = Customer.objects.order_by("pk").first()
    found = Table(
        lambda u: Customer.objects.filter(initials__startswith=first.initials).order_by("pk")[:20], "name number"
    )
    return [
        ("customer list", "customers:customer_list", "", "manager", customers),
        ("customer list, own", "customers:customer_list", "", "salesperson", mine),
        ("customer list, search", "customers:customer_list", f"?q={first.initials}", "manager", found),
        ("opportunity list", "customers:opportunity_list", "", "manager", deals),
        ("opportunity list, own", "customers:opportunity_list", "", "salesperson", my_deals),
        ("market insights", "customers:insight_list", "", "manager", insights),
        ("contract list", "contracts:contract_list", "", "manager", contracts),
        ("contract ledger", "contracts:ledger", "", "custodian", ledger),
        ("contract templates", "contracts:contracttemplate_list", "", "legal", templates),
        ("notices", "notices", "", "salesperson", notices),
    ]


def _changes(record, limit=ROWS):
    return Table(
        lambda u: (
            StateChange.objects.filter(model=record._meta.label_lower, row=record.pk)
            .select_related("by")
            .order_by("-pk")[:limit]
        ),
        'step title from_state to_state by.name at|date:"Y-m-d H:i" comment',
    )


def _one(rows, columns):
    return Table(lambda u: list(rows), columns)


def _customer(record):
    """A customer's file: facts, contacts, and the same length of timeline."""
    facts = _one(
        Customer.objects.filter(pk=record.pk).select_related("owner", "segment", "profile"),
        "name number registration_number get_region_display industry segment.name get_grade_display address phone website owner.name get_state_display "
        "profile.basic_facts profile.business_scope profile.operating_condition profile.decision_process",
    )
    contacts = _one(Contact.objects.filter(customer=record), "name title phone email")
    events = _one(
        Interaction.objects.filter(customer=record).select_related("by", "contact").order_by("-at")[:ROWS],
        'summary channel at|date:"Y-m-d H:i" by.name contact.name willingness needs_concerns next_step',
    )
    return facts, contacts, events


def _opportunity(record):
    facts = _one(
        Opportunity.objects.filter(pk=record.pk).select_related(
            "customer", "owner", "segment", "product", "scorecard", "term_sheet"
        ),
        "number name customer.name owner.name segment.name expected_value currency product.name source screening screening_reason get_state_display "
        "scorecard.scale scorecard.position scorecard.potential scorecard.willingness term_sheet.price_terms term_sheet.payment_terms term_sheet.delivery_terms",
    )
    events = _one(
        Interaction.objects.filter(opportunity=record).select_related("by", "contact").order_by("-at")[:ROWS],
        'summary channel at|date:"Y-m-d H:i" by.name contact.name willingness needs_concerns next_step',
    )
    return facts, events, _changes(record)


def _contract(record):
    facts = _one(
        Contract._base_manager.filter(pk=record.pk).select_related("customer", "drafted_by", "template", "opportunity"),
        "number title customer_name customer_address our_name our_address currency net_total tax_total total payment_terms delivery_terms after_sales "
        'drafted_by.name template.name opportunity.name period_start|date:"Y-m-d" period_end|date:"Y-m-d" get_state_display approved_hash',
    )
    return (
        facts,
        _one(record.clauses.all(), "heading text"),
        _one(record.lines.all(), "description specification quantity unit unit_price"),
    )


def _details():
    busy = Customer.objects.order_by("pk").first()
    deal = (
        Opportunity.objects.filter(customer=busy, state="follow_up").order_by("pk").first()
        or Opportunity.objects.filter(state="follow_up").first()
    )
    review = Contract.objects.filter(state="legal_review").order_by("pk").first()
    done = Contract.objects.filter(state="archived").order_by("pk").first()
    draft = Contract.objects.filter(state="revising").order_by("pk").first()
    template = ContractTemplate.objects.first()
    clauses = _one(template.clauses.all(), "heading text get_subject_display")
    return [
        ("customer", "customers:customer_detail", busy, "manager", _customer(busy)),
        ("opportunity", "customers:opportunity_detail", deal, "manager", _opportunity(deal)),
        ("opportunity, history", "customers:opportunity_history", deal, "manager", (_changes(deal),)),
        ("contract in review", "contracts:contract_detail", review, "legal", _contract(review)),
        ("contract in the archive", "contracts:contract_detail", done, "manager", _contract(done)),
        ("contract, returned", "contracts:contract_detail", draft, "manager", _contract(draft)),
        ("contract, versions compared", "contracts:contract_compare", draft, "manager", _contract(draft)),
        ("contract, checklist", "contracts:contract_review", review, "legal", _contract(review)),
        ("contract, history", "contracts:contract_history", review, "legal", (_changes(review),)),
        ("contract template", "contracts:contracttemplate_detail", template, "legal", (clauses,)),
    ]


def _owed(user):
    return Promise.objects.filter(owed_by=user, state="open").order_by("due_at")[:8]


def _desks():
    """Home and the approval queue: the floor shows the same tables without deciding who may."""
    waiting = Table(
        lambda u: (
            Contract._base_manager.filter(state="manager_review")
            .select_related("drafted_by")
            .order_by("state_at")[:ROWS]
        ),
        "title customer_name total currency drafted_by.name state_at",
    )
    legal = Table(
        lambda u: (
            Contract._base_manager.filter(state="legal_review").select_related("drafted_by").order_by("state_at")[:ROWS]
        ),
        waiting.columns,
    )
    asked = Table(
        lambda u: Agreement.objects.filter(state="requested").select_related("asked_by").order_by("state_at")[:8],
        "title reason asked_by.name state_at",
    )
    owed = Table(_owed, "title what due_at url")
    deals = Table(
        lambda u: Opportunity.objects.filter(owner=u).select_related("customer").order_by("state_at")[:24],
        "name customer.name state_at expected_value currency",
    )
    board = Table(
        lambda u: (
            Opportunity.objects.filter(state__in=Opportunity.PATH)
            .select_related("customer", "owner")
            .order_by("state_at")[:42]
        ),
        "name customer.name owner.name expected_value currency state_at get_state_display",
    )
    return [
        ("home, salesperson", "home", "today", "", "salesperson", (owed, deals)),
        ("home, manager", "home", "today", "", "manager", (owed, deals, asked)),
        ("approval queue, manager", "queue", "inbox", "", "manager", (waiting,)),
        ("approval queue, legal", "queue", "inbox", "", "legal", (legal,)),
        ("approval queue, decided", "queue", "inbox", "?tab=decided", "legal", (legal,)),
        ("pipeline board", "queue", "customers:board", "", "manager", (board,)),
    ]


def pages():
    """All pages whose addresses exist; the names of the others, for the report."""
    wanted = [(n, "list", a, q, None, w, (t,)) for n, a, q, w, t in _lists()]
    wanted += [(n, "detail", a, "", r.pk, w, t) for n, a, r, w, t in _details()]
    wanted += [(n, k, a, q, None, w, t) for n, k, a, q, w, t in _desks()]
    found, absent = [], []
    for name, kind, address, query, pk, who, tables in wanted:
        try:
            url = reverse(address, args=[pk] if pk else [])
        except NoReverseMatch:
            absent.append(name)
        else:
            found.append(Page(name, kind, url + query, who, tables))
    return found, absent
