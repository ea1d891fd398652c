"""A seal is refused because a page was swapped: the keeper's page, in a real browser."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from contracts.models import Contract, SealEntry, SealRequest
from contracts.prints import contract_pdf
from kernel.advance import advance
from tests.factories.contracts import ask_for_seal
from tests.journeys import offices, rows

pytestmark = pytest.mark.browser


def test_a_seal_is_refused_because_a_page_was_swapped(window, people, template, tmp_path):
    contract = approved_contract(people, template)
    address = "https://bylaw.example/"
    request = ask_for_seal(contract, people["custodian"])
    advance(request, "approve", by=people["manager"])
    true_print = contract_pdf(Contract.objects.get(pk=contract.pk), record_url=address)
    swapped = with_first_page_of(older_print(contract, address), true_print)
    keeper = window(people["custodian"]).open("/").sees("To be sealed", "Compare and seal")
    keeper.open(request.get_absolute_url()).follow("Compare and seal")
    keeper.write({"PDF of the paper": on_disk(tmp_path, "swapped.pdf", swapped)}).press("Compare and record")
    keeper.sees("page with another hash or none", "page 1", "Approved, to be sealed")
    assert SealEntry.objects.get().outcome == "refused"
    keeper.follow("Compare and seal")
    keeper.write({"PDF of the paper": on_disk(tmp_path, "true.pdf", true_print)}).press("Compare and record")
    keeper.sees("Sealed")
    assert SealRequest.objects.get().state == "sealed"
    keeper.open("/contracts/seals/register/").sees("Refused: the paper differs", request.number)


def approved_contract(people, template):
    """A contract whose text both sides of the house approved."""
    from tests.factories import customers as make

    customer = make.make_customer(people["sales"])
    deal = make.make_opportunity(people["sales"], customer, stage="follow_up", segment=make.make_segment())
    make.follow_up(deal, people["sales"], contact=make.make_contact(customer))
    contract = offices.draft(deal, people["sales"], template, title="採購合同")
    return rows.on_to(contract, "ready_to_sign", people, None)


def older_print(contract, address):
    """The print of an earlier text of the same number: another hash stands at its foot."""
    older = Contract.objects.get(pk=contract.pk)
    older.payment_terms = "貨到九十日付款"
    return contract_pdf(older, record_url=address)


def with_first_page_of(other, pdf):
    """The paper with its first page taken from another print."""
    writer, pages = PdfWriter(), PdfReader(io.BytesIO(pdf)).pages
    for page in (PdfReader(io.BytesIO(other)).pages[0], *pages[1:]):
        writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def on_disk(folder, name, pdf):
    """Where the file to upload lies."""
    path = folder / name
    path.write_bytes(pdf)
    return path
