"""The forms of the organization's admin: accounts, personnel, office, company."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kernel import clock, uploads
from kernel.forms import BylawModelForm
from kernel.money import CHOICES
from organization.models import Company, Office, RoleGrant, User
from organization.models.people import MANAGER

LARGEST_LOGO = 512 * 1024


def role_choices() -> list[tuple[str, Any]]:
    """Roles given by hand, in the matrix' order."""
    return [(slug, label) for slug, label in settings.ROLE_LABELS.items() if slug != MANAGER]


class _PersonForm(BylawModelForm):
    """What the forms on a person share: superiors are active people, and not himself."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "boss" in self.fields:
            self.fields["boss"].queryset = User.objects.filter(is_active=True).exclude(pk=self.instance.pk)

    def clean_employee_no(self) -> str | None:
        """No number is not an empty number: many may be without."""
        return self.cleaned_data["employee_no"] or None


class AccountForm(_PersonForm):
    """An account as the administrator keeps it."""

    roles = forms.MultipleChoiceField(
        label=_("roles"),
        required=False,
        choices=role_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The sales manager's role is given by putting a person in office."),
    )

    class Meta:
        model = User
        fields = [
            "email", "name", "employee_no", "title", "phone", "department", "boss", "joined_on", "language", "is_active",
        ]  # fmt: skip
        help_texts = {
            "email": _("The person signs in with it; an invitation is sent to it."),
            "is_active": _("Take this away when the person leaves: the account ends at once, its records stay."),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            waiting = RoleGrant.objects.filter(
                person=self.instance, state=RoleGrant.State.REQUESTED, since=None
            ).first()
            self.initial["roles"] = [role for role in self.instance.roles if role != MANAGER]
            if waiting:
                self.initial["roles"] += waiting.roles
                self.fields["roles"].help_text = _("Not in force yet, waiting for a second person: %(roles)s.") % {
                    "roles": waiting.words
                }
        else:
            self.fields.pop("is_active", None)

    def clean_email(self) -> str:
        """One spelling per address."""
        return self.cleaned_data["email"].lower()


class StaffForm(_PersonForm):
    """A person as HR keeps him: his place in the company, not his account."""

    class Meta:
        model = User
        fields = ["employee_no", "title", "department", "boss", "joined_on", "left_on"]
        help_texts = {"left_on": _("The administrators are told and close the account on this day.")}

    def clean(self) -> dict[str, Any]:
        """Nobody leaves before he joined."""
        data = super().clean() or self.cleaned_data
        joined, left = data.get("joined_on"), data.get("left_on")
        if joined and left and left < joined:
            self.add_error("left_on", _("The last day cannot be before the first."))
        return data


class OfficeForm(BylawModelForm):
    """Who takes office, from which day on."""

    class Meta:
        model = Office
        fields = ["user", "since"]
        help_texts = {"user": _("He takes office once HR, another administrator or the director confirms.")}

    def clean_since(self) -> Any:
        """Not before the present holder's own first day, and not in the future: an office is never left empty for later."""
        day, held = self.cleaned_data["since"], Office.objects.filter(role=MANAGER, until=None).first()
        if day > clock.today():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        if held and day < held.since:
            raise forms.ValidationError(_("The present manager took office after this day."))
        return day

    def clean_user(self) -> User:
        """The holder cannot succeed himself."""
        user = self.cleaned_data["user"]
        if Office.objects.filter(role=MANAGER, until=None, user=user).exists():
            raise forms.ValidationError(_("This person is in office already."))
        return user


class CompanyForm(BylawModelForm):
    """The company's own data, printed on every document."""

    currency = forms.ChoiceField(label=_("base currency"), choices=CHOICES)
    logo_file = forms.FileField(label=_("logo"), required=False, help_text=_("A PNG of at most 512 KB."))
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Company
        fields = [
            "name", "name_en", "region", "registration_number", "address", "phone", "email", "bank_name", "bank_account",
            "representative", "currency",
        ]  # fmt: skip

    def clean_logo_file(self) -> bytes | None:
        """The picture's bytes after the check of its content."""
        file: UploadedFile | None = self.cleaned_data.get("logo_file")
        if not file:
            return None
        if (file.size or 0) > LARGEST_LOGO:
            raise forms.ValidationError(_("The logo is larger than 512 KB."))
        return uploads.inspect(file, allowed=("png",)).file.read()

    def save(self, commit: bool = True) -> Company:
        """Save with the new logo, or without the old."""
        if self.cleaned_data.get("logo_file"):
            self.instance.logo = self.cleaned_data["logo_file"]
        elif self.cleaned_data.get("remove_logo"):
            self.instance.logo = None
        return super().save(commit)
