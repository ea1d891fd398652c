"""Templates and contracts for tests: valid and boring; a state is reached through its real steps."""

import io
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from contracts import collecting, custody, library, proposing, reviewing, sealing, services
from contracts.models import (
    Contract,
    ContractTemplate,
    LibraryClause,
    Loan,
    Seal,
    SealRequest,
    Signing,
    Subject,
    TemplateClause,
)
from kernel import clock
from kernel.advance import advance, begin
from organization.models import Company
from tests.factories.customers import follow_up, make_opportunity

TEXTS = {
    Subject.RIGHTS: ("標的物", "甲方（[[customer_name]]）向乙方（[[our_name]]）採購本合同所列貨物。", False),
    Subject.SPECIFICATION: ("規格", "規格及數量如附表。", True),
    Subject.PRICE: ("合同價款", "合同總價為[[total_in_capitals]]（[[total]]）。", True),
    Subject.PAYMENT: ("付款方式", "[[payment_terms]]；[[instalments]]", True),
    Subject.DELIVERY: ("交貨期限", "[[delivery_terms]]，不遲於[[delivery_on]]。", True),
    Subject.LIABILITY: (
        "違約責任",
        "乙方逾期交貨者，每逾一日按逾期部分價款千分之一計付違約金，累計不逾合同總價百分之五。",
        False,
    ),
    Subject.OTHER: ("保固", "自驗收合格之日起十二個月。", False),
}


def make_company():
    """The company that signs."""
    return Company.objects.get_or_create(
        name="衡岳精密科技股份有限公司",
        defaults={
            "registration_number": "24567890",
            "address": "臺中市工業區一路 1 號",
            "bank_name": "第一銀行",
            "bank_account": "007-123",
        },
    )[0]


def make_template(author, approver=None, code="T-04", state="in_force", **fields):
    """A template with a block for each required matter, put in force by another member of legal."""
    template = begin(
        ContractTemplate(code=code, name="設備採購合同", author=author, edited_by=author, **fields), by=author
    )
    for position, (subject, (heading, text, commercial)) in enumerate(TEXTS.items(), start=1):
        TemplateClause.objects.create(
            template=template,
            position=position,
            subject=subject,
            heading=heading,
            text=text,
            is_required=subject != Subject.OTHER,
            is_commercial=commercial,
        )
    if state != "draft":
        advance(template, "submit", by=author)
    if state == "in_force":
        advance(template, "approve", by=approver)
    return ContractTemplate.objects.get(pk=template.pk)


def make_proposal_template(author, approver, code="P-01", script="hant"):
    """A template for proposals in force: what the customer needs, and what we offer."""
    fields = {"code": code, "name": "項目方案", "kind": "proposal", "script": script}
    template = begin(ContractTemplate(author=author, edited_by=author, **fields), by=author)
    blocks = (("需求", "[[needs]] / [[pain_points]]"), ("方案", "[[products]] [[valid_until]]"))
    for position, (heading, text) in enumerate(blocks, start=1):
        TemplateClause.objects.create(template=template, position=position, heading=heading, text=text)
    template = ContractTemplate.objects.get(pk=template.pk)
    advance(template, "submit", by=author)
    advance(template, "approve", by=approver)
    return ContractTemplate.objects.get(pk=template.pk)


def make_quotation_template(author, approver, code="Q-01", script="en"):
    """A template for the conditions of quotations in force."""
    fields = {"code": code, "name": "Terms of sale", "kind": "quotation", "script": script}
    template = begin(ContractTemplate(author=author, edited_by=author, **fields), by=author)
    blocks = (
        ("Payment", "To pay: [[payment_terms]], [[total]]"),
        ("Validity", "[[quotation_number]] holds until [[valid_until]]"),
    )
    for position, (heading, text) in enumerate(blocks, start=1):
        TemplateClause.objects.create(template=template, position=position, heading=heading, text=text)
    template = ContractTemplate.objects.get(pk=template.pk)
    advance(template, "submit", by=author)
    advance(template, "approve", by=approver)
    return ContractTemplate.objects.get(pk=template.pk)


def write_proposal(opportunity, template, by):
    """A proposal written from the template and registered."""
    sections = proposing.sections_of(template, opportunity, by=by)
    until = clock.today() + timedelta(30)
    draft = proposing.Draft(opportunity, str(template), template.script, "方案", "四十臺", until, sections)
    return proposing.write(draft, by=by)


def make_library_clause(author, approver, code="L-01", state="in_force", **fields):
    """A clause of the library, put in force by another member of legal; the next version where there is one."""
    values = {"heading": "不可抗力", "text": "雙方互不負責。", "risk_note": "須限於不可預見者", **fields}
    clause = library.add_version(LibraryClause(code=code, **values), by=author)
    if state != "draft":
        advance(clause, "submit", by=author)
    if state == "in_force":
        advance(clause, "approve", by=approver)
    return LibraryClause.objects.get(pk=clause.pk)


def make_contract(by, template, opportunity=None, **fields):
    """A complete draft from an opportunity in follow-up: terms, lines, two instalments."""
    make_company()
    opportunity = opportunity or make_opportunity(by, stage="follow_up")
    if opportunity.state == "follow_up":
        follow_up(opportunity, by)
    contract = services.draft_from_opportunity(opportunity=opportunity, by=by, template=template, title="設備採購合同")
    today = clock.today()
    values = {"delivery_on": today + timedelta(60), "period_start": today, "period_end": today + timedelta(365)}
    for name, value in {**values, **fields}.items():
        setattr(contract, name, value)
    contract.save()
    contract.instalments.create(position=1, name="訂金", percent=Decimal(30), condition="簽約後七日內")
    contract.instalments.create(position=2, name="尾款", percent=Decimal(70), condition="驗收合格後三十日內")
    return services.recalculate(contract, by=by)


