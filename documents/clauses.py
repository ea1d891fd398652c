"""The clauses of document management that are reached: every document numbered and registered, files kept safe."""

from django.utils.translation import gettext_lazy as _

from documents import reports
from kernel.clauses import clause, designed, section, watched

section("4", _("Daily administration"))
section("4.2", _("Information management"))

clause(
    "4.2.2a",
    who=_("Everybody"),
    text=_("Contracts, quotations, proposals and other business documents are numbered, registered and archived."),
    screen="documents:document_list",
    check=watched(reports.registered),
)
clause(
    "4.2.2c",
    who=_("Everybody"),
    text=_(
        "Documents are kept safe: a file is opened only by those whom its record and its level let in; "
        "each download is logged, each PDF stamped."
    ),
    screen="documents:reading_list",
    check=designed(),
)
