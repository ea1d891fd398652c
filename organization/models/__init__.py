"""Who works here: users, departments, offices, and the company itself (chapter 2 of the regulation)."""

from organization.models.company import Company
from organization.models.deputies import Deputyship
from organization.models.grants import RoleGrant
from organization.models.people import Department, Office, User
from organization.models.signins import SignIn

__all__ = ["Company", "Department", "Deputyship", "Office", "RoleGrant", "SignIn", "User"]
