"""Orders and their lines, what departments answer, problems, changes, talks with the customer (REGULATION 3.3)."""

from orders.models.access import Department
from orders.models.changes import OrderChange
from orders.models.contacts import OrderContact
from orders.models.exceptions import OrderException
from orders.models.inspections import Defect, DefectCause, Inspection, InspectionPoint
from orders.models.issuing import Acknowledgement
from orders.models.materials import Material, PlanMaterial, StockMovement
from orders.models.orders import LineValue, Order, OrderLine
from orders.models.planning import PlanRequirement, PlanTask, ProductionPlan, TaskReport
from orders.models.purchasing import GoodsReceipt, PurchaseLine, PurchaseNote, PurchaseOrder
from orders.models.returns import CreditNote, GoodsReturn
from orders.models.rework import ReworkTask
from orders.models.shipments import PackingCheck, PackingItem, Shipment, ShipmentLine, TrackingEntry
from orders.models.suppliers import Qualification, Supplier

__all__ = [
    "Acknowledgement",
    "CreditNote",
    "Defect",
    "DefectCause",
    "Department",
    "GoodsReceipt",
    "GoodsReturn",
    "Inspection",
    "InspectionPoint",
    "LineValue",
    "Material",
    "Order",
    "OrderChange",
    "OrderContact",
    "OrderException",
    "OrderLine",
    "PackingCheck",
    "PackingItem",
    "PlanMaterial",
    "PlanRequirement",
    "PlanTask",
    "ProductionPlan",
    "PurchaseLine",
    "PurchaseNote",
    "PurchaseOrder",
    "Qualification",
    "ReworkTask",
    "Shipment",
    "ShipmentLine",
    "StockMovement",
    "Supplier",
    "TaskReport",
    "TrackingEntry",
]
