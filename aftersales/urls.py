"""The map of after-sales service."""

from django.urls import path

from aftersales import views
from aftersales.models import Feedback, Mail, Measure
from kernel.views import record_history, take_step

app_name = "aftersales"
urlpatterns = [
    path("feedback/", views.feedback_bench, name="feedback_bench"),
    path("feedback/all/", views.feedback_list, name="feedback_list"),
    path("feedback/new/", views.feedback_create, name="feedback_create"),
    path("feedback/new/answered/", views.feedback_answered, name="feedback_answered"),
    path("feedback/new/public/", views.feedback_public, name="feedback_public"),
    path("feedback/new/public/thanks/", views.feedback_thanks, name="feedback_thanks"),
    path("c/order/<str:token>/report/", views.order_report, name="order_report"),
    path("c/order/<str:token>/rate/", views.order_rate, name="order_rate"),
    path("c/feedback/<str:token>/", views.feedback_page, name="feedback_page"),
    path("c/feedback/<str:token>/word/", views.feedback_word, name="feedback_word"),
    path("feedback/<int:pk>/", views.feedback_detail, name="feedback_detail"),
    path("feedback/<int:pk>/edit/", views.feedback_edit, name="feedback_edit"),
    path("feedback/<int:pk>/finding/", views.feedback_finding, name="feedback_finding"),
    path("feedback/<int:pk>/tell/", views.feedback_tell, name="feedback_tell"),
    path("feedback/<int:pk>/note/", views.feedback_note, name="feedback_note"),
    path("feedback/<int:pk>/time/", views.feedback_time, name="feedback_time"),
    path("feedback/<int:pk>/waiting/", views.feedback_waiting, name="feedback_waiting"),
    path("feedback/<int:pk>/history/", record_history, {"model": Feedback}, name="feedback_history"),
    path("feedback/<int:pk>/<slug:step>/", take_step, {"model": Feedback}, name="feedback_step"),
    path("feedback/figures/", views.feedback_figures, name="feedback_figures"),
    path("deliveries/figures/", views.delivery_figures, name="delivery_figures"),
    path("deliveries/figures/orders/", views.delivery_rows, {"what": "orders"}, name="delivery_orders"),
    path("deliveries/figures/lines/", views.delivery_rows, {"what": "lines"}, name="delivery_lines"),
    path("feedback/mail/", views.mail_list, name="mail_list"),
    path("feedback/mail/<int:pk>/", views.mail_detail, name="mail_detail"),
    path("feedback/mail/<int:pk>/history/", record_history, {"model": Mail}, name="mail_history"),
    path("feedback/mail/<int:pk>/<slug:step>/", take_step, {"model": Mail}, name="mail_step"),
    path("measures/", views.measure_list, name="measure_list"),
    path("measures/new/", views.measure_create, name="measure_create"),
    path("measures/<int:pk>/", views.measure_detail, name="measure_detail"),
    path("measures/<int:pk>/edit/", views.measure_edit, name="measure_edit"),
    path("measures/<int:pk>/evidence/", views.measure_evidence, name="measure_evidence"),
    path("measures/<int:pk>/history/", record_history, {"model": Measure}, name="measure_history"),
    path("measures/<int:pk>/<slug:step>/", take_step, {"model": Measure}, name="measure_step"),
]
