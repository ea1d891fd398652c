"""What customers open without an account: the general form, a report or a rating from an order, the page of a feedback."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from aftersales import answering, serving
from aftersales.models import Feedback, FeedbackMessage
from aftersales.public_forms import AnswerForm, PublicForm, RateForm, ReportForm, WordForm
from kernel import links, throttle
from kernel.advance import StepRefused
from kernel.once import once
from kernel.policy import public
from kernel.settings import setting
from orders.public import language_of, order_of

TOO_MANY = gettext_lazy("Too many forms came from here in a short time. Please try again in an hour, or call us.")
HOUR, SPAN = timedelta(hours=1), timedelta(minutes=10)
MOST_MISSES = 30  # dead links that one address may open in that span
FORM, THANKS = "aftersales/public_form.html", "aftersales/public_thanks.html"
SHOWN = [w for w in FeedbackMessage.What.values if w != "note"]


@public
@once
def feedback_public(request: HttpRequest) -> HttpResponse:
    """The general form; robots get the same thanks, and nothing is kept of them. Clause 3.4.1b."""
    form = PublicForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid() and may_send(request, form):
        if form.is_robot:
            return redirect("aftersales:feedback_thanks")
        data = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "homepage"}
        if _kept(form, lambda: answering.write_in(**data)):
            return redirect("aftersales:feedback_thanks")
    return public_page(request, FORM, form=form)


@public
def feedback_thanks(request: HttpRequest) -> HttpResponse:
    """What everybody sees who sent the general form, or rated an order (`?rated=1`)."""
    return public_page(request, THANKS, rated="rated" in request.GET)


@public
@once
def order_report(request: HttpRequest, token: str) -> HttpResponse:
    """Report a problem from the page of an order. Clause 3.4.1b."""
    order = order_of(token)
    if order is None:
        return gone(request)
    _speak_to(order.customer, request)
    form = ReportForm(posted(request), request.FILES or None, initial={"kind": Feedback.Kind.COMPLAINT})
    if request.method == "POST" and form.is_valid() and may_send(request, form, f"order:{order.pk}"):
        made: list[Feedback] = []
        if _kept(form, lambda: made.append(answering.report_on(order, **form.cleaned_data))):
            link = links.address(serving.link_of(made[0], by=order.entered_by))
            return redirect(urlsplit(link).path + _asked_language(request))
    return public_page(
        request, FORM, form=form, order=order, title=pgettext("customer", "Report a problem"), back=_order_page(token)
    )


@public
@once
def order_rate(request: HttpRequest, token: str) -> HttpResponse:
    """Say how satisfied one is with an order. Clause 3.3.6c."""
    order = order_of(token)
    if order is None:
        return gone(request)
    _speak_to(order.customer, request)
    form = RateForm(posted(request))
    if request.method == "POST" and form.is_valid() and may_send(request, form, f"order:{order.pk}"):
        answering.rate(order, **form.cleaned_data)
        return redirect(f"{reverse('aftersales:feedback_thanks')}?rated=1")
    return public_page(request, FORM, form=form, order=order, title=_("Rate this order"), back=_order_page(token))


@public
@once
def feedback_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a feedback: how far it is, what we said, and the customer's word on the result. Clause 3.4.3."""
    record = serving.feedback_of(token)
    if record is None:
        return gone(request)
    _speak_to(record.customer, request)
    asks = record.state in answering.ANSWERABLE
    form = AnswerForm(posted(request)) if asks else None
    if form and request.method == "POST" and form.is_valid() and may_send(request, form, f"feedback:{record.pk}"):
        data = form.cleaned_data
        try:
            answering.answer(record, satisfied=data["satisfied"] == "yes", score=data["score"], text=data["answer"])
        except StepRefused:
            pass  # somebody was first: the page shows how it stands now
        return redirect(request.path + _asked_language(request))
    return _feedback(request, record, token, form=form, word=WordForm())


@public
@once
def feedback_word(request: HttpRequest, token: str) -> HttpResponse:
    """A word of the customer on his feedback; after its end it opens a linked case. Clause 3.4.3b."""
    record = serving.feedback_of(token)
    if record is None:
        return gone(request)
    _speak_to(record.customer, request)
    word = WordForm(posted(request), request.FILES or None)
    if (
        request.method == "POST"
        and word.is_valid()
        and may_send(request, word, f"feedback:{record.pk}")
        and _kept(word, lambda: answering.say(record, word.cleaned_data["text"], file=word.cleaned_data["file"]))
    ):
        return redirect(reverse("aftersales:feedback_page", args=[token]) + _asked_language(request))
    return _feedback(request, record, token, form=None, word=word)


def posted(request: HttpRequest) -> Any:
    """What was sent: nothing at all is a form, too, whose fields are missing."""
    return request.POST if request.method == "POST" else None


def gone(request: HttpRequest) -> HttpResponse:
    """One answer for every link that is wrong, over, or somebody else's (SECURITY B31); who tries very many waits (E38)."""
    if not throttle.allowed(f"dead link from {throttle.client_address(request)}", most=MOST_MISSES, within=SPAN):
        return HttpResponse(status=429, headers={"Retry-After": str(int(SPAN.total_seconds()))})
    return public_page(request, "aftersales/public_gone.html", status=404)


def _order_page(token: str) -> str:
    """Where his order stands."""
    return reverse("orders:order_public", args=[token])


def _speak_to(customer: Any, request: HttpRequest) -> None:
    """Go on in the language that he chose on this page or the one before, else in that of his region."""
    chosen = request.GET.get("lang", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        translation.activate(chosen)
    elif customer:
        translation.activate(language_of(customer))


def _asked_language(request: HttpRequest) -> str:
    """The language asked for by the address, so that the next page goes on in it."""
    chosen = request.GET.get("lang", "")
    return f"?lang={chosen}" if chosen in dict(settings.LANGUAGES) else ""


def _feedback(request: HttpRequest, record: Feedback, token: str, **forms: Any) -> HttpResponse:
    said = list(record.messages.filter(what__in=SHOWN).order_by("pk")[:50])
    return public_page(request, "aftersales/public_feedback.html", record=record, token=token, said=said, **forms)


def may_send(request: HttpRequest, form: Any, link: str = "") -> bool:
    """Count a form sent from this address, and by this link; too many are told so."""
    most = int(setting("aftersales.public_tries"))
    keys = [f"feedback:{throttle.client_address(request)}", f"feedback:{link}" if link else ""]
    counted = [throttle.allowed(key, most=most, within=HOUR) for key in keys if key]
    if all(counted):
        return True
    form.add_error(None, TOO_MANY)
    return False


def _kept(form: Any, act: Any) -> bool:
    """Do it; a file that may not come in is named beside its field, and nothing is kept."""
    try:
        act()
    except ValidationError as error:
        form.add_error("file", error)
        return False
    return True


def public_page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    bound = any(getattr(context.get(name), "errors", None) for name in ("form", "word"))
    context["asked_language"] = _asked_language(request)
    response = render(request, template, context, status=422 if bound else status)
    response["Referrer-Policy"] = "same-origin"  # "no-referrer" would take the origin from the form that is sent
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response
