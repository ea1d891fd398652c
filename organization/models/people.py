"""Users, departments and offices: one sales manager in office, everybody with a role and a department (clauses 1.2, 2.1)."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, Permission, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.audit import Personal
from kernel.models import MailChoice
from kernel.prepared import Slot, prepared
from kernel.searching import Searchable
from kernel.steps import deciding_rights

MANAGER = "sales_manager"  # the one role that is held by office, never given by hand
# Roles that open the Django admin (each sees only the sites and models that its permissions allow).
ADMIN_ROLES = ("administrator", "hr", "legal", "finance")
# Roles that must sign in with a one-time code (settings.REQUIRE_OTP).
OTP_ROLES = ("administrator", "hr", "legal", "finance", "sales_manager")


class Department(models.Model):
    """A department 部門 with its head."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("head"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="heads",
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates people; there is no superuser, the administrator is a role like any other."""

    def create_user(
        self, email: str, name: str, password: str | None = None, *, roles: tuple[str, ...] = (), **fields: Any
    ) -> User:
        """A person with a sign-in address and roles; without a password he must be invited."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save()
        user.set_roles(roles)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in is by e-mail, in any case; addresses are stored in lower case.

        The database's own comparison without case takes letters for one another that are none (ı, ſ): each such spelling
        would be another account to the count of wrong tries.
        """
        return self.get(email=(username or "").lower())


def _rights_of_roles() -> models.QuerySet:
    """App, name and giver of each permission of one person (the slot `person`): his own roles (0), or whose deputy he is."""
    number, moment = models.BigIntegerField(), models.DateTimeField()
    held = Permission.objects.filter(group__user=Slot("person"))
    deputed = Permission.objects.filter(
        group__user__is_active=True,
        group__user__deputyships__deputy=Slot("person"),
        group__user__deputyships__state="accepted",
        group__user__deputyships__starts_at__lte=Slot("now", moment),
        group__user__deputyships__ends_at__gt=Slot("now", moment),
    )
    rows = [
        held.annotate(giver=models.Value(0, number)),
        deputed.annotate(giver=models.F("group__user__deputyships__absent_id")),
    ]
    own, others = (r.order_by().values_list("content_type__app_label", "codename", "giver") for r in rows)
    return own.union(others, all=True)


@cache
def passed_decisions() -> frozenset[str]:
    """The rights to decide that a deputy may have of somebody."""
    return deciding_rights() - frozenset(settings.KEPT_FROM_DEPUTIES)


@cache
def delegable() -> frozenset[str]:
    """The rights that pass to a deputy: to decide, and to see what is decided on (config/roles.py)."""
    return passed_decisions() | frozenset(settings.SEEN_BY_DEPUTIES)


@cache
def _otp_rights() -> frozenset[str]:
    """The rights to decide for which a one-time code is asked."""
    given = {right for role in OTP_ROLES for right in settings.ROLE_PERMISSIONS[role]}
    return deciding_rights() & given


class UserQuerySet(models.QuerySet):
    """People as others may see them: colleagues see colleagues' names."""

    def visible_to(self, user: Any) -> UserQuerySet:
        """Every signed-in person sees the staff list; its personal fields are another page's matter."""
        return self if user.is_authenticated else self.none()

    def with_deputies(self) -> models.QuerySet:
        """The key of each with that of his deputy at this moment (None where nobody stands in), as pairs."""
        now = clock.now()
        in_force = models.Q(
            deputyships__state="accepted", deputyships__starts_at__lte=now, deputyships__ends_at__gt=now
        )
        rows = self.annotate(stood_in=models.FilteredRelation("deputyships", condition=in_force))
        return rows.values_list("pk", "stood_in__deputy_id")

    def with_role(self, *roles: str) -> UserQuerySet:
        """Active people who hold one of the roles."""
        return self.filter(is_active=True, groups__name__in=roles).distinct()


