"""Verbs of feedback: taken in, its time promised and told, passed on, progress and result told, answered on the spot (3.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.models import Feedback, FeedbackMessage
from aftersales.models.access import IN_HAND, RECORD, RIGHTS
from aftersales.models.feedback import HOURS, default_time
from kernel import calendar, clock, letters, links, notices, promises
from kernel.advance import advance, begin
from kernel.models import Link, Promise
from kernel.numbering import next_number
from kernel.permissions import holding
from kernel.settings import define, setting
from orders.public import language_of

define("aftersales.assign_hours", 4, gettext_lazy("Time to pass feedback on"), unit=HOURS, clause="3.4.2a")
define(
    "aftersales.progress_days", 3, gettext_lazy("Tell the customer how far it is at least every"),
    unit=gettext_lazy("working days"), clause="3.4.2c",
)  # fmt: skip
define(
    "aftersales.report_hours", 8, gettext_lazy("Time to report the result to the customer"), unit=HOURS,
    clause="3.4.3a",
)  # fmt: skip

PASS_ON, SOLVE, FINDING, PROGRESS, REPORT = "pass_on", "solve_by", "finding", "progress", "report"
promises.name_kind(PASS_ON, gettext_lazy("Pass on: %(what)s"), watched=True)
promises.name_kind(SOLVE, gettext_lazy("Solve, as promised to the customer: %(what)s"), watched=True)
promises.name_kind(FINDING, gettext_lazy("Find cause and solution: %(what)s"), watched=True)
promises.name_kind(PROGRESS, gettext_lazy("Tell the customer how far it is: %(what)s"), watched=True)
promises.name_kind(REPORT, gettext_lazy("Report the result to the customer: %(what)s"), watched=True)
notices.say("feedback", gettext_lazy("Feedback %(title)s: %(what)s"))

PURPOSE = "feedback"
LASTS = timedelta(days=180)
links.opens(PURPOSE, "aftersales:feedback_page")
What, How = FeedbackMessage.What, FeedbackMessage.How


# --- taking in -----------------------------------------------------------------------------------------
def receive(row: Feedback, *, by: Any, told: str = "") -> Feedback:
    """Record it under the next number, with the time promised, and owe its passing on. Clauses 3.4.1a, 3.4.1c, 3.4.2a.

    `told`: how the customer heard of the promised time (a `FeedbackMessage.How`), empty when he has not yet.
    """
    with transaction.atomic():
        row.number = next_number("feedback", clock.today().year, "FK-{year}-{n:04d}")
        row.promised_at = row.promised_at or default_time(row.kind, row.severity)
        row.handler = by
        row.subject = row.subject or " ".join(row.text.split())[:60]
        if row.customer:
            row.customer_name = row.customer.name
            row.contact = row.contact or row.customer.contacts.present().first()
        begin(row, by=by)
        owe_passing_on(row)
        _promise_solution(row)
        if told:
            tell_time(row, how=told, by=by)
        if by is None:
            what = str(gettext_lazy("has come in"))
            people = holding(RECORD)
            notices.tell(people, "feedback", effect=f"feedback:{row.pk}", record=row, what=what, **row.words_of())
        return row


def owe_passing_on(row: Feedback) -> None:
    """It is passed on within the hours set; owed by who took it in, or by customer service. Clause 3.4.2a."""
    due = calendar.add_working_hours(clock.now(), Decimal(setting("aftersales.assign_hours")))
    _owe(row, PASS_ON, due, "3.4.2a")


def answer_at_once(row: Feedback, *, cause_category: Any, answer: str, by: Any) -> Feedback:
    """An inquiry answered on the spot: all legal steps in one transaction, the customer satisfied. Clause 3.4.1a."""
    with transaction.atomic():
        receive(row, by=by, told=How.PHONE)
        advance(row, "assign", by=by, data={"department": Feedback.Department.SERVICE})
        advance(row, "investigate", by=by)
        row = Feedback.objects.select_for_update().get(pk=row.pk)
        row.cause_category, row.cause, row.solution, row.responsible = cause_category, row.subject, answer, by
        row._history_user = by
        row.save()
        advance(row, "solve", by=by)
        advance(row, "resolve", by=by)
        tell(Feedback.objects.get(pk=row.pk), what=What.RESULT, how=How.PHONE, text=answer, by=by)
        advance(row, "confirm", by=by)
        return Feedback.objects.get(pk=row.pk)


# --- promised time -------------------------------------------------------------------------------------
def tell_time(row: Feedback, *, how: str, by: Any, text: str = "") -> FeedbackMessage:
    """The customer hears the promised time; told in writing wherever we know his address. Clause 3.4.1c."""
    when = clock.local(row.promised_at).strftime("%Y-%m-%d %H:%M")
    with translation.override(language_for(row)):
        said = _("We will have solved it by %(when)s.") % {"when": when}
    return tell(row, what=What.TIME, how=how, text=f"{said}\n{text}".strip(), by=by)


def move_time(row: Feedback, to: datetime, *, reason: str, how: str, by: Any) -> None:
    """A new promised time, with a reason; the customer is told at once, never later. Clause 3.4.2c."""
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=row.pk)
        if not row.may_be_served_by(by) or row.state == Feedback.State.RESOLVED:
            raise ValidationError(_("It is solved or closed: no time is owed any more."))
        for promise in Promise.objects.of(row).open().filter(kind__in=(SOLVE, FINDING)):
            promises.move(promise, to, reason=reason, by=by)
        row.promised_at = to
        _save(row, by)
        tell_time(row, how=how, by=by, text=reason)


def begin_waiting(row: Feedback, *, by: Any) -> None:
    """The customer owes us a word: the department's clock rests, the time he was told stands. Clause 3.4.2c."""
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=row.pk)
        if row.waiting_since or row.state not in IN_HAND:
            return
        left = calendar.working_hours_between(clock.now(), row.promised_at)
        row.waiting_since, row.rest_hours = clock.now(), max(left, Decimal(0))
        promises.void(row, FINDING)
        _save(row, by)


