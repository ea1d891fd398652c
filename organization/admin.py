"""The administrator's and HR's admin: accounts and personnel, departments, the manager's office, the company."""

from __future__ import annotations

from typing import Any

from axes.utils import reset as unlock_sign_in
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kernel.admin import KeptAdmin
from organization import codes, services
from organization.admin_forms import AccountForm, CompanyForm, OfficeForm, StaffForm
from organization.models import Company, Department, Office, RoleGrant, User

ACCOUNTS = "organization.manage_accounts"
PEOPLE = "organization.manage_people"
COMPANY = "organization.manage_company"

PERSON = (None, {"fields": ("email", "name", "phone", "language")})
PLACE = (gettext_lazy("Place in the company"), {"fields": ("employee_no", "title", "department", "boss", "joined_on")})
ACCESS = (gettext_lazy("Access"), {"fields": ("roles", "is_active")})
NEW_ACCESS = (gettext_lazy("Access"), {"fields": ("roles",)})


@admin.register(User)
class UserAdmin(KeptAdmin):
    """Accounts for the administrator, personnel for HR; nobody changes himself, nobody is deleted (SECURITY B36, B39)."""

    may_add = (ACCOUNTS,)
    may_change = (ACCOUNTS, PEOPLE)
    list_display = ("name", "title", "department", "role_names", "boss", "is_active", "left_on")
    list_filter = ("is_active", "department")
    list_select_related = ("department", "boss")
    search_fields = ("name", "email", "title", "employee_no")
    ordering = ("name", "pk")
    actions = ("invite_again", "unlock", "forget_codes")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Everybody, with roles in one query."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not oneself: roles, place and superior are decided by another."""
        return super().has_change_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    def has_accounts_permission(self, request: HttpRequest) -> bool:
        """The actions on accounts are the administrator's."""
        return request.user.has_perm(ACCOUNTS)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The administrator's form or HR's; who only reads gets no fields to write into."""
        if not request.user.has_perm(ACCOUNTS) or not (obj is None or self.has_change_permission(request, obj)):
            kwargs["form"] = StaffForm
        else:
            kwargs["form"] = AccountForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What this person may see of that one."""
        if obj is None:
            return (PERSON, PLACE, NEW_ACCESS)
        if request.user.has_perm(ACCOUNTS) and self.has_change_permission(request, obj):
            return (PERSON, PLACE, ACCESS)
        return ((None, {"fields": ("name", "role_names", *StaffForm.Meta.fields)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Name and roles are only read by HR."""
        is_account = request.user.has_perm(ACCOUNTS) and (obj is None or self.has_change_permission(request, obj))
        return () if is_account else ("name", "role_names")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Invite a new person; end or reopen the account of another; tell the administrators of a leaver."""
        obj._history_user = request.user
        if not change:
            obj.set_unusable_password()
            obj.save()
            services.invite(user=obj)
            messages.info(request, _("An invitation is on its way to %(email)s.") % {"email": obj.email})
        elif "is_active" in form.changed_data:
            self._open_or_close(request, obj)
        else:
            obj.save()
            if "left_on" in form.changed_data and obj.left_on:
                services.tell_of_leaver(user=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles are changed through their own verb, which writes them into the history."""
        super().save_related(request, form, formsets, change)
        if "roles" in form.changed_data:
            self._change_roles(request, form.instance, form.cleaned_data["roles"])

    def _change_roles(self, request: HttpRequest, user: User, roles: Any) -> None:
        try:
            waiting = services.change_roles(user=user, roles=roles, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return
        if waiting:
            text = _("%(roles)s for %(name)s: in force once HR or another administrator confirms.")
            messages.info(request, text % {"roles": waiting.words, "name": user.name})

    def get_urls(self) -> list[Any]:
        """With the page that ends all sign-ins of a person."""
        end = self.admin_site.admin_view(self.end_sign_ins)
        return [path("<int:pk>/sign-ins/end/", end, name="organization_user_end_sign_ins"), *super().get_urls()]

    def end_sign_ins(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked once more, then all sessions of this person end at once and the history says by whom. SECURITY B36."""
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        if request.method == "POST":
            count = services.end_sign_ins(user=person, by=request.user)
            text = ngettext("%(n)d sign-in of %(name)s ended.", "%(n)d sign-ins of %(name)s ended.", count)
            messages.success(request, text % {"n": count, "name": person.name})
            return redirect("admin:organization_user_change", person.pk)
        title = _("End all sign-ins of %(name)s?") % {"name": person.name}
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "person": person}
        return TemplateResponse(request, "admin/organization/user/end_sign_ins.html", context)

    def _open_or_close(self, request: HttpRequest, obj: User) -> None:
        if obj.is_active:
            services.reactivate(user=obj, by=request.user)
            return
        owed = services.deactivate(user=obj, by=request.user)
        if owed:
            text = ngettext(
                "%(n)d open promise is still owed by %(name)s: hand it over.",
                "%(n)d open promises are still owed by %(name)s: hand them over.",
                owed,
            )
            messages.warning(request, text % {"n": owed, "name": obj.name})

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, obj: User) -> str:
        """His roles in words."""
        return ", ".join(str(settings.ROLE_LABELS.get(g.name, g.name)) for g in obj.groups.all())

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["accounts"])
    def invite_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        """For those who have not chosen a password yet."""
        people = [p for p in queryset.filter(is_active=True) if not p.has_usable_password()]
        for person in people:
            services.invite(user=person)
        text = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(people))
        messages.success(request, text % {"n": len(people)})

    @admin.action(description=gettext_lazy("Unlock sign-in"), permissions=["accounts"])
    def unlock(self, request: HttpRequest, queryset: QuerySet) -> None:
        """After too many wrong passwords."""
        for person in queryset:
            unlock_sign_in(username=person.email)
        messages.success(request, _("Sign-in is unlocked."))

    @admin.action(description=gettext_lazy("Let set up a new authenticator"), permissions=["accounts"])
    def forget_codes(self, request: HttpRequest, queryset: QuerySet) -> None:
        """When somebody has lost his phone; not for oneself."""
        for person in queryset.exclude(pk=request.user.pk):
            codes.forget(person)
            person.note("authenticator forgotten", request.user)
        messages.success(request, _("A new authenticator is set up at the next sign-in."))


