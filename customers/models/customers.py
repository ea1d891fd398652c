"""Customers: who owns them, how they are filed by name, and the profile that key development asks for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from customers import names
from customers.models.access import ADD, LOG, MANAGE, VIEW_ALL, own, reached_by
from kernel import clock
from kernel.numbering import next_number
from kernel.permissions import may
from kernel.searching import Searchable, words_of
from kernel.spelling import parts_of
from kernel.steps import Missing, Stateful, missing, requirement

LIVING = ["active", "pooled"]


class CustomerQuerySet(models.QuerySet):
    """Customers as people reach them."""

    def living(self) -> CustomerQuerySet:
        """Those that are worked with or may be claimed."""
        return self.filter(state__in=LIVING)

    def visible_to(self, user: Any) -> CustomerQuerySet:
        """All for the manager, the director and customer service; a salesperson's own and the pool's; else who is in a contract."""
        if not user.has_perm("customers.view_customer"):
            return self.none()
        if _sees_all(user):
            return self
        seen = _own(user) | reached_by(user)
        return self.filter(seen | Q(state=Customer.State.POOLED) if user.has_perm(ADD) else seen)

    def open_to(self, user: Any) -> CustomerQuerySet:
        """Those whose whole file this person may read: a pooled one shows the others its name only."""
        rows = self.visible_to(user)
        return rows if _sees_all(user) else rows.filter(_own(user) | reached_by(user))

    def served_by(self, user: Any) -> CustomerQuerySet:
        """Those that this person owns, helps with or serves: he reads their contacts' numbers in full."""
        if user.has_perm(MANAGE) or user.has_perm(LOG):
            return self.visible_to(user)
        return self.visible_to(user).filter(_own(user))

    def search(self, text: str) -> CustomerQuerySet:
        """By name in either script, pinyin, initials, number or registration number; everything for an empty text."""
        if not text.strip():
            return self
        word, key = text.strip().upper(), names.name_key(text)
        # the folded keys find a name however it is typed; the name itself is compared as written, which is cheap
        found = Q(number__contains=word) | Q(registration_number__startswith=word)
        found |= Q(name__contains=text.strip())
        if key:
            found |= Q(name_key__contains=key) | Q(pinyin__startswith=key) | Q(initials__startswith=key)
        return self.filter(found)


def _sees_all(user: Any) -> bool:
    return user.has_perm(VIEW_ALL) or user.has_perm(LOG)


def _own(user: Any) -> Q:
    helps = Customer.collaborators.through.objects.filter(user_id=user.pk).values("customer_id")
    works = models.Q(opportunities__owner=user) | models.Q(opportunities__follower=user)
    deals = Customer.objects.filter(works).values("pk")
    return Q(owner=user) | Q(pk__in=helps) | Q(pk__in=deals)


