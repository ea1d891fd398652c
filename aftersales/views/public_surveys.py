"""The questionnaire that a customer opens by his link, without an account: one answer, then the link is over (3.4.4b)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_POST

from aftersales import serving, surveying
from aftersales.forms_surveys import SurveyForm
from aftersales.models import Survey
from aftersales.views.public import gone, may_send, posted, public_page
from kernel import links
from kernel.once import once
from kernel.policy import public


def in_his_language(view: Callable) -> Callable:
    """Speak the language of the customer's letter, unless he chose another on one of our pages."""

    @wraps(view)
    def spoken(request: HttpRequest, token: str) -> HttpResponse:
        survey = surveying.survey_of(token)
        if survey is None:
            return gone(request)
        chosen = request.GET.get("lang", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else surveying.language_of(survey.customer)
        with translation.override(language):
            return view(request, token, survey)  # type: ignore[no-any-return]

    return spoken


@public
@once
@in_his_language
def survey_page(request: HttpRequest, token: str, survey: Survey) -> HttpResponse:
    """The questions; every link that is wrong, over, or used opens the one page of dead links. Clause 3.4.4b."""
    form = SurveyForm(posted(request), questions=surveying.questions_of(survey))
    if request.method == "POST" and form.is_valid() and may_send(request, form, f"survey:{survey.pk}"):
        taken = surveying.take(
            survey, form.answers, wants_call=form.cleaned_data["wants_call"], how=Survey.How.LINK
        )  # fmt: skip
        if taken is None:
            return gone(request)
        if taken.made:  # his case has a page, with the time that we promise
            link = links.address(serving.link_of(taken.made, by=taken.asked_by))
            return redirect(urlsplit(link).path)
        return redirect("aftersales:survey_thanks")
    return public_page(request, "aftersales/public_survey.html", form=form, survey=survey, token=token)


@public
@once
@require_POST
@in_his_language
def survey_no_more(request: HttpRequest, token: str, survey: Survey) -> HttpResponse:
    """The customer wishes no surveys. Clause 3.4.4a."""
    if survey.contact is None:
        return gone(request)
    surveying.refuse(survey.contact)
    return redirect("aftersales:survey_refused")


@public
def survey_thanks(request: HttpRequest) -> HttpResponse:
    """What everybody sees who has answered."""
    return public_page(request, "aftersales/public_survey_thanks.html")


@public
def survey_refused(request: HttpRequest) -> HttpResponse:
    """What everybody sees who wishes no surveys."""
    return public_page(request, "aftersales/public_no_more.html")
