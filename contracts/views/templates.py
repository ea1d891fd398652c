"""Contract templates: versions and their clause blocks, kept by legal."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts import services
from contracts.forms import TemplateClauseRows, TemplateForm
from contracts.lists import templates as listed_templates
from contracts.models import ContractTemplate
from contracts.prints import template_pdf
from documents.models import Reading
from documents.services import note_reading
from kernel.advance import begin
from kernel.once import once
from kernel.permissions import may
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response
from kernel.views import keyset_page, lifecycle

VIEW, ADD, CHANGE = (f"contracts.{verb}_contracttemplate" for verb in ("view", "add", "change"))
EDITORS = may(CHANGE)


def _template(request: HttpRequest, pk: int) -> ContractTemplate:
    return get_object_or_404(
        ContractTemplate.objects.visible_to(request.user).select_related("author", "approved_by"), pk=pk
    )


@allow(VIEW)
def contracttemplate_list(request: HttpRequest) -> HttpResponse:
    """Templates by code, the newest version first."""
    state = request.GET.get("state", "")
    context = {
        "page": keyset_page(request, listed_templates(request.user, request.GET), order=("code", "-number")),
        "state": state,
        "states": list(ContractTemplate.State),
        "may_add": request.user.has_perm(ADD),
    }
    return render(request, "contracts/contracttemplate_list.html", context)


@allow(VIEW)
def contracttemplate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its clause blocks, what they settle, its steps."""
    template = _template(request, pk)
    context = {
        **lifecycle(template, request),
        "history_url": "contracts:contracttemplate_history",
        "may_edit": template.is_editable and EDITORS(template, request.user),
        "may_renew": template.state == "in_force" and request.user.has_perm(ADD),
        "versions": ContractTemplate.objects.visible_to(request.user).filter(code=template.code),
    }
    return render(request, "contracts/contracttemplate_detail.html", context)


@allow(ADD)
@once
def contracttemplate_create(request: HttpRequest) -> HttpResponse:
    """A new template, a draft; its clause blocks are entered next."""
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        template = form.save(commit=False)
        template.author = template.edited_by = request.user
        begin(template, by=request.user)
        return redirect("contracts:contracttemplate_edit", template.pk)
    return render(
        request, "contracts/contracttemplate_create.html", {"form": form}, status=422 if form.is_bound else 200
    )


@allow(VIEW)
@once
def contracttemplate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Head and clause blocks of a draft."""
    template = _template(request, pk)
    if not (template.is_editable and EDITORS(template, request.user)):
        raise PermissionDenied
    form = TemplateForm(request.POST or None, instance=template)
    rows = TemplateClauseRows(request.POST or None, instance=template, prefix="clauses")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        template.edited_by_id = request.user.pk
        form.save()
        rows.save()
        if "more" in request.POST:
            return redirect("contracts:contracttemplate_edit", pk)
        messages.success(request, _("%(title)s is saved.") % {"title": template})
        return redirect(template)
    status = (form.status if form.conflict else 422) if form.is_bound else 200
    context = {"record": template, "form": form, "rows": rows, "names": template.names.items()}
    return render(request, "contracts/contracttemplate_edit.html", context, status=status)


@allow(VIEW)
@once
def contracttemplate_new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a template into its next version; the present one stays in force meanwhile."""
    template = _template(request, pk)
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    if request.method == "POST":
        copy = services.new_template_version(template=template, by=request.user)
        messages.success(request, _("%(title)s is drafted.") % {"title": copy})
        return redirect("contracts:contracttemplate_edit", copy.pk)
    return render(request, "contracts/contracttemplate_new_version.html", {"record": template})


@allow(VIEW)
@require_safe
def contracttemplate_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The template as a PDF, its placeholders as they are."""
    template = _template(request, pk)
    try:
        pdf = template_pdf(template, printed_by=request.user)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(template)
    note_reading(template, title=str(template), how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{template}.pdf", inline=True)
