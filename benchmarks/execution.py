"""Pages of orders and feedback with 400,000 orders, a million lines and 700,000 feedbacks: queries, time, blocks touched.

`python -m benchmarks.execution [--times N] [--reuse] [--keep] [--only TEXT]`: the demo company with the sample data, its
orders and feedback copied N times. Needs BYLAW_DATABASE_URL of a PostgreSQL server.
"""

import argparse
import tempfile

from benchmarks import database
from benchmarks.company import prepare

NAME = "bylaw_bench_execution"
PAGES = (
    ("orders:order_list", "", "service", 12), ("orders:order_list", "", "manager", 12),
    ("orders:order_list", "?q=HT-2026", "manager", 12), ("orders:order_list", "?state=in_production", "manager", 12),
    ("orders:production_bench", "", "production", 12), ("orders:purchasing_bench", "", "purchasing", 12),
    ("orders:quality_bench", "", "quality", 12), ("orders:logistics_bench", "", "logistics", 12),
    ("orders:productionplan_list", "", "production", 12), ("orders:inspection_list", "", "quality", 12),
    ("orders:shipment_list", "", "logistics", 12), ("orders:purchaseorder_list", "", "purchasing", 12),
    ("orders:shortage_list", "", "purchasing", 12), ("orders:supplier_list", "", "purchasing", 12),
    ("orders:material_list", "", "purchasing", 12), ("orders:delivery_calendar", "", "service", 12),
    ("orders:quality_figures", "", "quality", 12), ("aftersales:feedback_list", "", "service", 12),
    ("aftersales:feedback_bench", "", "service", 30), ("today", "", "service", 30), ("today", "", "production", 30),
    ("today", "", "manager", 30),
)  # fmt: skip
ROLES = {
    "service": "customer_service", "manager": "sales_manager", "production": "production", "purchasing": "purchasing",
    "quality": "quality", "logistics": "logistics",
}  # fmt: skip
ROUNDS = 7


def options():
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.execution", description=__doc__)
    parser.add_argument("--times", type=int, default=480)
    parser.add_argument("--only", default="")
    for flag in ("--reuse", "--keep"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def fill(server, times):
    """The demo company and the samples, then everything of the two apps so many times."""
    from django.core.management import call_command

    from benchmarks.multiply import multiply

    database.create(server, NAME)
    for command in ("migrate", "demo", "import_samples"):
        call_command(command, **({"interactive": False, "verbosity": 0} if command == "migrate" else {}))
    for label, number in multiply(times).items():
        if number > 10_000:
            print(f"  {label:<34} {number:>10,}")
    database.settle()


def people():
    """One person of each role."""
    from organization.models import User

    rows = User.objects.filter(is_active=True)
    return {name: rows.filter(groups__name=role).order_by("pk").first() for name, role in ROLES.items()}


def measure(only):
    """Print each page's figures."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import reverse

    from benchmarks.calling import get, session_of
    from benchmarks.counting import own_queries
    from benchmarks.growth import _blocks
    from kernel import settings
    from orders.models import Order

    site, cookies = WSGIHandler(), {name: session_of(user) for name, user in people().items()}
    newest = Order.objects.filter(state="in_production").order_by("-pk").first()
    pages = [(name, reverse(name) + query, who, most) for name, query, who, most in PAGES]
    pages += [("aftersales:feedback_figures", reverse("aftersales:feedback_figures"), "service", 12)]
    pages += [("aftersales:delivery_figures", reverse("aftersales:delivery_figures"), "service", 12)]
    pages += [("aftersales:measure_list", reverse("aftersales:measure_list"), "service", 12)]
    pages += [("aftersales:visit_list", reverse("aftersales:visit_list"), "service", 12)]
    pages += [("aftersales:survey_list", reverse("aftersales:survey_list"), "service", 12)]
    pages += [("orders:order_detail", newest.get_absolute_url(), who, 20) for who in ("service", "production")]
    for name, address, who, most in pages:
        if only not in name:
            continue
        settings.forget()
        answers = [get(site, address, cookies[who]) for _n in range(6)]
        with own_queries() as asked:
            last = get(site, address, cookies[who])
        times = [get(site, address, cookies[who]).ms for _n in range(ROUNDS)]
        before = _blocks()
        get(site, address, cookies[who])
        print(
            f"{name + ' ' + address.partition('?')[2]:<48} {who:<11} {last.status} {min(times):8.1f} ms "
            f"(first {answers[0].ms:8.1f}) {len(asked):3} of {most} queries {_blocks() - before:>8,} blocks "
            f"{len(last.body) / 1024:5.1f} KB",
            flush=True,
        )


def main():
    """Fill, measure, leave."""
    wanted = options()
    server = database.use_own_database(NAME)
    with tempfile.TemporaryDirectory(prefix="bylaw-bench-") as folder:
        prepare(folder)
        if not (wanted.reuse and database.exists(server, NAME)):
            fill(server, wanted.times)
        measure(wanted.only)
        if not wanted.keep:
            database.leave(server, NAME)


if __name__ == "__main__":
    main()
