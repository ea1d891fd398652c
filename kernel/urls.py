"""The kernel's own records: exports, imports, agreements."""

from django.urls import path

from kernel.models import Agreement
from kernel.views import (
    agreement_detail,
    audit_trail,
    calendar_feed,
    calendar_link,
    calendar_link_end,
    calendar_link_make,
    export_detail,
    export_file,
    export_list,
    export_start,
    import_create,
    import_detail,
    import_errors,
    import_list,
    import_mapping,
    import_run,
    import_undo,
    record_history,
    take_step,
)

app_name = "kernel"
urlpatterns = [
    path("audit/", audit_trail, name="audit_trail"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("profile/calendar/", calendar_link, name="calendar_link"),
    path("profile/calendar/new/", calendar_link_make, name="calendar_link_make"),
    path("profile/calendar/end/", calendar_link_end, name="calendar_link_end"),
    path("exports/", export_list, name="export_list"),
    path("exports/<int:pk>/", export_detail, name="export_detail"),
    path("exports/<int:pk>/file/", export_file, name="export_file"),
    path("exports/of/<str:what>/", export_start, name="export_start"),
    path("imports/", import_list, name="import_list"),
    path("imports/new/", import_create, name="import_create"),
    path("imports/<int:pk>/", import_detail, name="import_detail"),
    path("imports/<int:pk>/mapping/", import_mapping, name="import_mapping"),
    path("imports/<int:pk>/errors/", import_errors, name="import_errors"),
    path("imports/<int:pk>/run/", import_run, name="import_run"),
    path("imports/<int:pk>/undo/", import_undo, name="import_undo"),
    path("agreements/<int:pk>/", agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/history/", record_history, {"model": Agreement}, name="agreement_history"),
    path("agreements/<int:pk>/<slug:step>/", take_step, {"model": Agreement}, name="agreement_step"),
]
