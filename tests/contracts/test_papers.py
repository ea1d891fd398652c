"""What was added to a paper is found before it is sealed, and nobody seals what he himself approved (clause 3.2.3b)."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from weasyprint import HTML

from contracts import sealing
from contracts.models import SealRequest
from kernel.advance import advance
from kernel.inbox import queue
from tests.contracts.test_sealing import again, approved, as_file, print_of, ready  # noqa: F401
from tests.factories.contracts import ask_for_seal, fresh, make_seal, read_off

pytestmark = pytest.mark.django_db
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def laid_over(writer, html):
    """Something printed over the first page."""
    writer.pages[0].merge_page(PdfReader(io.BytesIO(HTML(string=html).write_pdf())).pages[0])


def clause_added(writer):
    laid_over(writer, "<p style='font-size:20px'>ADDED CLAUSE 99: price NT$1, liability is excluded.</p>")


def picture_added(writer):
    laid_over(writer, f"<img style='width:5cm' src='{DOT}'>")


def note_added(writer):
    writer.add_annotation(0, FreeText(text="ADDED CLAUSE 99", rect=(50, 50, 300, 100)))


def field_added(writer):
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("price"),
            NameObject("/V"): TextStringObject("NT$1"),
        }
    )
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)


def page_added(writer):
    writer.add_page(PdfReader(io.BytesIO(HTML(string="<p>ADDED CLAUSE 99</p>").write_pdf())).pages[0])


@pytest.mark.parametrize(
    ("change", "matter"),
    [
        (clause_added, "page_text"),
        (picture_added, "page_pictures"),
        (note_added, "page_annotations"),
        (field_added, "form_fields"),
        (page_added, "pages"),
    ],
)
def test_what_was_added_to_the_print_is_found(approved, custodian, ready, change, matter):  # noqa: F811
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(print_of(fresh(ready)))))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    entry = sealing.record_comparison(request=approved, by=custodian, copies=1, paper=as_file(out.getvalue()))
    assert (entry.outcome, {d[0] for d in entry.differences}) == ("refused", {matter})
    assert again(approved).state == "approved"


def test_nothing_hides_behind_the_name_of_who_printed_it(approved, custodian, ready):  # noqa: F811
    """The words at the foot may name somebody who works here, and nobody else."""
    from contracts.prints import contract_pdf

    pdf = contract_pdf(fresh(ready), record_url="https://x.example/", printed_by="Clause 99: the price is NT$1,")
    entry = sealing.record_comparison(request=approved, by=custodian, copies=1, paper=as_file(pdf))
    assert {d[0] for d in entry.differences} == {"page_text"}


# --- two people -----------------------------------------------------------------------------------


@pytest.fixture
def keeper(manager):
    """A manager who keeps a seal as well."""
    manager.groups.add(Group.objects.get(name="custodian"))
    return type(manager).objects.get(pk=manager.pk)


def test_the_keeper_does_not_approve_the_use_of_his_seal_the_director_does(ready, keeper, director):  # noqa: F811
    request = ask_for_seal(ready, keeper, seal=make_seal(keeper, name="Seal of the manager"))
    with pytest.raises(PermissionDenied):
        advance(request, "approve", by=keeper)
    assert [(w.label, w.pk) for w in queue(director)] == [("contracts.sealrequest", request.pk)]
    assert queue(keeper) == []
    advance(request, "approve", by=director)
    read = read_off(again(request))
    assert sealing.record_comparison(request=again(request), by=keeper, copies=1, read=read).outcome == "sealed"


def test_who_approved_neither_seals_nor_declines_even_when_he_becomes_the_keeper(approved, keeper):  # noqa: F811
    SealRequest.objects.filter(pk=approved.pk).update(approved_by=keeper)
    approved.seal.keeper = keeper
    approved.seal.save()
    request = again(approved)
    with pytest.raises(PermissionDenied):
        sealing.record_comparison(request=request, by=keeper, copies=1, read=read_off(request))
    with pytest.raises(PermissionDenied):
        advance(request, "decline", by=keeper, comment="No")


def test_the_keeper_reads_the_figures_off_the_paper_not_off_the_page(approved, custodian, as_):  # noqa: F811
    keep = as_(custodian).get(f"{approved.get_absolute_url()}keep/").content.decode()
    assert approved.number not in keep and approved.text_hash[:12] not in keep
    page = as_(custodian).get(approved.get_absolute_url())
    assert approved.text_hash[:12] not in page.content.decode()
    sealing.record_comparison(request=approved, by=custodian, copies=1, read=read_off(approved))
    assert approved.text_hash in as_(custodian).get(approved.get_absolute_url()).content.decode()
