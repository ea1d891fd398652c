"""Surveys and campaigns for the people of the house: asked, answered by phone, and what the answers say (3.4.4)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftersales import campaigning, lists_surveys, reports_surveys, results, surveying
from aftersales.forms_surveys import CampaignForm, SurveyForm
from aftersales.models import Campaign, Questionnaire, Survey, SurveyRefusal
from aftersales.models.access import DECIDE, RECORD
from aftersales.models.questionnaires import VIEW_SURVEYS
from customers.models import Contact
from kernel.once import once
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response
from kernel.views import keyset_page, lifecycle

FORM = "aftersales/survey_form.html"


def visible_campaign(request: HttpRequest, pk: int) -> Campaign:
    """The campaign if this person may see it; 404 otherwise."""
    rows = Campaign.objects.visible_to(request.user).select_related("questionnaire", "segment", "owner", "run")
    found: Campaign = get_object_or_404(rows, pk=pk)
    return found


def visible_survey(request: HttpRequest, pk: int) -> Survey:
    """The survey if this person may see it; 404 otherwise."""
    rows = Survey.objects.visible_to(request.user).select_related(
        "customer__owner", "contact", "campaign", "questionnaire", "feedback", "order", "made", "taken_by", "asked_by"
    )
    found: Survey = get_object_or_404(rows, pk=pk)
    return found


# --- campaigns ----------------------------------------------------------------------------------------------
@allow(VIEW_SURVEYS)
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns, the newest first, with how many were asked and answered."""
    page = keyset_page(request, lists_surveys.campaigns(request.user, request.GET), order=("-pk",))
    chosen = {name: request.GET.get(name, "")[:60] for name in ("q", "state")}
    context = {
        "page": page, **chosen, "states": Campaign.State, "is_filtered": any(chosen.values()),
        "may_record": request.user.has_perm(RECORD),
    }  # fmt: skip
    return render(request, "aftersales/campaign_list.html", context)


@allow(RECORD)
@once
def campaign_create(request: HttpRequest) -> HttpResponse:
    """Prepare a campaign: whom it asks, by what, until when. Clause 3.4.4a."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(campaigning.create(form.save(commit=False), by=request.user))
    return _form(request, form, _("New campaign"), back="campaign_list")


@allow(RECORD)
@once
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it before it starts."""
    record = visible_campaign(request, pk)
    if not record.may_be_edited_by(request.user):
        raise PermissionDenied
    form = CampaignForm(request.POST or None, instance=record)
    if request.method == "POST" and form.is_valid():
        return redirect(form.save())
    return _form(request, form, _("Change the campaign"), record, "campaign_list", form.status)


@allow(VIEW_SURVEYS)
def campaign_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, who was passed over, how many answered; the part that changes is fetched alone while it runs."""
    record = visible_campaign(request, pk)
    progress = campaigning.progress_of(record)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "aftersales/_campaign_progress.html", {"record": record, "progress": progress})
    context = {
        **lifecycle(record, request), "progress": progress,
        "expected": campaigning.asked_by(record).count() if record.state == "draft" else None,
        "grades": campaigning.grades_of(record), "may_edit": record.may_be_edited_by(request.user),
    }  # fmt: skip
    return render(request, "aftersales/campaign_detail.html", context)


@allow(VIEW_SURVEYS)
def campaign_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a campaign 調查報告 as PDF. Clause 3.4.4c."""
    record = visible_campaign(request, pk)
    try:
        pdf = reports_surveys.campaign_pdf(record, user=request.user)
    except CannotPrint as problem:
        messages.error(request, str(problem))
        return redirect(record)
    language = translation.get_language() or settings.LANGUAGE_CODE
    return pdf_response(pdf, f"{record.number} {language}.pdf", inline=True)


# --- surveys ------------------------------------------------------------------------------------------------
@allow(VIEW_SURVEYS)
def survey_list(request: HttpRequest) -> HttpResponse:
    """Who was asked, who is to be called, who was passed over and why."""
    page = keyset_page(request, lists_surveys.surveys(request.user, request.GET), order=("-pk",))
    chosen = {name: request.GET.get(name, "")[:60] for name in ("q", "occasion", "standing", "campaign")}
    context = {
        "page": page, **chosen, "occasions": Survey.Occasion, "standings": lists_surveys.STANDINGS,
        "is_filtered": any(chosen.values()), "campaign_shown": _campaign_of(request),
    }  # fmt: skip
    return render(request, "aftersales/survey_list.html", context)


