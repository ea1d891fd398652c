"""The list of causes: the administrator adds to it, renames, and takes out of use; nothing that was counted is deleted."""

from django.contrib import admin

from aftersales.models import CauseCategory
from kernel.admin import KeptAdmin


@admin.register(CauseCategory)
class CauseCategoryAdmin(KeptAdmin):
    """Cause categories in their order. Clause 3.4.2b."""

    may_view = may_add = may_change = ("kernel.change_setting",)
    list_display = ("name", "position", "is_active")
    fields = ("name", "position", "is_active")
