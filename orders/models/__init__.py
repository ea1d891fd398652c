"""Orders and their lines, what departments answer, problems, changes, talks with the customer (REGULATION 3.3)."""

from orders.models.access import Department
from orders.models.changes import OrderChange
from orders.models.contacts import OrderContact
from orders.models.exceptions import OrderException
from orders.models.inspections import Defect, DefectCause, Inspection, InspectionPoint
from orders.models.issuing import Acknowledgement
from orders.models.orders import LineValue, Order, OrderLine
from orders.models.returns import CreditNote, GoodsReturn
from orders.models.rework import ReworkTask
from orders.models.shipments import PackingCheck, PackingItem, Shipment, ShipmentLine, TrackingEntry

__all__ = [
    "Acknowledgement",
    "CreditNote",
    "Defect",
    "DefectCause",
    "Department",
    "GoodsReturn",
    "Inspection",
    "InspectionPoint",
    "LineValue",
    "Order",
    "OrderChange",
    "OrderContact",
    "OrderException",
    "OrderLine",
    "PackingCheck",
    "PackingItem",
    "ReworkTask",
    "Shipment",
    "ShipmentLine",
    "TrackingEntry",
]
