"""Contracts signed before, and their instalments, come in on the import page, add up, and go as a whole."""

import pytest

from contracts.models import Contract, Instalment, PlannedPayment
from documents.models import Document
from kernel.clauses import REGISTRY
from kernel.models import Promise
from tests.factories.customers import make_customer
from tests.importing.test_page import Desk, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEADINGS = ["合同編號", "合同名稱", "客戶名稱", "幣別", "合同金額", "稅額", "簽約日", "狀態", "到期日"]
ROWS = [
    ["OLD-1", "檢測設備", "鴻洲自動化", "TWD", "105000", "5000", "2025-03-01", "", "2030-03-01"],
    ["OLD-2", "年度服務", "鴻洲自動化", "TWD", "100", "", "2024/01/05", "signed", ""],
]
PARTS = ["合同編號", "期別", "金額", "到期日", "paid"]


@pytest.fixture
def desk(as_, manager):
    return Desk(as_(manager))


@pytest.fixture
def customer(salesperson):
    return make_customer(salesperson, "鴻洲自動化")


def sheet(desk, headings, rows, kind):
    return desk.check(desk.upload(workbook(headings, rows), kind=kind))


def test_contracts_and_instalments_come_in_add_up_and_go_again(desk, customer, salesperson):
    checked = sheet(desk, HEADINGS, ROWS, "contracts")
    assert (checked.status, checked.problems, checked.added, Contract.objects.count()) == ("checked", [], 2, 0)
    taken = desk.press("run", checked)
    first = Contract.objects.get(number="OLD-1")
    assert (taken.added, first.state, first.customer, first.drafted_by) == (2, "archived", customer, salesperson)
    assert (first.net_total, first.signed_on.isoformat(), first.imported) == (100_000, "2025-03-01", True)
    assert first.text_hash == first.approved_hash
    assert Document.objects.get(number="OLD-1").kind == "contract"
    assert REGISTRY["4.2.2a"].result().broken == 0 and REGISTRY["3.2.1c"].result().kept == 0
    assert not Promise.objects.exists()  # what was is nobody's promise
    assert "Taken over from earlier records" in desk.client.get(first.get_absolute_url()).content.decode()
    short = [["OLD-1", "訂金", "30000", "2025-03-08", "yes"], ["OLD-1", "尾款", "70000", "2031-01-01", ""]]
    bad = sheet(desk, PARTS, [*short, ["OLD-9", "訂金", "1", "", ""]], "instalments")
    assert {(line, column) for line, column, _words in bad.problems} == {(2, "金額"), (3, "金額"), (4, "合同編號")}
    assert "NT$100,000" in bad.problems[0][2] and "NT$105,000" in bad.problems[0][2]
    short[1][2] = "75000"
    parts = desk.press("run", sheet(desk, PARTS, short, "instalments"))
    assert (parts.added, Instalment.objects.count()) == (2, 2)
    owed = PlannedPayment.objects.get()  # what was paid before is not owed
    assert (owed.name, owed.amount, owed.is_settled) == ("尾款", 75_000, False)
    assert Promise.objects.of(owed).open().get().owed_by == salesperson
    refused = desk.press("undo", taken)
    assert (refused.status, Contract.objects.count()) == ("done", 2) and refused.refusal
    assert desk.press("undo", parts).status == "undone"
    assert not PlannedPayment.objects.exists() and not Promise.objects.open().exists()
    assert desk.press("undo", taken).status == "undone"
    assert not Contract.objects.exists() and not Document.objects.exists()


def test_what_is_wrong_with_a_contract_is_named_and_nothing_is_kept(desk, customer):
    rows = [
        ["HT-2026-0001", "a", "鴻洲自動化", "TWD", "1", "2", "2099-01-01", "", ""],
        ["OLD-3", "b", "誰也不是", "XXX", "-1", "", "", "草稿", ""],
    ]
    bad = sheet(desk, HEADINGS, rows, "contracts")
    assert {(line, column) for line, column, _words in bad.problems} == {
        (2, "合同編號"), (2, "稅額"), (2, "簽約日"),
        (3, "客戶名稱"), (3, "幣別"), (3, "合同金額"), (3, "簽約日"), (3, "狀態"),
    }  # fmt: skip
    assert not Contract.objects.exists()
