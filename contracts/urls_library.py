"""The map of the clause library and of standard terms."""

from django.urls import path

from contracts import views
from contracts.models import LibraryClause
from kernel.views import record_history, take_step

urlpatterns = [
    path("contracts/clauses/", views.libraryclause_list, name="libraryclause_list"),
    path("contracts/clauses/new/", views.libraryclause_create, name="libraryclause_create"),
    path("contracts/clauses/<int:pk>/", views.libraryclause_detail, name="libraryclause_detail"),
    path(
        "contracts/clauses/<int:pk>/new-version/",
        views.libraryclause_new_version,
        name="libraryclause_new_version",
    ),
    path("contracts/clauses/<int:pk>/edit/", views.libraryclause_edit, name="libraryclause_edit"),
    path("contracts/clauses/<int:pk>/history/", record_history, {"model": LibraryClause}, name="libraryclause_history"),
    path("contracts/clauses/<int:pk>/<slug:step>/", take_step, {"model": LibraryClause}, name="libraryclause_step"),
    path("contracts/templates/<int:pk>/insert/", views.contracttemplate_insert, name="contracttemplate_insert"),
    path("contracts/<int:pk>/insert/", views.contract_insert, name="contract_insert"),
    path("contracts/<int:pk>/standard-terms/", views.contract_explain, name="contract_explain"),
]
