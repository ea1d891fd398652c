"""The whole file of a customer: what is in the ZIP, for whom, written by the job."""

import io
import zipfile

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers import merging
from customers.models import Customer, Proposal
from customers.services import save_proposal
from documents.models import Document, Reading
from kernel import export_jobs
from kernel.models import Export
from tests.factories import customers as make
from tests.factories.contracts import make_company, pdf_file

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def customer(salesperson):
    """A customer with a proposal's file."""
    make_company()
    deal = make.make_opportunity(salesperson, stage="needs")
    make.make_contact(deal.customer, name="Chiu Chih-hung", phone="03-578-9137")
    save_proposal(Proposal(opportunity=deal, title="Arms", summary="18"), file=pdf_file("proposal.pdf"), by=salesperson)
    return deal.customer


def taken_out(client, customer):
    """Ask for the file, let the job run, fetch the ZIP."""
    answer = client.post(page("customer_book", customer.pk))
    export = Export.objects.latest("pk")
    assert answer.url == reverse("kernel:export_detail", args=[export.pk])
    export_jobs.run_waiting()
    export.refresh_from_db()
    assert export.status == "done", export.status
    got = client.get(reverse("kernel:export_file", args=[export.pk]))
    assert got["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(got.streaming_content)))


def said(book, name="index.pdf"):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(book.read(name))).pages)


@pytest.mark.slow
def test_the_book_holds_an_index_and_every_file_and_each_is_noted_as_read(customer, salesperson, as_):
    client = as_(salesperson)
    assert page("customer_book", customer.pk) in client.get(customer.get_absolute_url()).content.decode()
    book = taken_out(client, customer)
    assert book.testzip() is None
    names = book.namelist()
    assert names == ["files/001 proposal.pdf", "index.pdf"]
    assert book.read(names[0]).startswith(b"%PDF")
    text = said(book)
    for part in (customer.number, "Chiu Chih-hung", "03-578-9137", "proposal.pdf", "Wafer arms"):
        assert part in text, part
    assert "730,000" not in text, "amounts stay where they may be seen"
    assert Reading.objects.filter(by=salesperson).count() == 1


@pytest.mark.slow
def test_the_book_of_the_survivor_holds_what_was_merged(customer, salesperson, manager, as_):
    survivor = make.make_customer(salesperson, name="Survivor")
    merging.merge(customer, survivor, reason="one", by=manager)
    book = taken_out(as_(manager), survivor)
    assert "files/001 proposal.pdf" in book.namelist()
    assert "Go on to screening" in said(book)


@pytest.mark.slow
def test_a_secret_file_and_what_is_no_longer_ones_own_are_not_given(customer, salesperson, person, manager, as_):
    colleague = person("salesperson", boss=manager)
    client = as_(salesperson)
    document = Document.objects.filter(attachment__isnull=False).get()
    document.level, document.by = "secret", colleague
    document.save()
    assert taken_out(client, customer).namelist() == ["index.pdf"]
    ready = Export.objects.latest("pk")
    client.post(page("customer_book", customer.pk))
    row = Customer.objects.get(pk=customer.pk)
    row.owner = colleague
    row.save()
    export_jobs.run_waiting()
    assert Export.objects.latest("pk").status == "failed", "rights are asked again when it is written"
    where = reverse("kernel:export_file", args=[ready.pk])
    assert client.get(where).status_code == 404, "and when it is fetched"


def test_only_the_owner_and_the_manager_take_it_out(customer, customer_service, person, manager, director, as_):
    where = page("customer_book", customer.pk)
    assert as_(manager).get(where).status_code == 200
    assert as_(customer_service).post(where).status_code == 403
    assert as_(director).post(where).status_code == 403
    assert as_(person("salesperson", boss=manager)).post(where).status_code == 404
    assert not Export.objects.exists()


def test_a_file_of_files_is_no_list(salesperson, as_):
    for what in ("customer-file.zip", "customer-file.csv", "customers.zip"):
        assert as_(salesperson).get(reverse("kernel:export_start", args=[what])).status_code == 404


def test_a_file_with_an_odd_name_gets_one_that_every_system_takes(customer, salesperson):
    from customers.filebook import _files

    odd = SimpleUploadedFile("..\\..\\a/b:c?.pdf", pdf_file().read())
    deal = customer.opportunities.get()
    save_proposal(Proposal(opportunity=deal, title="Odd", summary="1"), file=odd, by=salesperson)
    names = [entry["name"] for entry in _files(customer, salesperson)]
    assert len(names) == 2
    assert all(name.count("/") == 1 and ".." not in name and ":" not in name for name in names)
