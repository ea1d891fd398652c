"""What stands in the offices before a journey begins: a template in force, contracts on their way, by real steps."""

from datetime import timedelta
from decimal import Decimal

from contracts import reviewing, services
from contracts.models import Contract, ContractTemplate, TemplateClause
from kernel import clock
from kernel.advance import advance, begin

CLAUSES = (
    ("rights", "雙方權利義務", "甲方向乙方採購附表所列之產品，乙方應依約交付；雙方應互相配合。"),
    ("specification", "產品規格", "產品之型號、規格及數量以附表為準。"),
    ("price", "合同金額", "合同總金額為[[total]]，大寫[[total_in_capitals]]。"),
    ("payment", "付款方式", "[[payment_terms]]"),
    ("delivery", "交貨期", "交貨條件：[[delivery_terms]]。交貨日期：[[delivery_on]]。"),
    (
        "liability",
        "違約責任",
        "任一方違約者，應賠償他方因此所受之損害；逾期交貨者，每逾一日按合同總額千分之一計付違約金。",
    ),
    ("other", "爭議解決", "因本合同涉訟者，雙方合意以臺灣臺中地方法院為第一審管轄法院。"),
)
COMMERCIAL = {"specification", "price", "payment", "delivery"}


def put_template_in_force(*, author, decider, name="設備買賣合同"):
    """A template of sale in Traditional Chinese, written by one lawyer and put in force by the other."""
    template = begin(ContractTemplate(code="sale", name=name, author=author, edited_by=author), by=author)
    for position, (subject, heading, text) in enumerate(CLAUSES, start=1):
        TemplateClause.objects.create(
            template=template,
            position=position,
            subject=subject,
            heading=heading,
            text=text,
            is_required=subject != "other",
            is_commercial=subject in COMMERCIAL,
        )
    advance(template, "submit", by=author)
    advance(template, "approve", by=decider)
    return ContractTemplate.objects.get(pk=template.pk)


def draft(opportunity, by, template, title="晶圓搬運機械手臂採購合同"):
    """A whole draft from an opportunity's term sheet: terms, period and two instalments that add up."""
    contract = services.draft_from_opportunity(opportunity=opportunity, by=by, template=template, title=title)
    contract.payment_terms, contract.delivery_terms = "簽約付三成，驗收付七成", "DDP 新竹"
    contract.period_start, contract.period_end = clock.today(), clock.today() + timedelta(365)
    contract.delivery_on = clock.today() + timedelta(90)
    contract.save()
    contract.instalments.create(position=1, name="訂金", percent=Decimal(30), condition="簽約後十日內")
    contract.instalments.create(position=2, name="尾款", percent=Decimal(70), due_on=clock.today() + timedelta(100))
    return services.recalculate(contract, by=by)


def walk_to(contract, state, *, manager, legal):
    """Take the draft by its own steps to a state on the way to signing."""
    steps = (
        ("manager_review", "submit", contract.drafted_by),
        ("legal_review", "approve_terms", manager),
        ("ready_to_sign", "approve_text", legal),
    )
    for reached, step, by in steps:
        if contract.state == state:
            break
        if step.startswith("approve"):
            reviewing.judge_all(contract=contract, by=by)
        advance(contract, step, by=by)
        contract = Contract.objects.get(pk=contract.pk)
        assert contract.state == reached
    return contract
