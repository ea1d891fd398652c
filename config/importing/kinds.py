"""What can be imported on the import page: the readers of the command, with what people call the columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import CURRENCIES, Price, Product
from config.importing import contracts
from config.importing.outcome import Tick
from config.importing.runs import READERS, take
from config.importing.sheet import Sheet
from contracts.models import Contract, Instalment
from customers.models import Contact, Customer, Opportunity
from kernel.import_kinds import ImportField, ImportKind, importable
from kernel.imports import Mapping, Table

YES_OR_NO = [("1", _("yes")), ("0", _("no"))]
NAMES = (
    "company",
    "company name",
    "customer name",
    "account",
    "公司",
    "公司名稱",
    "公司名称",
    "客戶名稱",
    "客户名称",
    "客戶",
    "客户",
)
PEOPLE = (
    "sales",
    "salesperson",
    "sales agent",
    "account owner",
    "業務",
    "業務員",
    "业务员",
    "業務負責人",
    "负责人",
    "負責人",
)


def _engine(entity: str) -> Callable[..., tuple[list[Any], int]]:
    """The command's reader of an entity, as the page calls it."""

    def run(table: Table, mapping: Mapping, *, by: Any, dry_run: bool, tick: Tick) -> tuple[list[Any], int]:
        outcome = take(Sheet.of(READERS[entity].ENTITY, table, mapping, by), dry_run=dry_run, tick=tick)
        return outcome.records, outcome.already

    return run


def _field(model: Any, source: str, /, *also: str, **more: Any) -> ImportField:
    """A field of a model, under the model's own label and with its choices."""
    field = model._meta.get_field(source)
    choices = more.pop("choices", field.choices or ())
    return ImportField(
        more.pop("name", source), more.pop("label", field.verbose_name), choices=choices, also=also, **more
    )


