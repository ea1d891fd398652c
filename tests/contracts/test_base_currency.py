"""The ledger in the base currency: each contract at the rate of its signing day; a rate that is missing is said."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import ExchangeRate, Rates
from contracts.models import Contract
from contracts.reports import total_in_base
from kernel import clock

pytestmark = pytest.mark.django_db


def rate(currency, value, ago):
    day = clock.today() - timedelta(ago)
    ExchangeRate.objects.create(currency=currency, rate=Decimal(value), effective_on=day)


def test_the_rate_is_the_one_in_force_on_the_day():
    rate("USD", "30", 10)
    rate("USD", "32", 3)
    rates, today = Rates("TWD", {"USD", "TWD", "EUR"}), clock.today()
    asked = [rates.on("USD", today - timedelta(ago)) for ago in (11, 10, 4, 3, 0)]
    assert asked == [None, 30, 30, 32, 32]
    assert (rates.on("TWD", today), rates.on("EUR", today)) == (1, None)


def test_the_ledger_counts_in_the_base_currency_and_says_what_has_no_rate(contract_in, as_, manager):
    contract = contract_in("signed")
    Contract.objects.filter(pk=contract.pk).update(currency="USD", total=Decimal("100.01"))
    page = as_(manager).get("/contracts/ledger/")
    assert page.context["in_base"].total == 0
    assert "1 contract in USD has no rate for its day and is not counted." in page.content.decode()
    rate("USD", "31.555", 0)
    found = total_in_base(Contract.objects.in_ledger(), "TWD")
    assert (found.total, found.without_rate) == (Decimal("3155.82"), {})
