"""Taking old data in by hand: upload, match the columns, check, mend, run, and undo while nothing hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel import import_jobs, own_lists, tasks
from kernel.exports import Column, xlsx_response
from kernel.import_forms import MappingForm, UploadForm
from kernel.import_kinds import ImportKind, kind_of, kinds_for
from kernel.imports import Refused
from kernel.models import Import
from kernel.models.imports import IMPORT_RIGHT
from kernel.once import once
from kernel.policy import allow
from kernel.uploads import safe_download_name
from kernel.views.paging import keyset_page

State = Import.State
LINKED = 10


def _own(request: HttpRequest, pk: int) -> tuple[Import, ImportKind]:
    """An import of this person's, of a kind that he may still make; 404 for any other."""
    imported = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    kind = kind_of(imported.kind)
    if kind is None or not kind.admits(request.user):
        raise Http404
    return imported, kind


@allow(IMPORT_RIGHT)
def import_list(request: HttpRequest) -> HttpResponse:
    """This person's imports, the latest first."""
    page = keyset_page(request, own_lists.imports(request.user, request.GET))
    shown = [(row, kind_of(row.kind)) for row in page.rows]
    return render(request, "kernel/imports.html", {"imports": shown, "page": page})


@allow(IMPORT_RIGHT)
@once
def import_create(request: HttpRequest) -> HttpResponse:
    """Choose the kind and the file; a mended file (`like`) keeps how the columns were matched before."""
    before = _before(request)
    initial = {"kind": before.kind} if before else {}
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds_for(request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        file, kind = form.cleaned_data["file"], kind_of(form.cleaned_data["kind"])
        name = safe_download_name(file.name)
        try:
            imported = import_jobs.upload(by=request.user, kind=kind, name=name, data=file.read())
        except Refused as refused:
            form.refuse(refused)
        else:
            _match_as_before(imported, before)
            return redirect("kernel:import_mapping", imported.pk)
    return render(request, "kernel/import_form.html", {"form": form, "before": before})


def _before(request: HttpRequest) -> Import | None:
    text = request.GET.get("like", "")
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return Import.objects.visible_to(request.user).filter(pk=key).first()


def _match_as_before(imported: Import, before: Import | None) -> None:
    if before and before.kind == imported.kind and before.columns == imported.columns:
        imported.mapping = before.mapping
        imported.save(update_fields=["mapping"])


@allow(IMPORT_RIGHT)
@once
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column is which field, with a guess and the first rows; sending it asks for the check."""
    imported, kind = _own(request, pk)
    if not imported.may_be_mapped:
        return redirect("kernel:import_detail", pk)
    more = {"kind": kind, "columns": imported.columns, "user": request.user, "chosen": imported.mapping}
    form = MappingForm(request.POST if request.method == "POST" else None, **more)
    if request.method == "POST" and form.is_valid():
        import_jobs.ask(imported, State.CHECKING, mapping=form.chosen())
        transaction.on_commit(lambda: tasks.soon(tasks.run_imports))
        return redirect("kernel:import_detail", pk)
    return render(request, "kernel/import_mapping.html", {"form": form, "import": imported, "kind": kind})


@allow(IMPORT_RIGHT)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what is wrong, what came of it."""
    imported, kind = _own(request, pk)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    template = "kernel/_import_progress.html" if is_part else "kernel/import.html"
    done = import_jobs.done(imported) if imported.is_open else imported.total
    records = _records(imported) if imported.status == State.DONE else []
    return render(request, template, {"import": imported, "kind": kind, "done": done, "records": records})


def _records(imported: Import) -> list[Any]:
    """The first records that it made, as far as they have a page."""
    rows = list(imported.rows.order_by("pk").values_list("model", "row")[:LINKED])
    if not rows:
        return []
    model = apps.get_model(rows[0][0])
    held = model._base_manager.in_bulk([row for label, row in rows if label == rows[0][0]])
    return [held[row] for _label, row in rows if row in held]


@allow(IMPORT_RIGHT)
@require_safe
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of the file with what is wrong in each, as a workbook: mended, it is uploaded again as it is."""
    imported, _kind = _own(request, pk)
    if not imported.problems or not imported.path:
        raise Http404
    try:
        table, wrong = import_jobs.table_of(imported), import_jobs.errors_by_line(imported)
    except FileNotFoundError as error:
        raise Http404 from error
    columns = [Column(str(place), name) for place, name in enumerate(table.columns)]
    columns.append(Column("wrong", import_jobs.WRONG, width=60))

    def rows() -> Iterator[dict[str, str]]:
        for row in table.rows:
            cells = {str(place): row.cells.get(name, "") for place, name in enumerate(table.columns)}
            yield {**cells, "wrong": wrong.get(row.line, "")}

    name = imported.name.rpartition(".")[0] or imported.name
    title = _("Errors in %(name)s") % {"name": name}
    return xlsx_response(safe_download_name(f"{title}.xlsx"), title, columns, rows())


@allow(IMPORT_RIGHT)
@require_POST
@once
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the checked file in."""
    imported, _kind = _own(request, pk)
    if imported.may_run and import_jobs.ask(imported, State.RUNNING):
        transaction.on_commit(lambda: tasks.soon(tasks.run_imports))
    else:
        messages.error(request, _("Only a file that was checked and found right is imported."))
    return redirect("kernel:import_detail", pk)


@allow(IMPORT_RIGHT)
@require_POST
@once
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a whole import, while nothing hangs on its rows."""
    imported, _kind = _own(request, pk)
    if import_jobs.ask(imported, State.UNDOING):
        transaction.on_commit(lambda: tasks.soon(tasks.run_imports))
    else:
        messages.error(request, _("Only what was imported can be undone."))
    return redirect("kernel:import_detail", pk)