importable(
    ImportKind(
        "customers",
        _("Customers"),
        "customers.add_customer",
        (
            _field(Customer, "name", *NAMES, "name", "名稱", "名称", required=True),
            _field(Customer, "number", "no", "customer id", "customer number", "客戶編號", "客户编号", "代號"),
            _field(Customer, "short_name", "short", "簡稱", "简称"),
            _field(
                Customer, "registration_number", "tax id", "vat", "統一編號", "统一编号", "統編", "统一社会信用代码"
            ),
            _field(Customer, "region", "country", "國家", "国家", "地區", "地区"),
            _field(Customer, "industry", "sector", "產業", "行業", "行业"),
            _field(Customer, "grade", "等級", "等级", "級別"),
            _field(Customer, "address", "street", "公司地址"),
            _field(Customer, "ship_address", "送貨地址", "送货地址"),
            _field(Customer, "website", "web", "url", "homepage", "網址", "网址", "網站"),
            _field(Customer, "phone", "tel", "telephone", "電話", "电话", "公司電話"),
            _field(Customer, "source", "來源", "来源"),
            _field(Customer, "note", "notes", "remark", "remarks", "備註", "备注"),
            _field(Customer, "owner", *PEOPLE, is_person=True),
        ),
        _engine("customers"),
        "customers:customer_list",
        ("customers.namegram", "customers.duplicatepair"),
    )
)
importable(
    ImportKind(
        "contacts",
        _("Contacts"),
        "customers.reassign_customer",
        (
            ImportField(
                "customer", Customer._meta.verbose_name, required=True, also=(*NAMES, "customer number", "客戶編號")
            ),
            _field(Contact, "name", "contact", "contact name", "full name", "聯絡人", "联系人", "姓名", required=True),
            _field(Contact, "title", "position", "職稱", "职务", "职位", "職務"),
            _field(Contact, "phone", "tel", "mobile", "cell", "電話", "手機", "手机", "电话"),
            _field(Contact, "email", "mail", "e-mail address", "信箱", "郵箱", "邮箱", "電子郵件"),
            _field(Contact, "wechat", "weixin", "微信"),
            _field(Contact, "is_primary", "primary", "主要", choices=YES_OR_NO),
        ),
        _engine("contacts"),
        "customers:customer_list",
    )
)
importable(
    ImportKind(
        "products",
        _("Products"),
        "catalog.add_product",
        (
            _field(
                Product, "code", "sku", "product code", "item", "料號", "料号", "產品編號", "产品编号", required=True
            ),
            _field(Product, "name", "product", "product name", "品名", "產品名稱", "产品名称", required=True),
            _field(Product, "name_en", "name en", "english", "英文品名"),
            _field(Product, "specification", "spec", "description", "規格", "规格"),
            _field(Product, "unit", "uom", "單位", "单位"),
            _field(Product, "category", "group", "類別", "类别"),
            _field(Product, "is_service", "service", choices=YES_OR_NO),
            _field(Product, "is_discontinued", "discontinued", "停售", choices=YES_OR_NO),
            _field(Price, "list_price", "price", "sales price", "unit price", "售價", "定價", "单价"),
            _field(Price, "cost", "unit cost", "成本"),
            _field(Price, "currency", "幣別", "币种", choices=CURRENCIES),
            _field(Price, "effective_on", "valid from", "生效日"),
        ),
        _engine("products"),
        "",
        ("catalog.price",),
    )
)
importable(
    ImportKind(
        "opportunities",
        _("Opportunities"),
        "customers.reassign_customer",
        (
            _field(
                Opportunity,
                "name",
                "deal",
                "opportunity",
                "opportunity name",
                "商機名稱",
                "商机名称",
                "案名",
                required=True,
            ),
            _field(Opportunity, "number", "opportunity id", "deal id", "商機編號", "商机编号"),
            ImportField("customer", Customer._meta.verbose_name, required=True, also=NAMES),
            _field(Opportunity, "owner", *PEOPLE, required=True, is_person=True),
            _field(
                Opportunity,
                "state",
                "stage",
                "deal stage",
                "階段",
                "阶段",
                name="stage",
                label=_("Stage"),
                required=True,
            ),
            _field(Opportunity, "currency", "幣別", "币种", required=True),
            _field(Opportunity, "expected_value", "value", "amount", "close value", "金額", "金额", name="value"),
            ImportField("product", Product._meta.verbose_name, also=("product code", "產品編號", "產品", "产品")),
            ImportField("engaged_on", _("First contact on"), also=("engage date", "opened", "首次接觸", "首次接触")),
            _field(Opportunity, "closed_on", "close date", "closed", "結案日", "成交日期", label=_("Closed on")),
            _field(Opportunity, "expected_close_on", "expected close", "預計成交日", "预计成交日"),
            _field(Opportunity, "source", "來源", "来源"),
        ),
        _engine("opportunities"),
        "customers:opportunity_list",
    )
)
CONCLUDED_STATES = [(s.value, s.label) for s in contracts.CONCLUDED]
importable(
    ImportKind(
        "contracts",
        _("Contracts"),
        "contracts.review_contract",
        (
            _field(
                Contract,
                "number",
                "no",
                "contract no",
                "contract id",
                "合同編號",
                "合约编号",
                "合約編號",
                required=True,
            ),
            _field(Contract, "title", "contract", "subject", "合同名稱", "合同名称", "合約名稱", "標題", required=True),
            ImportField(
                "customer", Customer._meta.verbose_name, required=True, also=(*NAMES, "buyer", "甲方", "客戶編號")
            ),
            _field(Contract, "drafted_by", *PEOPLE, name="drafter", is_person=True),
            _field(Contract, "kind", "type", "類型", "类型"),
            ImportField("state", _("State"), choices=CONCLUDED_STATES, also=("status", "狀態", "状态")),
            _field(Contract, "currency", "幣別", "币种", required=True),
            _field(
                Contract,
                "total",
                "amount",
                "value",
                "total amount",
                "合同金額",
                "合同金额",
                "金額",
                "金额",
                required=True,
            ),
            _field(Contract, "tax_total", "tax", "vat", "稅額", "税额"),
            _field(Contract, "signed_on", "date", "signed", "簽約日", "签约日", "簽訂日期", "签订日期", required=True),
            _field(Contract, "archived_on", "archived", "歸檔日", "归档日"),
            _field(Contract, "delivery_on", "delivery", "交貨日", "交货日"),
            _field(Contract, "period_start", "start", "valid from", "開始日", "开始日"),
            _field(Contract, "period_end", "end", "valid until", "expiry", "到期日"),
            _field(Contract, "payment_terms", "payment", "付款條件", "付款条件"),
            _field(Contract, "delivery_terms", "交貨條件", "交货条件"),
            _field(Contract, "paper_location", "location", "存放位置", "正本位置"),
        ),
        _engine("contracts"),
        "contracts:ledger",
        ("documents.document",),
    )
)
importable(
    ImportKind(
        "instalments",
        _("Instalments of imported contracts"),
        "contracts.review_contract",
        (
            ImportField(
                "contract",
                Contract._meta.get_field("number").verbose_name,
                required=True,
                also=("contract", "contract no", "合同", "合約編號", "合约编号"),
            ),
            _field(Instalment, "name", "instalment", "installment", "期別", "期别", "款項", "款项", required=True),
            _field(Instalment, "amount", "value", "金額", "金额", required=True),
            _field(Instalment, "due_on", "due", "due date", "到期日", "付款日"),
            _field(Instalment, "condition", "條件", "条件"),
            ImportField("paid", _("paid in full"), choices=YES_OR_NO, also=("paid", "已付", "已收", "已付款")),
        ),
        _engine("instalments"),
        "contracts:collection",
        ("contracts.plannedpayment",),
    )
)
