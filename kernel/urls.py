"""The kernel's own records: agreements."""

from django.urls import path

from kernel.models import Agreement
from kernel.views import agreement_detail, record_history, take_step

app_name = "kernel"
urlpatterns = [
    path("agreements/<int:pk>/", agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/history/", record_history, {"model": Agreement}, name="agreement_history"),
    path("agreements/<int:pk>/<slug:step>/", take_step, {"model": Agreement}, name="agreement_step"),
]
