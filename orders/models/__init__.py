"""Orders and their lines, what departments answer, problems, changes, talks with the customer (REGULATION 3.3)."""

from orders.models.access import Department
from orders.models.changes import OrderChange
from orders.models.contacts import OrderContact
from orders.models.exceptions import OrderException
from orders.models.issuing import Acknowledgement
from orders.models.orders import LineValue, Order, OrderLine

__all__ = [
    "Acknowledgement",
    "Department",
    "LineValue",
    "Order",
    "OrderChange",
    "OrderContact",
    "OrderException",
    "OrderLine",
]
