"""Business numbers without gaps: taken inside the transaction that uses them, given back when it fails."""

from django.db import transaction

from kernel.models import NumberSeries

DEFAULT_PATTERN = "HT-{year}-{n:04d}"


def next_number(series_key: str, year: int, pattern: str = DEFAULT_PATTERN) -> str:
    """Take the next number of a series and year, written by the pattern; clause 4.2.2a and the contract ledger.

    The series row stays locked until the caller's transaction ends, so writers queue and a rollback leaves no gap.
    Raises RuntimeError outside a transaction, where a failure after the call would lose the number.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction that uses it")
    NumberSeries.objects.get_or_create(key=series_key, year=year)
    series = NumberSeries.objects.select_for_update().get(key=series_key, year=year)
    number = series.next
    series.next += 1
    series.save(update_fields=["next"])
    return pattern.format(year=year, n=number)
