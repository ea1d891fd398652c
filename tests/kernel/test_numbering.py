"""Business numbers have no gaps and no doubles."""

import pytest
from django.db import transaction

from kernel.numbering import next_number
from tests.databases import in_threads

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_numbers_follow_each_other_per_series_and_year():
    taken = [next_number("contract", 2026), next_number("contract", 2026), next_number("contract", 2027)]
    assert taken == ["HT-2026-0001", "HT-2026-0002", "HT-2027-0001"]
    assert next_number("order", 2026, "DD-{year}-{n:05d}") == "DD-2026-00001"


@pytest.mark.django_db
def test_rollback_gives_the_number_back():
    def fail_after_taking():
        with transaction.atomic():
            next_number("contract", 2026)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_taking()
    assert next_number("contract", 2026) == "HT-2026-0001"


@pytest.mark.django_db
def test_number_outside_a_transaction_is_refused(monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(RuntimeError):
        next_number("contract", 2026)


def take(fail):
    with transaction.atomic():
        number = next_number("contract", 2026)
        if fail:
            raise ZeroDivisionError
        return number


def test_twenty_writers_leave_no_gap_and_no_double(committed_db):
    results = in_threads(take, [n % 4 == 0 for n in range(20)])
    failed = [result for result in results if isinstance(result, ZeroDivisionError)]
    taken = sorted(result for result in results if isinstance(result, str))
    assert len(failed) == 5
    assert taken == [f"HT-2026-{n:04d}" for n in range(1, 16)]
