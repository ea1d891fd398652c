"""The clause library 條款庫: standard clauses in versions with a note on risk, kept by legal (clause 3.2.1c)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.models.parts import Subject
from contracts.models.templates import Script
from contracts.placeholders import validate
from kernel import clock
from kernel.searching import Searchable


class LibraryClauseQuerySet(models.QuerySet):
    """Library clauses as people reach them."""

    def visible_to(self, user: Any) -> LibraryClauseQuerySet:
        """Whoever sees templates sees the library."""
        return self if user.has_perm("contracts.view_contracttemplate") else self.none()

    def newest(self) -> LibraryClauseQuerySet:
        """Of each clause its newest version, withdrawn or not."""
        newer = LibraryClause.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def in_use(self) -> LibraryClauseQuerySet:
        """What may be inserted today: the newest versions that were not withdrawn."""
        return self.newest().filter(is_withdrawn=False)


class LibraryClause(Searchable, models.Model):
    """One version of a standard clause; versions are added and never changed. Clause 3.2.1c."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row

    SEARCHED = ("code", "heading")

    code = models.SlugField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    script = models.CharField(_("writing"), max_length=4, choices=Script.choices, default=Script.HANT)
    subject = models.CharField(_("settles"), max_length=20, choices=Subject.choices, default=Subject.OTHER)
    heading = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"), max_length=20_000, validators=[validate])
    is_commercial = models.BooleanField(_("commercial"), default=False)
    is_standard_term = models.BooleanField(
        _("standard term"), default=False, help_text=_("It limits liability and must be pointed out to the customer.")
    )
    risk_note = models.TextField(_("note on risk"), max_length=1_000)
    is_withdrawn = models.BooleanField(
        _("withdrawn"), default=False, help_text=_("From this version on the clause is not inserted any more.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    at = models.DateTimeField(_("moment"), default=clock.now, editable=False)
    objects = LibraryClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("library clause")
        verbose_name_plural = _("clause library")
        default_permissions = ()
        ordering = ["code", "-number"]
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="libraryclause_version_once")]

    def __str__(self) -> str:
        return f"{self.heading} v{self.number}"

    def get_absolute_url(self) -> str:
        """The clause's page."""
        return reverse("contracts:libraryclause_detail", args=[self.pk])
