"""The pages of order execution."""

from orders.views.following import (
    ordercontact_create,
    orderexception_create,
    orderexception_detail,
    orderexception_edit,
    orderline_accept,
)
from orders.views.orders import (
    order_cancellation,
    order_create,
    order_detail,
    order_edit,
    order_enter,
    order_list,
    orderchange_create,
    orderchange_detail,
)

__all__ = [
    "order_cancellation",
    "order_create",
    "order_detail",
    "order_edit",
    "order_enter",
    "order_list",
    "orderchange_create",
    "orderchange_detail",
    "ordercontact_create",
    "orderexception_create",
    "orderexception_detail",
    "orderexception_edit",
    "orderline_accept",
]
