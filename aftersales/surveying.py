"""Verbs of surveys: who is asked and who is passed over, the letter, the answers by link or phone (3.4.4a, b)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales import serving
from aftersales.models import Answer, Campaign, Feedback, FeedbackMessage, Question, Survey, SurveyRefusal
from aftersales.models.questionnaires import Occasion
from customers.models import Contact, Customer
from kernel import clock, letters, links
from kernel.models import Link
from kernel.settings import define, setting

DAYS = gettext_lazy("days")
define("aftersales.survey_rest_days", 30, gettext_lazy("No customer is asked a second time within"), unit=DAYS,
       clause="3.4.4a")  # fmt: skip
define("aftersales.survey_answer_days", 21, gettext_lazy("A survey after service may be answered for"), unit=DAYS,
       clause="3.4.4b")  # fmt: skip
define("aftersales.survey_low_score", 2, gettext_lazy("A satisfaction (1 to 5) that opens a feedback, and below"),
       clause="3.4.4c")  # fmt: skip
define("aftersales.survey_low_nps", 3, gettext_lazy("A recommendation (0 to 10) that opens a feedback, and below"),
       clause="3.4.4c")  # fmt: skip

AT_ONCE = 500  # rows named in one statement
PURPOSE = "survey"
MODEL = Survey._meta.label_lower
links.opens(PURPOSE, "aftersales:survey_page")
LANGUAGES = {"TW": "zh-hant", "HK": "zh-hant", "CN": "zh-hans"}
How, PassedOver, Kind = Survey.How, Survey.PassedOver, Question.Kind


def language_of(customer: Customer) -> str:
    """In which language we write to a customer: by his region."""
    return LANGUAGES.get(customer.region, "en")


def end_of(day: date) -> datetime:
    """The midnight that ends a day."""
    return datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())


# --- whom we ask ------------------------------------------------------------------------------------------
def drafted(customers: Iterable[Customer], **shared: Any) -> list[Survey]:
    """One survey for each customer, not saved: by letter, by phone where no address is known, or passed over with why.

    Three queries however many they are; lock the customers first, so that two runs do not ask the same one.
    """
    rows = list(customers)
    keys = [customer.pk for customer in rows]
    rest = clock.now() - timedelta(days=int(setting("aftersales.survey_rest_days")))
    asked = set(Survey.objects.asked().filter(customer__in=keys, asked_at__gt=rest).values_list("customer", flat=True))
    refused = set(SurveyRefusal.objects.filter(contact__customer__in=keys).values_list("contact", flat=True))
    people: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(customer__in=keys).present().order_by("-is_primary", "pk"):
        people.setdefault(contact.customer_id, []).append(contact)
    found = []
    for customer in rows:
        survey = Survey(customer=customer, customer_name=customer.name, asked_at=clock.now(), **shared)
        _address(survey, people.get(customer.pk, []), refused)
        if customer.pk in asked:
            survey.passed_over = PassedOver.RECENT
        found.append(survey)
    return found


def _address(survey: Survey, people: list[Contact], refused: set[int]) -> None:
    willing = [p for p in people if p.pk not in refused]
    if people and not willing:
        survey.passed_over = PassedOver.REFUSED
    elif with_mail := [p for p in willing if p.email]:
        survey.contact = with_mail[0]
    elif with_phone := [p for p in willing if p.phone]:
        survey.contact, survey.how = with_phone[0], How.PHONE
    elif survey.customer.phone:
        survey.how = How.PHONE
    else:
        survey.passed_over = PassedOver.UNREACHABLE


def invite(surveys: list[Survey], *, by: Any, until: datetime) -> None:
    """Write the letters of surveys that were just saved, with a link each; within the transaction that made them."""
    rows = [s for s in surveys if s.how == How.LINK and not s.passed_over]
    found = links.standing_many(PURPOSE, rows, by=by, until=until)
    _write(rows, found, by)


def invite_again(surveys: list[Survey], *, by: Any) -> None:
    """Write the letters that were taken back when a campaign was stopped; their links are still there."""
    keys = [s.pk for s in surveys]
    found = {link.row: link for link in Link.objects.filter(purpose=PURPOSE, model=MODEL, row__in=keys)}
    _write(surveys, found, by)


def _write(rows: list[Survey], found: dict[int, Link], by: Any) -> None:
    letters.write_many((s, f"survey:{s.pk}", {**_letter(s), "link": found[s.pk], "by": by}) for s in rows)
    Survey.objects.filter(pk__in=[s.pk for s in rows]).update(written_at=clock.now())


def _letter(survey: Survey) -> dict[str, str]:
    language = language_of(survey.customer)
    with translation.override(language):
        until = clock.local(survey.expires_at - timedelta(seconds=1)).strftime("%Y-%m-%d")
        about = _about(survey)
        body = _(
            "%(company)s\n\n%(about)s How satisfied were you? A few questions, without an account, until %(until)s:\n"
            "%(link)s\n\nYour answers are read by our customer service. On the same page you can tell us to ask you no more."
        ) % {"company": survey.customer_name, "about": about, "until": until, "link": letters.PLACE}
        subject = _("How satisfied are you with us?")
    return {
        "to": survey.contact.email if survey.contact else "",
        "subject": subject,
        "body": body,
        "language": language,
    }


def _about(survey: Survey) -> str:
    if survey.feedback:
        return _("We have served you in the matter %(number)s.") % {"number": survey.feedback.number}
    if survey.order and survey.occasion == Occasion.ORDER:
        return _("Your order %(number)s is completed.") % {"number": survey.order.number}
    return _("You are our customer, and your opinion helps us to improve.")


# --- what they answer ----------------------------------------------------------------------------------------
def survey_of(token: str) -> Survey | None:
    """The survey that a live link opens while it may be answered; None for every other string."""
    link = links.find(PURPOSE, token)
    if link is None:
        return None
    rows = Survey.objects.select_related("campaign", "questionnaire", "customer", "contact", "feedback", "order")
    found = rows.filter(pk=link.row).first()
    if found is None or not found.is_open:
        return None
    links.used(link)
    return found


def questions_of(survey: Survey) -> list[Question]:
    """What is asked, in its order."""
    return list(survey.questionnaire.questions.order_by("position", "pk"))


def take(survey: Survey, answers: dict[Question, Any], *, wants_call: bool, how: str, by: Any = None) -> Survey | None:
    """Keep the answers of a customer, once; a low score or the wish for a call opens a feedback. Clauses 3.4.4b, c.

    Returns the survey, or None when it was answered by another hand meanwhile, or its time is over.
    """
    with transaction.atomic():
        row = Survey.objects.select_for_update(of=("self",)).select_related("campaign", "customer").get(pk=survey.pk)
        if not row.is_open:
            return None
        said = {q: value for q, value in answers.items() if value not in (None, "")}
        Answer.objects.bulk_create(
            Answer(survey=row, question=q, text=value) if q.kind == Kind.TEXT
            else Answer(survey=row, question=q, number=int(value))
            for q, value in said.items()
        )  # fmt: skip
        row.answered_at, row.answered_how, row.taken_by, row.wants_call = clock.now(), how, by, wants_call
        row.made = _opened(row, said, by)
        row.save()
        return row


def is_low(question: Question, value: Any) -> bool:
    """Whether an answer says that the customer is not content."""
    if question.kind == Kind.SCALE:
        return int(value) <= int(setting("aftersales.survey_low_score"))
    return question.kind == Kind.NPS and int(value) <= int(setting("aftersales.survey_low_nps"))


def _opened(row: Survey, said: dict[Question, Any], by: Any) -> Feedback | None:
    low = [q for q, value in said.items() if is_low(q, value)]
    if not (low or row.wants_call):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        lines = [f"{q.text} {q.said(None if q.kind == Kind.TEXT else int(v), str(v))}" for q, v in said.items()]
        subject = _("Not satisfied, in a survey") if low else _("Asks for a call, in a survey")
        wish = [_("The customer asks for a call.")] if row.wants_call else []
    feedback = Feedback(
        customer=row.customer, contact=row.contact, order=row.order, product=row.product[:160], subject=subject,
        kind=Feedback.Kind.COMPLAINT if low else Feedback.Kind.INQUIRY, text="\n".join([*wish, *lines])[:5_000],
        channel=Feedback.Channel.PHONE if by else Feedback.Channel.LINK, earlier=row.feedback,
    )  # fmt: skip
    return serving.receive(feedback, by=by, told="" if by else FeedbackMessage.How.PAGE)


def refuse(contact: Contact, *, by: Any = None) -> SurveyRefusal:
    """This person is asked no more; what was sent him already may stay unanswered. Clause 3.4.4a."""
    return SurveyRefusal.objects.get_or_create(contact=contact, defaults={"by": by})[0]


def allow_again(contact: Contact) -> None:
    """He wishes to be asked after all."""
    SurveyRefusal.objects.filter(contact=contact).delete()


def unanswerable(campaign: Campaign) -> None:
    """Take back the letters of a campaign that nobody has begun to send; they are written again when it goes on."""
    rows = campaign.surveys.filter(answered_at=None).exclude(written_at=None).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        gone = letters.take_back(MODEL, keys[start : start + AT_ONCE])
        Survey.objects.filter(pk__in=gone).update(written_at=None)
