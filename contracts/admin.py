"""The legal admin: templates, contracts and opinions by the same rules; a step is a link to the page that takes it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from contracts.models import Contract, ContractTemplate, ReviewOpinion, Seal, TemplateClause
from contracts.models.sealing import KEEP
from kernel.admin import Headed, KeptAdmin, ListedFilters
from kernel.forms import BylawModelForm
from kernel.permissions import holding

LEGAL = "contracts.legal_review_contract"
CHANGE_TEMPLATES = "contracts.change_contracttemplate"


class LegalAdmin(Headed, ListedFilters, admin.ModelAdmin):
    """Rows by `visible_to`; nothing is added or deleted here, no state edited (not SimpleHistoryAdmin: it shows hidden rows)."""

    actions = None
    view_on_site = False
    change_form_template = "contracts/admin/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Only what this person may see."""
        return self.model.objects.visible_to(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Legal only."""
        return request.user.has_perm(LEGAL)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Legal; which rows is the queryset's matter."""
        return request.user.has_perm(LEGAL)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Records are begun on their own pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Read-only unless a subclass says otherwise."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False

    def _seen(self, request: HttpRequest, object_id: str) -> Any:
        """The record of that key if this person may see it; 404 otherwise, for what is no key too."""
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        return record

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The record's own read-only history."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(f"contracts:{self.opts.model_name}_history", self._seen(request, object_id).pk)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """The page with links to the steps that this person may take."""
        context["offers"] = obj.offers(request.user) if obj is not None and hasattr(obj, "offers") else []
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


class TemplateClauseInline(admin.StackedInline):
    """The clause blocks of a template; changed only while it is a draft."""

    model = TemplateClause
    extra = 0
    fields = ("position", "subject", "heading", "text", "is_required", "is_commercial", "is_standard_term", "risk_note")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the template."""
        return request.user.has_perm(LEGAL)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """While the template is a draft."""
        return obj is not None and obj.is_editable and request.user.has_perm(CHANGE_TEMPLATES)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


@admin.register(ContractTemplate)
class ContractTemplateAdmin(LegalAdmin):
    """Contract templates: a draft may be edited here as on its own page, and newer edits are not overwritten by older."""

    form = BylawModelForm
    list_display = ("code", "number", "name", "kind", "script", "state", "author")
    list_filter = ("state", "kind", "script")
    search_fields = ("code", "name")
    fields = (
        "code",
        "number",
        "name",
        "kind",
        "script",
        "effective_from",
        "effective_until",
        "note",
        "state",
        "author",
        "approved_by",
    )
    readonly_fields = ("code", "number", "state", "author", "approved_by")
    inlines = (TemplateClauseInline,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """While it is a draft."""
        return obj is not None and obj.is_editable and request.user.has_perm(CHANGE_TEMPLATES)

    def save_model(self, request: HttpRequest, obj: ContractTemplate, form: Any, change: bool) -> None:
        """Note who changed it."""
        obj.edited_by_id = request.user.pk
        super().save_model(request, obj, form, change)


@admin.register(Contract)
class ContractAdmin(LegalAdmin):
    """Contracts under review, to be read; approving and returning are links to their steps."""

    list_display = ("number", "title", "customer_name", "total", "currency", "state", "drafted_by")
    list_filter = ("state", "kind", "currency")
    search_fields = ("number", "title", "customer_name")
    fields = (
        "number",
        "title",
        "customer_name",
        "kind",
        "template",
        "own_paper",
        "own_paper_reason",
        "currency",
        "net_total",
        "tax_total",
        "total",
        "payment_terms",
        "delivery_terms",
        "delivery_on",
        "period_start",
        "period_end",
        "state",
        "drafted_by",
        "manager_approved_by",
        "text_version",
        "approved_hash",
    )


@admin.register(ReviewOpinion)
class ReviewOpinionAdmin(LegalAdmin):
    """Opinions by clause, to be read: a hint for better templates."""

    list_display = ("contract", "about", "kind", "side", "by", "at", "answered_at", "accepted_at")
    list_filter = ("side", "kind")
    search_fields = ("contract__number", "text", "about")
    fields = (
        "contract",
        "about",
        "kind",
        "side",
        "text",
        "proposed_wording",
        "by",
        "at",
        "answer",
        "answered_by",
        "accepted_by",
        "waive_reason",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Those of contracts that this person may see."""
        return ReviewOpinion.objects.filter(contract__in=Contract.objects.visible_to(request.user)).select_related(
            "contract", "by"
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The contract that the opinion is on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(self._seen(request, object_id).contract)


@admin.register(Seal)
class SealAdmin(KeptAdmin):
    """The company's seals and their keepers."""

    may_view, may_add, may_change = ("contracts.view_seal",), ("contracts.add_seal",), ("contracts.change_seal",)
    list_display = ("name", "kind", "keeper", "is_in_use")
    list_filter = ("kind", "is_in_use")
    fields = ("name", "kind", "keeper", "is_in_use")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only who may keep a seal is named as its keeper."""
        if db_field.name == "keeper":
            kwargs["queryset"] = holding(KEEP)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
