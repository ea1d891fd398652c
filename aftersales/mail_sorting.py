"""What customer service makes of a letter that waits: a feedback with its promised time, or a word on a known one."""

from __future__ import annotations

from typing import Any

from aftersales import mail_intake, serving
from aftersales.models import Feedback, Mail


def record(
    mail: Mail, *, kind: str, severity: str, whose: tuple[Any, Any], subject: str, told: str, by: Any, **_more: Any
) -> Feedback:
    """The letter is a feedback from now on; its sender is told reference and promised time. Clauses 3.4.1a, c."""
    customer, order = whose
    contact = mail.contact if mail.contact and mail.contact.customer == customer else None
    row = Feedback(
        kind=kind, severity=severity, channel=Feedback.Channel.EMAIL, customer=customer, order=order, contact=contact,
        customer_name=customer.name if customer else mail.sender_name or mail.sender, reporter=mail.sender_name,
        reporter_reach=mail.sender, subject=subject[:120], text=(mail.text or mail.subject)[: mail_intake.MOST_TEXT],
    )  # fmt: skip
    serving.receive(row, by=by, told=told)
    _belongs(mail, row, by)
    return row


def put_to(mail: Mail, feedback: Feedback) -> None:
    """Customer service knows to which feedback it belongs, whoever wrote it. Clause 3.4.1c."""
    found = mail_intake.put_to(mail, feedback)
    _belongs(mail, found, None)


def _belongs(mail: Mail, feedback: Feedback, by: Any) -> None:
    mail_intake.hand_files(mail, feedback)
    mail.feedback = feedback
    mail._history_user = by
    mail.save()
