"""What the customer asks: raised, answered, taken as answered; problems assigned and closed. Clauses 3.1.4c, 3.1.6a."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers import services
from customers.forms.evidence import AnswerForm, AssignForm, QuestionForm
from customers.forms.opportunities import NoQuestionsForm
from customers.models import Opportunity, Question
from customers.views.rows import changeable_opportunity, form_page, opportunity_of, saved
from kernel.once import once
from kernel.policy import allow


def _list_url(opportunity: Opportunity) -> str:
    return reverse("customers:question_list", args=[opportunity.pk])


@allow("customers.view_opportunity")
def question_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All questions, concerns and problems with what is still owed on them."""
    opportunity = opportunity_of(request, pk)
    may_change = opportunity.is_open and opportunity.may_be_changed_by(request.user)
    rows = opportunity.questions.select_related("raised_by", "answered_by", "assigned_to").order_by("pk")
    context = {
        "record": opportunity,
        "questions": rows,
        "may_change": may_change,
        "form": QuestionForm(customer=opportunity.customer) if may_change else None,
        "none_form": NoQuestionsForm(instance=opportunity) if may_change else None,
    }
    return render(request, "customers/question_list.html", context)


@allow("customers.view_opportunity")
@once
def question_create(request: HttpRequest, pk: int) -> HttpResponse:
    """What the customer asks; the answer is promised in time."""
    opportunity = changeable_opportunity(request, pk)
    form = QuestionForm(request.POST or None, instance=Question(opportunity=opportunity), customer=opportunity.customer)
    if request.method == "POST" and form.is_valid():
        services.raise_question(form.instance, by=request.user)
        return saved(request, _list_url(opportunity), _("The question is noted."))
    return form_page(request, form, heading=_("New question"), back=opportunity, clause="3.1.4c")


@allow("customers.view_opportunity")
@once
def questions_none(request: HttpRequest, pk: int) -> HttpResponse:
    """That the customer raised none; with a question on the list it cannot be said."""
    opportunity = changeable_opportunity(request, pk)
    if request.method == "POST" and opportunity.questions.exclude(kind="problem").exists():
        raise Http404
    form = NoQuestionsForm(request.POST or None, instance=opportunity)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, _list_url(opportunity), _("The opportunity is saved."))
    return form_page(request, form, heading=_("No questions"), back=opportunity, clause="3.1.4c")


def _question(request: HttpRequest, pk: int) -> Question:
    """A question of an open opportunity that this person works on."""
    question = get_object_or_404(Question.objects.visible_to(request.user), pk=pk)
    question.opportunity = changeable_opportunity(request, question.opportunity_id)
    return question


@allow("customers.view_opportunity")
@once
def question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer that the customer was given."""
    question = _question(request, pk)
    form = AnswerForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        services.answer_question(form.save(commit=False), by=request.user)
        return saved(request, _list_url(question.opportunity), _("The answer is noted."))
    return form_page(
        request, form, heading=_("Answer"), back=question.opportunity, clause="3.1.4c", quote=question.text
    )


@allow("customers.view_opportunity")
@require_POST
@once
def question_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer takes the question as answered."""
    question = _question(request, pk)
    if question.answered_at is None or question.is_done:
        raise Http404
    services.accept_answer(question)
    return saved(request, _list_url(question.opportunity), _("The question is taken as answered."))


@allow("customers.view_opportunity")
@once
def question_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes care of a problem."""
    question = _question(request, pk)
    form = AssignForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, _list_url(question.opportunity), _("The problem is assigned."))
    return form_page(
        request, form, heading=_("Assign"), back=question.opportunity, clause="3.1.6a", quote=question.text
    )


@allow("customers.view_opportunity")
@require_POST
@once
def question_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The problem is solved."""
    question = _question(request, pk)
    if question.kind != Question.Kind.PROBLEM or question.is_done:
        raise Http404
    services.close_question(question)
    return saved(request, _list_url(question.opportunity), _("The problem is closed."))
