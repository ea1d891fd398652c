"""Roles that an administrator gives are confirmed by a second person; what he takes away goes at once (SECURITY S7)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kernel import clock
from kernel.advance import advance
from kernel.inbox import queue
from kernel.settings import forget
from organization.models import Office, RoleGrant, User
from organization.services import ask_for_office, change_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(person):
    return person("administrator", name="Ada Admin")


@pytest.fixture
def hr(person):
    return person("hr", name="Yeh HR")


def roles_of(user):
    return User.objects.get(pk=user.pk).roles


def waiting_for(user):
    forget()
    return [w.pk for w in queue(user) if w.label == "organization.rolegrant"]


def test_what_is_added_waits_and_what_is_taken_goes(administrator, hr, salesperson):
    grant = change_roles(user=salesperson, roles=["legal", "custodian"], by=administrator)
    assert roles_of(salesperson) == [], "the role of before is gone at once"
    assert waiting_for(administrator) == [] and waiting_for(hr) == [grant.pk]
    advance(grant, "confirm", by=hr)
    assert roles_of(salesperson) == ["custodian", "legal"]


def test_neither_who_asked_nor_who_gets_them_confirms(administrator, hr, person):
    second = person("administrator")
    grant = change_roles(user=second, roles=["administrator", "legal"], by=administrator)
    for who in (administrator, second):
        with pytest.raises(PermissionDenied):
            advance(grant, "confirm", by=who)
    assert roles_of(second) == ["administrator"]
    advance(grant, "confirm", by=hr)
    assert roles_of(second) == ["administrator", "legal"]


def test_a_single_administrator_without_hr_asks_the_director(administrator, director, salesperson):
    grant = change_roles(user=salesperson, roles=["salesperson", "legal"], by=administrator)
    assert waiting_for(director) == [grant.pk]
    advance(grant, "confirm", by=director)
    assert roles_of(salesperson) == ["legal", "salesperson"]


def test_asked_anew_the_first_is_withdrawn_and_anothers_is_not_overwritten(administrator, person, hr, salesperson):
    first = change_roles(user=salesperson, roles=["salesperson", "legal"], by=administrator)
    assert change_roles(user=salesperson, roles=["salesperson", "legal"], by=administrator) == first
    second = change_roles(user=salesperson, roles=["salesperson", "custodian"], by=administrator)
    first.refresh_from_db()
    assert first.state == "withdrawn" and second.roles == ["custodian"]
    with pytest.raises(ValidationError):
        change_roles(user=salesperson, roles=["salesperson", "hr"], by=person("administrator"))


def test_a_puppet_gets_no_role_from_its_maker_alone(as_, administrator, salesperson):
    """The form of a new account says what happens next, and the page of the grant shows who must confirm."""
    sent = {
        "email": "puppet@example.com",
        "name": "Puppet",
        "language": "en",
        "joined_on": "2026-01-05",
        "roles": ["legal"],
    }
    page = as_(administrator).post("/admin/organization/user/add/", sent, follow=True).content.decode()
    puppet = User.objects.get(email="puppet@example.com")
    assert puppet.roles == [] and "in force once HR or another administrator confirms" in page
    grant = puppet.role_grants.get()
    text = as_(administrator).get(grant.get_absolute_url()).content.decode()
    assert "Legal" in text and "Confirm<" not in text
    assert as_(administrator).post(grant.step_url("confirm"), {}).status_code == 403


def test_a_second_naming_replaces_ones_own_and_waits_for_anothers(administrator, person, manager, salesperson, hr):
    first = ask_for_office(user=salesperson, since=clock.today(), by=administrator)
    other = person("salesperson", name="Other Sales")
    second = ask_for_office(user=other, since=clock.today(), by=administrator)
    assert [g.state for g in RoleGrant.objects.order_by("pk")] == ["withdrawn", "requested"]
    with pytest.raises(ValidationError, match="Another grant waits"):
        ask_for_office(user=salesperson, since=clock.today(), by=person("administrator", name="Bo Admin"))
    change_roles(user=other, roles=["salesperson"], by=administrator)
    assert RoleGrant.objects.get(pk=second.pk).state == "requested" and first.pk != second.pk
    advance(second, "refuse", by=hr, comment="Not yet")
    assert Office.objects.get(until=None).user == manager
