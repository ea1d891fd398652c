"""The map of production and purchasing."""

from django.urls import path

from kernel.views import record_history, take_step
from orders.models import ProductionPlan, PurchaseOrder
from orders.views import planning, purchasing, suppliers

PLAN, PURCHASE = {"model": ProductionPlan}, {"model": PurchaseOrder}

urlpatterns = [
    path("orders/production/", planning.production_bench, name="production_bench"),
    path("orders/plans/", planning.productionplan_list, name="productionplan_list"),
    path("orders/<int:pk>/plan/", planning.productionplan_create, name="productionplan_create"),
    path("orders/plans/<int:pk>/", planning.productionplan_detail, name="productionplan_detail"),
    path("orders/plans/<int:pk>/edit/", planning.productionplan_edit, name="productionplan_edit"),
    path("orders/plans/<int:pk>/history/", record_history, PLAN, name="productionplan_history"),
    path("orders/plans/<int:pk>/<slug:step>/", take_step, PLAN, name="productionplan_step"),
    path("orders/tasks/<int:pk>/start/", planning.plantask_start, name="plantask_start"),
    path("orders/tasks/<int:pk>/report/", planning.plantask_report, name="plantask_report"),
    path("orders/needs/<int:pk>/issue/", planning.planmaterial_issue, name="planmaterial_issue"),
    path("orders/purchasing/", purchasing.purchasing_bench, name="purchasing_bench"),
    path("orders/shortage/", purchasing.shortage_list, name="shortage_list"),
    path("orders/purchases/", purchasing.purchaseorder_list, name="purchaseorder_list"),
    path("orders/purchases/lines/<int:pk>/receive/", purchasing.purchaseline_receive, name="purchaseline_receive"),
    path("orders/purchases/<int:pk>/", purchasing.purchaseorder_detail, name="purchaseorder_detail"),
    path("orders/purchases/<int:pk>/edit/", purchasing.purchaseorder_edit, name="purchaseorder_edit"),
    path("orders/purchases/<int:pk>/print/", purchasing.purchaseorder_print, name="purchaseorder_print"),
    path("orders/purchases/<int:pk>/notes/new/", purchasing.purchasenote_create, name="purchasenote_create"),
    path("orders/purchases/<int:pk>/history/", record_history, PURCHASE, name="purchaseorder_history"),
    path("orders/purchases/<int:pk>/<slug:step>/", take_step, PURCHASE, name="purchaseorder_step"),
    path("orders/suppliers/", suppliers.supplier_list, name="supplier_list"),
    path("orders/suppliers/new/", suppliers.supplier_create, name="supplier_create"),
    path("orders/suppliers/<int:pk>/", suppliers.supplier_detail, name="supplier_detail"),
    path("orders/suppliers/<int:pk>/edit/", suppliers.supplier_edit, name="supplier_edit"),
    path("orders/suppliers/<int:pk>/qualifications/new/", suppliers.qualification_create, name="qualification_create"),
    path("orders/materials/", suppliers.material_list, name="material_list"),
    path("orders/materials/new/", suppliers.material_create, name="material_create"),
    path("orders/materials/<int:pk>/", suppliers.material_detail, name="material_detail"),
    path("orders/materials/<int:pk>/edit/", suppliers.material_edit, name="material_edit"),
    path("orders/materials/<int:pk>/adjust/", suppliers.material_adjust, name="material_adjust"),
]
