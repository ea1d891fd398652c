"""The map of goods: inspection, rework, shipments, returns, the benches, the calendar, the trace, the customer's page."""

from django.urls import path

from kernel.views import record_history, take_step
from orders.models import CreditNote, GoodsReturn, Inspection, ReworkTask, Shipment
from orders.views import goods, inspections, returns, shipments
from orders.views import public as public_views


def _life(path_: str, model: type, name: str) -> list:
    """History and steps of a machine."""
    return [
        path(f"{path_}<int:pk>/history/", record_history, {"model": model}, name=f"{name}_history"),
        path(f"{path_}<int:pk>/<slug:step>/", take_step, {"model": model}, name=f"{name}_step"),
    ]


urlpatterns = [
    path("o/<str:token>/", public_views.order_public, name="order_public"),
    path("o/<str:token>/packing/<int:pk>/", public_views.order_public_packing_list, name="order_public_packing_list"),
    path("orders/quality/", goods.quality_bench, name="quality_bench"),
    path("orders/logistics/", goods.logistics_bench, name="logistics_bench"),
    path("orders/calendar/", goods.delivery_calendar, name="delivery_calendar"),
    path("orders/quality/figures/", goods.quality_figures, name="quality_figures"),
    path("orders/<int:pk>/trace/", goods.order_trace, name="order_trace"),
    path("orders/inspections/", inspections.inspection_list, name="inspection_list"),
    path("orders/lines/<int:pk>/inspect/", inspections.inspection_create, name="inspection_create"),
    path("orders/inspections/<int:pk>/", inspections.inspection_detail, name="inspection_detail"),
    path("orders/inspections/<int:pk>/report/", inspections.inspection_report, name="inspection_report"),
    path("orders/inspections/<int:pk>/defects/", inspections.defect_create, name="defect_create"),
    path("orders/inspections/<int:pk>/photos/", inspections.inspection_photo, name="inspection_photo"),
    *_life("orders/inspections/", Inspection, "inspection"),
    path("orders/rework/<int:pk>/", inspections.reworktask_detail, name="reworktask_detail"),
    *_life("orders/rework/", ReworkTask, "reworktask"),
    path("orders/shipments/", shipments.shipment_list, name="shipment_list"),
    path("orders/<int:pk>/ship/", shipments.shipment_create, name="shipment_create"),
    path("orders/shipments/<int:pk>/", shipments.shipment_detail, name="shipment_detail"),
    path("orders/shipments/<int:pk>/edit/", shipments.shipment_edit, name="shipment_edit"),
    path("orders/shipments/<int:pk>/lines/", shipments.shipment_lines, name="shipment_lines"),
    path("orders/shipments/<int:pk>/packing-list/", shipments.shipment_packing_list, name="shipment_packing_list"),
    path("orders/shipments/<int:pk>/label/", shipments.shipment_label, name="shipment_label"),
    path("orders/shipments/<int:pk>/track/", shipments.shipment_track, name="shipment_track"),
    path("orders/shipments/<int:pk>/told/", shipments.shipment_told, name="shipment_told"),
    path("orders/shipments/<int:pk>/problem/", shipments.shipment_problem, name="shipment_problem"),
    path("orders/shipments/<int:pk>/return/", returns.goodsreturn_create, name="goodsreturn_create"),
    path("orders/packing/<int:pk>/", shipments.packing_tick, name="packing_tick"),
    *_life("orders/shipments/", Shipment, "shipment"),
    path("orders/returns/<int:pk>/", returns.goodsreturn_detail, name="goodsreturn_detail"),
    *_life("orders/returns/", GoodsReturn, "goodsreturn"),
    path("orders/<int:pk>/credit/", returns.creditnote_create, name="creditnote_create"),
    path("orders/credits/<int:pk>/", returns.creditnote_detail, name="creditnote_detail"),
    *_life("orders/credits/", CreditNote, "creditnote"),
]
