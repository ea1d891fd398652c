"""What the organization adds to the main menu: the staff list for all, the administration for those who keep it."""

from django.utils.translation import gettext_lazy as _

from kernel.menu import GOVERNANCE
from kernel.panels import navigation_item

ADMINISTRATION = _("Administration")

navigation_item(920, GOVERNANCE, "organization:people", "users", _("People"))
navigation_item(
    950,
    ADMINISTRATION,
    "admin:organization_user_changelist",
    "key",
    _("Accounts"),
    permission="organization.manage_accounts",
)
navigation_item(
    951,
    ADMINISTRATION,
    "admin:organization_user_changelist",
    "user",
    _("Personnel"),
    permission="organization.manage_people",
)
navigation_item(952, ADMINISTRATION, "admin:index", "gear", _("Settings"), permission="organization.manage_company")
