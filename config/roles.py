"""Who may do what: the permission matrix of SECURITY C as one table, role → permissions; synced to Django groups after migrate."""

from django.utils.translation import gettext_lazy as _

# The slug is the group's name; the label is what people read.
ROLE_LABELS = {
    "salesperson": _("Salesperson"),
    "customer_service": _("Customer service"),
    "sales_manager": _("Sales manager"),
    "director": _("Director"),
    "legal": _("Legal"),
    "custodian": _("Contract custodian"),
    "production": _("Production"),
    "purchasing": _("Purchasing"),
    "quality": _("Quality inspection"),
    "logistics": _("Logistics"),
    "technical": _("Technical staff"),
    "finance": _("Finance"),
    "hr": _("HR"),
    "administrator": _("System administrator"),
}

# fmt: off
ROLE_PERMISSIONS = {
    "salesperson": [
        "customers.view_customer", "customers.add_customer", "customers.change_customer",
        "customers.view_opportunity", "customers.add_opportunity", "customers.change_opportunity",
        "customers.view_marketinsight", "customers.add_marketinsight", "customers.change_marketinsight",
        "contracts.view_contract", "contracts.add_contract", "contracts.change_contract",
        "contracts.view_contracttemplate", "catalog.view_product",
        "contracts.view_collection", "contracts.request_invoice",
        "orders.view_order", "orders.view_order_value",
        "aftersales.view_feedback", "aftersales.view_returnvisit", "aftersales.view_survey",
    ],
    "customer_service": [
        "customers.view_customer", "customers.change_customer",
        "customers.view_opportunity", "customers.log_interaction",
        "customers.view_marketinsight", "customers.add_marketinsight",
        "contracts.view_contract", "catalog.view_product",
        "orders.view_order", "orders.view_all_orders", "orders.enter_order", "orders.view_order_value",
        "aftersales.view_feedback", "aftersales.view_all_feedback", "aftersales.record_feedback",
        "aftersales.view_returnvisit", "aftersales.view_survey",
    ],
    "sales_manager": [
        "customers.view_customer", "customers.add_customer", "customers.change_customer", "customers.view_all_customers",
        "customers.reassign_customer",
        "customers.view_opportunity", "customers.add_opportunity", "customers.change_opportunity", "customers.view_margin",
        "customers.view_marketinsight", "customers.add_marketinsight", "customers.change_marketinsight",
        "contracts.view_contract", "contracts.add_contract", "contracts.change_contract", "contracts.review_contract",
        "contracts.view_ledger", "contracts.export_ledger", "contracts.view_contracttemplate",
        "contracts.view_collection", "contracts.request_invoice",
        "catalog.view_product", "kernel.agree_exception", "kernel.view_conformance", "organization.end_deputyship",
        "documents.view_readings", "documents.classify_document", "documents.view_confidential", "kernel.import_data",
        "orders.view_order", "orders.view_all_orders", "orders.decide_order", "orders.view_order_value",
        "orders.view_purchase", "orders.view_material",
        "aftersales.view_feedback", "aftersales.view_all_feedback", "aftersales.decide_feedback",
        "aftersales.view_returnvisit", "aftersales.view_survey",
    ],
    "director": [
        "documents.view_confidential",
        "customers.view_customer", "customers.view_all_customers", "customers.view_opportunity", "customers.view_margin",
        "customers.view_marketinsight", "contracts.view_contract", "contracts.view_ledger", "contracts.export_ledger",
        "contracts.view_contracttemplate", "catalog.view_product", "organization.decide_above", "kernel.view_conformance",
        "organization.end_deputyship", "contracts.view_collection",
        "orders.view_order", "orders.view_all_orders", "orders.view_order_value",
        "orders.view_purchase", "orders.view_material",
        "aftersales.view_feedback", "aftersales.view_all_feedback",
        "aftersales.view_returnvisit", "aftersales.view_survey",
    ],
    "legal": [
        "documents.view_confidential",
        "customers.view_customer", "contracts.view_contract", "contracts.legal_review_contract", "contracts.view_ledger",
        "contracts.view_contracttemplate", "contracts.add_contracttemplate", "contracts.change_contracttemplate",
        "contracts.approve_contracttemplate", "kernel.view_conformance",
    ],
    "custodian": [
        "documents.view_confidential",
        "customers.view_customer", "contracts.view_contract", "contracts.archive_contract", "contracts.view_ledger",
        "contracts.export_ledger", "contracts.keep_seal",
    ],
    "production": ["orders.view_order", "orders.plan_production", "orders.view_material", "aftersales.view_feedback"],
    "purchasing": [
        "orders.view_order", "orders.buy_materials", "orders.view_purchase", "orders.view_material",
        "aftersales.view_feedback",
    ],
    "quality": ["orders.view_order", "orders.inspect_goods", "aftersales.view_feedback"],
    "logistics": ["orders.view_order", "orders.ship_goods", "aftersales.view_feedback"],
    "technical": ["aftersales.view_feedback", "aftersales.advise_feedback"],
    "finance": [
        "customers.view_customer", "contracts.view_contract", "contracts.view_ledger", "contracts.export_ledger",
        "contracts.view_collection", "contracts.issue_invoice", "contracts.record_receipt",
        "orders.view_order", "orders.view_all_orders", "orders.view_order_value", "orders.view_purchase",
        "catalog.view_product", "catalog.add_exchangerate", "catalog.change_exchangerate", "catalog.view_exchangerate",
    ],
    "hr": ["organization.manage_people", "organization.confirm_roles", "organization.end_deputyship"],
    "administrator": [
        "organization.manage_accounts", "organization.confirm_roles", "organization.manage_company",
        "kernel.change_setting", "kernel.view_conformance", "kernel.import_data",
        "catalog.view_product", "catalog.add_product", "catalog.change_product",
        "contracts.view_seal", "contracts.add_seal", "contracts.change_seal",
        "orders.view_defectcause", "orders.add_defectcause", "orders.change_defectcause",
        "orders.view_packingitem", "orders.add_packingitem", "orders.change_packingitem",
    ],
}
# fmt: on

# What a deputy sees besides deciding, as far as the one for whom he acts sees it: without it he could not judge.
SEEN_BY_DEPUTIES = (
    "customers.view_customer",
    "customers.view_all_customers",
    "customers.view_opportunity",
    "customers.view_margin",
    "customers.view_marketinsight",
    "contracts.view_contract",
    "contracts.view_contracttemplate",
    "contracts.view_collection",
    "orders.view_order",
    "orders.view_all_orders",
    "orders.view_order_value",
    "orders.view_purchase",
    "orders.view_material",
    "aftersales.view_feedback",
    "aftersales.view_all_feedback",
    "aftersales.view_returnvisit",
    "aftersales.view_survey",
    "catalog.view_product",
)

# By each of these somebody sees sales prices: whoever's roles give him none of them is nobody's deputy in what shows them.
SHOW_PRICES = ("contracts.view_contract", "customers.view_opportunity", "orders.view_order_value")

# What no deputy decides, whoever names him: it stays with the second person that the company chose for it.
KEPT_FROM_DEPUTIES = ("organization.confirm_roles",)
