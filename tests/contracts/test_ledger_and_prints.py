"""The ledger on screen, as XLSX and PDF; the contract as a PDF: text, glyphs, marks, hash."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from contracts import services
from contracts.models import Contract
from contracts.prints import contract_pdf, template_pdf
from contracts.reminders import remind_expiries, step_of
from documents.models import Reading
from kernel import clock
from kernel.advance import advance
from kernel.models import Notice
from tests.factories.contracts import (
    approve_by_legal,
    approve_by_manager,
    archive,
    ask_to_end,
    fresh,
    make_company,
    make_contract,
    make_template,
    submit,
    walk,
)
from tests.factories.customers import make_customer, make_opportunity

pytestmark = pytest.mark.django_db
LEDGER = "/contracts/ledger/"


def words(pdf):
    """The text of a PDF without spaces."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def two_signed(contract_in, salesperson, template, manager, legal):
    """Two contracts in two currencies, the second with a name that a spreadsheet would run."""
    first = contract_in("signed")
    customer = make_customer(salesperson, '=HYPERLINK("http://e/")')
    opportunity = make_opportunity(salesperson, customer, stage="follow_up")
    second = make_contract(salesperson, template, opportunity, currency="CNY")
    return [first, walk(second, "signed", manager=manager, legal=legal)]


def test_the_ledger_lists_filters_and_totals_per_currency(as_, two_signed, manager):
    first, second = two_signed
    client = as_(manager)
    page = client.get(LEDGER)
    assert [(t.currency, t.total) for t in page.context["totals"]] == [
        ("CNY", Decimal(10_500)),
        ("TWD", Decimal(10_500)),
    ]
    for query, expected in (
        ({"q": first.number}, {first.number}),
        ({"currency": "CNY"}, {second.number}),
        ({"state": "archived"}, set()),
        ({"since": "2150-01-01"}, set()),
        ({"since": "not a day"}, {first.number, second.number}),
        ({"drafter": first.drafted_by_id, "until": "2150-01-01"}, {first.number, second.number}),
        ({"drafter": "0 OR 1=1", "state": "x"}, {first.number, second.number}),
    ):
        rows = client.get(LEDGER, query).context["page"].rows
        assert ({r.number for r in rows}, query) == (expected, query)


def test_the_ledger_is_for_its_readers_and_the_exports_for_theirs(as_, two_signed, salesperson, legal, custodian):
    assert as_(salesperson).get(LEDGER).status_code == 404
    reader = as_(legal)
    assert [reader.get(a).status_code for a in (LEDGER, reverse("kernel:export_start", args=["ledger.xlsx"]))] == [
        200,
        404,
    ]
    assert as_(custodian).get(reverse("kernel:export_start", args=["ledger.xlsx"])).status_code == 200


