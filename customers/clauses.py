"""The clauses of customer development (REGULATION 3.1) and those of chapters 1 and 2 that are kept here."""

from django.utils.translation import gettext_lazy as _

from customers import reports
from kernel.clauses import clause, designed, enforced, promised, section, watched

SALES, CS, FOLLOWER, ALL = _("Salesperson"), _("Customer service"), _("Follower"), _("Everybody")
FOLLOWERS = _("Salesperson and customer service")
DEALS = "customers:opportunity_list"

section("2.2", _("Duties"))
section("3", _("Business processes"))
section("3.1", _("Customer development"))

clause(
    "1.3.3", who=ALL, screen="customers:customer_list", check=designed(),
    text=_("The customer comes first: his page opens on what he is waiting for from us, and promises to him are kept."),
)  # fmt: skip
clause(
    "1.3.4", who=ALL, screen="customers:risk_list", check=watched(reports.risks_cared_for),
    text=_("Risks are identified, assessed and controlled: each has a measure, a person in charge and a date."),
)  # fmt: skip
clause(
    "2.2.1b", who=_("Sales manager"), screen="customers:customer_list", check=designed(),
    text=_("Guides and supervises the team; gives to another, with reason, what somebody cannot look after."),
)  # fmt: skip
clause(
    "2.2.2a", who=SALES, screen="customers:customer_list", check=watched(reports.related),
    text=_("Finds prospective customers and builds relations with them."),
)  # fmt: skip
clause(
    "2.2.2c", who=SALES, screen="customers:insight_list", check=watched(reports.market_news),
    text=_("Notices changed needs of customers and reports market news."),
)  # fmt: skip
clause(
    "2.2.3d", who=CS, screen=DEALS, check=designed(),
    text=_("Helps salespeople with developing customers: notes contacts and takes part in opportunities."),
)  # fmt: skip
clause(
    "2.2.3e", who=CS, screen="customers:review_list", check=watched(reports.files_kept),
    text=_("Keeps the files of customers."),
)  # fmt: skip
clause(
    "3.1.1a", who=SALES, screen="customers:insight_list", check=enforced(),
    text=_("Researches the market: gathers insights on industry, competitors and demand with channel, source and date."),
)  # fmt: skip
clause(
    "3.1.1b", who=SALES, screen="customers:insight_list", check=enforced(),
    text=_("Analyses the insights: names the target segment and the opportunity seen in it."),
)  # fmt: skip
clause(
    "3.1.2a", who=SALES, screen=DEALS, check=enforced(),
    text=_("Screens the customer and decides with reason: key development, ordinary or unsuitable."),
)  # fmt: skip
clause(
    "3.1.2b", who=SALES, screen=DEALS, check=enforced(),
    text=_("Scores scale, industry position, growth potential and willingness, each with a reason."),
)  # fmt: skip
clause(
    "3.1.2c", who=SALES, screen=DEALS, check=enforced(),
    text=_("Knows a key development customer: basic facts, business scope, operating condition, decision process."),
)  # fmt: skip
clause(
    "3.1.3a", who=SALES, screen=DEALS, check=enforced(),
    text=_("Makes first contact with a named person by phone, e-mail or visit."),
)  # fmt: skip
clause(
    "3.1.3b", who=SALES, screen=DEALS, check=enforced(),
    text=_("Introduces company and products, expresses willingness, learns needs and concerns, and agrees the next step."),
)  # fmt: skip
clause(
    "3.1.4a", who=SALES, screen=DEALS, check=enforced(),
    text=_("Explores the customer's needs, pain points and expected solution."),
)  # fmt: skip
clause(
    "3.1.4b", who=SALES, screen=DEALS, check=enforced(),
    text=_("Makes a proposal for this customer, sends it, demonstrates and explains it."),
)  # fmt: skip
clause(
    "3.1.4c", who=SALES, screen=DEALS, check=enforced(),
    text=_("Answers every question and concern of the customer until he takes it as answered."),
)  # fmt: skip
clause(
    "3.1.5a", who=SALES, screen=DEALS, check=enforced(),
    text=_("Negotiates form of cooperation, price, payment, delivery and after-sales service."),
)  # fmt: skip
clause(
    "3.1.5b", who=SALES, screen=DEALS, check=enforced(),
    text=_("Goes on only when the customer's intention to cooperate is reached."),
)  # fmt: skip
clause(
    "3.1.5c", who=SALES, screen=DEALS, check=enforced(),
    text=_("Assesses the terms: our interest and margin, the risks, and whether they are fair and reasonable to both."),
)  # fmt: skip
clause(
    "3.1.6a", who=FOLLOWER, screen=DEALS, check=enforced(),
    text=_("A named follower tells the customer the progress, learns the state of his decision and cares for his problems."),
)  # fmt: skip
clause(
    "3.1.6b", who=FOLLOWER, screen=DEALS, check=promised("follow_up"),
    text=_("Keeps in regular touch with the customer until the contract is signed."),
)  # fmt: skip
clause(
    "4.2.1a", who=FOLLOWERS, screen="customers:customer_list", check=enforced(),
    text=_("Keeps a file for every customer: facts, dealings, notes and contracts, one file for one company."),
)  # fmt: skip
clause(
    "4.2.1b", who=FOLLOWERS, screen="customers:customer_list", check=designed(),
    text=_("Files customers by name, electronically and on paper."),
)  # fmt: skip
clause(
    "4.2.1c", who=FOLLOWERS, screen="customers:review_list", check=watched(reports.files_kept),
    text=_("Keeps customer files up to date and removes what is invalid, with reason."),
)  # fmt: skip
