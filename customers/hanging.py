"""What of customer development, of the documents and of the kernel hangs on a customer: it moves when two are merged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer, CustomerProfile, Interaction, Opportunity, Risk
from documents.models import Attachment, Document
from kernel.hanging import Hanging, forbids, hangs_on
from kernel.models import Agreement, Letter, Promise


@hangs_on("customers.customer")
def file_of(customer: Customer) -> Iterator[Hanging]:
    """Every row that names the customer; changes of state stay where they happened."""
    yield Hanging(_("Opportunities"), Opportunity.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Contacts"), Contact.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Interactions"), Interaction.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Risks"), Risk.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Customer profile"), CustomerProfile.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Documents"), Document.objects.filter(file=customer.pk), "file")
    yield Hanging(_("Files"), Attachment.objects.filter(model=customer.label_of(), row=customer.pk), "row")
    others = Promise.objects.open().filter(file=customer.pk).exclude(model=customer.label_of(), row=customer.pk)
    yield Hanging(_("Promises"), others, "file")
    yield Hanging(_("Letters"), Letter.objects.filter(file=customer.pk), "file")
    yield Hanging(_("Agreements"), Agreement.objects.filter(file=customer.pk), "file")
    yield Hanging(_("Customers merged before"), Customer.objects.filter(merged_into=customer), "merged_into_id")


@forbids("customers.customer", "leave")
def open_opportunities(customer: Any) -> QuerySet:
    """The opportunities on which somebody still works: they keep a customer from the pool and from retirement."""
    return customer.opportunities.open().annotate(why=Concat(Value(f"{customer} "), "name"))