@allow(VIEW_SURVEYS)
def survey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey: on what occasion, how it was answered, what came of it."""
    record, user = visible_survey(request, pk), request.user
    context = {
        "record": record, "standing": record.standing,
        "answers": list(record.answers.select_related("question").order_by("question__position", "pk")),
        "may_take": record.may_be_taken_by(user),
        "may_refuse": bool(record.contact_id) and user.has_perm(RECORD),
        "refusal": SurveyRefusal.objects.filter(contact=record.contact_id).first() if record.contact_id else None,
    }  # fmt: skip
    return render(request, "aftersales/survey_detail.html", context)


@allow(RECORD)
@once
def survey_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the customer by phone and enter his answers: the questions are those of the public page. Clause 3.4.4b."""
    record = visible_survey(request, pk)
    if not record.may_be_taken_by(request.user):
        raise PermissionDenied
    form = SurveyForm(request.POST or None, questions=surveying.questions_of(record))
    if request.method == "POST" and form.is_valid():
        wants_call = form.cleaned_data["wants_call"]
        taken = surveying.take(record, form.answers, wants_call=wants_call, how=Survey.How.PHONE, by=request.user)
        if taken is None:
            messages.error(request, _("The customer has answered meanwhile, or the time to answer is over."))
        else:
            messages.success(request, _("The answers are kept."))
        return redirect(record)
    context = {"form": form, "record": record, "heading": _("Ask by phone"), "clause": "3.4.4b", "back": "survey_list"}
    return render(request, "aftersales/survey_take.html", context, status=422 if form.is_bound else 200)


@allow(RECORD)
@once
@require_POST
def survey_refusal(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact wishes no surveys, or wishes them again. Clause 3.4.4a."""
    record = visible_survey(request, pk)
    contact = Contact.objects.filter(pk=record.contact_id).first()
    if contact is None:
        raise Http404
    if SurveyRefusal.objects.filter(contact=contact).exists():
        surveying.allow_again(contact)
    else:
        surveying.refuse(contact, by=request.user)
    return redirect(record)


# --- what the answers say -------------------------------------------------------------------------------------
@allow(VIEW_SURVEYS)
def survey_results(request: HttpRequest) -> HttpResponse:
    """By question, product, department and time, counted in the database; each chart is a table too. Clause 3.4.4c."""
    campaign = _campaign_of(request)
    chosen = {name: request.GET.get(name, "")[:20] for name in ("occasion", "since", "until", "questionnaire")}
    found = results.chosen(request.user, request.GET)
    found = found.filter(campaign=campaign) if campaign else found
    context = {
        **reports_surveys.figures(found, campaign.questionnaire if campaign else None), "campaign": campaign, **chosen,
        "occasions": Survey.Occasion, "is_filtered": any(chosen.values()),
        "questionnaires": list(Questionnaire.objects.exclude(state="draft").order_by("-pk")[:50]),
        "query": request.GET.urlencode(),
        "may_propose": request.user.has_perm(RECORD) or request.user.has_perm(DECIDE),
    }  # fmt: skip
    return render(request, "aftersales/survey_results.html", context)


@allow(VIEW_SURVEYS)
def survey_words(request: HttpRequest) -> HttpResponse:
    """What customers said in their own words, by page. Clause 3.4.4c."""
    rows = lists_surveys.said_in_words(request.user, request.GET)
    context = {"page": keyset_page(request, rows, order=("-pk",)), "campaign": _campaign_of(request)}
    return render(request, "aftersales/survey_words.html", context)


def _campaign_of(request: HttpRequest) -> Campaign | None:
    key = request.GET.get("campaign", "")
    if not (key.isascii() and key.isdigit() and len(key) < len("1234567890")):
        return None
    rows = Campaign.objects.visible_to(request.user).select_related("questionnaire")
    found: Campaign | None = rows.filter(pk=int(key)).first()
    return found


def _form(
    request: HttpRequest, form: Any, heading: str, record: Any = None, back: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, "clause": "3.4.4a", "back": back}
    is_refused = form.is_bound and not getattr(form, "conflict", ())
    return render(request, FORM, context, status=422 if is_refused else status)