@admin.register(Department)
class DepartmentAdmin(KeptAdmin):
    """Departments and their heads."""

    may_add = may_change = (ACCOUNTS, PEOPLE)
    list_display = ("code", "name", "head")
    list_select_related = ("head",)
    search_fields = ("code", "name")
    fields = ("code", "name", "head")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Heads are active people."""
        kwargs["queryset"] = User.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Office)
class OfficeAdmin(KeptAdmin):
    """The sales manager in office: a successor is put in, nothing is rewritten. Clause 2.1."""

    may_add = (ACCOUNTS,)
    may_view = (PEOPLE,)
    form = OfficeForm
    list_display = ("role", "user", "since", "until")
    list_select_related = ("user",)
    ordering = ("-since", "-pk")
    fields = ("user", "since")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Nobody puts himself in office."""
        kwargs["queryset"] = User.objects.filter(is_active=True).exclude(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:
        """The person is named; the office passes to him when a second person confirms."""
        try:
            services.ask_for_office(user=obj.user, since=obj.since, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])

    def response_add(self, request: HttpRequest, obj: Office, post_url_continue: str | None = None) -> HttpResponse:
        """To the grant that waits; there is no row of the office yet."""
        grant = RoleGrant.objects.filter(person=obj.user, asked_by=request.user, state="requested").last()
        if grant is None or not grant.is_office:
            return redirect("admin:organization_office_changelist")
        text = _("%(name)s takes office once HR, another administrator or the director confirms.")
        messages.info(request, text % {"name": obj.user.name})
        return redirect(grant)


@admin.register(Company)
class CompanyAdmin(KeptAdmin):
    """The company's own data: one row."""

    may_add = may_change = (COMPANY,)
    form = CompanyForm
    fieldsets = (
        (None, {"fields": ("name", "name_en", "region", "registration_number", "representative", "currency")}),
        (gettext_lazy("Address"), {"fields": ("address", "phone", "email")}),
        (gettext_lazy("Bank"), {"fields": ("bank_name", "bank_account")}),
        (gettext_lazy("Logo"), {"fields": ("logo_file", "remove_logo")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Once."""
        return super().has_add_permission(request) and not Company.objects.exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no list of one."""
        company = Company.objects.order_by("pk").first()
        if company is None or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("admin:organization_company_change", company.pk)