def end_waiting(row: Feedback, *, by: Any) -> None:
    """The word has come: the department's clock runs on with what was left. Clause 3.4.2c."""
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=row.pk)
        if not row.waiting_since:
            return
        due = calendar.add_working_hours(clock.now(), row.rest_hours or Decimal(0))
        row.waiting_since, row.rest_hours = None, None
        _save(row, by)
        owe_finding(row, due)


# --- what follows from steps -----------------------------------------------------------------------------
def owe_finding(row: Feedback, due: datetime | None = None) -> None:
    """The department owes cause and solution by the promised time, and is told. Clause 3.4.2b."""
    right = RIGHTS[row.department]
    promises.make(
        row, FINDING, due_at=due or row.promised_at, clause="3.4.2b", what=row.number, permission=right,
        owed_to=row.handler.name if row.handler else "",
    )  # fmt: skip
    what = str(gettext_lazy("is yours to investigate and solve"))
    effect = f"feedback:{row.pk}:{row.version}"
    notices.tell(holding(right), "feedback", effect=effect, record=row, what=what, **row.words_of())


def owe_progress(row: Feedback) -> None:
    """The customer hears how far it is at least every N working days. Clause 3.4.2c."""
    promises.keep(row, PROGRESS)
    hours = calendar.hours_per_day() * int(setting("aftersales.progress_days"))
    due = calendar.add_working_hours(clock.now(), hours)
    _owe(row, PROGRESS, due, "3.4.2c")


def owe_report(row: Feedback) -> None:
    """The result is reported within the hours set. Clause 3.4.3a."""
    promises.void(row, PROGRESS)
    due = calendar.add_working_hours(clock.now(), Decimal(setting("aftersales.report_hours")))
    _owe(row, REPORT, due, "3.4.3a")


