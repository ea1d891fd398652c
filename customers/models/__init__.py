"""Customer development: customers and their contacts, market insights, opportunities with the evidence of each stage."""

from customers.models.contacting import FollowUp, Interaction
from customers.models.contacts import Contact
from customers.models.customers import Customer, NameGram
from customers.models.duplicates import DuplicatePair
from customers.models.erasures import Erasure
from customers.models.insights import MarketInsight, Segment
from customers.models.merges import Merge, MergeMove
from customers.models.needs import Demonstration, Need, Proposal, Question
from customers.models.opportunities import Opportunity
from customers.models.profiles import CustomerProfile
from customers.models.risks import Risk
from customers.models.scorecards import Scorecard
from customers.models.termsheets import TermSheet, TermSheetLine
from customers.models.views import SavedView

__all__ = [
    "Contact",
    "Customer",
    "CustomerProfile",
    "Demonstration",
    "DuplicatePair",
    "Erasure",
    "FollowUp",
    "Interaction",
    "MarketInsight",
    "Merge",
    "MergeMove",
    "NameGram",
    "Need",
    "Opportunity",
    "Proposal",
    "Question",
    "Risk",
    "SavedView",
    "Scorecard",
    "Segment",
    "TermSheet",
    "TermSheetLine",
]
