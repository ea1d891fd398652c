"""The map of the whole site."""

from django.contrib import admin
from django.urls import include, path

from kernel import views

urlpatterns = [
    path("", views.today, name="today"),
    path("approvals/", views.inbox, name="inbox"),
    path("approvals/sheet/<int:pk>/<str:label>/", views.approval_sheet, name="approval_sheet"),
    path("approvals/urge/<int:pk>/<str:label>/", views.urge_deciders, name="urge"),
    path("approvals/transfer/<int:pk>/<str:label>/", views.refer, {"kind": "transfer"}, name="refer_transfer"),
    path("approvals/ask/<int:pk>/<str:label>/", views.refer, {"kind": "ask"}, name="refer_ask"),
    path("approvals/copy/<int:pk>/<str:label>/", views.refer, {"kind": "copy"}, name="refer_copy"),
    path("approvals/referrals/<int:pk>/", views.referral_answer, name="referral"),
    path("approvals/referrals/<int:pk>/back/", views.referral_take_back, name="referral_take_back"),
    path("approvals/referrals/<int:pk>/read/", views.referral_read, name="referral_read"),
    path("approvals/batch/", views.inbox_batch, name="inbox_batch"),
    path("approvals/batch/<str:key>/", views.batch_result, name="batch_result"),
    path("search/", views.search, name="search"),
    path("promises/", views.promise_list, name="promises"),
    path("notices/", views.notice_list, name="notices"),
    path("notices/<int:pk>/", views.notice_open, name="notice_open"),
    path("regulation/", views.clause_list, name="clauses"),
    path("regulation/<str:id>/", views.clause_detail, name="clause"),
    path("health/", views.health, name="health"),
    path("", include("kernel.urls")),
    path("", include("organization.urls")),
    path("documents/", include("documents.urls")),
    path("", include("customers.urls")),
    path("", include("contracts.urls")),
    path("", include("orders.urls")),
    path("", include("aftersales.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "kernel.errors.bad_request"
handler403 = "kernel.errors.permission_denied"
handler404 = "kernel.errors.not_found"
handler500 = "kernel.errors.server_error"
