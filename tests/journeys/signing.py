"""The second half of the journey (clause 3.2): from the draft of a contract to the ledger, act by act.

Each act is first tried by somebody who may not; nothing may have changed after it.
"""

from contracts.models import Contract, Seal, SealRequest
from kernel import clock

EMPTY = "違約責任"
DISPUTES = "爭議解決"


def row(window, heading):
    """The row of a clause in the form, by its heading."""
    return window.page.locator(".formset-row").filter(has=window.page.locator(f'input[value="{heading}"]'))


def rewrite(window, contract, heading, text):
    """Change the text of one clause and save."""
    window.open(f"/contracts/{contract.pk}/edit/")
    window.enter(row(window, heading).get_by_label("Text"), text)
    window.press("Save")


def state_of(contract):
    """Where the contract stands."""
    return Contract.objects.values_list("state", flat=True).get(pk=contract.pk)


def drafts(office, opportunity):
    """3.2.1a, c: from the opportunity whose customer is willing, on a template in force."""
    address = f"/contracts/new/?opportunity={opportunity.pk}"
    office.legal.is_refused(address, title="x")
    office.stranger.is_refused(address, title="x")
    sales = office.sales.open("/contracts/").follow("Draft a contract")
    sales.sees("Choose the opportunity").follow(f"Draft {opportunity.name}")
    sales.write({"Contract template": "設備買賣合同 v1", "Title": "晶圓搬運機械手臂採購合同"}).press("Draft")
    contract = Contract.objects.get(opportunity=opportunity)
    assert state_of(contract) == "draft" and contract.total > 0
    today = clock.today()
    sales.write({"performance from": today, "performance until": today.replace(year=today.year + 1)})
    sales.enter(row(sales, EMPTY).get_by_label("Text"), "")
    sales.press("Save").sees(contract.number, "Nothing is written here yet")
    return contract


def is_refused_while_a_clause_is_empty(office, contract):
    """3.2.1b: the empty clause is named, beside the place to fill it in."""
    office.sales.open(f"/contracts/{contract.pk}/").sees(f"{EMPTY}: empty").follow("Submit")
    office.sales.press("Submit").sees("Not yet: Every required clause is filled in", f"{EMPTY}: empty")
    assert state_of(contract) == "draft"
    rewrite(office.sales, contract, EMPTY, "逾期交貨者，每逾一日按合同總額千分之一計付違約金。")


def submits(office, contract):
    """The drafter alone hands it in."""
    office.manager.is_refused(f"/contracts/{contract.pk}/submit/")
    office.sales.open(f"/contracts/{contract.pk}/").follow("Submit").press("Submit").sees("In manager review")
    assert state_of(contract) == "manager_review"


def manager_returns(office, contract):
    """3.2.2a: a return without reason is refused; with one it reaches the drafter."""
    office.legal.is_refused(f"/contracts/{contract.pk}/return_terms/", comment="x")
    office.sales.is_refused(f"/contracts/{contract.pk}/return_terms/", comment="x")
    office.manager.open("/approvals/").sees(contract.title).decide("Return")
    office.manager.sees("required")
    assert state_of(contract) == "manager_review"
    office.manager.write({"Reason": "請寫明驗收標準"}).press("Return")
    assert state_of(contract) == "revising"
    office.sales.open(f"/contracts/{contract.pk}/").sees("請寫明驗收標準", "the manager reviews it again")


def resubmits_to_manager(office, contract):
    """The route is the system's choice: it goes to the manager, and to nobody else."""
    office.stranger.is_refused(f"/contracts/{contract.pk}/resubmit_to_manager/")
    rewrite(office.sales, contract, "產品規格", "產品之型號、規格及數量以附表為準，驗收以 SEMI S2 為標準。")
    sales = office.sales.open(f"/contracts/{contract.pk}/")
    assert sales.page.get_by_role("link", name="Resubmit to legal").count() == 0
    sales.follow("Resubmit to the manager").press("Resubmit to the manager")
    assert state_of(contract) == "manager_review"


def judges(window, contract):
    """Find each point of one's checklist in order."""
    window.open(f"/contracts/{contract.pk}/review/")
    for point in window.page.get_by_role("group").all():
        window.enter(point.get_by_label("In order", exact=True), True)
    window.press("Save the checklist")


def manager_approves(office, contract):
    """3.2.2b: not before each point is judged, and never by legal in the manager's place."""
    office.legal.is_refused(f"/contracts/{contract.pk}/approve_terms/")
    office.manager.open("/approvals/").sees("Each point of the manager's checklist is in order")
    judges(office.manager, contract)
    office.manager.open("/approvals/").decide("Approve")
    assert state_of(contract) == "legal_review"


def legal_leaves_a_blocking_opinion(office, contract):
    """3.2.2c: legal proposes wording in an opinion and never edits; then returns it."""
    office.manager.is_refused(f"/contracts/{contract.pk}/opinions/new/", kind="blocking", text="x")
    office.legal.is_refused(f"/contracts/{contract.pk}/edit/", title="x")
    legal = office.legal.open(f"/contracts/{contract.pk}/").follow(f"Opinion {DISPUTES}")
    legal.write(
        {
            "Kind": "Blocking opinion",
            "Opinion": "約定仲裁，不約定法院",
            "Proposed wording": "提交中華民國仲裁協會仲裁。",
        }
    )
    legal.press("Leave the opinion").sees("約定仲裁，不約定法院")
    office.custodian.is_refused(f"/contracts/{contract.pk}/return_text/", comment="x")
    legal.open("/approvals/").write({"Opinion": "請依必改意見修改"}).decide("Return")
    assert state_of(contract) == "revising"


