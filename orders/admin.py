"""The company's own lists of order execution: causes of defects, and what is checked when goods are packed."""

from __future__ import annotations

from django.contrib import admin

from kernel.admin import KeptAdmin
from orders.models import DefectCause, PackingItem


@admin.register(DefectCause)
class DefectCauseAdmin(KeptAdmin):
    """Causes of defects; one no longer used is taken out of use, for old inspections name it. Clause 3.3.4b."""

    may_view = ("orders.view_defectcause",)
    may_add = ("orders.add_defectcause",)
    may_change = ("orders.change_defectcause",)
    list_display = ("code", "name", "is_active")
    fields = ("code", "name", "is_active")


@admin.register(PackingItem)
class PackingItemAdmin(KeptAdmin):
    """The packing checklist of every new shipment. Clause 3.3.5b."""

    may_view = ("orders.view_packingitem",)
    may_add = ("orders.add_packingitem",)
    may_change = ("orders.change_packingitem",)
    list_display = ("position", "text", "is_active")
    list_display_links = ("text",)
    fields = ("position", "text", "is_active")
