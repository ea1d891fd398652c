"""The map of order execution."""

from django.urls import path

from kernel.views import record_history, take_step
from orders import urls_goods, urls_supply, views
from orders.models import Acknowledgement, Order, OrderChange, OrderException

app_name = "orders"
urlpatterns = [
    *urls_supply.urlpatterns,
    *urls_goods.urlpatterns,
    path("orders/", views.order_list, name="order_list"),
    path("orders/new/", views.order_create, name="order_create"),
    path("orders/new/<int:pk>/", views.order_enter, name="order_enter"),
    path("orders/exceptions/<int:pk>/", views.orderexception_detail, name="orderexception_detail"),
    path("orders/exceptions/<int:pk>/edit/", views.orderexception_edit, name="orderexception_edit"),
    path(
        "orders/exceptions/<int:pk>/history/", record_history, {"model": OrderException}, name="orderexception_history"
    ),
    path("orders/exceptions/<int:pk>/<slug:step>/", take_step, {"model": OrderException}, name="orderexception_step"),
    path("orders/changes/<int:pk>/", views.orderchange_detail, name="orderchange_detail"),
    path("orders/changes/<int:pk>/history/", record_history, {"model": OrderChange}, name="orderchange_history"),
    path("orders/changes/<int:pk>/<slug:step>/", take_step, {"model": OrderChange}, name="orderchange_step"),
    path(
        "orders/departments/<int:pk>/<slug:step>/", take_step, {"model": Acknowledgement}, name="acknowledgement_step"
    ),
    path("orders/lines/<int:pk>/change/", views.orderchange_create, name="orderchange_create"),
    path("orders/lines/<int:pk>/accept/", views.orderline_accept, name="orderline_accept"),
    path("orders/<int:pk>/", views.order_detail, name="order_detail"),
    path("orders/<int:pk>/edit/", views.order_edit, name="order_edit"),
    path("orders/<int:pk>/cancellation/", views.order_cancellation, name="order_cancellation"),
    path("orders/<int:pk>/contacts/new/", views.ordercontact_create, name="ordercontact_create"),
    path("orders/<int:pk>/exceptions/new/", views.orderexception_create, name="orderexception_create"),
    path("orders/<int:pk>/history/", record_history, {"model": Order}, name="order_history"),
    path("orders/<int:pk>/<slug:step>/", take_step, {"model": Order}, name="order_step"),
]
