"""Imports from texts: a CSV and a mapping written down in the test."""

import pytest
from django.utils import translation

from kernel.imports import Refused

MAPPINGS = {
    "employees": """
        [fields]
        employee_no = "no"
        name = "name"
        email = "email"
        boss = "boss"
        joined_on = "since"
        """,
    "products": """
        [fields]
        code = "code"
        name = "name"
        list_price = "price"
        cost = "cost"
        is_discontinued = "gone"
        [constants]
        currency = "USD"
        """,
    "customers": """
        [fields]
        number = "no"
        name = "name"
        website = "site"
        region = "region"
        owner = "owner"
        """,
    "contacts": """
        [fields]
        customer = "customer"
        name = "name"
        email = "email"
        [constants]
        is_primary = "yes"
        """,
    "opportunities": """
        [fields]
        number = "no"
        name = "name"
        customer = "customer"
        owner = "owner"
        product = "product"
        stage = "stage"
        engaged_on = "engaged"
        closed_on = "closed"
        value = "value"
        [constants]
        currency = "USD"
        """,
}


@pytest.fixture
def take(db, tmp_path):
    """Import a text: `take("products", "code,name,price\\nA,Apple,3")`; `mapping=` or `extra=` change the mapping."""
    from config.importing.runs import run

    def take(entity, text, *, mapping="", extra="", **options):
        file, toml = tmp_path / f"{entity}.csv", tmp_path / f"{entity}.toml"
        file.write_text(text, encoding="utf-8")
        toml.write_text((mapping or MAPPINGS[entity]) + extra, encoding="utf-8")
        with translation.override("en"):
            outcome = run(entity, file, toml, **options)
        return outcome.added, outcome.already

    return take


@pytest.fixture
def refusal(take):
    """Import a text that is refused and return the lines of the report."""

    def refusal(entity, text, **options):
        with pytest.raises(Refused) as caught:
            take(entity, text, **options)
        with translation.override("en"):
            return str(caught.value).splitlines()

    return refusal
