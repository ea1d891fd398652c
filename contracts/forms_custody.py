"""The form by which an original is lent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.models import Loan
from kernel import clock
from kernel.forms import BylawModelForm
from kernel.settings import define, setting
from organization.models import User

define("contracts.loan_days", 30, _("Longest loan of a contract's original"), unit=_("days"), clause="3.2.3c")


class LoanForm(BylawModelForm):
    """To whom, why, until when. Clause 3.2.3c."""

    class Meta:
        model = Loan
        fields = ["borrower", "reason", "due_on"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["borrower"].queryset = User.objects.visible_to(user).filter(is_active=True)

    def clean_due_on(self) -> date:
        """Not in the past, and no longer than the company lends."""
        day: date = self.cleaned_data["due_on"]
        most = setting("contracts.loan_days")
        if day < clock.today():
            raise ValidationError(_("This day is over already."))
        if day > clock.today() + timedelta(days=most):
            raise ValidationError(_("An original is lent for %(n)s days at most."), params={"n": most})
        return day
