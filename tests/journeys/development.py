"""The first half of the journey (clause 3.1): from a market insight to the follow-up, act by act.

Each act is first tried by somebody who may not; nothing may have changed after it.
"""

import re

from customers.models import Customer, MarketInsight, Opportunity, Segment
from kernel import clock
from kernel.models import Agreement

KINDS = {
    "Industry": "封測廠今年擴產三成",
    "Competitors": "甲廠交期延至二十週",
    "Demand": "新竹三廠需要搬運機械手臂",
}


def stage_of(opportunity):
    """Where the opportunity stands."""
    return Opportunity.objects.values_list("state", flat=True).get(pk=opportunity.pk)


def page_of(opportunity, part=""):
    """The address of the opportunity's page or of a form of it."""
    return f"/opportunities/{opportunity.pk}/{part}"


def enters_insights(office):
    """3.1.1a: what is known of the industry, of competitors and of demand in a segment."""
    office.service.is_refused("/segments/1/edit/", name="x")
    office.legal.is_refused("/insights/new/", content="x")
    sales = office.sales.open("/segments/new/").write({"Name": "半導體設備"}).press("Save")
    for kind, content in KINDS.items():
        sales.open("/insights/").follow(re.compile("^New insight"))
        sales.write(
            {
                "Segment": "半導體設備",
                "Channel": "Industry report",
                "Kind": kind,
                "Source": "工研院",
                "Content": content,
            }
        )
        sales.press("Save").sees(content)
    assert MarketInsight.objects.count() == 3


def analyses_an_insight(office):
    """3.1.1b: the target segment, and the opportunity seen in it."""
    insight = MarketInsight.objects.get(kind="demand")
    office.service.is_refused(f"/insights/{insight.pk}/analyse/", target_segment="x", opportunity_seen="x")
    sales = office.sales.open("/insights/").follow(f"Analyse {insight}")
    sales.write({"Target segment": "擴產中的封測廠", "Opportunity seen": "缺少搬運手臂"}).press("Save").sees(
        "缺少搬運手臂"
    )


def opens_an_opportunity(office, name="鴻洲自動化股份有限公司"):
    """2.2.2a: the customer enters the file, with a contact, and his opportunity is opened."""
    office.service.is_refused("/customers/new/", name=name)
    sales = office.sales.open("/customers/new/").write({"Name": name, "Segment": "半導體設備"}).press("Save").sees(name)
    customer = Customer.objects.get()
    office.stranger.is_refused(f"/customers/{customer.pk}/contacts/new/", name="x", phone="1")
    sales.open(f"/customers/{customer.pk}/contacts/new/")
    sales.write({"Name": "邱志宏", "Job title": "廠長", "Phone": "03-578-1234"}).press("Save").sees("邱志宏")
    office.stranger.is_refused(f"/customers/{customer.pk}/opportunities/new/", name="x")
    sales.open("/opportunities/new/").follow(name)
    sales.write({"Matter": "晶圓搬運機械手臂 10 套", "Expected value": "10,000"}).press("Save")
    return Opportunity.objects.get()


def goes_on(office, opportunity, label, step, to):
    """Take the step on, after two who may not have tried."""
    office.stranger.is_refused(page_of(opportunity, f"{step}/"))
    office.director.is_refused(page_of(opportunity, f"{step}/"))
    office.sales.open(page_of(opportunity)).follow(label).press(label)
    assert stage_of(opportunity) == to


def is_researched(office, opportunity):
    """The segment's insights are the evidence of the first stage."""
    office.director.is_refused(page_of(opportunity, "research/"), segment=Segment.objects.get().pk)
    goes_on(office, opportunity, "Go on to screening", "screen", "screening")


SCORES = ("Scale", "Industry position", "Growth potential", "Willingness")
REASONS = {f"Reason for the {word}": "拜訪所見" for word in ("scale", "position", "potential", "willingness")}


def fails_screening(office, opportunity):
    """3.1.2b: a low scorecard holds the step; what is missing is named."""
    office.stranger.is_refused(page_of(opportunity, "screening/"), screening="ordinary", screening_reason="x")
    office.director.is_refused(page_of(opportunity, "scorecard/"), scale="5")
    sales = office.sales.open(page_of(opportunity)).follow("Decide")
    sales.write({"Ordinary": True, "Reason": "產品線相符"}).press("Save")
    sales.follow("Score").rate(SCORES, "1").write(REASONS).press("Save")
    sales.sees("is below the pass mark").follow("Go on to first contact").press("Go on to first contact")
    sales.sees("Not yet: Scorecard at or above the pass mark")
    assert stage_of(opportunity) == "screening"


def passes_screening(office, opportunity):
    """A better one lets it pass."""
    office.sales.open(page_of(opportunity, "scorecard/")).rate(SCORES, "4").press("Save")
    goes_on(office, opportunity, "Go on to first contact", "make_contact", "first_contact")


