"""People by role, and clients signed in as them."""

import itertools

import pytest
from django.test import Client

_count = itertools.count(1)


@pytest.fixture
def person(db):
    """Make a person with roles: `person("salesperson")`, `person("legal", "custodian", name="…")`."""
    from organization.models import Department, User

    def make(*roles, name="", **fields):
        number = next(_count)
        department, _created = Department.objects.get_or_create(code="sales", defaults={"name": "Sales"})
        fields.setdefault("department", department)
        return User.objects.create_user(
            f"person{number}@example.com", name or f"Person {number}", "correct horse battery", roles=roles, **fields
        )

    return make


@pytest.fixture
def salesperson(person, manager):
    """A salesperson under the manager."""
    return person("salesperson", name="Lin Sales", boss=manager)


@pytest.fixture
def manager(person):
    """The sales manager in office."""
    from organization.services import put_in_office

    user = person(name="Chou Manager")
    put_in_office(user=user)
    return user


@pytest.fixture
def director(person):
    """The director."""
    return person("director", name="Fang Director")


@pytest.fixture
def legal(person):
    """A legal reviewer."""
    return person("legal", name="Hsu Legal")


@pytest.fixture
def customer_service(person, manager):
    """A customer service clerk."""
    return person("customer_service", name="Wu Service", boss=manager)


@pytest.fixture
def custodian(person):
    """The contract custodian."""
    return person("custodian", name="Kao Custodian")


@pytest.fixture
def as_():
    """Give a client signed in as this person, in English unless told otherwise."""

    def sign_in(user, language="en"):
        if user.language != language:
            user.language = language
            user.save()
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _fresh_settings():
    """Nothing remembered from the test before."""
    from kernel import settings

    settings.forget()
    yield
    settings.forget()
