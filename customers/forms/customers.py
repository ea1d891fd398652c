"""Forms of the customer file: customer, profile, contact, reassigning."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers import registration
from customers.forms.people import HelpersBesideOwner, sellers
from customers.models import Contact, Customer, CustomerProfile
from customers.models.access import MANAGE
from kernel import clock
from kernel.forms import BylawForm, BylawModelForm, WebAddressField


class CustomerForm(HelpersBesideOwner, BylawModelForm):
    """A customer's facts; who owns it is chosen by the manager only, who helps with it by him and the owner."""

    confirmed = forms.BooleanField(
        label=_("It is another customer, save it all the same"), required=False, widget=forms.HiddenInput
    )
    another = forms.CharField(
        label=_("Why it is another customer"), required=False, max_length=300, widget=forms.HiddenInput
    )

    class Meta:
        model = Customer
        fields = [
            "name", "short_name", "region", "registration_number", "industry", "segment", "grade", "is_key", "on_key_list",
            "source", "phone", "website", "address", "ship_address", "paper_location", "owner", "collaborators", "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "collaborators": forms.CheckboxSelectMultiple}
        field_classes = {"website": WebAddressField}
        help_texts = {
            "registration_number": _(
                "Taiwan: 8 digits. Mainland China: 18 characters. It is checked by the region's rules."
            )
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_helpers(user)
        if user.has_perm(MANAGE):
            self.fields["owner"].queryset = sellers()
            self.fields["owner"].required = self.instance.state == Customer.State.ACTIVE
            self.fields["owner"].initial = self.instance.owner_id or user.pk
        else:
            for name in ("owner", "is_key", "grade") if self.instance.pk else ("owner", "is_key"):
                self.fields.pop(name)
        if self.instance.pk:
            self.fields.pop("owner", None)
            if not (user.has_perm(MANAGE) or self.instance.owner_id == user.pk):
                self.fields.pop("collaborators")  # to share is the owner's and the manager's: nobody lets himself in

    def clean_registration_number(self) -> str:
        """Check the number by the rules of its region, and that no living customer has it. Clause 4.2.1a."""
        number = registration.plain(self.cleaned_data["registration_number"])
        region = self.data.get(self.add_prefix("region"), "")
        if self.instance.pk and not {"registration_number", "region"} & set(self.changed_data):
            return self.instance.registration_number  # from before the rule, and not this person's matter now
        if not number:
            return number
        if not registration.is_valid(region, number):
            kind = registration.NAMES[region]
            raise ValidationError(_("This is no %(kind)s: check each character."), params={"kind": kind})
        others = Customer.objects.living().filter(registration_number=number).exclude(pk=self.instance.pk)
        taken = others.select_related("owner").first()
        if taken:
            text = _("%(name)s (%(owner)s) has this number already: open its file, or ask the manager.")
            raise ValidationError(text, params={"name": taken.name, "owner": taken.owner or "—"})
        self.instance.shares_number = False
        return number

    def ask_for_reason(self, *, is_missing: bool) -> None:
        """Show the field for saying why it is another customer than those that look the same."""
        self.fields["another"].widget = forms.Textarea(attrs={"rows": 2, "maxlength": 300})
        if is_missing:
            self.add_error("another", ValidationError(_("Give a reason: whoever finds the two will read it.")))


class AssignForm(BylawModelForm):
    """Who owns a customer of the pool from now on. Clause 2.2.1b."""

    class Meta:
        model = Customer
        fields = ["owner"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = sellers()


class ReassignForm(BylawForm):
    """Who owns one customer or several from now on, and why. Clause 2.2.1b."""

    to = forms.ModelChoiceField(label=_("new owner"), queryset=None)
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = sellers().exclude(pk=customer.owner_id if customer else None)


class ProfileForm(BylawModelForm):
    """The four parts of a customer profile. Clause 3.1.2c."""

    class Meta:
        model = CustomerProfile
        fields = ["basic_facts", "business_scope", "operating_condition", "decision_process", "decision_tbc"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields[:4]}


class ContactForm(BylawModelForm):
    """A contact person; one way to reach him is asked for."""

    class Meta:
        model = Contact
        fields = ["name", "title", "phone", "email", "wechat", "is_primary"]

    def clean(self) -> dict[str, Any]:
        """A person nobody can reach is no contact."""
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in ("phone", "email", "wechat")) and not self.errors:
            self.add_error("phone", ValidationError(_("Give a phone number, an e-mail address or a WeChat name.")))
        return data


class LeaveForm(BylawModelForm):
    """A contact who left, with reason. Clause 4.2.1c."""

    class Meta:
        model = Contact
        fields = ["left_on", "left_reason"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].required = True
        self.initial["left_on"] = self.instance.left_on or clock.today()

    def clean_left_on(self) -> Any:
        """Nobody has left in the future."""
        day = self.cleaned_data["left_on"]
        if day > clock.today():
            raise ValidationError(_("This day is still to come."))
        return day
