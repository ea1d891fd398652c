"""Every list that grows, with 10,000, 100,000 and a million rows: its page must cost the same.

The rows are copied inside the database from those that the company has, with keys of their own and without triggers. Beside
the time of a page, which the machine's other work disturbs, stand the blocks of the database that it touched.
"""

from dataclasses import dataclass

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.urls import reverse

from benchmarks.calling import get, session_of
from benchmarks.others import Figure
from benchmarks.pages import people
from contracts.models import Contract
from customers.models import Customer, MarketInsight, Opportunity
from documents.models import Document
from kernel.models import Notice, Promise, StateChange

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (5_000, 20_000)
ROUNDS, WARM_UP = 15, 6  # a plan is kept from the sixth call on
MOST_RATIO = 1.2
SAMPLE = 5_000  # rows that are copied, the newest


@dataclass(frozen=True)
class Growing:
    """A list: whose rows it shows, who looks, and what each copied row has of its own (SQL over the new row's key `k`)."""

    name: str
    model: type
    address: str
    who: str
    own: tuple[tuple[str, str], ...] = ()
    query: str = ""


LISTS = (
    Growing("customers", Customer, "customers:customer_list", "manager", (("number", "'V-' || k"),)),
    Growing("customers, own", Customer, "customers:customer_list", "salesperson", (("number", "'V-' || k"),)),
    Growing("opportunities", Opportunity, "customers:opportunity_list", "manager", (("number", "'V-' || k"),)),
    Growing("opportunities, own", Opportunity, "customers:opportunity_list", "salesperson", (("number", "'V-' || k"),)),
    Growing("contracts", Contract, "contracts:contract_list", "manager", (("number", "'V-' || k"),)),
    Growing("contract ledger", Contract, "contracts:ledger", "custodian", (("number", "'V-' || k"),)),
    Growing("market insights", MarketInsight, "customers:insight_list", "manager"),
    Growing("documents", Document, "documents:document_list", "manager", (("number", "'V-' || k"),)),
    Growing("notices", Notice, "notices", "salesperson", (("effect", "'volume:' || k"),)),
    Growing("promises", Promise, "promises", "salesperson", (("row", "k"),)),
    Growing("decisions", StateChange, "inbox", "manager", (), "?tab=decided"),
)


def measure(*, quick=False):
    """Time and blocks of each list's first page at each size, table by table; one figure a list."""
    site, cookies = WSGIHandler(), {name: session_of(user) for name, user in people().items()}
    found = {growing: [] for growing in LISTS}
    for model in dict.fromkeys(growing.model for growing in LISTS):
        lists = [growing for growing in LISTS if growing.model is model]
        for size in QUICK_SIZES if quick else SIZES:
            rows = grow(model, size, dict(lists[0].own))
            for growing in lists:
                address = reverse(growing.address) + growing.query
                ms, blocks = _page(site, address, cookies[growing.who])
                found[growing].append((rows, ms, blocks))
                print(f"  {growing.name:<22} {rows:>9,} rows {ms:7.1f} ms {blocks:>8,} blocks", flush=True)
    return [_figure(growing, sizes) for growing, sizes in found.items()]


def _figure(growing, sizes):
    (first, ms, blocks), (last, last_ms, last_blocks) = sizes[0], sizes[-1]
    note = f"{ms:.0f} → {last_ms:.0f} ms, {blocks:,} → {last_blocks:,} blocks"
    name = f"{growing.name}, {growing.who}: {first:,} → {last:,} rows ({note})"
    return Figure(name, round(last_ms / ms, 2), "×", MOST_RATIO)


def _page(site, address, cookie):
    """The page's shortest time, which other work on the machine disturbs the least, and the blocks it touches."""
    for _n in range(WARM_UP):
        if (answer := get(site, address, cookie)).status != 200:
            raise SystemExit(f"{address} answered {answer.status}")
    times = [get(site, address, cookie).ms for _n in range(ROUNDS)]
    before = _blocks()
    get(site, address, cookie)
    return min(times), _blocks() - before


def _blocks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def grow(model, size, own):
    """Copy rows of a table until it has so many; gives how many it has."""
    quote, meta = connection.ops.quote_name, model._meta
    table, key = quote(meta.db_table), quote(meta.pk.column)
    columns = [f.column for f in meta.concrete_fields if not f.primary_key and not f.generated]
    values = ", ".join(own.get(column, f"s.{quote(column)}") for column in columns)
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"SELECT count(*), max({key}) FROM {table}")
        number, last = cursor.fetchone()
        if number < size:
            cursor.execute("SET session_replication_role = replica")  # without triggers: these rows are no history
            cursor.execute(
                f"WITH s AS (SELECT *, row_number() OVER (ORDER BY {key} DESC) - 1 AS place FROM {table} LIMIT {SAMPLE}) "
                f"INSERT INTO {table} ({key}, {names}) SELECT k, {values} FROM generate_series(%s::bigint, %s::bigint) AS k "
                f"JOIN s ON s.place = k %% (SELECT count(*) FROM s)",
                [last + 1, last + size - number],
            )
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{meta.db_table}', '{meta.pk.column}'), %s)", [last + size]
            )
        cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("SET statement_timeout = DEFAULT")
    return max(number, size)
