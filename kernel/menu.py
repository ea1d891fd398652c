"""The kernel's own entries in the main menu: today, the approval queue, the regulation."""

from django.utils.translation import gettext_lazy as _

from kernel import inbox
from kernel.panels import navigation_item

GOVERNANCE = _("Governance")

navigation_item(10, "", "today", "today", _("Today"))
navigation_item(20, "", "inbox", "stamp", _("Approval queue"), count=inbox.count)
navigation_item(900, GOVERNANCE, "clauses", "law", _("The regulation"))
