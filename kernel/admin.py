"""What every model admin shares, and the kernel's own: settings with effective dates, calendar overrides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.forms import BylawModelForm
from kernel.history import history_of
from kernel.models import CalendarDay, Setting
from kernel.settings import DEFINITIONS, setting

LONGEST_SEARCH, MOST_WORDS = 100, 8
DATES = {models.DateField: {"widget": forms.DateInput}}


class ListedFilters:
    """A model admin whose list is narrowed by what `list_filter` names and by nothing else in the address.

    Django lets the address ask for any column of the model, so that a reader could guess hidden ones letter by letter.
    """

    list_filter: Any

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the fields of list_filter, compared as its own links compare them."""
        name, _separator, comparison = lookup.partition("__")
        return name in self.list_filter and comparison in {"", "exact", "in", "isnull", "id__exact"}

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A handful of words: each is a condition on each search field, and databases bear only so many."""
        words = search_term[:LONGEST_SEARCH].split()[:MOST_WORDS]
        return super().get_search_results(request, queryset, " ".join(words))  # type: ignore[misc]


class Headed:
    """A model admin whose pages are headed as all our pages are: by what they show."""

    opts: Any

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Headed by what is listed, not by what one is told to do with it."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, "subtitle": None, **(extra_context or {})})  # type: ignore[misc]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Headed by the kind of record; its name stands beneath."""
        name = capfirst(self.opts.verbose_name)
        context["title"] = _("New: %(kind)s") % {"kind": name} if kwargs.get("add") else name
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


class KeptAdmin(Headed, ListedFilters, admin.ModelAdmin):
    """A model admin by our own permissions: nothing is deleted, history is read-only, Django's own log is not written.

    Name the permissions in may_view, may_add and may_change; one of each list suffices.
    """

    may_view: tuple[str, ...] = ()
    may_add: tuple[str, ...] = ()
    may_change: tuple[str, ...] = ()
    form = BylawModelForm
    formfield_overrides = DATES
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may do anything here sees it in the index."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Holders of one of the permissions of this admin."""
        return _any(request, (*self.may_view, *self.may_add, *self.may_change))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Holders of one of may_add."""
        return _any(request, self.may_add)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Holders of one of may_change."""
        return _any(request, self.may_change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what was is kept."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save with the person's name in the history."""
        obj._history_user = request.user
        super().save_model(request, obj, form, change)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed which field from what to what; never a button that changes it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, object_id)
        if record is None or not hasattr(record, "history"):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of changes"),
            "subtitle": str(record),
            "opts": self.opts,
            "object": record,
            "entries": history_of(record, request.user),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Our own history says it, without keeping names apart from their person."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As log_addition."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """As log_addition."""


def _any(request: HttpRequest, permissions: tuple[str, ...]) -> bool:
    return any(request.user.has_perm(p) for p in permissions)


class SettingForm(BylawModelForm):
    """The value of a setting from a day on: today at the earliest, so that what was decided stays as it was."""

    key = forms.ChoiceField(label=_("setting"))

    class Meta:
        model = Setting
        fields = ["key", "value", "effective_on"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(key, describe(key)) for key in sorted(DEFINITIONS)]
        self.fields["key"].disabled = bool(self.instance.pk)

    def clean_effective_on(self) -> Any:
        """Refuse days that are over."""
        day = self.cleaned_data["effective_on"]
        if day < clock.today():
            raise forms.ValidationError(_("Choose today or a later day: the past stays as it was."))
        return day


def describe(key: str) -> str:
    """A setting in words: what it means, its unit, the value in force and the default."""
    definition = DEFINITIONS[key]
    unit = f" {definition.unit}" if definition.unit else ""
    values = _("%(now)s now, %(default)s by default") % {"now": setting(key), "default": definition.default}
    return f"{definition.label}: {values}{unit}"


@admin.register(Setting)
class SettingAdmin(KeptAdmin):
    """Settings of the company: a new row for each change; a row in force is never rewritten after its first day."""

    may_add = may_change = ("kernel.change_setting",)
    form = SettingForm
    list_display = ("label", "value", "effective_on", "by", "at")
    list_select_related = ("by",)
    search_fields = ("key",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Until the end of its first day."""
        return super().has_change_permission(request, obj) and (obj is None or obj.effective_on >= clock.today())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note who set it, and when."""
        obj.by, obj.at = request.user, clock.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("setting"), ordering="key")
    def label(self, obj: Setting) -> str:
        """What the setting means; its key when no code reads it any more."""
        return str(DEFINITIONS[obj.key].label) if obj.key in DEFINITIONS else obj.key


@admin.register(CalendarDay)
class CalendarDayAdmin(KeptAdmin):
    """Overrides of the public holidays; a day that is over is left as it was."""

    may_add = may_change = ("organization.manage_company",)
    list_display = ("day", "is_working", "name")
    list_filter = ("is_working",)
    fields = ("day", "is_working", "name")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Days to come."""
        return super().has_change_permission(request, obj) and (obj is None or obj.day >= clock.today())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An override of a day to come may be taken back."""
        return obj is not None and self.has_change_permission(request, obj)

    def log_deletion(self, request: HttpRequest, obj: Any, object_repr: str) -> None:
        """As log_addition."""
