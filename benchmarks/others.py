"""What is no page: the queries of a step, the contract's PDF, the sizes of styles and scripts, import and demo."""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median

from django.conf import settings as site_settings
from django.contrib.staticfiles import finders
from django.db import transaction

from benchmarks.calling import get
from benchmarks.counting import own_queries
from contracts.models import Contract, ReviewPoint
from contracts.models.reviews import POINTS
from customers.models import Opportunity
from kernel import settings
from kernel.advance import advance
from kernel.models import Agreement

MOST_STEP, MOST_PDF_S, MOST_PDF_KB, MOST_ASSET_KB = 16, 0.5, 100, 60
PAGES = 5
SECONDS = 60  # for the import of the pipeline, and for the demo company
MODELS = ("opportunity", "contract", "contracttemplate", "agreement", "customer")


@dataclass
class Figure:
    """One figure with its goal; `value` None means that it was not measured, and `note` says why."""

    name: str
    value: float | None
    unit: str
    goal: float
    note: str = ""

    @property
    def missed(self):
        """Whether the goal is not reached."""
        return self.value is not None and self.value > self.goal


def steps(people):
    """The queries of single steps, each rolled back: on the record's own row, without steps that follow on others."""
    manager, legal = people["manager"], people["legal"]
    deal = Opportunity.objects.filter(state="first_contact").select_related("owner").order_by("pk").first()
    contract = Contract.objects.filter(state="manager_review").order_by("pk").first()
    text = Contract.objects.filter(state="legal_review").order_by("pk").first()
    asked = Agreement.objects.filter(state="requested").order_by("pk").first()
    ReviewPoint.objects.bulk_create(
        _points(contract, "manager", manager) + _points(text, "legal", legal), ignore_conflicts=True
    )
    return [
        _step("step: opportunity on to needs", deal, "explore_needs", deal.owner),
        _step("step: opportunity sent back", deal, "send_back", deal.owner),
        _step("step: contract approved by the manager", contract, "approve_terms", manager),
        _step("step: contract returned", contract, "return_terms", manager),
        _step("step: contract approved by legal", text, "approve_text", legal),
        _step("step: exception agreed", asked, "agree", manager),
    ]


def _points(contract, side, by):
    return [
        ReviewPoint(contract=contract, version_number=contract.text_version, side=side, point=p, verdict="ok", by=by)
        for p in POINTS[side]
    ]


def _step(name, record, step, by):
    by.get_all_permissions()  # known to the request by then
    settings.forget()
    try:
        with transaction.atomic(), own_queries() as asked:
            advance(record, step, by=by, comment="Benchmark")
            transaction.set_rollback(True)
    except Exception as error:
        return Figure(name, None, "queries", MOST_STEP, f"refused: {error}")
    return Figure(name, len(asked), "queries", MOST_STEP)


def pdf(rounds):
    """A contract of five pages, warm."""
    from pypdf import PdfReader

    from contracts.prints import contract_pdf

    contract = Contract.objects.filter(state="archived").select_related("customer", "drafted_by").order_by("pk").first()
    own, url = contract.clause_rows, "https://bylaw.example/contracts/1/"
    data, pages = contract_pdf(contract, record_url=url), 0
    while (pages := len(PdfReader(BytesIO(data)).pages)) < PAGES:
        contract.__dict__["clause_rows"] = [*contract.clause_rows, *own]
        data = contract_pdf(contract, record_url=url)
    times = []
    for _n in range(rounds):
        began = time.perf_counter()
        data = contract_pdf(contract, record_url=url)
        times.append(time.perf_counter() - began)
    return [
        Figure(f"contract PDF of {pages} pages, warm", round(median(times), 2), "s", MOST_PDF_S),
        Figure(f"contract PDF of {pages} pages", round(len(data) / 1024, 1), "KB", MOST_PDF_KB),
    ]


def assets(site, cookie):
    """Style sheets and scripts that a page loads, uncompressed."""
    html = get(site, "/", cookie).body.decode()
    found = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html))
    return [
        Figure(
            f"{kind.upper()} of a page",
            round(sum(map(_size, [f for f in found if f.endswith(kind)])) / 1024, 1),
            "KB",
            MOST_ASSET_KB,
        )
        for kind in ("css", "js")
    ]


def _size(name):
    plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)
    return Path(finders.find(plain) or finders.find(name)).stat().st_size


def commands():
    """Import of the sample pipeline and the demo company, each from nothing on SQLite, as `make serve` runs them."""
    return [_command("demo company", "demo"), _command("import of the sample data", "import_samples")]


def _command(name, command):
    with tempfile.TemporaryDirectory(prefix="bylaw-bench-") as folder:
        inherited = {k: v for k, v in os.environ.items() if k not in ("BYLAW_DATABASE_URL", "BYLAW_STATIC")}
        environment = {**inherited, "BYLAW_VAR": folder, "BYLAW_FONTS": str(site_settings.FONTS_DIR)}
        run = {"cwd": site_settings.BASE_DIR, "env": environment, "capture_output": True, "text": True}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], **run, check=True)
        began = time.perf_counter()
        result = subprocess.run([sys.executable, "manage.py", command], **run)
        seconds = time.perf_counter() - began
    said = (result.stderr.strip() or result.stdout.strip()).splitlines()
    if result.returncode:
        return Figure(name, None, "s", SECONDS, said[-1][:120] if said else "failed")
    return Figure(name, round(seconds, 1), "s", SECONDS)
