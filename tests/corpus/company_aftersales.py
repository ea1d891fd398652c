"""The feedback of the company: one in every state that a page acts on, with a number that only few may read."""

from datetime import timedelta

from aftersales import serving
from aftersales.mail_intake import take_in
from aftersales.mail_reading import Letter
from aftersales.models import FeedbackMessage
from kernel import clock
from kernel.advance import advance
from tests.factories import aftersales as served

STATES = ("received", "assigned", "investigating", "solving", "resolved")


def build(world, reach):
    """Feedback of the customer without a contract; `reach` is how its reporter is reached."""
    rows, people = world.rows, world.people
    by, solver = people["customer_service"], people["departments"]
    rows.cause = served.make_cause()
    for state in STATES:
        row = served.make_feedback(by, rows.apart, subject="主軸異音", reporter="陳先生", reporter_reach=reach)
        if state != "received":
            row = served.walk(row, state, by=by, solver=solver)
        setattr(rows, f"feedback_{state}", served.report(row, by) if state == "resolved" else row)
    with clock.at(clock.now() - timedelta(days=60)):
        silent = served.walk(served.make_feedback(by, rows.apart), "resolved", by=by, solver=solver)
        served.report(silent, by)
    for _time in range(2):
        serving.tell(
            silent, what=FeedbackMessage.What.REMINDER, how=FeedbackMessage.How.PHONE, text="請確認", by=by
        )  # fmt: skip
    advance(served.fresh(silent), "lapse", by=people["sales_manager"])
    rows.feedback_lapsed = served.fresh(silent)
    _measures(world, by, solver)
    _mail(world)


def _measures(world, by, solver):
    """One measure in every state that a page acts on: proposed by customer service, carried out by a department."""
    rows, people = world.rows, world.people
    who = {"manager": people["sales_manager"], "service": by, "owner": solver}
    for state in ("proposed", "open", "done", "verified"):
        row = served.make_measure(by, solver, source=f"feedback:{rows.feedback_assigned.pk}")
        setattr(rows, f"measure_{state}", served.carry_on(row, state, **who) if state != "proposed" else row)


def _mail(world):
    """One letter that waits, and one that was set aside."""
    for name, machine in (("mail", ""), ("mail_ignored", "auto")):
        letter = Letter(
            f"<{name}@x>", "someone@elsewhere.example", "來信人", "詢問保固", "請問保固多久？", [], machine, False
        )
        setattr(world.rows, name, take_in(letter))
