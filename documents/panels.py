"""What documents adds to the main menu: the register."""

from django.utils.translation import gettext_lazy as _

from kernel.menu import GOVERNANCE
from kernel.panels import navigation_item

navigation_item(910, GOVERNANCE, "documents:document_list", "ledger", _("Register of documents"))
