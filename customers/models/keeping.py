"""The steps of a customer: the public pool, retirement, merging; and what each needs (REGULATION 4.2.1)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from customers.models.access import ADD, MANAGE, own
from kernel.hanging import forbidding
from kernel.permissions import may
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement


class State(models.TextChoices):
    """How a customer is worked with."""

    ACTIVE = "active", _("Active")
    POOLED = "pooled", _("In the public pool")
    RETIRED = "retired", _("Retired")
    MERGED = "merged", _("Merged into another")


THERE = [State.ACTIVE, State.POOLED, State.RETIRED]


class CustomerSteps(Stateful):
    """The machine of a customer."""

    owner: Any
    merged_into: Any
    merge: Any
    shares_number: bool
    imported: bool
    number_holder: Any

    class Meta:
        abstract = True

    # --- evidence --------------------------------------------------------------------------------
    @requirement("2.2.2a", _("No opportunity is still open"))
    def has_no_open_opportunity(self: Any) -> bool | Missing:
        """Whether nobody is working on it; names the open opportunities."""
        against = forbidding(self, "leave")
        return missing(*against) if against else True

    @requirement("4.2.1a", _("No other customer has its registration number"))
    def has_a_number_of_its_own(self: Any) -> bool | Missing:
        """Whether its number is free among the living customers; names who has it."""
        is_exempt = self.imported or self.shares_number
        taken = None if is_exempt else self.number_holder()
        return missing(f"{taken.number} {taken.name}") if taken else True

    @requirement("4.2.1c", _("No contract binds"))
    def is_free_to_pool(self) -> bool | Missing:
        """Whether nothing above forbids giving it to the pool; names what does."""
        against = forbidding(self, "pool")
        return missing(*against) if against else True

    @requirement("4.2.1c", _("No contract is open"))
    def is_free_to_retire(self) -> bool | Missing:
        """Whether nothing above forbids retiring it; names what does."""
        against = forbidding(self, "retire")
        return missing(*against) if against else True

    @requirement("4.2.1c", _("The time for undoing has not passed"))
    def is_in_time_to_part(self) -> bool:
        """Whether its merge may still be undone."""
        return bool(self.merge and self.merge.is_in_time)

    @requirement("4.2.1c", _("Nothing has moved on since the merge"))
    def has_nothing_moved_on(self) -> bool | Missing:
        """Whether what would go back is as the merge left it; names what is not."""
        changed = self.merge.moved_on() if self.merge else []
        return missing(*changed) if changed else True

    # --- steps -----------------------------------------------------------------------------------
    @transition(
        field="state",
        source=State.ACTIVE,
        target=State.POOLED,
        conditions=[has_no_open_opportunity, is_free_to_pool],
        permission=own("customers.change_customer", "owner"),
        custom={"label": _("Give to the pool"), "clause": "2.2.2a", "comment": "required", "tone": "quiet"},
    )
    def pool(self, by: Any) -> None:
        """Nobody owns it any more; any salesperson may claim it."""
        self.owner = None

    @transition(
        field="state",
        source=State.POOLED,
        target=State.ACTIVE,
        permission=may(ADD),
        custom={"label": _("Claim"), "clause": "2.2.2a", "tone": "primary", "forward": True},
    )
    def claim(self, by: Any) -> None:
        """Whoever takes it from the pool owns it."""
        self.owner = by

    @transition(
        field="state",
        source=State.POOLED,
        target=State.ACTIVE,
        permission=may(MANAGE),
        custom={
            "label": _("Assign"),
            "clause": "2.2.1b",
            "asks": ["owner"],
            "form": "customers.forms.customers.AssignForm",
        },
    )
    def assign(self, by: Any) -> None:
        """The manager gives it to somebody, who owns it from now on."""

    @transition(
        field="state",
        source=State.ACTIVE,
        target=State.POOLED,
        conditions=[has_no_open_opportunity, is_free_to_pool],
        permission=SYSTEM,
        custom={"label": _("Goes to the pool by itself"), "clause": "2.2.1b"},
    )
    def let_go(self, by: Any) -> None:
        """It was left lying for longer than the company lets one hold it."""
        self.owner = None

    @transition(
        field="state",
        source=[State.ACTIVE, State.POOLED],
        target=State.RETIRED,
        conditions=[has_no_open_opportunity, is_free_to_retire],
        permission=own("customers.change_customer", "owner"),
        custom={"label": _("Retire"), "clause": "2.2.2a", "comment": "required", "tone": "danger"},
    )
    def retire(self, by: Any) -> None:
        """It is no customer any more; its file stays."""

    @transition(
        field="state",
        source=State.RETIRED,
        target=State.ACTIVE,
        conditions=[has_a_number_of_its_own],
        permission=may(MANAGE),
        custom={"label": _("Reopen"), "clause": "2.2.2a", "comment": "required"},
    )
    def reopen(self, by: Any) -> None:
        """It is worked on again; without an owner the one who reopens it takes it."""
        self.owner = self.owner or by

    # one company, two files: its own page asks into which (customers.views.merging), receivers move what hangs on it
    @transition(
        field="state",
        source=THERE,
        target=State.MERGED,
        permission=own("customers.change_customer", "owner"),
        custom={
            "label": _("Merge into another"),
            "clause": "4.2.1c",
            "comment": "required",
            "tone": "quiet",
            "asks": ["merged_into"],
        },
    )
    def merge_away(self, by: Any) -> None:
        """It is the same company as another customer, whose file is the one from now on."""

    @transition(
        field="state",
        source=State.MERGED,
        target=GET_STATE(lambda self, by: self.merge.state_before, states=THERE),
        conditions=[is_in_time_to_part, has_nothing_moved_on],
        permission=own("customers.change_customer", "owner"),
        custom={"label": _("Undo the merge"), "clause": "4.2.1c", "comment": "required", "tone": "quiet"},
    )
    def part(self, by: Any) -> None:
        """They are two customers after all; until the other gives the number back, it stands on both."""
        self.shares_number = True
        self.merged_into = None
