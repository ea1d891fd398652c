"""Settings with effective dates, calendar overrides and number series."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.settings import forget


class Setting(models.Model):
    """The value a company gave a setting, from a date on."""

    key = models.CharField(_("setting"), max_length=80)
    value = models.CharField(_("value"), max_length=200)
    effective_on = models.DateField(_("effective from"), default=clock.today)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        ordering = ["key", "-effective_on"]
        constraints = [models.UniqueConstraint(fields=["key", "effective_on"], name="setting_once_a_day")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"

    def clean(self) -> None:
        """Refuse an unknown key or a value of the wrong kind."""
        from kernel.settings import DEFINITIONS

        if self.key not in DEFINITIONS:
            raise ValidationError({"key": _("There is no setting of this name.")})
        try:
            DEFINITIONS[self.key].parse(self.value)
        except (ValueError, ArithmeticError) as error:
            raise ValidationError({"value": _("Enter a value of the setting's kind, such as its default.")}) from error

    def save(self, *args, **kwargs) -> None:
        """Save and let the next reader see it."""
        super().save(*args, **kwargs)
        forget()


class CalendarDay(models.Model):
    """An override of the public-holiday library for one day: a holiday, or a make-up workday."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    def save(self, *args, **kwargs) -> None:
        """Save and let the next reader of the calendar see it."""
        super().save(*args, **kwargs)
        forget()

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """Delete and let the next reader of the calendar see it."""
        gone = super().delete(*args, **kwargs)
        forget()
        return gone


class NumberSeries(models.Model):
    """The next number of a series in a year; locked while a number is taken, so that there are no gaps."""

    key = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    next = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "year"], name="numberseries_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"
