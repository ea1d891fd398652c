"""The pages of the organization: sign-in, account, staff list."""

from organization.views.account import password_change, password_change_done, profile, set_language
from organization.views.deputies import deputyship_create, deputyship_detail, deputyship_list
from organization.views.grants import rolegrant_detail
from organization.views.people import people
from organization.views.signin import (
    invitation,
    login,
    logout,
    otp,
    password_reset,
    password_reset_complete,
    password_reset_confirm,
    password_reset_done,
)
from organization.views.signins import signin_end, signin_end_others, signin_list

__all__ = [
    "deputyship_create",
    "deputyship_detail",
    "deputyship_list",
    "invitation",
    "login",
    "logout",
    "otp",
    "password_change",
    "password_change_done",
    "password_reset",
    "password_reset_complete",
    "password_reset_confirm",
    "password_reset_done",
    "people",
    "profile",
    "rolegrant_detail",
    "set_language",
    "signin_end",
    "signin_end_others",
    "signin_list",
]
