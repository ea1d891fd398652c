"""Return visits and surveys of the demo company: visits made, missed and due; a campaign closed, one that runs (2.2.3c, 3.4.4)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from aftersales import campaigning, questioning, surveying, visiting
from aftersales.models import Campaign, Question, Questionnaire, ReturnVisit, Survey, VisitCadence
from aftersales.models.questionnaires import Occasion
from config.demo.reading import number, pick
from config.demo.world import World
from kernel import clock
from kernel.advance import advance

NAME, CLOSED = "客戶滿意度調查", "年度客戶滿意度調查"
BEGUN, ASKED, OVER, QUARTERS = 62, 52, 36, 5  # working days ago
OWN = {"haoxin": 21, "beichen": 30, "ruida": 30, "jingyuan": 21, "hengtong": 45}  # days from one visit to the next
OUTCOMES = (
    "設備運轉正常，對交期表示滿意，預計下季追加治具。",
    "現場操作員已熟悉軟體，建議提供一次進階教育訓練。",
    "量測精度符合需求，希望備品能常備庫存。",
    "客戶正在評估第二條產線，請業務下月安排拜訪。",
    "一切正常，無待處理事項。",
)
WORDS = (
    "交期常常比說好的晚幾天，希望改善。", "客服回覆很快，謝謝。", "軟體說明文件希望有中文版。", "品質穩定，會再購買。",
    "備品價格偏高。", "", "", "",
)  # fmt: skip
LEAVING = ("东莞利鑫", "青岛海逸", "Kingsway Precision")  # in the story: a complaint that is open would keep them
USUAL = ((4, 5), (3, 4), (3, 5), (6, 10), (0, 1), (0, 3))  # lowest and highest answer to the questions of the quarter


def plan_surveys(world: World) -> None:
    """Plan the acts of customer service; which visits come due and who is asked, the jobs find by themselves."""
    wu, liu = world["wu.service"], world["liu.service"]
    for ago in (BEGUN, 44, 26):  # as they become customers
        world.plan(f"visits:cadence:{ago}", ago=ago).add(0, wu, partial(_set_cadences, world, wu))
    for ago in range(58, 0, -3):
        world.plan(f"visits:{ago}", ago=ago).add(0, (wu, liu)[ago % 2], partial(_visit, (wu, liu)[ago % 2]))
    campaign = world.plan("campaign:closed", ago=OVER)
    campaign.add(0, wu, partial(_questionnaires, wu))
    campaign.add(0, wu, partial(_start, wu))
    for _day in range(4):
        campaign.add((ASKED - OVER) // 4 - 1, liu, partial(_answer, 23))
    campaign.add(2, wu, partial(_close, wu))
    world.plan("campaign:quarter", ago=QUARTERS).add(0, wu, partial(_put_in_use, Occasion.QUARTER, wu))
    for ago in (QUARTERS - 2, 1):
        world.plan(f"survey:answers:{ago}", ago=ago).add(0, liu, partial(_answer, 45))


def run_jobs() -> None:
    """What the beat schedule does in a day for visits and surveys."""
    visiting.schedule_visits()
    campaigning.ask_after_service()
    campaigning.begin_quarters_campaign()
    campaigning.run_campaigns()


# --- visits ---------------------------------------------------------------------------------------------
def _set_cadences(world: World, by: Any) -> None:
    for key in sorted(OWN.keys() & world.customers.keys()):
        if not VisitCadence.objects.filter(customer=world.customers[key]).exists():
            visiting.set_cadence(world.customers[key], days=OWN[key], reason="新機導入期間，加強回訪", by=by)


def _visit(by: Any) -> None:
    """Most of what comes due is visited; now and then nobody is reached, or the day passes."""
    for visit in ReturnVisit.objects.filter(state="due", due_on__lte=clock.today() + timedelta(days=9)).order_by("pk"):
        done = ReturnVisit.objects.filter(customer=visit.customer_id, state="visited").count()
        if number(f"missed:{visit.customer_name}:{done}", 100) < 15:
            continue
        luck = number(f"visit:{visit.customer_name}:{done}:{visit.attempts.count()}", 100)
        if luck < 25:
            visiting.note_attempt(visit, how="phone", note="無人接聽，改日再聯絡", by=by)
        elif luck < 85:
            how = pick(("phone", "phone", "visit", "email"), f"how:{visit.pk}")
            outcome = pick(OUTCOMES, f"outcome:{visit.pk}")
            advance(visit, "record", by=by, data={"how": how, "visited_on": clock.today(), "outcome": outcome})


# --- surveys ----------------------------------------------------------------------------------------------
def _questionnaires(by: Any) -> None:
    """The usual questions for feedback and orders, in use at once; the campaign has those of a quarter."""
    questioning.usual(by)
    for occasion in (Occasion.FEEDBACK, Occasion.ORDER):
        _put_in_use(occasion, by)
    own = questioning.create(Questionnaire(name=NAME, occasion=Occasion.CAMPAIGN), by=by)
    for old in Questionnaire.objects.get(occasion=Occasion.QUARTER).questions.order_by("position"):
        values = {name: getattr(old, name) for name in questioning.WORDED}
        Question.objects.create(questionnaire=own, **values)
    advance(own, "put_in_use", by=by)


def _put_in_use(occasion: str, by: Any) -> None:
    advance(Questionnaire.objects.get(occasion=occasion, state="draft"), "put_in_use", by=by)


def _start(by: Any) -> None:
    questionnaire = Questionnaire.objects.get(name=NAME)
    ends_on = clock.today() + timedelta(days=30)
    campaign = campaigning.create(Campaign(title=CLOSED, questionnaire=questionnaire, ends_on=ends_on), by=by)
    advance(campaign, "start", by=by)
    campaigning.run_campaigns()


def _close(by: Any) -> None:
    advance(Campaign.objects.get(title=CLOSED), "close", by=by, comment="已達預定回收數")


def _answer(percent: int) -> None:
    """Some of those who were asked answer by their links."""
    rows = Survey.objects.open().exclude(written_at=None).exclude(campaign=None)
    rows = rows.exclude(customer__short_name__in=LEAVING)
    for survey in rows.select_related("questionnaire").order_by("pk"):
        key = f"survey:{survey.customer_id}:{survey.campaign_id}"
        if number(f"{key}:{clock.today()}", 100) < percent:
            said = {q: _said(q, n, key) for n, q in enumerate(surveying.questions_of(survey))}
            surveying.take(survey, said, wants_call=False, how=Survey.How.LINK)


def _said(question: Question, place: int, key: str) -> Any:
    if question.kind == Question.Kind.TEXT:
        return pick(WORDS, f"{key}:words")
    least, most = USUAL[place] if place < len(USUAL) else (4, 5)
    if place == 1 and number(f"{key}:late", 9) == 0:
        return 2  # now and then somebody is not content with delivery: it becomes a feedback
    if question.kind == Question.Kind.YES_NO:
        return int(number(f"{key}:{place}", 10) > 0)
    return least + number(f"{key}:{place}", most - least + 1)
