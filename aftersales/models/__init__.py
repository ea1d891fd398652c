"""After-sales service: feedback with its rounds and messages, its causes, and the measures against them."""

from aftersales.models.causes import CauseCategory
from aftersales.models.feedback import Feedback, FeedbackMessage, FeedbackRound
from aftersales.models.mail import Mail, MailSeen
from aftersales.models.measures import Measure, MeasureEffect

__all__ = [
    "CauseCategory",
    "Feedback",
    "FeedbackMessage",
    "FeedbackRound",
    "Mail",
    "MailSeen",
    "Measure",
    "MeasureEffect",
]
