"""What lies on the shelf: the clause library of legal, and originals lent by the custodian."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from config.demo.company import MIDDLE, START
from config.demo.world import World
from contracts import custody, library
from contracts.models import Contract, LibraryClause, Loan, Subject
from kernel import clock
from kernel.advance import advance

CLAUSES: tuple[dict[str, Any], ...] = (
    {
        "code": "liability-cap",
        "subject": Subject.LIABILITY,
        "heading": "責任限制",
        "text": "任一方之賠償責任以直接損害為限，且累計不逾合同總價；故意或重大過失所致者不在此限。",
        "is_standard_term": True,
        "risk_note": "排除故意或重大過失之責任無效；簽約前須向客戶提示並說明。",
    },
    {
        "code": "force-majeure",
        "subject": Subject.OTHER,
        "heading": "不可抗力",
        "text": "因不可抗力致不能履行者，受影響之一方應於七日內通知他方，並得展延履行期限。",
        "risk_note": "未定通知期限時，客戶可能於事後主張；期限不得長於十四日。",
    },
    {
        "code": "price-adjustment",
        "subject": Subject.PRICE,
        "heading": "價格調整",
        "text": "原材料價格變動逾百分之十者，雙方得協商調整未交貨部分之價款。",
        "is_commercial": True,
        "risk_note": "只約定協商、未約定結果，客戶可拒絕調整；大額合同應另訂公式。",
    },
    {
        "code": "arbitration-cn",
        "script": "hans",
        "subject": Subject.OTHER,
        "heading": "争议解决",
        "text": "因本合同产生的争议，提交上海国际经济贸易仲裁委员会仲裁，仲裁裁决是终局的。",
        "risk_note": "仲裁机构名称须写全称，否则约定可能无效。",
    },
)
NEWER = "因不可抗力致不能履行者，受影響之一方應於七日內書面通知他方並附證明，得展延履行期限；持續逾九十日者，任一方得終止本合同。"
FORMULA = "原材料價格變動逾百分之十者，未交貨部分之價款按公布之價格指數變動幅度之半數調整；雙方應於七日內書面確認。"
LENT = "dongli:電池殼體量測儀"


def plan_library(world: World) -> None:
    """Legal enters the clauses at the beginning and renews one in the middle, each reviewed by a second; one waits."""
    lo, shen = world["lo.legal"], world["shen.legal"]
    for key, ago, act in (("library", START - 4, _enter), ("library:renewed", MIDDLE, _renew)):
        plan = world.plan(key, ago=ago)
        plan.add(0, lo, partial(act, lo))
        plan.add(1, shen, partial(_approve, shen))
    world.plan("library:waiting", ago=1).add(0, lo, partial(_begin_next, lo))


def plan_loans(world: World) -> None:
    """One original was lent and returned, and is lent again now."""
    kao = world["kao.custodian"]
    plan = world.plan("loan:returned", ago=14)
    plan.add(0, kao, partial(_lend, world, kao, "chiang.finance", "核對分期付款日期", 5))
    plan.add(3, kao, partial(_take_back, kao))
    world.plan("loan:out", ago=2).add(0, kao, partial(_lend, world, kao, "chen.sales", "與客戶洽談補充協議", 7))


def _enter(by: Any) -> None:
    for row in CLAUSES:
        advance(library.add_version(LibraryClause(**row), by=by), "submit", by=by)


def _renew(by: Any) -> None:
    clause = library.next_version(LibraryClause.objects.get(code="force-majeure"))
    clause.text = NEWER
    advance(library.add_version(clause, by=by), "submit", by=by)


def _approve(by: Any) -> None:
    for clause in LibraryClause.objects.filter(state="legal_review"):
        advance(clause, "approve", by=by)


def _begin_next(by: Any) -> None:
    """A version that waits for its review today."""
    clause = library.next_version(LibraryClause.objects.get(code="price-adjustment"))
    clause.text = FORMULA
    advance(library.add_version(clause, by=by), "submit", by=by)


def _lend(world: World, by: Any, borrower: str, reason: str, days: int) -> None:
    contract = Contract.objects.get(pk=world.contracts[LENT])
    if custody.may_be_lent(contract):
        due = clock.today() + timedelta(days=days)
        custody.lend(contract=contract, loan=Loan(borrower=world[borrower], reason=reason, due_on=due), by=by)


def _take_back(by: Any) -> None:
    for loan in Loan.objects.filter(state=Loan.State.OUT):
        advance(loan, "take_back", by=by)
