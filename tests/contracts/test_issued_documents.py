"""What leaves the house stands in the register, in its version, and who opened it is written down."""

import pytest

from documents.models import Attachment, Document, Reading
from documents.services import attach, classify, register
from kernel.clauses import REGISTRY
from tests.factories.contracts import fresh, pdf_file, sign

pytestmark = pytest.mark.django_db


def test_an_approved_contract_is_registered_and_its_line_follows_to_the_signed_copy(contract_in):
    contract = contract_in("ready_to_sign")
    document = Document.objects.get(kind="contract")
    assert (document.number, document.version, document.attachment) == (contract.number, contract.text_version, None)
    signed = sign(contract)
    document.refresh_from_db()
    assert (Document.objects.filter(kind="contract").count(), document.attachment) == (1, signed.signed_copy)


def test_what_was_issued_without_a_line_in_the_register_is_named(contract_in):
    contract = contract_in("ready_to_sign")
    assert REGISTRY["4.2.2a"].result().broken == 0
    Document.objects.filter(kind="contract").delete()
    result = REGISTRY["4.2.2a"].result()
    assert (result.broken, [case.url for case in result.cases]) == (1, [contract.get_absolute_url()])
    assert fresh(contract).number in result.cases[0].title


def test_the_files_of_earlier_versions_are_as_confidential_as_the_document(draft, salesperson, manager, legal):
    first, second = (attach(record=draft, file=pdf_file(), by=salesperson) for _version in "12")
    document = register(record=draft, kind="report", title="x", by=salesperson, attachment=first)
    later = register(
        record=draft, kind="report", title="y", by=salesperson, attachment=second, number=document.number, version=2
    )
    assert (later.pk, later.version, later.attachment) == (document.pk, 2, second)
    assert Attachment.objects.visible_to(legal).count() == 2
    classify(later, level="secret", readers=[], by=salesperson)
    assert Attachment.objects.visible_to(legal).count() == 0
    assert Attachment.objects.visible_to(salesperson).count() == 2


def test_who_opens_an_approval_sheet_is_written_down(contract_in, as_, salesperson):
    contract = contract_in("ready_to_sign")
    as_(salesperson).get(f"/approvals/sheet/{contract.pk}/contracts.contract/")
    reading = Reading.objects.get()
    assert (reading.by, reading.how, reading.model, reading.row) == (
        salesperson,
        "print",
        "contracts.contract",
        contract.pk,
    )
