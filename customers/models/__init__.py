"""Customer development: customers and their contacts, market insights, opportunities with the evidence of each stage."""

from customers.models.contacting import FollowUp, Interaction
from customers.models.contacts import Contact
from customers.models.customers import Customer, CustomerProfile, NameGram
from customers.models.duplicates import DuplicatePair
from customers.models.insights import MarketInsight, Segment
from customers.models.needs import Demonstration, Need, Proposal, Question
from customers.models.opportunities import Opportunity
from customers.models.risks import Risk
from customers.models.scorecards import Scorecard
from customers.models.termsheets import TermSheet, TermSheetLine

__all__ = [
    "Contact",
    "Customer",
    "CustomerProfile",
    "Demonstration",
    "DuplicatePair",
    "FollowUp",
    "Interaction",
    "MarketInsight",
    "NameGram",
    "Need",
    "Opportunity",
    "Proposal",
    "Question",
    "Risk",
    "Scorecard",
    "Segment",
    "TermSheet",
    "TermSheetLine",
]
