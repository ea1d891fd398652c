"""The visits and surveys of the company: one in every state that a page acts on."""

from aftersales import campaigning
from aftersales.models import Campaign, ReturnVisit, Survey
from kernel.advance import advance
from tests.factories import aftersales as served
from tests.factories import customers as deals


def build(world, reach):
    """Of the customer without a contract, and of one more; `reach` is the number under which he is asked."""
    rows, people = world.rows, world.people
    by, own = people["customer_service"], people["own"]
    rows.visit_due = served.make_visit(rows.apart)
    rows.quiet = deals.make_customer(own, name="靜岡機工股份有限公司")
    deals.make_contact(rows.quiet, name="簡先生", email="quiet@example.com", phone=reach)
    asked = served.make_visit(rows.quiet, handler=by)
    advance(asked, "ask_to_skip", by=by, comment="停線")
    rows.visit_asked = ReturnVisit.objects.get(pk=asked.pk)
    rows.questionnaire = served.make_questionnaire(by)
    rows.questionnaire_draft = served.make_questionnaire(by, name="草擬中的調查", in_use=False)
    rows.question = rows.questionnaire_draft.questions.first()
    running = served.make_campaign(by, questionnaire=rows.questionnaire, start=True)
    campaigning.run_campaigns()
    rows.campaign = Campaign.objects.get(pk=running.pk)
    rows.survey, rows.survey_answered = _surveys(running, rows)
    rows.campaign_draft = served.make_campaign(by, questionnaire=rows.questionnaire, title="準備中")
    stopped = served.make_campaign(by, questionnaire=rows.questionnaire, title="停止了")
    advance(stopped, "stop", by=by, comment="改期")
    rows.campaign_stopped = Campaign.objects.get(pk=stopped.pk)


def _surveys(campaign, rows):
    """One that waits for an answer, and one that has it."""
    waiting, done = Survey.objects.filter(campaign=campaign, customer__in=(rows.quiet, rows.customer)).order_by("pk")
    served.answer(done, 5, 4, "一切都好")
    return Survey.objects.get(pk=waiting.pk), Survey.objects.get(pk=done.pk)