def begin_round(row: Feedback) -> None:
    """A new round owes a solution in its own time, and progress again; its department is asked anew. Clause 3.4.3b."""
    promises.void(row, REPORT)
    _promise_solution(row)
    owe_finding(row)
    owe_progress(row)


# --- talking to the customer -----------------------------------------------------------------------------
def tell(row: Feedback, *, what: str, how: str, text: str, by: Any) -> FeedbackMessage:
    """Say something to the customer and keep it; by letter with his link where asked for. Clauses 3.4.2c, 3.4.3a.

    Raises ValidationError when a letter is asked for and no address is known.
    """
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=row.pk)
        message = FeedbackMessage.objects.create(feedback=row, what=what, how=how, text=text, by=by)
        if how == How.LETTER:
            _write(row, message, by)
        _note(row, what, by)
        return message


def address_of(row: Feedback) -> str:
    """The e-mail address of the contact, or that of the customer's primary one; never one typed by a stranger.

    Who wrote by e-mail is answered where he wrote from: a person of customer service has read his letter before.
    """
    if row.channel == Feedback.Channel.EMAIL and "@" in row.reporter_reach:
        return row.reporter_reach
    if row.contact and row.contact.email:
        return row.contact.email
    if row.customer is None:
        return ""
    found = row.customer.contacts.present().exclude(email="").first()
    return found.email if found else ""


def language_for(row: Feedback) -> str:
    """The language in which its customer is written to; of a stranger we know none but our own."""
    return language_of(row.customer) if row.customer else str(settings.LANGUAGE_CODE)


def link_of(row: Feedback, *, by: Any) -> Link:
    """The standing link to the customer's page of a feedback."""
    return links.standing(PURPOSE, row, by=by, lasts=LASTS)


def feedback_of(token: str) -> Feedback | None:
    """The feedback that a live link opens; None for every other string."""
    link = links.find(PURPOSE, token)
    if link is None:
        return None
    links.used(link)
    return Feedback.objects.select_related("customer", "contact", "handler").filter(pk=link.row).first()


def _note(row: Feedback, what: str, by: Any) -> None:
    """What a message to the customer changes on the feedback."""
    if what == What.TIME:
        row.told_at = clock.now()
    elif what == What.PROGRESS and row.state in IN_HAND:
        owe_progress(row)
        return
    elif what == What.RESULT and row.state == Feedback.State.RESOLVED:
        row.reported_at = clock.now()
        promises.keep(row, REPORT)
    elif what == What.REMINDER and row.reported_at:
        row.reminders += 1
    else:
        return
    _save(row, by)


def _write(row: Feedback, message: FeedbackMessage, by: Any) -> None:
    with translation.override(language_for(row)):
        subject = f"[{row.number}] {message.get_what_display()}"
        asks = _("Are you satisfied? Please tell us on this page, which needs no account:")
        leads = _("You can follow it and write to us on this page, which needs no account:")
        lead = asks if message.what in (What.RESULT, What.REMINDER) else leads
        body = f"{row.customer_name}\n\n{message.text}\n\n{lead}\n{letters.PLACE}\n"
    letter = letters.write(
        row, to=address_of(row), subject=subject, body=body, effect=f"feedback:{message.pk}", by=by,
        link=link_of(row, by=by), language=language_for(row),
    )  # fmt: skip
    if letter is None:
        raise ValidationError(_("No e-mail address of this customer is known: tell him by phone and note it."))


def _promise_solution(row: Feedback) -> None:
    _owe(row, SOLVE, row.promised_at, "3.4.1c", owed_to=row.customer_name)


def _owe(row: Feedback, kind: str, due: datetime, clause: str, owed_to: str = "") -> None:
    promises.make(
        row, kind, due_at=due, clause=clause, what=row.number, owed_by=row.handler, permission=RECORD, owed_to=owed_to,
    )  # fmt: skip


def _save(row: Feedback, by: Any) -> None:
    row._history_user = by
    row.save()
