"""Taking out a customer's whole file: asked for here, written by the job, fetched from one's exports."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from customers import filebook
from customers.views.rows import customer_of
from kernel import export_jobs, tasks
from kernel.once import once
from kernel.policy import allow


@allow("customers.view_customer")
@once
def customer_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole file as a ZIP with an index; what it holds is said before. Clauses 4.2.1a, 4.2.1b."""
    customer = customer_of(request, pk)
    if not filebook.may_be_taken_out(customer, request.user):
        raise PermissionDenied
    if request.method == "POST":
        name = f"{customer.number} {customer.name}.zip"
        found = export_jobs.source_of("customer-file")
        query = f"pk={customer.pk}"
        export = export_jobs.ask(by=request.user, found=found, query=query, file_format="zip", total=1, name=name)
        tasks.soon(tasks.run_exports)
        return redirect("kernel:export_detail", export.pk)
    page = {"record": customer, "files": filebook.attachments_of(customer, request.user).count()}
    return render(request, "customers/customer_book.html", {**page, "heading": _("Take out the whole file")})
