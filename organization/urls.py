"""The map of the organization's pages: sign-in, one's own account, the staff list."""

from django.urls import path

from kernel.views import record_history, take_step
from organization import views
from organization.models import Deputyship, RoleGrant

app_name = "organization"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("login/code/", views.otp, name="otp"),
    path("welcome/<uidb64>/<token>/", views.invitation, name="invitation"),
    path("password/forgotten/", views.password_reset, name="password_reset"),
    path("password/forgotten/sent/", views.password_reset_done, name="password_reset_done"),
    path("password/new/<uidb64>/<token>/", views.password_reset_confirm, name="password_reset_confirm"),
    path("password/new/saved/", views.password_reset_complete, name="password_reset_complete"),
    path("password/", views.password_change, name="password_change"),
    path("password/saved/", views.password_change_done, name="password_change_done"),
    path("language/", views.set_language, name="set_language"),
    path("profile/", views.profile, name="profile"),
    path("profile/signed-in/", views.signin_list, name="signin_list"),
    path("profile/signed-in/others/end/", views.signin_end_others, name="signin_end_others"),
    path("profile/signed-in/<int:pk>/end/", views.signin_end, name="signin_end"),
    path("people/", views.people, name="people"),
    path("people/grants/<int:pk>/", views.rolegrant_detail, name="rolegrant_detail"),
    path("people/grants/<int:pk>/history/", record_history, {"model": RoleGrant}, name="rolegrant_history"),
    path("people/grants/<int:pk>/<slug:step>/", take_step, {"model": RoleGrant}, name="rolegrant_step"),
    path("deputies/", views.deputyship_list, name="deputyship_list"),
    path("deputies/new/", views.deputyship_create, name="deputyship_create"),
    path("deputies/<int:pk>/", views.deputyship_detail, name="deputyship_detail"),
    path("deputies/<int:pk>/history/", record_history, {"model": Deputyship}, name="deputyship_history"),
    path("deputies/<int:pk>/<slug:step>/", take_step, {"model": Deputyship}, name="deputyship_step"),
]