def fresh(contract):
    """The contract as it stands in the database now."""
    return Contract.objects.get(pk=contract.pk)


def submit(contract):
    """Hand it to the manager."""
    advance(contract, "submit", by=contract.drafted_by)
    return fresh(contract)


def approve_by_manager(contract, manager):
    """The manager finds all points in order and approves."""
    reviewing.judge_all(contract=fresh(contract), by=manager)
    advance(contract, "approve_terms", by=manager)
    return fresh(contract)


def approve_by_legal(contract, legal):
    """Legal finds all points in order and approves."""
    reviewing.judge_all(contract=fresh(contract), by=legal)
    advance(contract, "approve_text", by=legal)
    return fresh(contract)


def make_seal(keeper, name="合同專用章", **fields):
    """A seal and who keeps it."""
    return Seal.objects.get_or_create(name=name, defaults={"keeper": keeper, **fields})[0]


def ask_for_seal(contract, keeper, **fields):
    """The drafter asks for the seal on the approved text."""
    request = SealRequest(**{"seal": make_seal(keeper), "copies": 2, "purpose": "簽訂合同", **fields})
    return sealing.ask_for_seal(contract=contract, request=request, by=contract.drafted_by)


def read_off(request, **changes):
    """What the keeper reads off the approved paper."""
    values = {"number": request.number, "version": request.text_version, "text_hash": request.text_hash}
    return sealing.Read(**{**values, "pages": request.pages, **changes})


def seal(contract, manager, keeper):
    """Asked for, approved, compared and sealed."""
    request = ask_for_seal(contract, keeper)
    advance(request, "approve", by=manager)
    sealing.record_comparison(request=request, by=keeper, copies=2, read=read_off(request))
    return SealRequest.objects.get(pk=request.pk)


def enter_signing(contract, **fields):
    """Signatories, dates and a signed copy; electronic, since paper needs a seal first (see `seal`)."""
    today = clock.today()
    values = {
        "our_signatory": contract.drafted_by,
        "method": Signing.Method.ELECTRONIC,
        "customer_signatory": "邱志宏",
        "sent_on": today,
        "our_signed_on": today,
        "customer_signed_on": today,
    }
    Signing.objects.create(contract=contract, **{**values, **fields})
    services.upload_signed_copy(contract=contract, file=pdf_file(), by=contract.drafted_by)
    return fresh(contract)


def sign(contract):
    """Record the signing."""
    enter_signing(contract)
    advance(contract, "sign", by=contract.drafted_by)
    return fresh(contract)


def archive(contract, custodian):
    """Into custody."""
    contract = fresh(contract)
    contract.custodian, contract.paper_location = custodian, "檔案櫃 3-2"
    contract.save()
    advance(contract, "archive", by=custodian)
    return fresh(contract)


def lend(contract, borrower, custodian, days=7, reason="核對條款"):
    """Lend the original for some days."""
    loan = Loan(borrower=borrower, reason=reason, due_on=clock.today() + timedelta(days))
    return custody.lend(contract=fresh(contract), loan=loan, by=custodian)


def ask_to_end(contract):
    """The drafter asks for its termination."""
    data = {"termination_on": clock.today(), "termination_settlement": "雙方無其他請求"}
    advance(contract, "ask_termination", by=contract.drafted_by, comment="停線", data=data)
    return fresh(contract)


def fulfil_terms(contract):
    """Every term on its fulfilment checklist is done."""
    for row in contract.obligations.filter(state="open"):
        advance(row, "complete", by=contract.drafted_by, data={"done_on": clock.today(), "evidence": "驗收單 7"})
    return fresh(contract)


def pay(contract, by, amount=None, reference="B-100"):
    """Finance enters money under it: all that is owed, unless an amount is named."""
    values = {"received_on": clock.today(), "bank_reference": reference, "payer": contract.customer_name}
    return collecting.record_receipt(fresh(contract), amount=amount or fresh(contract).open_rest, by=by, **values)


def walk(contract, state, *, manager, legal, custodian=None):
    """Take the real steps until the contract stands in the state."""
    steps = {
        "draft": lambda c: submit(c),
        "manager_review": lambda c: approve_by_manager(c, manager),
        "legal_review": lambda c: approve_by_legal(c, legal),
        "ready_to_sign": lambda c: sign(c),
        "signed": lambda c: archive(c, custodian),
        "archived": ask_to_end,
    }
    while contract.state != state:
        contract = steps[contract.state](contract)
    return contract


def pdf_file(name="signed.pdf"):
    """A harmless PDF of one page."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")


def lacking(contract, step=None):
    """Names of the guards that are not met."""
    contract = fresh(contract)
    step = contract.step(step) if step else contract.forward_step()
    return [item.name for item in contract.checklist(step) if not item.met]


def details(contract, name):
    contract = fresh(contract)
    return [str(d) for item in contract.checklist(contract.forward_step()) if item.name == name for d in item.details]


def change_clause(contract, number, text):
    clause = contract.clauses.all()[number]
    clause.text = text
    clause.save()
    return services.recalculate(contract, by=contract.drafted_by)
