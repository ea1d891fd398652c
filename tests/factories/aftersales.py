"""Feedback for tests: valid and boring; a state is reached through real steps."""

from datetime import timedelta

from aftersales import improving, serving
from aftersales.models import CauseCategory, Feedback, FeedbackMessage, Measure
from kernel import clock
from kernel.advance import advance

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
