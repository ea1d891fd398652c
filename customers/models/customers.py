"""Customers: who owns them, how they are filed by name, and the profile that key development asks for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField
from simple_history.models import HistoricalRecords

from customers import names
from customers.models.access import LOG, MANAGE
from customers.models.filing import LIVING, CustomerQuerySet, sees_all
from customers.models.keeping import CustomerSteps, State
from kernel import clock
from kernel.numbering import next_number
from kernel.searching import Searchable, words_of
from kernel.spelling import parts_of


class Customer(Searchable, CustomerSteps):
    """A customer or prospect 客戶 with its owner; its page is the customer file. Clauses 2.2.2a, 1.3.3."""

    State = State

    class Region(models.TextChoices):
        TAIWAN = "TW", _("Taiwan")
        MAINLAND = "CN", _("Mainland China")
        HONG_KONG = "HK", _("Hong Kong")
        OTHER = "other", _("Elsewhere")

    class Grade(models.TextChoices):
        KEY = "key", _("Key")
        A = "A", _("A")
        B = "B", _("B")
        C = "C", _("C")

    state = FSMField(_("state"), choices=State.choices, default=State.ACTIVE, protected=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    name_key = models.CharField(max_length=160, editable=False, db_index=True)
    pinyin = models.CharField(max_length=300, editable=False)
    initials = models.CharField(max_length=60, editable=False, db_index=True)
    phone_key = models.CharField(max_length=30, editable=False, db_index=True, default="", blank=True)
    registration_number = models.CharField(_("registration number"), max_length=30, blank=True, db_index=True)
    # stood on two customers before that was refused; nobody can say by itself whose it is
    shares_number = models.BooleanField(default=False, editable=False)
    region = models.CharField(_("region"), max_length=5, choices=Region.choices, default=Region.TAIWAN)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    segment = models.ForeignKey(
        "customers.Segment", verbose_name=_("segment"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="customers",
    )  # fmt: skip
    grade = models.CharField(_("customer grade"), max_length=3, choices=Grade.choices, default=Grade.C)
    is_key = models.BooleanField(_("key customer (the manager is co-owner)"), default=False)
    on_key_list = models.BooleanField(_("on the key development list"), default=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    ship_address = models.CharField(_("shipping address"), max_length=200, blank=True)
    website = models.URLField(_("website"), blank=True, validators=[URLValidator(schemes=["http", "https"])])
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="customers",
    )  # fmt: skip
    collaborators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("collaborators"), blank=True, related_name="helps_with_customers"
    )
    paper_location = models.CharField(_("paper file location"), max_length=120, blank=True)
    reviewed_on = models.DateField(_("file reviewed on"), null=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="merged_here",
    )  # fmt: skip
    imported = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords(excluded_fields=["name_key", "pinyin", "initials", "phone_key"])
    objects = CustomerQuerySet.as_manager()

    SEARCHED = ("number", "name", "short_name", "registration_number")
    TONES = {"active": "active", "pooled": "idle", "retired": "void", "merged": "void"}
    QUEUE = {"title": "name", "party": "name", "person": "owner__name"}

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [
            ("view_all_customers", "Can view all customers"),
            ("reassign_customer", "Can reassign customers and act on all of them"),
            ("log_interaction", "Can log interactions on customers and opportunities"),
            ("view_margin", "Can view cost and margin"),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="customer_by_name"),
            models.Index(fields=["owner", "state", "pinyin"], name="customer_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(owner__isnull=False) | Q(imported=True), name="customer_has_an_owner"
            ),
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=~Q(registration_number="") & Q(state__in=LIVING, imported=False, shares_number=False),
                name="customer_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="customer_merged_into_one",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the keys of its name, under its number."""
        self.fill_keys()
        is_renamed = self._state.adding or self._texts() != getattr(self, "_found_by", None)
        with transaction.atomic():
            if not self.number:
                self.number = next_number("customer", clock.today().year, "KH-{year}-{n:04d}")
            super().save(*args, **kwargs)
            if is_renamed:
                NameGram.write(self)

    def search_words(self) -> set[str]:
        """Of its name from each word on that tells it from others: not from "Co., Ltd." on."""
        others = (self.number, self.short_name, self.registration_number)
        words = words_of(self.name, max(1, len(parts_of(names.name_key(self.name)))))
        return words.union(*(words_of(text) for text in others if text))

    def fill_keys(self) -> None:
        """Set what search and filing go by; an import that saves in bulk calls it itself."""
        self.name_key = names.name_key(self.name)
        self.pinyin, self.initials = names.pinyin(self.name), names.initials(self.name)
        self.phone_key = names.phone_key(self.phone)

    # --- what the kernel and the pages ask ---------------------------------------------------------
    def file_id_of(self) -> int | None:
        """A customer is its own file."""
        return self.pk

    def files_of(self) -> list[int]:
        """Its own file and those of the customers that were merged into it."""
        return [self.pk, *(row.pk for row in self.merged_ones)]

    @cached_property
    def merged_ones(self) -> list[Customer]:
        """The customers that were merged into it."""
        return list(self.merged_here.order_by("pk"))

    @cached_property
    def merge(self) -> Any:
        """The merge by which it went into another, with what it moved; None while it stands by itself."""
        return self.merges.filter(undone_at=None).select_related("survivor", "gone").first()

    def number_holder(self, *, but: tuple[int, ...] = ()) -> Customer | None:
        """The other living customer that has its registration number, if there is one."""
        if not self.registration_number:
            return None
        same = Customer.objects.living().filter(registration_number=self.registration_number)
        return same.exclude(pk__in=(self.pk, *but)).first()

    def may_be_merged_by(self, user: Any) -> bool:
        """Whether this person may merge it with another of which the same is true: its owner, and the manager."""
        if not user.has_perm("customers.change_customer") or self.state == State.MERGED:
            return False
        return user.has_perm(MANAGE) or self.owner_id == user.pk

    def is_open_to(self, user: Any) -> bool:
        """Whether this person may read the whole file, not only the name of a pooled customer."""
        if user.has_perm("customers.view_customer") and sees_all(user):
            return True
        return Customer.objects.open_to(user).filter(pk=self.pk).exists()

    def is_served_by(self, user: Any) -> bool:
        """Whether this person reads the contacts' numbers in full."""
        if user.has_perm("customers.view_customer"):
            serves_all = sees_all(user) and (user.has_perm(MANAGE) or user.has_perm(LOG))
            if serves_all or self.owner_id == user.pk:
                return True
        return Customer.objects.served_by(user).filter(pk=self.pk).exists()

    def is_told_to(self, user: Any, *, serves: bool) -> bool:
        """Whether this person reads what was said and thought, `serves` being known: see `told_to`."""
        return serves or sees_all(user)

    def hidden_fields(self, user: Any) -> tuple[str, ...]:
        """What the history keeps from who neither owns nor serves the customer."""
        if self.is_served_by(user):
            return ()
        return ("phone",) if self.is_told_to(user, serves=False) else ("phone", "note")

    def may_be_logged_by(self, user: Any, *, serves: bool | None = None) -> bool:
        """Whether this person notes contacts with it: who serves it and works with customers. Clause 2.2.3d."""
        works = user.has_perm(LOG) or user.has_perm("customers.change_opportunity")
        is_active = self.state == Customer.State.ACTIVE
        return works and is_active and (self.is_served_by(user) if serves is None else serves)

    def may_be_changed_by(self, user: Any) -> bool:
        """Whether this person may change the file: its own people, customer service, the manager."""
        if not user.has_perm("customers.change_customer"):
            return False
        if user.has_perm(MANAGE) or user.has_perm(LOG) or self.owner_id == user.pk:
            return True
        return self.collaborators.filter(pk=user.pk).exists()


class NameGram(models.Model):
    """A pair of characters in a customer's name: what names that are nearly the same are found by, in one query."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=4)

    class Meta:
        verbose_name = _("pair of characters")
        verbose_name_plural = _("pairs of characters")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["gram", "customer"], name="namegram_once")]

    def __str__(self) -> str:
        return self.gram

    @classmethod
    def write(cls, *customers: Customer) -> None:
        """Make the pairs of the names of customers anew."""
        NameGram.objects.filter(customer__in=customers).delete()
        rows = [NameGram(customer=c, gram=gram) for c in customers for gram in sorted(names.grams(c.name_key))]
        NameGram.objects.bulk_create(rows)
