"""The clauses of chapters 1 and 2 that are kept here: everybody has his place, no way round a guard, one manager."""

from django.utils.translation import gettext_lazy as _

from kernel.clauses import clause, enforced, promised, section, watched
from organization import reports

section("1", _("General principles"))
section("1.2", _("Scope"))
section("1.3", _("Principles"))
section("2", _("Organization and duties"))
section("2.1", _("Structure of the department"))

clause(
    "1.2",
    who=_("Everybody"),
    text=_("The rules cover all staff of the department: every active account has a role and a department."),
    screen="organization:people",
    check=watched(reports.covered),
)
clause(
    "1.3.1",
    who=_("Everybody"),
    text=_(
        "Work follows the law, the rules of the trade and those of the company: no step can pass over what it demands, "
        "and an exception needs the manager's dated agreement with its reason."
    ),
    screen="inbox",
    check=enforced(),
)
clause(
    "1.3.2",
    who=_("Everybody"),
    text=_("No needless step and a quick response: each stage has a time budget, and what runs over it is listed."),
    screen="today",
    check=promised("stage"),
)
clause(
    "2.1",
    who=_("The company"),
    text=_("One sales manager is in office, with the salespeople and customer service under him."),
    screen="organization:people",
    check=watched(reports.led),
)
