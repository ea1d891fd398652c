"""A customer's whole file as one ZIP: an index as PDF, and every file that hangs on it. Clauses 4.2.1a, 4.2.1b."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.models.access import MANAGE
from documents.models import Attachment, Document, Reading
from documents.services import note_reading
from kernel import clock
from kernel.hanging import hanging_on
from kernel.lists import packed
from kernel.printing import render_pdf
from kernel.timeline import timeline
from kernel.uploads import safe_download_name
from organization.models import Company

MOST_FILES = 1_000
MOST_SEEN = 5_000  # files of one customer that are looked through
MOST_BYTES = 500_000_000
TITLE = _("Customer file")
INDEX, FILES = _("index"), _("files")  # names in the book
TOLD = 400  # lines of the timeline


def may_be_taken_out(customer: Customer, user: Any) -> bool:
    """Whether this person may take out the whole file: its owner and the manager (SECURITY C)."""
    return bool(user.has_perm(MANAGE) or customer.owner_id == user.pk)


def may_have(user: Any, query: QueryDict) -> bool:
    """Whether this person may have the file that the query names, now."""
    customer = Customer.objects.open_to(user).filter(pk=query["pk"]).first()
    return customer is not None and may_be_taken_out(customer, user)


@packed("customer-file", TITLE, "customers.view_customer", may_have)
def write_file(user: Any, query: QueryDict, out: IO[bytes]) -> None:
    """Write the ZIP for this person: what he may see, each file noted as read by him."""
    customer = Customer.objects.open_to(user).select_related("owner", "segment").get(pk=query["pk"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        entries = list(_files(customer, user))
        for entry in entries:
            if entry["name"]:
                with entry["file"].file.open("rb") as content, book.open(_info(entry["name"]), "w") as target:
                    for chunk in content.chunks():
                        target.write(chunk)
                note_reading(
                    customer, title=entry["file"].name, how=Reading.How.DOWNLOAD, by=user, attachment=entry["file"]
                )
        book.writestr(_info(f"{INDEX}.pdf"), _index(customer, user, entries))


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, clock.local(clock.now()).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def attachments_of(customer: Customer, user: Any) -> Any:
    """The files of the customer and of everything that hangs on it, as far as this person may see them.

    Asked record by record kind: one statement over all of them is deeper than SQLite parses.
    """
    rows = Q(model=customer.label_of(), row=customer.pk)
    for hanging in hanging_on(customer):
        rows |= Q(model=hanging.rows.model._meta.label_lower, row__in=hanging.rows.order_by().values("pk"))
    keys = list(Attachment.objects.filter(rows).order_by("pk").values_list("pk", flat=True)[:MOST_SEEN])
    return Attachment.objects.filter(pk__in=keys).visible_to(user).select_related("by").order_by("pk")


def _files(customer: Customer, user: Any) -> Iterator[dict[str, Any]]:
    """The files with the names they get in the book; without a name where it is full, or the file is missing."""
    size = 0
    for number, attachment in enumerate(attachments_of(customer, user)[: MOST_FILES + 1], start=1):
        size += attachment.size
        fits = number <= MOST_FILES and size <= MOST_BYTES and attachment.file.storage.exists(attachment.file.name)
        name = f"{FILES}/{number:03d} {safe_download_name(attachment.name)}" if fits else ""
        yield {"name": name, "file": attachment}


def _index(customer: Customer, user: Any, entries: list[dict[str, Any]]) -> bytes:
    serves = customer.is_served_by(user)
    context = {
        "company": Company.own(),
        "number": customer.number,
        "customer": customer,
        "serves": serves,
        "profile": getattr(customer, "profile", None),
        "contacts": customer.contacts.all()[:500],
        "opportunities": customer.opportunities.visible_to(user).select_related("owner").order_by("-pk")[:500],
        "documents": Document.objects.filter(file__in=customer.files_of()).visible_to(user).order_by("pk")[:500],
        "files": entries,
        "timeline": timeline(customer, user, TOLD),
    }
    language = translation.get_language() or settings.LANGUAGE_CODE
    return render_pdf(
        "customers/print/file.html",
        context,
        title=f"{TITLE} {customer.name}",
        language=language,
        stylesheets=("customers/print/file.css",),
        printed_by=user,
    )
