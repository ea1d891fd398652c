"""The map of contracts."""

from django.urls import path

from contracts import views
from contracts.models import Contract, ContractTemplate, InvoiceRequest, Obligation, Quotation
from kernel.views import record_history, take_step

app_name = "contracts"
urlpatterns = [
    path("contracts/", views.contract_list, name="contract_list"),
    path("contracts/new/", views.contract_create, name="contract_create"),
    path("contracts/ledger/", views.ledger, name="ledger"),
    path("contracts/ledger.xlsx", views.ledger_xlsx, name="ledger_xlsx"),
    path("contracts/ledger.pdf", views.ledger_pdf, name="ledger_pdf"),
    path("contracts/templates/", views.contracttemplate_list, name="contracttemplate_list"),
    path("contracts/templates/new/", views.contracttemplate_create, name="contracttemplate_create"),
    path("contracts/templates/<int:pk>/", views.contracttemplate_detail, name="contracttemplate_detail"),
    path("contracts/templates/<int:pk>/edit/", views.contracttemplate_edit, name="contracttemplate_edit"),
    path(
        "contracts/templates/<int:pk>/new-version/",
        views.contracttemplate_new_version,
        name="contracttemplate_new_version",
    ),
    path("contracts/templates/<int:pk>/print/", views.contracttemplate_print, name="contracttemplate_print"),
    path(
        "contracts/templates/<int:pk>/history/",
        record_history,
        {"model": ContractTemplate},
        name="contracttemplate_history",
    ),
    path(
        "contracts/templates/<int:pk>/<slug:step>/",
        take_step,
        {"model": ContractTemplate},
        name="contracttemplate_step",
    ),
    path("contracts/opinions/<int:pk>/answer/", views.opinion_answer, name="opinion_answer"),
    path("contracts/opinions/<int:pk>/accept/", views.opinion_accept, name="opinion_accept"),
    path("contracts/opinions/<int:pk>/waive/", views.opinion_waive, name="opinion_waive"),
    path("contracts/collection/", views.collection, name="collection"),
    path("contracts/payments/<int:pk>/due/", views.payment_move, name="payment_move"),
    path("contracts/payments/<int:pk>/invoice/", views.invoice_create, name="invoice_create"),
    path("contracts/receipts/<int:pk>/reverse/", views.receipt_reverse, name="receipt_reverse"),
    path("contracts/invoices/<int:pk>/", views.invoicerequest_detail, name="invoicerequest_detail"),
    path("contracts/invoices/<int:pk>/reverse/", views.invoice_reverse, name="invoice_reverse"),
    path(
        "contracts/invoices/<int:pk>/history/",
        record_history,
        {"model": InvoiceRequest},
        name="invoicerequest_history",
    ),
    path("contracts/invoices/<int:pk>/<slug:step>/", take_step, {"model": InvoiceRequest}, name="invoicerequest_step"),
    path("contracts/obligations/<int:pk>/edit/", views.obligation_edit, name="obligation_edit"),
    path("contracts/obligations/<int:pk>/<slug:step>/", take_step, {"model": Obligation}, name="obligation_step"),
    path("quotations/", views.quotation_list, name="quotation_list"),
    path("quotations/new/<int:pk>/", views.quotation_create, name="quotation_create"),
    path("quotations/<int:pk>/", views.quotation_detail, name="quotation_detail"),
    path("quotations/<int:pk>/edit/", views.quotation_edit, name="quotation_edit"),
    path("quotations/<int:pk>/print/", views.quotation_print, name="quotation_print"),
    path("quotations/<int:pk>/history/", record_history, {"model": Quotation}, name="quotation_history"),
    path("quotations/<int:pk>/<slug:step>/", take_step, {"model": Quotation}, name="quotation_step"),
    path("contracts/<int:pk>/", views.contract_detail, name="contract_detail"),
    path("contracts/<int:pk>/edit/", views.contract_edit, name="contract_edit"),
    path("contracts/<int:pk>/compare/", views.contract_compare, name="contract_compare"),
    path("contracts/<int:pk>/print/", views.contract_print, name="contract_print"),
    path("contracts/<int:pk>/supplement/", views.contract_supplement, name="contract_supplement"),
    path("contracts/<int:pk>/review/", views.contract_review, name="contract_review"),
    path("contracts/<int:pk>/opinions/new/", views.opinion_create, name="opinion_create"),
    path("contracts/<int:pk>/signing/", views.contract_signing, name="contract_signing"),
    path("contracts/<int:pk>/collection/", views.contract_collection, name="contract_collection"),
    path("contracts/<int:pk>/receipts/new/", views.receipt_create, name="receipt_create"),
    path("contracts/<int:pk>/write-off/", views.contract_write_off, name="contract_write_off"),
    path("contracts/<int:pk>/obligations/new/", views.obligation_create, name="obligation_create"),
    path("contracts/<int:pk>/custody/", views.contract_custody, name="contract_custody"),
    path("contracts/<int:pk>/history/", record_history, {"model": Contract}, name="contract_history"),
    path("contracts/<int:pk>/<slug:step>/", take_step, {"model": Contract}, name="contract_step"),
]
