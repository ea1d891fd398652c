"""Forms of sign-in and profile, and those the admin uses for people and offices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from kernel.forms import BylawForm, BylawModelForm
from organization.models import Deputyship, User

LONGEST_PASSWORD = 256  # nobody types more; a megabyte would only keep the hasher busy (SECURITY E62)


def _cap_passwords(form: forms.BaseForm) -> None:
    for name, field in form.fields.items():
        if isinstance(field, forms.CharField) and "password" in name:
            field.max_length = LONGEST_PASSWORD
            field.validators.append(forms.fields.validators.MaxLengthValidator(LONGEST_PASSWORD))


class SignInForm(AuthenticationForm):
    """E-mail and password; the answer is the same for a wrong password, an unknown person and one who has left."""

    error_messages = {
        "invalid_login": _("E-mail and password do not belong together. Mind upper and lower case in the password."),
        "inactive": _("E-mail and password do not belong together. Mind upper and lower case in the password."),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any):
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )
        _cap_passwords(self)

    def clean_username(self) -> str:
        """One spelling, so that changing the case does not start the count of wrong tries anew."""
        return str(self.cleaned_data["username"]).strip().lower()


class NewPasswordForm(SetPasswordForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _cap_passwords(self)


class ChangePasswordForm(PasswordChangeForm):
    """The old password and the new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _cap_passwords(self)


class AddressForm(BylawForm):
    """The address for which somebody asks a new password."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class CodeForm(BylawForm):
    """The one-time code of the second step, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class ProfileForm(BylawModelForm):
    """How Bylaw looks and speaks to a person."""

    class Meta:
        model = User
        fields = ["language", "mail_choice", "theme", "single_keys"]
        help_texts = {
            "single_keys": _("J and K move, A approves, R returns, without Ctrl or Alt."),
            "mail_choice": _("Who urges you reaches you at once, unless you want no mail at all."),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, LANG_INFO[code]["name_local"]) for code, _name in settings.LANGUAGES]


class DeputyshipForm(BylawModelForm):
    """Whom one asks to decide in one's place, and from when until when."""

    class Meta:
        model = Deputyship
        fields = ["deputy", "starts_at", "ends_at", "reason"]
        help_texts = {
            "deputy": _("Your own rights to decide pass, to the minute; never on your own items or the deputy's."),
            "reason": _("For example annual leave or a business trip."),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        colleagues = User.objects.filter(is_active=True).exclude(pk=self.instance.absent_id)
        self.fields["deputy"].queryset = colleagues.order_by("name", "pk")


class PeopleFilter(BylawForm):
    """What the list of people is narrowed to."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    role = forms.CharField(required=False, max_length=40)
