"""Verbs of questionnaires: the usual ones to begin with, and a new version of one that is in use (3.4.4b)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from aftersales.models import Question, Questionnaire
from aftersales.models.access import Department
from aftersales.models.questionnaires import Occasion
from kernel.advance import begin

Kind = Question.Kind
WORDED = ("position", "kind", "department", "is_required", "text_zh_hant", "text_zh_hans", "text_en",
          "options_zh_hant", "options_zh_hans", "options_en")  # fmt: skip
SERVICE, LOGISTICS, QUALITY = Department.SERVICE.value, Department.LOGISTICS.value, Department.QUALITY.value

# kind, department, must be answered, question in three languages, answers in three languages
SOLUTION = (
    Kind.SCALE,
    "",
    True,
    ("您對處理結果滿意嗎？", "您对处理结果满意吗？", "How satisfied are you with the solution?"),
    (),
)
SPEED = (
    Kind.SCALE,
    SERVICE,
    True,
    ("您對處理的速度滿意嗎？", "您对处理的速度满意吗？", "How satisfied are you with our speed?"),
    (),
)
MANNER = (
    Kind.SCALE, SERVICE, False,
    ("您對客服人員的態度滿意嗎？", "您对客服人员的态度满意吗？", "How satisfied are you with the way we treated you?"), (),
)  # fmt: skip
GOODS = (
    Kind.SCALE, QUALITY, True,
    ("您對產品質量滿意嗎？", "您对产品质量满意吗？", "How satisfied are you with the quality of our products?"), (),
)  # fmt: skip
DELIVERY = (
    Kind.SCALE, LOGISTICS, True,
    ("您對交期與發貨滿意嗎？", "您对交期与发货满意吗？", "How satisfied are you with delivery?"), (),
)  # fmt: skip
FRIENDS = (
    Kind.NPS, "", False,
    ("您願意把我們推薦給同行嗎？", "您愿意把我们推荐给同行吗？", "How likely are you to recommend us?"), (),
)  # fmt: skip
AGAIN = (
    Kind.YES_NO, "", False, ("您會再向我們購買嗎？", "您会再向我们购买吗？", "Would you buy from us again?"), (),
)  # fmt: skip
FIRST = (
    Kind.CHOICE, "", False,
    ("我們最該先改進什麼？", "我们最该先改进什么？", "What should we improve first?"),
    ("產品質量\n交期\n價格\n售後服務", "产品质量\n交期\n价格\n售后服务", "Quality\nDelivery\nPrice\nAfter-sales service"),
)  # fmt: skip
WORDS = (
    Kind.TEXT,
    "",
    False,
    ("您還想告訴我們什麼？", "您还想告诉我们什么？", "What else would you like to tell us?"),
    (),
)
USUAL = {
    Occasion.FEEDBACK: (SOLUTION, SPEED, MANNER, WORDS),
    Occasion.ORDER: (GOODS, DELIVERY, MANNER, AGAIN, WORDS),
    Occasion.QUARTER: (GOODS, DELIVERY, SPEED, FRIENDS, AGAIN, FIRST, WORDS),
}


def usual(by: Any) -> list[Questionnaire]:
    """A first questionnaire for each occasion that has none, to be read, changed, and put into use; nothing is asked yet."""
    made = []
    with transaction.atomic():
        for occasion, questions in USUAL.items():
            if Questionnaire.objects.filter(occasion=occasion).exists():
                continue
            row = Questionnaire(name=_("Satisfaction: %(occasion)s") % {"occasion": occasion.label}, occasion=occasion)
            row.edition = _next_edition(row.name)
            made.append(begin(row, by=by))
            for position, (kind, department, required, texts, options) in enumerate(questions, start=1):
                Question.objects.create(
                    questionnaire=row, position=position, kind=kind, department=department, is_required=required,
                    **_worded("text", texts), **_worded("options", options),
                )  # fmt: skip
    return made


def new_version(questionnaire: Questionnaire, *, by: Any) -> Questionnaire:
    """The same questions in a new version, to be changed; the one in use stays until the new one is put into use."""
    with transaction.atomic():
        row = Questionnaire(name=questionnaire.name, occasion=questionnaire.occasion)
        row.edition = _next_edition(row.name)
        begin(row, by=by)
        for old in questionnaire.questions.order_by("position", "pk"):
            Question.objects.create(questionnaire=row, **{name: getattr(old, name) for name in WORDED})
        return row


def create(questionnaire: Questionnaire, *, by: Any) -> Questionnaire:
    """A questionnaire without questions; of a name that is there already, the next version."""
    questionnaire.edition = _next_edition(questionnaire.name)
    return begin(questionnaire, by=by)  # type: ignore[no-any-return]


def _next_edition(name: str) -> int:
    return (Questionnaire.objects.filter(name=name).aggregate(last=Max("edition"))["last"] or 0) + 1


def _worded(name: str, texts: tuple[str, ...]) -> dict[str, str]:
    return dict(zip((f"{name}_zh_hant", f"{name}_zh_hans", f"{name}_en"), texts, strict=False))
