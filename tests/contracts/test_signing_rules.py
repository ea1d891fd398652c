"""Signing and archive: what each asks for, and that what was approved is what is signed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contracts import reviewing, services
from contracts.forms import ContractForm
from contracts.models import Contract, Signing
from customers.models import Opportunity
from documents.models import Document
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.money import in_capitals
from tests.factories.contracts import (
    approve_by_legal,
    approve_by_manager,
    archive,
    change_clause,
    enter_signing,
    fresh,
    lacking,
    make_contract,
    pdf_file,
    sign,
    submit,
)
from tests.factories.customers import agree_terms, make_opportunity

pytestmark = pytest.mark.django_db


def test_signing_wins_the_opportunity_and_registers_the_contract(contract_in):
    contract = sign(contract_in("ready_to_sign"))
    assert (contract.state, contract.opportunity.state) == ("signed", "won")
    assert (contract.opportunity.value, contract.opportunity.value_currency) == (contract.total, contract.currency)
    document = Document.objects.get(number=contract.number)
    assert (document.kind, document.attachment.purpose) == ("contract", "signed_copy")


@pytest.mark.clause("2.2.2b", "3.2.3b")
def test_signing_needs_signatories_dates_and_the_signed_copy(contract_in):
    contract = contract_in("ready_to_sign")
    assert lacking(contract) == ["has_signatures", "has_seal", "has_signed_copy"]
    enter_signing(contract, customer_signed_on=None)
    assert lacking(contract) == ["has_signatures"]


def test_what_was_signed_before_a_change_does_not_sign_the_new_text(contract_in, manager, legal):
    contract = contract_in("ready_to_sign")
    yesterday = clock.today() - timedelta(1)
    enter_signing(contract)
    advance(contract, "reopen", by=contract.drafted_by)
    change_clause(contract, 6, "二十四個月。")
    advance(fresh(contract), "resubmit_to_manager", by=contract.drafted_by)
    contract = approve_by_legal(approve_by_manager(contract, manager), legal)
    assert lacking(contract) == ["has_signed_copy"]
    services.upload_signed_copy(contract=contract, file=pdf_file(), by=contract.drafted_by)
    assert lacking(contract) == []
    Signing.objects.filter(contract=contract).update(our_signed_on=yesterday)
    assert lacking(contract) == ["has_signatures"]


def test_signing_is_refused_until_the_opportunity_is_complete(salesperson, template, manager, legal):
    opportunity = make_opportunity(salesperson, stage="negotiation")
    agree_terms(opportunity, salesperson)
    contract = make_contract(salesperson, template, Opportunity.objects.get(pk=opportunity.pk))
    contract = approve_by_legal(approve_by_manager(submit(contract), manager), legal)
    enter_signing(contract)
    assert lacking(contract) == ["has_complete_opportunity"]


def test_a_text_changed_behind_the_approval_cannot_be_signed(contract_in):
    contract = contract_in("ready_to_sign")
    enter_signing(contract)
    change_clause(contract, 6, "二十四個月。")
    assert lacking(contract) == ["is_the_approved_text"]
    with pytest.raises(StepRefused):
        advance(contract, "sign", by=contract.drafted_by)


@pytest.mark.parametrize("name", [n for n in ContractForm.Meta.fields if n != "own_paper_reason"])
def test_each_term_and_each_fact_of_the_parties_is_part_of_the_approved_text(contract_in, name):
    contract = contract_in("ready_to_sign")
    old = getattr(contract, name)
    others = {"script": "en", "currency": "USD", "tax_rate": Decimal(9), "price_includes_tax": True}
    new = others.get(name) or (clock.today() + timedelta(99) if isinstance(old, date) else f"{old} forged")
    Contract.objects.filter(pk=contract.pk).update(**{name: new})
    assert "is_the_approved_text" in lacking(contract)
    if name not in ("title", "script"):
        assert fresh(contract).commercial_hash != contract.terms_hash


def test_a_text_changed_behind_the_submission_cannot_be_approved(draft, manager):
    contract = submit(draft)
    reviewing.judge_all(contract=contract, by=manager)
    change_clause(contract, 6, "二十四個月。")
    assert lacking(contract) == ["is_the_submitted_text"]


def test_the_signed_copy_must_be_a_pdf_by_content(contract_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    contract = contract_in("ready_to_sign")
    for name, data in (("copy.pdf", b"<html>"), ("copy.docx", b"PK\x03\x04"), ("copy.pdf", b"")):
        with pytest.raises(ValidationError):
            services.upload_signed_copy(contract=contract, file=SimpleUploadedFile(name, data), by=contract.drafted_by)


def test_the_custodian_archives_with_place_and_copy(contract_in, custodian, salesperson):
    contract = contract_in("signed")
    assert lacking(contract) == ["has_custody"]
    with pytest.raises(PermissionDenied):
        advance(contract, "archive", by=salesperson)
    contract = archive(contract, custodian)
    assert (contract.state, contract.archived_on is not None) == ("archived", True)


def test_costs_are_frozen_when_the_text_is_approved(contract_in):
    from catalog.models import Price

    contract = contract_in("ready_to_sign")
    Price.objects.update(cost=Decimal(1))
    assert [line.unit_cost for line in contract.line_rows] == [Decimal(600)]


def test_a_line_never_keeps_the_cost_of_another_currency(draft, salesperson):
    draft.currency = "USD"
    draft.save()
    services.recalculate(draft, by=salesperson)
    assert [line.unit_cost for line in fresh(draft).line_rows] == [None]


def test_a_voided_contract_keeps_its_number(draft, salesperson, template):
    advance(draft, "void", by=salesperson, comment="The customer left")
    assert (fresh(draft).state, make_contract(salesperson, template).number != draft.number) == ("voided", True)
    assert Contract.objects.filter(number=draft.number).exists()


def test_the_amount_in_capitals_follows_the_script(draft):
    assert in_capitals(draft.total, draft.currency, draft.script) == "新臺幣壹萬零伍佰元整"
    assert "新臺幣壹萬零伍佰元整（NT$10,500）" in str(draft.content["clauses"])
