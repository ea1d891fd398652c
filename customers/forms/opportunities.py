"""Forms of the opportunity itself: its facts, its segment, the screening decision, its follower."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from customers.forms.people import HelpersBesideOwner, sellers
from customers.models import Opportunity
from customers.models.access import MANAGE
from kernel.forms import BylawForm, BylawModelForm


class OpportunityForm(HelpersBesideOwner, BylawModelForm):
    """What is to be sold, for how much, until when; the owner is changed by the manager only."""

    class Meta:
        model = Opportunity
        fields = [
            "name", "source", "segment", "product", "product_note", "expected_value", "currency", "expected_close_on",
            "owner", "collaborators",
        ]  # fmt: skip
        widgets = {"collaborators": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.visible_to(user).offered()
        self.offer_helpers(user)
        if user.has_perm(MANAGE):
            self.fields["owner"].queryset = sellers()
        else:
            self.fields.pop("owner")
            if self.instance.pk and user.pk not in (self.instance.owner_id, self.instance.customer.owner_id):
                self.fields.pop("collaborators")  # as on the customer: nobody who only helps lets others in


class SegmentChoiceForm(BylawModelForm):
    """The segment that an opportunity belongs to. Clause 3.1.1a."""

    class Meta:
        model = Opportunity
        fields = ["segment"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["segment"].required = True


class ScreeningForm(BylawModelForm):
    """The decision of screening, with reason. Clause 3.1.2a."""

    class Meta:
        model = Opportunity
        fields = ["screening", "screening_reason"]
        widgets = {"screening": forms.RadioSelect, "screening_reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["screening"].required = self.fields["screening_reason"].required = True
        self.fields["screening"].choices = Opportunity.Screening.choices


class FollowerForm(BylawModelForm):
    """Who keeps in touch with the customer from here on. Clause 3.1.6a."""

    class Meta:
        model = Opportunity
        fields = ["follower"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["follower"].required = True
        self.fields["follower"].queryset = sellers()
        self.initial["follower"] = self.instance.follower_id or self.instance.owner_id


class NoQuestionsForm(BylawModelForm):
    """That the customer raised no question or concern. Clause 3.1.4c."""

    class Meta:
        model = Opportunity
        fields = ["no_questions"]


class ReasonForm(BylawForm):
    """Why the manager should agree to an exception. Clause 1.3.1."""

    reason = forms.CharField(label=_("reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
