"""Feedback for tests: valid and boring; a state is reached through real steps."""

from aftersales import serving
from aftersales.models import CauseCategory, Feedback, FeedbackMessage
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
