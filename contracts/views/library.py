"""The clause library, inserting from it, and standard terms explained to the customer (clause 3.2.1c)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from contracts import library
from contracts.forms_library import ExplainForm, InsertForm, LibraryClauseForm
from contracts.lists_library import library as listed_clauses
from contracts.models import Contract, LibraryClause
from contracts.models.access import CHANGE as DRAFT
from contracts.models.stages import DRAFTERS
from contracts.views.contracts import VIEW as VIEW_CONTRACT
from contracts.views.contracts import visible_contract
from contracts.views.templates import ADD, EDITORS, VIEW, _template
from kernel.once import once
from kernel.permissions import may
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle


def _clauses(request: HttpRequest) -> QuerySet:
    return LibraryClause.objects.visible_to(request.user).select_related("author", "edited_by", "approved_by")


@allow(VIEW)
def libraryclause_list(request: HttpRequest) -> HttpResponse:
    """The versions in force and those under way, by code, with their notes on risk."""
    rows = listed_clauses(request.user, request.GET)
    context = {"page": keyset_page(request, rows, order=("code", "-number")), "may_add": request.user.has_perm(ADD)}
    return render(request, "contracts/libraryclause_list.html", context)


@allow(VIEW)
def libraryclause_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version with its note on risk and its steps, and all versions of the clause."""
    clause = get_object_or_404(_clauses(request), pk=pk)
    versions = list(_clauses(request).filter(code=clause.code)[:50])
    is_newest = clause.pk == versions[0].pk
    context = {
        **lifecycle(clause, request),
        "history_url": "contracts:libraryclause_history",
        "versions": versions,
        "may_edit": clause.is_editable and EDITORS(clause, request.user),
        "may_add": is_newest and clause.state in ("in_force", "retired") and request.user.has_perm(ADD),
    }
    return render(request, "contracts/libraryclause_detail.html", context)


@allow(ADD)
@once
def libraryclause_create(request: HttpRequest) -> HttpResponse:
    """A new clause for the library, a draft."""
    return _version(request, LibraryClause())


@allow(VIEW)
@once
def libraryclause_new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a clause, a draft; earlier versions stay as they are."""
    clause = get_object_or_404(_clauses(request), pk=pk)
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    return _version(request, library.next_version(clause), before=clause)


def _version(request: HttpRequest, clause: LibraryClause, before: LibraryClause | None = None) -> HttpResponse:
    form = LibraryClauseForm(request.POST or None, instance=clause)
    if request.method == "POST" and form.is_valid():
        try:
            saved = library.add_version(form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(title)s is drafted.") % {"title": saved})
            return redirect(saved)
    context = {"form": form, "before": before, "heading": _("New version") if before else _("New clause")}
    return render(request, "contracts/libraryclause_form.html", context, status=422 if form.is_bound else 200)


@allow(VIEW)
@once
def libraryclause_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a draft."""
    clause = get_object_or_404(_clauses(request), pk=pk)
    if not (clause.is_editable and EDITORS(clause, request.user)):
        raise PermissionDenied
    form = LibraryClauseForm(request.POST or None, instance=clause)
    if request.method == "POST" and form.is_valid():
        clause.edited_by_id = request.user.pk
        messages.success(request, _("%(title)s is saved.") % {"title": form.save()})
        return redirect(clause)
    status = (form.status if form.conflict else 422) if form.is_bound else 200
    context = {"form": form, "before": clause, "heading": _("Edit")}
    return render(request, "contracts/libraryclause_form.html", context, status=status)


@allow(VIEW)
@once
def contracttemplate_insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Insert a clause of the library at the end of a template's draft."""
    template = _template(request, pk)
    if not (template.is_editable and EDITORS(template, request.user)):
        raise PermissionDenied
    form = InsertForm(request.POST or None, user=request.user, script=template.script)
    if request.method == "POST" and form.is_valid():
        return _insert(request, form, "contracts:contracttemplate_edit", template=template)
    return _insert_page(request, template, form)


@allow(VIEW_CONTRACT)
@once
def contract_insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Insert a clause of the library at the end of a contract, as a deviation that both reviewers see."""
    contract = visible_contract(request, pk)
    if not contract.may_be_edited_by(request.user):
        raise PermissionDenied
    form = InsertForm(request.POST or None, user=request.user, script=contract.script)
    if request.method == "POST" and form.is_valid():
        return _insert(request, form, "contracts:contract_edit", contract=contract)
    return _insert_page(request, contract, form)


def _insert(request: HttpRequest, form: InsertForm, page: str, **into: Any) -> HttpResponse:
    insert = library.insert_into_template if "template" in into else library.insert_into_contract
    record = next(iter(into.values()))
    try:
        block = insert(clause=form.cleaned_data["clause"], by=request.user, **into)  # type: ignore[operator]
    except ValidationError as error:
        form.add_error("clause", error)
        return _insert_page(request, record, form)
    messages.success(request, _("%(title)s is inserted at the end.") % {"title": block.heading})
    return redirect(page, record.pk)


def _insert_page(request: HttpRequest, record: Any, form: InsertForm) -> HttpResponse:
    context = {"record": record, "form": form, "clauses": form.fields["clause"].queryset[:100]}
    return render(request, "contracts/clause_insert.html", context, status=422 if form.is_bound else 200)


@allow(VIEW_CONTRACT)
@once
def contract_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down which standard terms were pointed out and explained to the customer, when and how."""
    contract = visible_contract(request, pk)
    if not may(DRAFT, only=DRAFTERS)(contract, request.user):
        raise PermissionDenied
    terms = contract.standard_terms
    if not terms or contract.is_concluded or contract.state in (Contract.State.REJECTED, Contract.State.VOIDED):
        raise Http404
    form = ExplainForm(request.POST or None, terms=terms)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        library.explain(clauses=form.explained(), on=data["on"], how=data["how"], by=request.user)
        messages.success(request, _("It is written down that the standard terms were explained."))
        return redirect(contract)
    context = {"record": contract, "form": form, "terms": terms}
    return render(request, "contracts/contract_explain.html", context, status=422 if form.is_bound else 200)
