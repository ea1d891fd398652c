"""Feedback, visits and surveys for tests: valid and boring; a state is reached through real steps."""

from datetime import timedelta
from urllib.parse import urlsplit

from aftersales import campaigning, improving, questioning, serving, surveying
from aftersales.models import (
    Campaign,
    CauseCategory,
    Feedback,
    FeedbackMessage,
    Measure,
    Question,
    Questionnaire,
    ReturnVisit,
    Survey,
)
from aftersales.models.access import RECORD
from aftersales.models.visits import VISIT
from kernel import clock, links, promises
from kernel.advance import advance, begin
from kernel.importing import Old, Walked, import_history
from kernel.models import Letter
from orders.models import Order, OrderLine

PHONE = FeedbackMessage.How.PHONE


def fresh(row):
    """The feedback as it stands in the database now."""
    return Feedback.objects.get(pk=row.pk)


def make_feedback(by, customer=None, *, kind="complaint", told=PHONE, **fields):
    """A complaint by phone, its time told."""
    values = {"subject": "主軸有異音", "text": "開機後主軸有異音，約十分鐘後消失。", "severity": "normal", **fields}
    contact = customer.contacts.first() if customer else None
    if customer is None:
        values = {"customer_name": "路人公司", **values}
    row = Feedback(kind=kind, customer=customer, contact=contact, **values)
    return fresh(serving.receive(row, by=by, told=told))


def make_cause(name="加工不良"):
    """A cause of the common list."""
    return CauseCategory.objects.get_or_create(name=name)[0]


def find(row, by):
    """Cause, solution and responsible person, as the department enters them."""
    row = fresh(row)
    row.cause_category = make_cause()
    row.cause, row.solution, row.responsible = "軸承預壓不足", "更換軸承並重新校正", by
    row._history_user = by
    row.save()
    return row


def walk(row, state, *, by, solver, department="quality"):
    """On to a state, by customer service and whoever solves it."""
    path = ("assigned", "investigating", "solving", "resolved", "confirmed")
    steps = {
        "assigned": lambda r: advance(r, "assign", by=by, data={"department": department}),
        "investigating": lambda r: advance(r, "investigate", by=solver),
        "solving": lambda r: advance(find(r, solver), "solve", by=solver),
        "resolved": lambda r: advance(find(r, solver), "resolve", by=solver),
        "confirmed": lambda r: advance(report(r, by), "confirm", by=by),
    }
    for name in path[path.index(fresh(row).state) + 1 if fresh(row).state in path else 0 :]:
        steps[name](fresh(row))
        if name == state:
            break
    return fresh(row)


def report(row, by):
    """The result is told by phone."""
    serving.tell(row, what=FeedbackMessage.What.RESULT, how=PHONE, text="軸承已更換。", by=by)
    return fresh(row)


def make_measure(by, owner, *, source="", **fields):
    """A measure against a cause of the common list, proposed, or ordered where the manager enters it."""
    values = {
        "title": "出廠前空轉兩小時", "weakness": "高速段沒有檢驗", "expected": "檢驗表列入空轉測試", "owner": owner,
        "due_on": clock.today() + timedelta(days=14), "cause_category": make_cause(), **fields,
    }  # fmt: skip
    return improving.propose(Measure(**values), source=source, found=improving.found_at(source, by), by=by)


def carry_on(row, state, *, manager, service, owner):
    """A measure on to a state, each step by whose it is."""
    for name, step, by in (("open", "agree", manager), ("done", "finish", owner), ("verified", "verify", service)):
        row = Measure.objects.get(pk=row.pk)
        if row.PATH.index(name) <= row.PATH.index(row.state):
            continue
        if name == "done":
            row.evidence = "檢驗表已修訂，自九月起每台空轉兩小時。"
            improving.note_evidence(row, by=owner)
        advance(row, step, by=by)
        if name == state:
            break
    return Measure.objects.get(pk=row.pk)


# --- visits and surveys -----------------------------------------------------------------------------------
def bought(customer, by, *, product="量測儀"):
    """An old order of the customer, as it is taken in from the old system: he has bought from us."""
    order = Order(
        customer=customer, customer_name=customer.name, entered_by=by, imported=True, number=f"ALT-{customer.pk}",
        ordered_on=clock.today(),
    )  # fmt: skip
    path = ("placed", "in_production", "inspecting", "ready_to_ship", "shipped", "delivered", "completed")
    [row] = import_history([Old(order, [Walked(state) for state in path])], by=by)
    OrderLine.objects.create(order=row, description=product, quantity=1, unit="台")
    return row


def make_visit(customer, *, handler=None, due_in=7, days=90):
    """A visit that is due, with its promise, as the job makes it."""
    due_on = clock.today() + timedelta(days=due_in)
    row = ReturnVisit(
        customer=customer, customer_name=customer.name, days=days, due_on=due_on, handler=handler
    )  # fmt: skip
    visit = begin(row, by=None)
    promises.make(
        visit, VISIT, due_at=clock.now() + timedelta(days=due_in), clause="2.2.3c", what=customer.name, owed_by=handler,
        permission=RECORD,
    )  # fmt: skip
    return visit


def record_visit(visit, by, **data):
    """The customer was called today."""
    values = {"how": "phone", "visited_on": clock.today(), "outcome": "一切正常", **data}
    advance(ReturnVisit.objects.get(pk=visit.pk), "record", by=by, data=values)
    return ReturnVisit.objects.get(pk=visit.pk)


def put_in_use(by, *occasions):
    """The usual questionnaires, in use; returns them by occasion."""
    questioning.usual(by)
    for row in Questionnaire.objects.filter(state="draft"):
        if not occasions or row.occasion in occasions:
            advance(row, "put_in_use", by=by)
    return {row.occasion: row for row in Questionnaire.objects.filter(state="in_use")}


def make_questionnaire(by, *, name="專案調查", in_use=True):
    """A questionnaire for campaigns of their own: two questions from 1 to 5, one in words."""
    row = questioning.create(Questionnaire(name=name, occasion="campaign"), by=by)
    asked = (("scale", "quality", "質量"), ("scale", "logistics", "交期"), ("text", "", "意見"))
    for position, (kind, department, text) in enumerate(asked, start=1):
        Question.objects.create(
            questionnaire=row, position=position, kind=kind, department=department, is_required=position == 1,
            text_zh_hant=text,
            text_zh_hans=text, text_en=text,
        )  # fmt: skip
    if in_use:
        advance(row, "put_in_use", by=by)
    return Questionnaire.objects.get(pk=row.pk)


def make_campaign(by, *, start=False, questionnaire=None, **fields):
    """A campaign to all customers."""
    values = {"title": "年度調查", "ends_on": clock.today() + timedelta(days=20), **fields}
    row = Campaign(questionnaire=questionnaire or make_questionnaire(by), **values)
    row = campaigning.create(row, by=by)
    if start:
        advance(row, "start", by=by)
    return Campaign.objects.get(pk=row.pk)


def answer(survey, *values, by=None, wants_call=False):
    """Answers in the order of the questions; by the customer's link unless somebody takes them on the phone."""
    questions = surveying.questions_of(survey)
    said = dict(zip(questions, values, strict=False))
    how = Survey.How.PHONE if by else Survey.How.LINK
    return surveying.take(survey, said, wants_call=wants_call, how=how, by=by)


def survey_path(survey):
    """The path of the customer's questionnaire, as it stands in his letter."""
    letter = Letter.objects.get(effect=f"survey:{survey.pk}")
    return urlsplit(links.address(letter.link)).path