class Customer(Searchable, Stateful):
    """A customer or prospect 客戶 with its owner; its page is the customer file. Clauses 2.2.2a, 1.3.3."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        POOLED = "pooled", _("In the public pool")
        RETIRED = "retired", _("Retired")

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
    note = models.TextField(_("note"), blank=True)
    imported = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords(excluded_fields=["name_key", "pinyin", "initials", "phone_key"])
    objects = CustomerQuerySet.as_manager()

    SEARCHED = ("number", "name", "short_name", "registration_number")
    TONES = {"active": "active", "pooled": "idle", "retired": "void"}
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

    # --- evidence --------------------------------------------------------------------------------
    @requirement("2.2.2a", _("No opportunity is still open"))
    def has_no_open_opportunity(self) -> bool | Missing:
        """Whether nobody is working on it; names the open opportunities."""
        still_open = self.opportunities.open()[:5]
        return missing(*map(str, still_open)) if still_open else True

    @requirement("4.2.1a", _("No other customer has its registration number"))
    def has_a_number_of_its_own(self) -> bool | Missing:
        """Whether its number is free among the living customers; names who has it."""
        others = Customer.objects.living().filter(registration_number=self.registration_number).exclude(pk=self.pk)
        taken = others.first() if self.registration_number and not (self.imported or self.shares_number) else None
        return missing(f"{taken.number} {taken.name}") if taken else True

    # --- steps -----------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.ACTIVE,
        target=State.POOLED,
        conditions=[has_no_open_opportunity],
        permission=own("customers.change_customer", "owner"),
        custom={"label": _("Give to the pool"), "clause": "2.2.2a", "comment": "required", "tone": "quiet"},
    )
    def pool(self, by: Any) -> None:
        """Nobody owns it any more; any salesperson may claim it."""
        self.owner = None

    @transition(
        field=state,
        source=State.POOLED,
        target=State.ACTIVE,
        permission=may(ADD),
        custom={"label": _("Claim"), "clause": "2.2.2a", "tone": "primary", "forward": True},
    )
    def claim(self, by: Any) -> None:
        """Whoever takes it from the pool owns it."""
        self.owner = by

    @transition(
        field=state,
        source=[State.ACTIVE, State.POOLED],
        target=State.RETIRED,
        conditions=[has_no_open_opportunity],
        permission=own("customers.change_customer", "owner"),
        custom={"label": _("Retire"), "clause": "2.2.2a", "comment": "required", "tone": "danger"},
    )
    def retire(self, by: Any) -> None:
        """It is no customer any more; its file stays."""

    @transition(
        field=state,
        source=State.RETIRED,
        target=State.ACTIVE,
        conditions=[has_a_number_of_its_own],
        permission=may(MANAGE),
        custom={"label": _("Reopen"), "clause": "2.2.2a", "comment": "required"},
    )
    def reopen(self, by: Any) -> None:
        """It is worked on again; without an owner the one who reopens it takes it."""
        self.owner = self.owner or by

    # --- what the kernel and the pages ask ---------------------------------------------------------
    def file_id_of(self) -> int | None:
        """A customer is its own file."""
        return self.pk

    def is_open_to(self, user: Any) -> bool:
        """Whether this person may read the whole file, not only the name of a pooled customer."""
        if user.has_perm("customers.view_customer") and _sees_all(user):
            return True
        return Customer.objects.open_to(user).filter(pk=self.pk).exists()

    def is_served_by(self, user: Any) -> bool:
        """Whether this person reads the contacts' numbers in full."""
        if user.has_perm("customers.view_customer"):
            serves_all = _sees_all(user) and (user.has_perm(MANAGE) or user.has_perm(LOG))
            if serves_all or self.owner_id == user.pk:
                return True
        return Customer.objects.served_by(user).filter(pk=self.pk).exists()

    def hidden_fields(self, user: Any) -> tuple[str, ...]:
        """What the history keeps from who neither owns nor serves the customer."""
        return () if self.is_served_by(user) else ("phone",)

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
    def write(cls, customer: Customer) -> None:
        """Make the pairs of a customer's name anew."""
        NameGram.objects.filter(customer=customer).delete()
        rows = [NameGram(customer=customer, gram=gram) for gram in sorted(names.grams(customer.name_key))]
        NameGram.objects.bulk_create(rows)


class CustomerProfile(models.Model):
    """What is known of a customer before it is developed as a key one 客戶概況. Clause 3.1.2c."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="profile", editable=False)
    basic_facts = models.TextField(_("basic facts"), blank=True)
    business_scope = models.TextField(_("business scope"), blank=True)
    operating_condition = models.TextField(_("operating condition"), blank=True)
    decision_process = models.TextField(_("decision process"), blank=True)
    decision_tbc = models.BooleanField(_("the decision process is to be confirmed"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("customer profile")
        verbose_name_plural = _("customer profiles")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.customer)

    def lacking(self) -> list[Any]:
        """The parts that are still empty; a decision process to be confirmed counts as given."""
        parts = ("basic_facts", "business_scope", "operating_condition")
        empty = [self._meta.get_field(p).verbose_name for p in parts if not getattr(self, p).strip()]
        if not (self.decision_process.strip() or self.decision_tbc):
            empty.append(self._meta.get_field("decision_process").verbose_name)
        return empty
