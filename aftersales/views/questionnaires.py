"""Questionnaires: their list, each one with its questions, worded by customer service until it is in use (3.4.4b)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from aftersales import questioning
from aftersales.forms_surveys import QuestionForm, QuestionnaireForm, SurveyForm
from aftersales.models import Question, Questionnaire
from aftersales.models.access import RECORD
from aftersales.models.questionnaires import VIEW_SURVEYS
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

FORM = "aftersales/survey_form.html"


def _visible(request: HttpRequest, pk: int) -> Questionnaire:
    found: Questionnaire = get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)
    return found


def _editable(request: HttpRequest, pk: int) -> Questionnaire:
    record = _visible(request, pk)
    if not record.may_be_edited_by(request.user):
        raise PermissionDenied
    return record


@allow(VIEW_SURVEYS)
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first."""
    rows = Questionnaire.objects.visible_to(request.user).annotate(size=Count("questions"))
    context = {"page": keyset_page(request, rows, order=("-pk",)), "may_record": request.user.has_perm(RECORD)}
    return render(request, "aftersales/questionnaire_list.html", context)


@allow(VIEW_SURVEYS)
def questionnaire_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its questions, and how the customer sees them."""
    record = _visible(request, pk)
    questions = list(record.questions.order_by("position", "pk"))
    context = {
        **lifecycle(record, request), "questions": questions, "preview": SurveyForm(questions=questions),
        "may_edit": record.may_be_edited_by(request.user),
        "may_copy": record.state != "draft" and request.user.has_perm(RECORD),
    }  # fmt: skip
    return render(request, "aftersales/questionnaire_detail.html", context)


@allow(RECORD)
@once
def questionnaire_create(request: HttpRequest) -> HttpResponse:
    """A questionnaire without questions yet."""
    form = QuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(questioning.create(form.save(commit=False), by=request.user))
    return _form(request, form, _("New questionnaire"))


@allow(RECORD)
@once
@require_POST
def questionnaires_usual(request: HttpRequest) -> HttpResponse:
    """The usual questions for each occasion that has none, as drafts."""
    made = questioning.usual(request.user)
    messages.success(request, _("%(n)s questionnaires are here to be read and put into use.") % {"n": len(made)})
    return redirect("aftersales:questionnaire_list")


@allow(RECORD)
@once
@require_POST
def questionnaire_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The same questions in a new version."""
    record = _visible(request, pk)
    if record.state == Questionnaire.State.DRAFT:
        raise PermissionDenied
    return redirect(questioning.new_version(record, by=request.user))


@allow(RECORD)
@once
def question_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One more question."""
    record = _editable(request, pk)
    last = record.questions.count()
    form = QuestionForm(request.POST or None, instance=Question(questionnaire=record, position=last + 1))
    return _saved(request, form, record, pgettext("questionnaire", "New question"))


@allow(RECORD)
@once
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Word a question otherwise, while nobody was asked."""
    question = get_object_or_404(Question, pk=pk)
    record = _editable(request, question.questionnaire_id)
    return _saved(request, QuestionForm(request.POST or None, instance=question), record, _("Word the question"))


@allow(RECORD)
@once
@require_POST
def question_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question out, while nobody was asked."""
    question = get_object_or_404(Question, pk=pk)
    record = _editable(request, question.questionnaire_id)
    question.delete()
    messages.success(request, _("The question is taken out."))
    return redirect(record)


def _saved(request: HttpRequest, form: Any, record: Questionnaire, heading: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(record)
    return _form(request, form, heading, record)


def _form(request: HttpRequest, form: Any, heading: str, record: Any = None) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, "clause": "3.4.4b", "back": "questionnaire_list"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
