"""5,000 contracts in every state with clauses, lines, instalments and submitted versions, from one template in force."""

from datetime import timedelta
from decimal import Decimal

from benchmarks.seed import World, insert
from contracts.amounts import totals
from contracts.models import (
    Contract,
    ContractClause,
    ContractLine,
    ContractTemplate,
    ContractVersion,
    Instalment,
    ReviewOpinion,
    TemplateClause,
)
from contracts.models.parts import COMMERCIAL_SUBJECTS, REQUIRED_SUBJECTS
from contracts.services import BLOCK_FIELDS
from kernel import clock
from kernel.importing import Old, Walked, import_history
from kernel.models import NumberSeries

YEAR, BUSY = 2025, 12
REVIEWED = ["manager_review", "legal_review", "ready_to_sign", "signed", "archived"]
# of a hundred contracts, how many stand where, and the states on the way there
PATHS = {
    "draft": (8, []), "manager_review": (3, REVIEWED[:1]), "legal_review": (3, REVIEWED[:2]), "revising": (3, [*REVIEWED[:2], "revising"]),
    "ready_to_sign": (3, REVIEWED[:3]), "signed": (2, REVIEWED[:4]), "archived": (50, REVIEWED), "fulfilled": (20, [*REVIEWED, "fulfilled"]),
    "terminated": (2, [*REVIEWED, "terminating", "terminated"]), "rejected": (3, [*REVIEWED[:1], "rejected"]), "voided": (3, ["voided"]),
}  # fmt: skip
STATES = [state for state, (share, _path) in PATHS.items() for _n in range(share)]
TEXT = "雙方同意依本約[[contract_number]]之約定履行，[[our_name]]應於期限內交付標的物，[[customer_name]]應依約付款，總價為[[total_in_capitals]]。"


def fill(world: World) -> None:
    """Contracts first in memory, so that their digests are those of their text, then into the database."""
    template = _template(world)
    drafts = [_Draft(world, template, n) for n in range(world.volume.contracts)]
    world.contracts = import_history([d.old for d in drafts], by=world.manager)
    NumberSeries.objects.create(key="contract", year=YEAR, next=len(drafts) + 1)
    for name in ("clauses", "lines", "instalments"):
        insert([row for d in drafts for row in getattr(d, name)], world.manager)
    insert([d.version() for d in drafts if d.contract.text_version], world.manager)
    insert([d.opinion(world) for d in drafts if d.state == "revising"], world.manager)


def _template(world: World) -> ContractTemplate:
    legal = world.people["legal"]
    now = clock.now() - timedelta(800)
    record = ContractTemplate(
        code="sale", name="設備買賣合約", author=legal[0], edited_by=legal[0], approved_by=legal[1]
    )
    import_history(
        [Old(record, [Walked("legal_review", now, legal[0]), Walked("in_force", now, legal[1])])], by=legal[0]
    )
    subjects = [*REQUIRED_SUBJECTS, "other", "other"]
    insert(
        [
            TemplateClause(
                template=record,
                position=n,
                subject=s,
                heading=getattr(s, "label", "其他") + str(n),
                text=TEXT * 2,
                is_required=s != "other",
                is_commercial=s in COMMERCIAL_SUBJECTS,
            )
            for n, s in enumerate(subjects, start=1)
        ],
        legal[0],
    )
    return ContractTemplate.objects.get(pk=record.pk)


