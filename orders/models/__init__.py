"""Orders and their lines, what departments answer, problems, changes, talks with the customer (REGULATION 3.3)."""

from orders.models.access import Department
from orders.models.changes import OrderChange
from orders.models.contacts import OrderContact
from orders.models.exceptions import OrderException
from orders.models.issuing import Acknowledgement
from orders.models.materials import Material, PlanMaterial, StockMovement
from orders.models.orders import LineValue, Order, OrderLine
from orders.models.planning import PlanRequirement, PlanTask, ProductionPlan, TaskReport
from orders.models.purchasing import GoodsReceipt, PurchaseLine, PurchaseNote, PurchaseOrder
from orders.models.suppliers import Qualification, Supplier

__all__ = [
    "Acknowledgement",
    "Department",
    "GoodsReceipt",
    "LineValue",
    "Material",
    "Order",
    "OrderChange",
    "OrderContact",
    "OrderException",
    "OrderLine",
    "PlanMaterial",
    "PlanRequirement",
    "PlanTask",
    "ProductionPlan",
    "PurchaseLine",
    "PurchaseNote",
    "PurchaseOrder",
    "Qualification",
    "StockMovement",
    "Supplier",
    "TaskReport",
]
