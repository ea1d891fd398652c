"""After-sales service: feedback with its rounds and messages, causes, return visits, questionnaires and surveys."""

from aftersales.models.campaigns import Campaign, CampaignRun
from aftersales.models.causes import CauseCategory
from aftersales.models.feedback import Feedback, FeedbackMessage, FeedbackRound
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
    "Question",
    "Questionnaire",
    "ReturnVisit",
    "Survey",
    "SurveyRefusal",
    "VisitAttempt",
    "VisitCadence",
]
