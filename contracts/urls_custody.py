"""The map of custody: originals on loan."""

from django.urls import path

from contracts import views
from contracts.models import Loan
from kernel.views import record_history, take_step

urlpatterns = [
    path("contracts/loans/", views.loan_list, name="loan_list"),
    path("contracts/loans/<int:pk>/", views.loan_detail, name="loan_detail"),
    path("contracts/loans/<int:pk>/history/", record_history, {"model": Loan}, name="loan_history"),
    path("contracts/loans/<int:pk>/<slug:step>/", take_step, {"model": Loan}, name="loan_step"),
    path("contracts/<int:pk>/lend/", views.loan_create, name="loan_create"),
]
