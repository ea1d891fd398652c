"""The map of seals: requests, the keeper's page, the register."""

from django.urls import path

from contracts import views
from contracts.models import SealRequest
from kernel.views import record_history, take_step

urlpatterns = [
    path("contracts/seals/", views.sealrequest_list, name="sealrequest_list"),
    path("contracts/seals/register/", views.seal_register, name="seal_register"),
    path("contracts/seals/register.pdf", views.seal_register_pdf, name="seal_register_pdf"),
    path("contracts/seals/<int:pk>/", views.sealrequest_detail, name="sealrequest_detail"),
    path("contracts/seals/<int:pk>/keep/", views.sealrequest_keep, name="sealrequest_keep"),
    path("contracts/seals/<int:pk>/history/", record_history, {"model": SealRequest}, name="sealrequest_history"),
    path("contracts/seals/<int:pk>/<slug:step>/", take_step, {"model": SealRequest}, name="sealrequest_step"),
    path("contracts/<int:pk>/seal/", views.sealrequest_create, name="sealrequest_create"),
]
