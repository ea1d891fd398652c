"""Every list that is paged can be taken out with the rows of its screen, or it is said here why not."""

import ast
import re
from pathlib import Path

from kernel.lists import list_of

ROOT = Path(__file__).resolve().parents[1]
APPS = ("kernel", "organization", "catalog", "documents", "customers", "contracts", "orders", "aftersales")

# view → the list that its page offers as CSV and XLSX; a new view that pages its rows is entered here, or below
LISTS = {
    "aftersales.campaign_list": "campaigns",
    "aftersales.feedback_list": "feedback",
    "aftersales.measure_list": "measures",
    "aftersales.survey_list": "surveys",
    "aftersales.visit_list": "visits",
    "contracts.collection": "collection",
    "contracts.contract_list": "contracts",
    "contracts.loan_list": "loans",
    "contracts.libraryclause_list": "clause-library",
    "contracts.quotation_list": "quotations",
    "contracts.sealrequest_list": "seal-requests",
    "contracts.seal_register": "seal-register",
    "contracts.contracttemplate_list": "templates",
    "customers.opportunity_list": "opportunities",
    "customers.customer_list": "customers",
    "customers.duplicate_list": "duplicates",
    "customers.insight_list": "insights",
    "customers.segment_list": "segments",
    "customers.review_list": "reviews",
    "customers.risk_list": "risks",
    "kernel.promise_list": "promises",
    "kernel.notice_list": "notices",
    "kernel.import_list": "imports",
    "kernel.inbox": "copies",
    "orders.inspection_list": "inspections",
    "orders.order_list": "orders",
    "orders.productionplan_list": "production-plans",
    "orders.purchaseorder_list": "purchases",
    "orders.shipment_list": "shipments",
    "orders.supplier_list": "suppliers",
    "orders.material_list": "materials",
    "organization.deputyship_list": "deputyships",
    "organization.people": "people",
    "documents.document_list": "documents",
    "documents.reading_list": "readings",
}
NOT_TAKEN_OUT = {
    "aftersales.delivery_rows": "the rows behind one figure; the list of orders goes out with the same filters",
    "aftersales.mail_list": "letters of persons, which are forgotten when their time is over",
    "aftersales.questionnaire_list": "wordings, not records; the answers go out with their questions",
    "aftersales.survey_words": "the answers go out with all their questions from the page of results",
    "contracts.ledger": "offered by its page with its own names: the ledger also goes out as a PDF",
    "orders.order_create": "a choice of contracts to enter an order from; the contracts are a list of their own",
}


def paging_views():
    """Every view that pages rows by key, as app.function, read from the source."""
    for app in APPS:
        for path in sorted([*(ROOT / app).glob("views.py"), *(ROOT / app).glob("views/*.py")]):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and node.name != "keyset_page":
                    called = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
                    if "keyset_page" in called:
                        yield f"{app}.{node.name}"


def test_every_view_that_pages_its_rows_offers_them_as_a_file():
    found = set(paging_views())
    new = sorted(found - set(LISTS) - set(NOT_TAKEN_OUT))
    assert not new, f"declare with @listed and enter in LISTS (or in NOT_TAKEN_OUT, with the reason): {new}"
    gone = sorted((set(LISTS) | set(NOT_TAKEN_OUT)) - found)
    assert not gone, f"no such view pages its rows any more: {gone}"
    unknown = sorted(slug for slug in LISTS.values() if list_of(slug) is None)
    assert not unknown, f"not declared with @listed: {unknown}"


def test_every_such_list_is_offered_by_a_page():
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    offered = set(re.findall(r'"ui/exports\.html" with list="([^"]+)"', pages))
    silent = sorted(set(LISTS.values()) - offered)
    assert not silent, f"include ui/exports.html on the page of: {silent}"
