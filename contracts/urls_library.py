"""The map of the clause library and of standard terms."""

from django.urls import path

from contracts import views

urlpatterns = [
    path("contracts/clauses/", views.libraryclause_list, name="libraryclause_list"),
    path("contracts/clauses/new/", views.libraryclause_create, name="libraryclause_create"),
    path("contracts/clauses/<int:pk>/", views.libraryclause_detail, name="libraryclause_detail"),
    path(
        "contracts/clauses/<int:pk>/new-version/",
        views.libraryclause_new_version,
        name="libraryclause_new_version",
    ),
    path("contracts/templates/<int:pk>/insert/", views.contracttemplate_insert, name="contracttemplate_insert"),
    path("contracts/<int:pk>/insert/", views.contract_insert, name="contract_insert"),
    path("contracts/<int:pk>/standard-terms/", views.contract_explain, name="contract_explain"),
]