class User(Searchable, Personal, AbstractBaseUser, PermissionsMixin):
    """A member of staff 員工, who signs in by e-mail."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    employee_no = models.CharField(_("employee number"), max_length=20, unique=True, null=True, blank=True)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
    )
    boss = models.ForeignKey(
        "self", verbose_name=_("superior"), null=True, blank=True, on_delete=models.SET_NULL, related_name="team"
    )
    joined_on = models.DateField(_("joined on"), default=clock.today)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.SYSTEM, blank=True)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    mail_choice = models.CharField(
        _("mail of notices"), max_length=8, choices=MailChoice.choices, default=MailChoice.AT_ONCE
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    # Permissions come from roles alone (config/roles.py): Django need not ask for a person's own, on every page.
    _user_perm_cache: ClassVar[frozenset[str]] = frozenset()

    SEARCHED = ("name", "employee_no")
    PERSONAL = ("name", "email", "phone")
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    history = HistoricalRecords(excluded_fields=["name", "email", "phone", "password", "last_login"])
    objects = UserManager.from_queryset(UserQuerySet)()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]
        permissions = [
            ("decide_above", "Decides where nobody below may"),
            ("manage_people", "Can manage people (HR)"),
            ("manage_accounts", "Can manage accounts and roles"),
            ("manage_company", "Can manage the company's data and settings"),
        ]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def _given_rights(self) -> list[tuple[str, int]]:
        """Each right with its giver; asked on every page, so the statement is kept."""
        asked = prepared("organization.rights", _rights_of_roles).ask(person=self.pk, now=clock.now())
        return [(f"{app}.{name}", giver) for app, name, giver in asked]

    @cached_property
    def role_rights(self) -> frozenset[str]:
        """What his own roles allow."""
        if self.is_superuser:
            every = Permission.objects.values_list("content_type__app_label", "codename")
            return frozenset(f"{app}.{name}" for app, name in every)
        return frozenset(right for right, giver in self._given_rights if not giver)

    @cached_property
    def deputed_rights(self) -> dict[str, frozenset[int]]:
        """What he may as a deputy at this moment: right → keys of those for whom. Their own roles' rights, one level."""
        found: dict[str, set[int]] = {}
        for right, giver in self._given_rights:
            if giver and right in delegable():
                found.setdefault(right, set()).add(giver)
        return {right: frozenset(givers) for right, givers in found.items()}

    @cached_property
    def _group_perm_cache(self) -> set[str]:
        """What he may by his roles or as a deputy, where Django's backend looks for it."""
        return {*self.role_rights, *self.deputed_rights}

    @cached_property
    def roles(self) -> list[str]:
        """The slugs of his roles."""
        return list(self.groups.order_by("name").values_list("name", flat=True))

    @property
    def role_labels(self) -> list[Any]:
        """His roles in the reader's language."""
        return [settings.ROLE_LABELS[r] for r in self.roles if r in settings.ROLE_LABELS]

    def roles_in_words(self) -> str:
        """The same as one text, from the groups that a list has read for all its rows."""
        return ", ".join(str(settings.ROLE_LABELS[g.name]) for g in self.groups.all() if g.name in settings.ROLE_LABELS)

    @property
    def is_staff(self) -> bool:
        """Whether he may enter the admin sites."""
        return self.is_active and bool(set(self.roles) & set(ADMIN_ROLES))

    @property
    def needs_otp(self) -> bool:
        """Whether his roles, or what he decides as a deputy, ask for a one-time code at sign-in."""
        if not settings.REQUIRE_OTP:
            return False
        return bool(set(self.roles) & set(OTP_ROLES)) or not _otp_rights().isdisjoint(self.deputed_rights)

    def set_roles(self, roles: tuple[str, ...]) -> None:
        """Give him exactly these roles."""
        self.groups.set(Group.objects.filter(name__in=roles))
        self.__dict__.pop("roles", None)

    def take_roles(self, roles: set[str], *, by: Any) -> None:
        """Give him exactly these roles and write it into his history."""
        before = ", ".join(sorted(self.groups.values_list("name", flat=True))) or "none"
        self.set_roles(tuple(roles))
        self.note(f"roles: {before} → {', '.join(sorted(roles)) or 'none'}", by)

    def note(self, reason: str, by: Any) -> None:
        """Save with the reason in the history: roles are rows of their own, which it would not show."""
        self.__dict__.pop("roles", None)
        self._history_user, self._change_reason = by, reason
        self.save()

    def superior(self) -> User | None:
        """Who stands above: the named superior, else the head of his department, else the one who decides above all."""
        above = self.boss or (self.department.head if self.department_id else None)
        if above and above.pk != self.pk and above.is_active:
            return above
        return User.objects.with_role("director").exclude(pk=self.pk).order_by("pk").first()


class Office(models.Model):
    """An office held from a day on; exactly one sales manager is in office. Clause 2.1."""

    role = models.CharField(_("role"), max_length=40, choices=[("sales_manager", _("Sales manager"))])
    user = models.ForeignKey(User, verbose_name=_("holder"), on_delete=models.PROTECT, related_name="offices")
    since = models.DateField(_("from"), default=clock.today)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.UniqueConstraint(fields=["role"], condition=models.Q(until=None), name="office_one_open"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="office_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user}"

    @classmethod
    def pass_to(cls, user: User, *, since: Any, by: Any) -> Office:
        """Make this person the sales manager from a day on; the one before leaves office and loses the role. Clause 2.1."""
        with transaction.atomic():
            for held in cls.objects.select_for_update().filter(role=MANAGER, until=None):
                since = max(since, held.since)
                held.leave(since, by=by)
            user.groups.add(Group.objects.get(name=MANAGER))
            user.note("took office: sales_manager", by)
            return cls.objects.create(role=MANAGER, user=user, since=since)

    def leave(self, day: Any, *, by: Any) -> None:
        """The holder leaves office on this day and loses its role."""
        self.until = max(day, self.since)
        self.save()
        self.user.groups.remove(Group.objects.get(name=MANAGER))
        self.user.note("left office: sales_manager", by)