def contacts_the_customer(office, opportunity):
    """3.1.3: a contact with a named person, with everything that must be noted."""
    office.stranger.is_refused(page_of(opportunity, "log/"), summary="x")
    office.director.is_refused(page_of(opportunity, "log/"), summary="x")
    sales = office.sales.open(page_of(opportunity)).follow("Log a contact")
    sales.write({"Channel": "Visit", "Contact": "邱志宏", "What was said": "初次拜訪", "were introduced": True})
    sales.write({"Willingness": "願意評估", "needs and concerns": "潔淨室等級", "Next step": "寄送方案"}).press("Save")
    goes_on(office, opportunity, "Go on to needs", "explore_needs", "needs")


def learns_needs(office, opportunity, paper):
    """3.1.4a, b: needs, a proposal made for him, a demonstration."""
    office.director.is_refused(page_of(opportunity, "needs/"), needs="x")
    sales = office.sales.open(page_of(opportunity, "needs/"))
    sales.write({"Needs": "搬運晶圓", "Pain points": "速度太慢", "Expected solution": "六軸手臂"}).press("Save")
    office.stranger.is_refused(page_of(opportunity, "proposals/new/"), title="x")
    sales.follow("New proposal").write({"Title": "搬運手臂方案", "Summary": "十套", "File": paper("方案.pdf")})
    sales.write({"Sent on": clock.today(), "Sent to": "邱志宏"}).press("Save").sees("搬運手臂方案")
    office.director.is_refused(page_of(opportunity, "demonstrations/new/"), notes="x")
    sales.follow("Demonstration").write(
        {"Held at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}", "Notes": "順利"}
    ).press("Save")


def answers_questions(office, opportunity):
    """3.1.4c: what the customer asks is answered, and taken as answered."""
    office.director.is_refused(page_of(opportunity, "questions/new/"), text="x")
    sales = office.sales.open(page_of(opportunity)).follow("Questions")
    sales.write({"Kind": "Concern", "What he asks": "搬運一片需要幾秒？", "Raised by": "邱志宏"}).press("Save")
    sales.open(page_of(opportunity)).sees("1 still open")
    question = opportunity.questions.get()
    office.stranger.is_refused(f"/questions/{question.pk}/answer/", answer="x")
    sales.open(page_of(opportunity, "questions/")).follow(f"Answer {question}")
    sales.write({"Answer": "七秒半"}).press("Save").press(f"Taken as answered {question}")
    goes_on(office, opportunity, "Go on to negotiation", "negotiate", "negotiation")


TERMS = {
    "Form of cooperation": "採購",
    "Price": "固定價格",
    "Payment terms": "簽約付三成，驗收付七成",
    "Delivery": "DDP 新竹",
    "After-sales": "保固兩年",
}


def agrees_on_terms(office, opportunity):
    """3.1.5: a whole term sheet, its customer willing; its margin lies below the floor, which the drafter is not told."""
    office.director.is_refused(page_of(opportunity, "terms/"), price_terms="x")
    sales = office.sales.open(page_of(opportunity)).follow("Terms").write({**TERMS, "Reached": True})
    line = sales.page.locator(".formset-row").first
    sales.enter(line.get_by_label("Product"), "ARM-18 Wafer arm")
    sales.enter(line.get_by_label("Quantity"), "10")
    sales.enter(line.get_by_label("Unit price"), "700")
    sales.press("Save").sees("needs the manager").follow("Assess")
    office.stranger.is_refused(page_of(opportunity, "terms/assessment/"), our_interest="x")
    sales.write({"Our interest": "進入封測業", "Risks": "交期緊", "Fair and reasonable": "市價"}).press("Save")
    assert "14.29" not in sales.page.content()
    sales.open(page_of(opportunity)).follow("Go on to follow-up").press("Go on to follow-up").sees(
        "below the floor margin"
    )
    assert stage_of(opportunity) == "negotiation"


def manager_agrees_to_the_margin(office, opportunity):
    """3.1.5c: his dated agreement with reason is the evidence; nobody agrees in his place."""
    sales = office.sales.open(page_of(opportunity, "terms/assessment/")).press("Save and ask the manager")
    sales.write({"Reason": "換取封測業首張訂單"}).press("Send the request")
    agreement = Agreement.objects.get()
    office.sales.is_refused(f"/agreements/{agreement.pk}/agree/", comment="x")
    office.legal.is_refused(f"/agreements/{agreement.pk}/agree/", comment="x")
    manager = office.manager.open("/approvals/").sees("換取封測業首張訂單")
    manager.write({"Opinion": "同意，僅限此單"}).decide("Agree")
    goes_on(office, opportunity, "Go on to follow-up", "follow", "follow_up")


def follows_up(office, opportunity):
    """3.1.6: progress told, state of his decision, his problems."""
    office.director.is_refused(page_of(opportunity, "follow-ups/new/"), decision_state="x")
    sales = office.sales.open(page_of(opportunity)).follow("Log a follow-up")
    sales.write({"Contact": "邱志宏", "Progress": "合同起草中", "State of his decision": "週五董事會"}).press("Save")
    sales.sees("Everything is there")