def test_the_workbook_holds_the_screens_rows_and_no_formula(as_, two_signed, manager):
    answer = as_(manager).get(reverse("kernel:export_start", args=["ledger.xlsx"]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [r[0] for r in rows[:2]] == [c.number for c in reversed(two_signed)]
    assert {row[5] for row in rows[:2]} == {10_500}
    assert [r[0] for r in rows[2:]] == ["Total", "Total", "In base currency"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_ledger_prints(as_, two_signed, manager):
    text = words(as_(manager).get(reverse("contracts:ledger_pdf")).content)
    assert all(c.number in text for c in two_signed)


def test_the_contract_pdf_holds_parties_amounts_hash_and_page_numbers(contract_in):
    contract = contract_in("ready_to_sign")
    pdf = contract_pdf(contract, record_url="https://bylaw.example.com/contracts/1/")
    text = words(pdf)
    for part in (
        contract.number,
        "衡岳精密科技股份有限公司",
        "HongzhouAutomation",
        "新臺幣壹萬零伍佰元整",
        "NT$10,500",
        "違約責任",
        "訂金",
        contract.approved_hash,
        "1/",
    ):
        assert part in text, part
    assert len(pdf) < 100_000
    assert not any("/EmbeddedFile" in str(o) for o in PdfReader(io.BytesIO(pdf)).trailer["/Root"].values())


def test_a_draft_bears_its_mark_until_it_is_ready_to_sign(draft, manager, legal):
    from django.utils.translation import gettext, override

    with override("zh-hant"):
        mark = gettext("DRAFT")
    assert mark in words(contract_pdf(draft, record_url="https://x.example/"))
    ready = walk(draft, "ready_to_sign", manager=manager, legal=legal)
    assert mark not in words(contract_pdf(ready, record_url="https://x.example/"))


def test_markup_in_a_clause_is_printed_as_text(draft):
    clause = draft.clauses.all()[6]
    clause.text = "<link rel=attachment href=file:///etc/passwd><img src=http://169.254.169.254/>{{7*7}} 𠮷"
    clause.save()
    pdf = contract_pdf(fresh(draft), record_url="https://x.example/")
    assert ("<linkrel=attachment" in words(pdf), b"EmbeddedFile" in pdf, "{{7*7}}" in words(pdf)) == (True, False, True)


def test_pdfs_are_served_to_who_may_see_the_record(as_, draft, salesperson, person):
    address = reverse("contracts:contract_print", args=[draft.pk])
    answer = as_(salesperson).get(address)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "application/pdf",
        "nosniff",
    )
    assert as_(person("salesperson")).get(address).status_code == 404
    assert "LinSales" in words(answer.content)
    reading = Reading.objects.get()
    assert (reading.by, reading.how, reading.model, reading.row) == (
        salesperson,
        "print",
        "contracts.contract",
        draft.pk,
    )


def test_a_template_prints_with_its_placeholders(template):
    assert "[[total]]" in words(template_pdf(template))


# --- reminders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "step"), [(0, 7), (7, 7), (8, 30), (30, 30), (31, 60), (60, 60), (61, None)])
def test_the_nearest_reminder_stands_for_the_days_left(left, step):
    assert step_of(left) == step


def test_ends_and_instalments_are_reminded_once_each(contract_in, custodian, salesperson):
    contract = contract_in("archived")
    contract.period_end = clock.today() + timedelta(20)
    contract.save()
    contract.planned_payments.filter(position=1).update(due_on=clock.today() + timedelta(5))
    Notice.objects.all().delete()
    remind_expiries()
    remind_expiries()
    told = sorted(Notice.objects.values_list("kind", "to__name"))
    people = sorted([custodian.name, salesperson.name])
    assert told == [*(("contract_ends", p) for p in people), *(("instalment_due", p) for p in people)]


def test_nothing_is_reminded_of_a_contract_that_ended(contract_in, manager):
    from kernel.advance import advance

    contract = contract_in("archived")
    contract.period_end = clock.today() + timedelta(3)
    contract.save()
    advance(ask_to_end(contract), "terminate", by=manager, comment="Customer insolvent")
    assert remind_expiries() == 0
    assert Contract.objects.get().ended_on == clock.today()


def test_a_contract_of_an_older_customer_name_keeps_it(contract_in, custodian):
    contract = contract_in("signed")
    customer = contract.customer
    customer.name = "Renamed Ltd."
    customer.save()
    contract = archive(fresh(contract), custodian)
    assert (contract.text_hash, services.Contract.objects.get().customer_name) == (
        contract.approved_hash,
        "Hongzhou Automation Co., Ltd.",
    )


def test_a_text_that_cannot_be_printed_says_so(draft, template, salesperson, legal, as_):
    endless = "x" * 19_999 + "[[customer_name]]"
    for clauses in (draft.clauses, template.clauses):
        clauses.filter(position=1).update(text=endless + endless[:99])
    for client, address in (
        (as_(salesperson), f"/contracts/{draft.pk}/print/"),
        (as_(legal), f"/contracts/templates/{template.pk}/print/"),
    ):
        answer = client.get(address, follow=True)
        assert "word without end" in answer.content.decode()


def test_an_english_contract_bears_the_company_s_english_name(salesperson, legal, second_legal):
    company = make_company()
    english = make_template(legal, second_legal, code="T-EN", script="en")
    assert make_contract(salesperson, english).our_name == company.name, "there is no English name yet"
    company.name_en = "Hengyue Precision Technology Co., Ltd."
    company.save()
    contract = make_contract(salesperson, english)
    assert contract.our_name == company.name_en
    text = words(contract_pdf(contract, record_url="https://bylaw.example/1/"))
    assert "HengyuePrecisionTechnologyCo.,Ltd." in text and company.name not in text


def test_the_print_names_by_whose_reviews_the_text_stands_and_its_hash_stays(draft, manager, legal, person):
    from tests.organization.test_deputies import SECOND, START, named
    from tests.organization.test_deputies import fresh as renewed

    contract = submit(draft)
    shown = words(contract_pdf(contract, record_url="https://x.example/"))
    assert "ChouManager" not in shown
    named(manager, person("salesperson", name="Liu Deputy"))
    with clock.at(START + SECOND):
        contract = approve_by_manager(contract, renewed(manager).deputyships.get().deputy)
        before = contract.text_hash
        contract = approve_by_legal(contract, legal)
    shown = words(contract_pdf(contract, record_url="https://x.example/"))
    for part in ("LiuDeputy", "ChouManager", "HsuLegal", f"{clock.local(START):%Y-%m-%d}"):
        assert part in shown, part
    assert contract.text_hash == contract.approved_hash == before
    contract = edited(contract)
    assert "HsuLegal" not in words(contract_pdf(contract, record_url="https://x.example/"))


def edited(contract):
    """The text reopened to be revised: what was approved holds no more."""
    advance(contract, "reopen", by=contract.drafted_by)
    return fresh(contract)


def test_a_ledger_of_very_many_is_added_up_when_asked(as_, two_signed, manager, monkeypatch):
    monkeypatch.setattr("contracts.reports.SUMMED", 1)
    page = as_(manager).get(LEDGER, {"sort": "number"}).content.decode()
    assert "Total by currency" in page
    assert "In base currency" not in page
    assert '?sort=number&amp;sum=1">Add up all filtered rows' in page
    summed = as_(manager).get(LEDGER, {"sort": "number", "sum": "1"}).content.decode()
    assert "In base currency" in summed
    assert "Add up all filtered rows" not in summed
