"""What customers tell the company: a complaint solved and confirmed, one in hand, an inquiry answered at once, one just in."""

from __future__ import annotations

from functools import partial
from typing import Any

from aftersales import answering, serving
from aftersales.mail_intake import take_in
from aftersales.mail_reading import Letter
from aftersales.models import CauseCategory, Feedback, FeedbackMessage
from config.demo.world import World
from kernel.advance import advance

SOLVED, RUNNING = "主軸高速運轉時有異音", "量測數據與廠內三次元不符"
FOUND = "軸承預壓不足，出廠檢驗未涵蓋高速段。"
What, How = FeedbackMessage.What, FeedbackMessage.How


def plan_feedback(world: World) -> None:
    """Plan the acts: customer service takes in and tells, quality finds out and solves."""
    wu, pan = world["wu.service"], world["pan.quality"]
    solved = world.plan("feedback:solved", ago=8)
    solved.add(0, wu, partial(receive, world, "chisheng", SOLVED, "complaint", "high", wu))
    solved.add(0, wu, partial(step, SOLVED, "assign", wu, {"department": "quality"}))
    solved.add(1, pan, partial(find, SOLVED, pan, "加工不良", FOUND, "更換軸承並重新校正。"))
    solved.add(2, pan, partial(step, SOLVED, "resolve", pan))
    solved.add(0, wu, partial(report, SOLVED, "主軸軸承已更換並重新校正，空轉兩小時無異音。", wu))
    solved.add(1, wu, partial(answer, SOLVED))
    running = world.plan("feedback:running", ago=2)
    running.add(0, wu, partial(receive, world, "haoxin", RUNNING, "complaint", "normal", wu))
    running.add(0, wu, partial(step, RUNNING, "assign", wu, {"department": "quality"}))
    running.add(1, pan, partial(step, RUNNING, "investigate", pan))
    world.plan("feedback:inquiry", ago=1).add(0, wu, partial(_inquiry, world, wu))
    world.plan("feedback:new", ago=0).add(0, wu, _write_in)
    mail = world.plan("mail:new", ago=1)
    mail.add(0, wu, partial(_letter, world, "haoxin"))
    mail.add(0, wu, partial(_letter, world, ""))


def _of(subject: str) -> Feedback:
    return Feedback.objects.get(subject=subject)


def receive(world: World, key: str, subject: str, kind: str, severity: str, by: Any) -> None:
    """A customer tells customer service something, by phone."""
    text = f"{subject}，請儘快派員處理。"
    row = Feedback(customer=world.customers[key], subject=subject, text=text, kind=kind, severity=severity)
    serving.receive(row, by=by, told=How.PHONE)


def step(subject: str, name: str, by: Any, data: dict[str, Any] | None = None) -> None:
    """A step of the feedback of that subject."""
    advance(_of(subject), name, by=by, data=data)


def find(subject: str, by: Any, category: str, cause: str, solution: str) -> None:
    """The department takes it up and enters what it found."""
    advance(_of(subject), "investigate", by=by)
    row = _of(subject)
    row.cause_category = CauseCategory.objects.get_or_create(name=category)[0]
    row.cause, row.solution, row.responsible = cause, solution, by
    row.save()
    advance(row, "solve", by=by)


def report(subject: str, text: str, by: Any) -> None:
    """The result is told by phone."""
    serving.tell(_of(subject), what=What.RESULT, how=How.PHONE, text=text, by=by)


def answer(subject: str) -> None:
    """The customer says yes by his link."""
    answering.answer(_of(subject), satisfied=True, score=4, text="處理迅速，謝謝。")


def _inquiry(world: World, by: Any) -> None:
    row = Feedback(
        customer=world.customers["chisheng"], kind="inquiry", severity="low", subject="保固期間與延保方案",
        text="請問量測儀的保固期間多長，是否可以延長？",
    )  # fmt: skip
    cause = CauseCategory.objects.get_or_create(name="諮詢說明")[0]
    serving.answer_at_once(row, cause_category=cause, answer="標準保固兩年，可加購三年延保。", by=by)


def _write_in() -> None:
    answering.write_in(
        kind="suggestion", text="希望操作軟體能提供繁體中文的說明文件。", name="許文彥", company="成揚精機",
        reach="04-2355-0147", product="量測軟體",
    )  # fmt: skip


def _letter(world: World, key: str) -> None:
    """A letter in the mailbox of customer service: of a customer's contact, or of somebody whom nobody knows."""
    contact = world.customers[key].contacts.exclude(email="").first() if key else None
    sender, name = (contact.email, contact.name) if contact else ("ask@newline-optics.example", "趙庭宇")
    subject, text = ("量測夾具是否可加購", "上次交機附的夾具想再加購兩組，請告知交期與規格。") if key else (
        "詢問量測服務", "您好，想請教貴公司是否提供代工量測服務，謝謝。",
    )  # fmt: skip
    take_in(Letter(f"<{key or 'new'}@mail.example>", sender.lower(), name, subject, text, [], "", False))
