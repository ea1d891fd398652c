"""After-sales service: feedback, its causes and measures, mail, return visits, questionnaires and surveys."""

from aftersales.models.campaigns import Campaign, CampaignRun
from aftersales.models.causes import CauseCategory
from aftersales.models.feedback import Feedback, FeedbackMessage, FeedbackRound
from aftersales.models.mail import Mail, MailSeen
from aftersales.models.measures import Measure, MeasureEffect
from aftersales.models.questionnaires import Question, Questionnaire
from aftersales.models.surveys import Answer, Survey, SurveyRefusal
from aftersales.models.visits import ReturnVisit, VisitAttempt, VisitCadence

__all__ = [
    "Answer",
    "Campaign",
    "CampaignRun",
    "CauseCategory",
    "Feedback",
    "FeedbackMessage",
    "FeedbackRound",
    "Mail",
    "MailSeen",
    "Measure",
    "MeasureEffect",
    "Question",
    "Questionnaire",
    "ReturnVisit",
    "Survey",
    "SurveyRefusal",
    "VisitAttempt",
    "VisitCadence",
]
