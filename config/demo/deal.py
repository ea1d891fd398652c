"""One opportunity of the story: its facts, its words, and the plan of what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from config.demo.clients import currency_of, language_of, rows
from config.demo.plan import Plan
from config.demo.reading import pick
from config.demo.world import Words, World
from customers.models import Contact, Opportunity
from kernel import clock
from kernel.advance import advance

TAX = {"TWD": Decimal(5), "CNY": Decimal(13)}
CADENCE = {"key": 3, "A": 5, "B": 7, "C": 10}  # working days between follow-ups, inside the regulation's calendar days


class Deal:
    """An opportunity from its row in the data; acts find it by `opportunity`, fresh from the database each time."""

    def __init__(self, world: World, stage: str, row: dict[str, Any]):
        self.world, self.stage, self.row = world, stage, row
        self.client = rows()[row["customer"]]
        self.key = f"{row['customer']}:{row['name']}"
        self.owner = world[row.get("owner", self.client["owner"])]
        self.language, self.currency = language_of(self.client), currency_of(self.client)
        self.twist, self.fate = row.get("twist", ""), row.get("contract", "")
        self.cadence = CADENCE[self.client["grade"]]
        self.pk = 0
        self.contract_pk = 0
        self.plan = Plan(f"deal:{self.key}", row["ago"])
        self.words = Words(self.language, self.key, product=self._product_name(), customer=self.client["short"],
                           contact=self._contact_title())  # fmt: skip

    def act(self, gap: int, do: Callable[..., None], *args: Any, by: Any = None) -> None:
        """Plan something that the owner (or another) does with this deal."""
        self.plan.add(gap, by or self.owner, partial(do, self, *args))

    def step(self, gap: int, name: str, *, by: Any = None, comment: str = "", **data: Any) -> None:
        """Plan a step of the opportunity."""
        who = by or self.owner
        self.plan.add(gap, who, lambda: self.advance(name, by=who, comment=comment, data=data))

    def advance(self, name: str, *, by: Any, comment: str = "", data: dict[str, Any] | None = None) -> None:
        """Take a step of the opportunity now."""
        advance(self.opportunity, name, by=by, comment=comment, data=data)

    @property
    def opportunity(self) -> Opportunity:
        """The opportunity as it stands in the database."""
        return Opportunity.objects.select_related("customer", "owner", "follower").get(pk=self.pk)

    @property
    def customer(self) -> Any:
        """Its customer."""
        return self.world.customers[self.row["customer"]]

    @property
    def contact(self) -> Contact:
        """The person one speaks with."""
        return self.customer.contacts.present().first()

    @property
    def script(self) -> str:
        """The writing of its papers."""
        return {"zh-hant": "hant", "zh-hans": "hans"}.get(self.language, "en")

    @property
    def is_service(self) -> bool:
        """Whether only services are sold."""
        return all(self.world.products[code].is_service for code, *_rest in self.row["lines"])

    @property
    def lines(self) -> list[tuple[Any, Decimal, Decimal, Decimal, Decimal]]:
        """Product, quantity, discount, list price and cost of today, in the customer's currency."""
        found = []
        for code, quantity, discount in self.row["lines"]:
            product = self.world.products[code]
            price = product.price_on(self.currency, clock.today())
            found.append((product, Decimal(quantity), Decimal(discount), price.list_price, price.cost))
        return found

    def describe(self, product: Any) -> str:
        """A product's name in the customer's language."""
        return product.name_en if self.language == "en" else self.words.write(product.name)

    def _product_name(self) -> str:
        product = self.world.products[self.row["lines"][0][0]]
        return str(product.name_en if self.language == "en" else product.name)

    def _contact_title(self) -> str:
        title = self.client["contacts"][0][1]
        return f"the {title}" if self.language == "en" else title

    def choose(self, pool: Any, salt: str) -> Any:
        """One of several, the same each time for this deal."""
        return pick(pool, f"{self.key}:{salt}")
