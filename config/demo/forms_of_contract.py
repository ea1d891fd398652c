"""The templates of contracts and proposals: written and approved by two of legal, renewed, one waiting for its review."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from config.demo.company import MIDDLE, START
from config.demo.reading import number, read, template_names
from config.demo.world import World, save
from contracts.models import ContractTemplate, Subject, TemplateClause
from contracts.models.parts import COMMERCIAL_SUBJECTS
from contracts.services import new_template_version
from kernel import clock
from kernel.advance import advance, begin

RETURNED = "framework-en"  # comes back once before it is approved
RENEWED = "service-hant"  # has a second version since the middle of the story
WAITING = "sale-hant"  # its second version waits for review today
RETURN_REASON = "預測條款未說明是否具拘束力，請補充後再送。"
LEAD = timedelta(days=21)  # from then on the waiting version replaces the present one
WAITING_NOTE = "補充故意或重大過失之例外，並納入已備料費用。"
NEW_LEVEL = (
    "甲方報修後，乙方應於四小時內回覆，二十四小時內到場。每季未達服務水準逾兩次者，甲方得要求延長服務期間一個月。"
)
NEW_LIABILITY = (
    "賣方逾期交貨者，每逾一日按逾期部分價款千分之一計付違約金，累計不逾合同總價百分之五；買方逾期付款超過三十日者，"
    "賣方得暫停履行並請求已備料之費用。任一方違約致他方受損害者，賠償以直接損害為限，且不逾合同總價；故意或重大過失不在此限。"
)


def plan_templates(world: World) -> None:
    """Plan the templates at the beginning, a renewal in the middle, and one that waits."""
    lo, shen = world["lo.legal"], world["shen.legal"]
    for place, name in enumerate(template_names()):
        data = read(name)
        code = data["code"]
        plan = world.plan(f"template:{code}", ago=START - 6 - place % 3)
        plan.add(0, lo, partial(_write, world, data, lo))
        plan.add(0, lo, partial(_step, world, code, "submit", lo))
        if code == RETURNED:
            plan.add(0, shen, partial(_step, world, code, "send_back", shen, RETURN_REASON))
            plan.add(1, lo, partial(_step, world, code, "submit", lo))
        plan.add(1 + number(code, 2), shen, partial(_step, world, code, "approve", shen))
    plan = world.plan("template:renewed", ago=MIDDLE)
    plan.add(0, shen, partial(_renew, world, RENEWED, shen, "other", NEW_LEVEL, "服務水準由八小時改為四小時回覆。"))
    plan.add(3, lo, partial(_approve_renewed, world, lo))
    plan = world.plan("template:waiting", ago=2)
    plan.add(0, lo, partial(_renew, world, WAITING, lo, "liability", NEW_LIABILITY, WAITING_NOTE))


def _write(world: World, data: dict[str, Any], by: Any) -> None:
    names = ("code", "name", "kind", "script")
    template = begin(ContractTemplate(author=by, edited_by=by, **{n: data[n] for n in names}), by=by)
    for position, row in enumerate(data["clauses"], start=1):
        subject = Subject(row["subject"])
        save(
            TemplateClause(
                template=template, position=position, subject=subject, heading=row["heading"], text=row["text"],
                is_required=row.get("required", subject is not Subject.OTHER),
                is_commercial=row.get("commercial", subject in COMMERCIAL_SUBJECTS),
                is_standard_term=row.get("standard", False), risk_note=row.get("risk_note", ""),
            )
        )  # fmt: skip
    world.templates[data["code"]] = template


def _step(world: World, code: str, step: str, by: Any, comment: str = "") -> None:
    advance(world.templates[code], step, by=by, comment=comment)
    world.templates[code] = ContractTemplate.objects.get(pk=world.templates[code].pk)


def _renew(world: World, code: str, by: Any, subject: str, text: str, note: str) -> None:
    """Write the next version with one clause changed, and submit it."""
    template = new_template_version(template=world.templates[code], by=by)
    template.note = note
    if code == WAITING:
        template.effective_from = clock.today() + LEAD
    save(template)
    clause = template.clauses.filter(subject=subject).first()
    clause.text = text
    save(clause)
    advance(template, "submit", by=by)


def _approve_renewed(world: World, by: Any) -> None:
    template = ContractTemplate.objects.get(code=RENEWED, state="legal_review")
    advance(template, "approve", by=by)
    world.templates[RENEWED] = ContractTemplate.objects.get(pk=template.pk)
