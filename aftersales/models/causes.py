"""CauseCategory: the one list of causes by which feedback is counted and improved (3.4.2b, 3.4.4c)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CauseCategory(models.Model):
    """A kind of cause 問題原因類別; the company's own list, edited in the admin. Clause 3.4.2b."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("cause category")
        verbose_name_plural = _("cause categories")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
