"""The map of customer development; the step of a record is the widest pattern and stands last."""

from django.urls import path

from customers.models import Customer, Opportunity, Risk
from customers.views import (
    board,
    closed,
    customers,
    duplicates,
    evidence,
    insights,
    opportunities,
    questions,
    risks,
    terms,
)
from kernel.views import record_history, take_step

app_name = "customers"
ONE = "opportunities/<int:pk>/"

urlpatterns = [
    path("board/", board.board, name="board"),
    path("insights/", insights.insight_list, name="insight_list"),
    path("insights/new/", insights.insight_create, name="insight_create"),
    path("insights/<int:pk>/edit/", insights.insight_edit, name="insight_edit"),
    path("insights/<int:pk>/analyse/", insights.insight_analyse, name="insight_analyse"),
    path("segments/", insights.segment_list, name="segment_list"),
    path("segments/new/", insights.segment_create, name="segment_create"),
    path("segments/<int:pk>/edit/", insights.segment_edit, name="segment_edit"),
    # --- customers
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.customer_create, name="customer_create"),
    path("customers/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path("customers/duplicates/<int:pk>/", duplicates.duplicate_settle, name="duplicate_settle"),
    path("customers/<int:pk>/", customers.customer_detail, name="customer_detail"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<int:pk>/reassign/", customers.customer_reassign, name="customer_reassign"),
    path("customers/<int:pk>/profile/", evidence.profile_edit, name="profile_edit"),
    path("customers/<int:pk>/log/", evidence.customer_interaction, name="customer_interaction"),
    path("customers/<int:pk>/contacts/new/", customers.contact_create, name="contact_create"),
    path("customers/<int:pk>/opportunities/new/", opportunities.opportunity_create, name="opportunity_create"),
    path("customers/<int:pk>/risks/new/", risks.risk_create, name="risk_create"),
    path("customers/<int:pk>/history/", record_history, {"model": Customer}, name="customer_history"),
    path("customers/<int:pk>/<slug:step>/", take_step, {"model": Customer}, name="customer_step"),
    path("contacts/<int:pk>/", customers.contact_detail, name="contact_detail"),
    path("contacts/<int:pk>/edit/", customers.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/left/", customers.contact_leave, name="contact_leave"),
    # --- opportunities and the evidence of their stages
    path("opportunities/", board.opportunity_list, name="opportunity_list"),
    path("opportunities/new/", opportunities.opportunity_new, name="opportunity_new"),
    path("opportunities/closed/", closed.closed_report, name="closed_report"),
    path(ONE, opportunities.opportunity_detail, name="opportunity_detail"),
    path(f"{ONE}edit/", opportunities.opportunity_edit, name="opportunity_edit"),
    path(f"{ONE}research/", opportunities.opportunity_research, name="opportunity_research"),
    path(f"{ONE}screening/", opportunities.opportunity_screening, name="opportunity_screening"),
    path(f"{ONE}scorecard/", evidence.scorecard_edit, name="scorecard_edit"),
    path(f"{ONE}scorecard/agreement/", evidence.scorecard_agreement, name="scorecard_agreement"),
    path(f"{ONE}profile/", evidence.opportunity_profile, name="opportunity_profile"),
    path(f"{ONE}log/", evidence.interaction_create, name="interaction_create"),
    path(f"{ONE}needs/", evidence.need_edit, name="need_edit"),
    path(f"{ONE}proposals/new/", evidence.proposal_create, name="proposal_create"),
    path("proposals/<int:pk>/edit/", evidence.proposal_edit, name="proposal_edit"),
    path(f"{ONE}demonstrations/new/", evidence.demonstration_create, name="demonstration_create"),
    path(f"{ONE}questions/", questions.question_list, name="question_list"),
    path(f"{ONE}questions/new/", questions.question_create, name="question_create"),
    path(f"{ONE}questions/none/", questions.questions_none, name="questions_none"),
    path("questions/<int:pk>/answer/", questions.question_answer, name="question_answer"),
    path("questions/<int:pk>/accept/", questions.question_accept, name="question_accept"),
    path("questions/<int:pk>/assign/", questions.question_assign, name="question_assign"),
    path("questions/<int:pk>/close/", questions.question_close, name="question_close"),
    path(f"{ONE}terms/", terms.termsheet_edit, name="termsheet_edit"),
    path(f"{ONE}terms/assessment/", terms.termsheet_assess, name="termsheet_assess"),
    path(f"{ONE}terms/agreement/", terms.margin_agreement, name="margin_agreement"),
    path(f"{ONE}follower/", opportunities.follower_edit, name="follower_edit"),
    path(f"{ONE}follow-ups/new/", evidence.follow_up_create, name="follow_up_create"),
    path(f"{ONE}history/", record_history, {"model": Opportunity}, name="opportunity_history"),
    path(f"{ONE}<slug:step>/", take_step, {"model": Opportunity}, name="opportunity_step"),
    # --- risks
    path("risks/", risks.risk_list, name="risk_list"),
    path("risks/<int:pk>/", risks.risk_detail, name="risk_detail"),
    path("risks/<int:pk>/history/", record_history, {"model": Risk}, name="risk_history"),
    path("risks/<int:pk>/<slug:step>/", take_step, {"model": Risk}, name="risk_step"),
]
