"""Letters that came in: whose they are, to which feedback they belong, what is never answered, what is refused (3.4.1b).

A reference in the subject or in the headers opens nothing by itself: whoever wrote must be a contact of that customer or
have reported that feedback himself. What is not certain waits for a person.
"""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aftersales import answering
from aftersales.mail_reading import Enclosed, Letter
from aftersales.models import Feedback, FeedbackMessage, Mail
from customers.models import Contact
from documents.models import Attachment
from documents.services import attach
from kernel import clock, letters, mailing, throttle
from kernel.advance import advance, begin
from kernel.models import Letter as Sent
from kernel.settings import setting

REFERENCE = re.compile(r"\bFK-20\d\d-\d{4,8}\b", re.ASCII | re.IGNORECASE)
HOUR = timedelta(hours=1)
MOST_SENT = 200  # of our latest letters to a sender, among which the one that he answers is looked for
MOST_TEXT = 5_000


def take_in(letter: Letter) -> Mail:
    """Keep a letter, once, and put it where it belongs. Clause 3.4.1b.

    The same letter again gives the row that is there. Everything commits together: killed in between, nothing was there.
    """
    with transaction.atomic():
        known = Mail.objects.filter(key=letter.key).first()
        if known:
            return known
        mail = _kept(letter)
        if mail.reason:
            advance(mail, "ignore", by=None)
            return Mail.objects.get(pk=mail.pk)
        _enclose(mail, letter.files)
        if letter.is_cut and not mail.refused:
            mail.refused = _("The letter is too large: not all of it came in.")
        feedback = None if letter.is_doubted else _answered(letter)
        if feedback:
            mail.feedback = put_to(mail, feedback)
        mail.save()
        if feedback:
            advance(mail, "attach_by_itself", by=None)
        if mail.refused and not letter.is_doubted:
            _tell_refused(mail)
        return Mail.objects.get(pk=mail.pk)


def _kept(letter: Letter) -> Mail:
    contacts = list(Contact.objects.present().filter(email__iexact=letter.sender).select_related("customer")[:2])
    sure = contacts[0] if len(contacts) == 1 else None
    files = "" if len(letter.text) or not letter.files else _("(files only)")
    mail = Mail(
        key=letter.key, message_id=letter.message_id, sender=letter.sender, sender_name=letter.sender_name,
        subject=letter.subject, text=letter.text or files, reason=_reason(letter), contact=sure,
        customer=sure.customer if sure else None,
    )  # fmt: skip
    return begin(mail, by=None)


def _reason(letter: Letter) -> str:
    """Why nothing follows from it; "" for a letter that a person is to read or that answers us."""
    reason = Mail.Reason
    if letter.sender in own_addresses():
        return reason.OWN
    if letter.machine:
        return letter.machine
    most = int(setting("aftersales.mail_tries"))
    return "" if throttle.allowed(f"mail:{letter.sender}", most=most, within=HOUR) else reason.FLOOD


def own_addresses() -> set[str]:
    """The addresses from which the product writes, and that of the mailbox itself."""
    addresses = (settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL, settings.MAILBOX_ADDRESS)
    return {parseaddr(address)[1].lower() for address in addresses} - {""}


# --- to which feedback it belongs ------------------------------------------------------------------------
def _answered(letter: Letter) -> Feedback | None:
    """The feedback that it answers, by the letter of ours that it names, else by the number in its subject."""
    for found in (_by_headers(letter), _by_subject(letter)):
        if found and is_his(found, letter.sender):
            return found
    return None


def _by_headers(letter: Letter) -> Feedback | None:
    if not letter.answers:
        return None
    label = Feedback._meta.label_lower
    rows = Sent.objects.filter(model=label, address__iexact=letter.sender).order_by("-pk")[:MOST_SENT]
    named = set(letter.answers)
    found = next((row for row in rows if mailing.message_id(row) in named), None)
    if found:
        return _feedback(pk=found.row)
    earlier = Mail.objects.filter(message_id__in=letter.answers, feedback__isnull=False).order_by("-pk").first()
    return _feedback(pk=earlier.feedback_id) if earlier else None


def _by_subject(letter: Letter) -> Feedback | None:
    numbers = REFERENCE.findall(letter.subject)
    return _feedback(number=numbers[0].upper()) if numbers else None


def _feedback(**which: Any) -> Feedback | None:
    return Feedback.objects.select_related("customer", "contact", "handler").filter(**which).first()


def is_his(feedback: Feedback, address: str) -> bool:
    """Whether an address is that of a contact of the feedback's customer, or of who reported it. Never by name."""
    if not address:
        return False
    if feedback.reporter_reach.strip().lower() == address:
        return True
    contacts = Contact.objects.present().filter(customer=feedback.customer_id, email__iexact=address)
    return bool(feedback.customer_id and contacts.exists())


def put_to(mail: Mail, feedback: Feedback) -> Feedback:
    """A letter is a word on its feedback; after the end it reopens what nobody answered, else opens a linked case."""
    text = mail.text[:MOST_TEXT] or mail.subject
    found = answering.say(feedback, text, how=FeedbackMessage.How.MAIL)
    hand_files(mail, found)
    return found


def hand_files(mail: Mail, feedback: Feedback) -> None:
    """Its files are those of the feedback from now on: the department needs to see them."""
    for row in Attachment.objects.of(mail):
        row.model, row.row = feedback._meta.label_lower, feedback.pk
        row.save()


# --- what comes with it ------------------------------------------------------------------------------------
def _enclose(mail: Mail, files: list[Enclosed]) -> None:
    """Each file by the checks of every upload; what may not come in is named with why, the rest is kept."""
    refused = []
    for enclosed in files:
        try:
            with transaction.atomic():
                attach(record=mail, file=ContentFile(enclosed.content, name=enclosed.name), by=None)
        except ValidationError as error:
            refused.append(f"{enclosed.name}: {' '.join(error.messages)}")
    mail.refused = "\n".join(refused)


def _tell_refused(mail: Mail) -> None:
    """Whoever is a contact of ours is told kindly what did not come in; strangers are not written to (no backscatter)."""
    if not mail.contact or not throttle.allowed(f"mail-refused:{mail.sender}", most=1, within=HOUR):
        return
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("Your letter has come in; a file of it has not")
        body = _(
            "%(name)s\n\nThank you for your letter “%(subject)s”. We have its text, but this could not be taken in:\n\n"
            "%(refused)s\n\nPlease send it smaller, or as PDF, PNG, JPG, DOCX or XLSX.\n"
        ) % {"name": mail.contact.name, "subject": mail.subject[:120], "refused": mail.refused}
    letters.write(mail, to=mail.contact.email, subject=subject, body=body, effect=f"mail:{mail.pk}:refused")


def forget_old() -> int:
    """The words and senders of letters whose time is over are forgotten; that they came stays. Returns how many."""
    before = clock.now() - timedelta(days=int(setting("aftersales.mail_days")))
    rows = Mail.objects.exclude(state=Mail.State.WAITING).filter(received_at__lt=before).exclude(sender="", text="")
    gone = dict.fromkeys(("sender", "sender_name", "subject", "text", "refused"), "")
    return rows.update(**gone)  # house: bulk (what is forgotten stands in no history)