class _Draft:
    """One contract with its parts in memory."""

    def __init__(self, world: World, template: ContractTemplate, number: int):
        self.state = STATES[number * 7 % len(STATES)]
        deals = world.won if hasattr(world, "won") else [o for o in world.opportunities if o.reached >= 4]
        world.won = deals
        deal = deals[number % len(deals)] if number >= BUSY else world.opportunities[number % 12]
        self.drafted = clock.now() - timedelta(world.random.randint(3, 700))
        self.contract = contract = self._contract(world, template, number, deal)
        self.clauses = [
            ContractClause(contract=contract, template_clause=c, **{f: getattr(c, f) for f in BLOCK_FIELDS})
            for c in template.clause_rows
        ]
        self.lines = [self._line(world, n) for n in (1, 2, 3)]
        self._total()
        share = (contract.total / 2).quantize(Decimal(1))
        parts = (("訂金", share), ("尾款", contract.total - share))
        self.instalments = [
            Instalment(contract=contract, position=n, name=name, amount=amount, condition="交貨後三十日")
            for n, (name, amount) in enumerate(parts, start=1)
        ]
        self._remember()
        self._approve(world)
        self.old = Old(contract, self._path(world, deal))

    def _contract(self, world: World, template: ContractTemplate, number: int, deal: object) -> Contract:
        customer = deal.customer
        return Contract(
            number=f"HT-{YEAR}-{number + 1:05d}",
            title=f"{deal.name}買賣合約",
            customer=customer,
            opportunity=deal,
            template=template,
            our_name="恆岳精機股份有限公司",
            our_address="新竹市東區力行六路 8 號",
            our_registration_number="24566673",
            our_bank="臺灣銀行 012-345-678901",
            customer_name=customer.name,
            customer_address=customer.address,
            currency=deal.currency,
            payment_terms="三成訂金",
            delivery_terms="DDP",
            after_sales="保固二年",
            delivery_on=(self.drafted + timedelta(90)).date(),
            period_start=self.drafted.date(),
            period_end=(self.drafted + timedelta(365)).date(),
            drafted_by=deal.owner,
            owner=deal.owner,
            edited_by=deal.owner,
            drafted_at=self.drafted,
            state_at=self.drafted,
            custodian=world.people["custodian"][0] if self.state in ("archived", "fulfilled", "terminated") else None,
            paper_location="A-12",
        )

    def _line(self, world: World, position: int) -> ContractLine:
        return ContractLine(
            contract=self.contract,
            position=position,
            product=world.products[position],
            description="晶圓傳送手臂",
            specification="Class 1 潔淨室",
            quantity=Decimal(world.random.randint(1, 20)),
            unit="台",
            unit_price=Decimal(100_000),
            unit_cost=Decimal(600 + position * 40),
        )

    def _total(self) -> None:
        contract = self.contract
        sums = totals(self.lines, includes_tax=False, currency=contract.currency)
        contract.net_total, contract.tax_total, contract.total = sums.net, sums.tax, sums.total

    def _remember(self) -> None:
        """What its digests are made of, without asking the database."""
        self.contract.__dict__.update(clause_rows=self.clauses, line_rows=self.lines, instalment_rows=self.instalments)

    def _approve(self, world: World) -> None:
        contract, steps = self.contract, PATHS[self.state][1]
        if "manager_review" in steps:
            contract.text_version, contract.submitted_hash = 1, contract.text_hash
        if "legal_review" in steps:
            contract.manager_approved_by, contract.terms_hash = world.manager, contract.commercial_hash
        if "ready_to_sign" in steps:
            contract.legal_approved_by, contract.approved_hash, contract.approved_version = (
                world.people["legal"][0],
                contract.text_hash,
                1,
            )
            contract.approved_on = (self.drafted + timedelta(2)).date()
        if "signed" in steps:
            contract.signed_on = (self.drafted + timedelta(2)).date()
        contract.__dict__.pop("content", None)  # clauses have no keys yet

    def _path(self, world: World, deal: object) -> list[Walked]:
        by = {
            "manager_review": deal.owner,
            "legal_review": world.manager,
            "ready_to_sign": world.people["legal"][0],
            "signed": deal.owner,
        }
        step = (clock.now() - self.drafted) / 8
        steps = PATHS[self.state][1]
        return [Walked(s, self.drafted + step * (n + 1), by.get(s, world.manager)) for n, s in enumerate(steps)]

    def version(self) -> ContractVersion:
        """The version that was submitted; its clauses have their keys by now."""
        c = self.contract
        return ContractVersion(
            contract=c,
            number=1,
            content=c.content,
            text_hash=c.text_hash,
            commercial_hash=c.commercial_hash,
            by=c.drafted_by,
            at=self.drafted,
        )

    def opinion(self, world: World) -> ReviewOpinion:
        """What legal asked for when it was returned."""
        legal, clause = world.people["legal"][0], self.clauses[2]
        return ReviewOpinion(
            contract=self.contract,
            clause=clause,
            clause_key=clause.pk,
            about=clause.heading,
            version_number=1,
            side="legal",
            by=legal,
            text="違約責任應設上限",
            at=self.drafted,
        )