def amends_for_legal_only(office, contract):
    """3.2.3a: the opinion is answered, the clause amended; nothing commercial changed, so legal alone reads it again."""
    opinion = contract.opinions.get()
    office.manager.is_refused(f"/contracts/opinions/{opinion.pk}/answer/", answer="x")
    sales = office.sales.open(f"/contracts/{contract.pk}/").follow("Answer 約定仲裁，不約定法院")
    sales.write({"Answer": "已改為仲裁"}).press("Answer").sees("已改為仲裁")
    rewrite(sales, contract, DISPUTES, "因本合同所生爭議，提交中華民國仲裁協會仲裁。")
    sales.sees("it goes to legal only")
    office.stranger.is_refused(f"/contracts/{contract.pk}/resubmit_to_legal/")
    sales.follow("Resubmit to legal").press("Resubmit to legal")
    assert state_of(contract) == "legal_review"


def legal_approves(office, contract):
    """Once the opinion is accepted by its author and each point judged, this exact text may be signed."""
    office.manager.is_refused(f"/contracts/{contract.pk}/approve_text/")
    if contract.opinions.open().exists():
        opinion = contract.opinions.get()
        office.sales.is_refused(f"/contracts/opinions/{opinion.pk}/accept/")
        office.legal.open(f"/contracts/{contract.pk}/").press("Accept 約定仲裁，不約定法院")
    judges(office.legal, contract)
    office.legal.open("/approvals/").decide("Approve")
    assert state_of(contract) == "ready_to_sign"


def a_price_changes(office, contract):
    """3.2.3a: a change of the approved text takes it back; being commercial, the manager reviews it again."""
    office.custodian.is_refused(f"/contracts/{contract.pk}/edit/", title="x")
    office.sales.open(f"/contracts/{contract.pk}/edit/").sees("This text is approved")
    office.sales.enter(office.sales.page.locator("#lines").get_by_label("Unit price").first, "980")
    office.sales.press("Save").sees("the manager reviews it again")
    assert state_of(contract) == "revising"
    office.sales.follow("Resubmit to the manager").press("Resubmit to the manager")
    assert state_of(contract) == "manager_review"


def is_sealed(office, contract):
    """3.2.3b: the seal is asked for, approved by another, and used on the very paper that was approved."""
    office.stranger.is_refused(f"/contracts/{contract.pk}/seal/", copies="2", purpose="x")
    seal = Seal.objects.create(name="合同專用章", keeper=office.custodian.user)
    sales = office.sales.open(f"/contracts/{contract.pk}/").follow("Ask for the seal")
    sales.write({"Seal": seal.name, "Copies": "2", "Purpose": "簽訂合同"}).press("Ask for the seal")
    request = SealRequest.objects.get(contract=contract)
    sales.sees("Seal requested")
    office.sales.is_refused(f"/contracts/seals/{request.pk}/approve/")
    office.manager.open(f"/approvals/?item=contracts.sealrequest:{request.pk}").sees("not approved a second time")
    office.manager.decide("Approve")
    office.sales.is_refused(f"/contracts/seals/{request.pk}/keep/", copies="2")
    keeper = office.custodian.open(f"/contracts/seals/{request.pk}/").follow("Compare and seal")
    keeper.write({"Contract number on the paper": request.number, "Version on the paper": request.text_version})
    keeper.write({"Text hash on the paper": request.text_hash[:12], "Pages counted": request.pages})
    keeper.press("Compare and record").sees("Sealed")
    keeper.open("/contracts/seals/register/").sees(request.number, contract.customer_name, seal.name)


def signs(office, contract, copy, other):
    """3.2.3b: both signatories and dates, and the signed copy, a PDF by content."""
    today = clock.today()
    office.custodian.is_refused(f"/contracts/{contract.pk}/signing/")
    office.manager.is_refused(f"/contracts/{contract.pk}/sign/")
    sales = office.sales.open(f"/contracts/{contract.pk}/").follow("Record the signing")
    sales.write({"Our signatory": "Fang Director", "Customer's signatory": "邱志宏"})
    sales.write({"Sent to the customer on": today, "Signed by us on": today, "Signed by the customer on": today})
    sales.write({"Signed copy": other}).press("Record the signing")
    assert state_of(contract) == "ready_to_sign"
    sales.write({"Signed copy": copy}).press("Record the signing").sees("Signed")
    assert state_of(contract) == "signed"


def archives(office, contract):
    """3.2.3c: into custody, by the custodian."""
    office.sales.is_refused(f"/contracts/{contract.pk}/custody/", paper_location="x")
    keeper = office.custodian.open("/").open(f"/contracts/{contract.pk}/").follow("Archive")
    keeper.write({"Custodian": "Kao Custodian", "Place of the paper": "三樓檔案室 B 櫃 04"}).press("Archive")
    assert state_of(contract) == "archived"


def stands_in_the_ledger(office, contract):
    """The ledger shows who, when, how much and where; its XLSX is for those who may export."""
    assert office.service.page.goto("/contracts/ledger/").status in {403, 404}
    office.custodian.open("/contracts/ledger/").sees(contract.number, contract.customer_name, "三樓檔案室 B 櫃 04")
    answer = office.custodian.context.request.get("/exports/of/ledger.xlsx/")
    assert answer.ok and answer.body()[:2] == b"PK"
    assert not office.sales.context.request.get("/exports/of/ledger.xlsx/").ok
