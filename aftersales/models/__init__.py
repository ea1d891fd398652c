"""After-sales service: feedback with its rounds and messages, the causes by which it is counted."""

from aftersales.models.causes import CauseCategory
from aftersales.models.feedback import Feedback, FeedbackMessage, FeedbackRound

__all__ = ["CauseCategory", "Feedback", "FeedbackMessage", "FeedbackRound"]
