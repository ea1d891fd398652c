"""The steps of an order from draft to completed, derived from its lines, and the manager's hold and cancel (3.3)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from kernel import clock
from kernel.permissions import may
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement
from orders.models.access import DECIDE, ENTER, RUNNING


class State(models.TextChoices):
    """Where an order stands."""

    DRAFT = "draft", _("To be placed")
    PLACED = "placed", _("Placed")
    IN_PRODUCTION = "in_production", _("In production")
    INSPECTING = "inspecting", _("Being inspected")
    READY_TO_SHIP = "ready_to_ship", _("Ready to ship")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    COMPLETED = "completed", _("Completed")
    ON_HOLD = "on_hold", _("On hold")
    CANCELLED = "cancelled", _("Cancelled")


# the stages that its quantities decide, in their order
STAGES = (
    State.PLACED,
    State.IN_PRODUCTION,
    State.INSPECTING,
    State.READY_TO_SHIP,
    State.SHIPPED,
    State.DELIVERED,
)
HOLDABLE = [State(value) for value in RUNNING]
BY_QUANTITY = {"clause": "3.3"}


class OrderSteps(Stateful):
    """The machine of an order. What its quantities reached moves it (orders/flow.py); people place, hold, cancel, complete."""

    held_from: Any
    placed_at: Any
    ordered_on: Any
    completed_on: Any

    class Meta:
        abstract = True

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.3.1a", _("The contract is signed and still runs"))
    def has_running_contract(self: Any) -> bool:
        """Orders are entered from a signed contract only."""
        return self.contract is not None and self.contract.state in ("signed", "archived")

    @requirement(
        "3.3.1b",
        _("It has lines, each with specification, quantity, delivery date, requirements"),
        at="orders:order_edit",
    )
    def has_whole_lines(self: Any) -> bool | Missing:
        """All four are there for every line; names what is not."""
        if not self.line_rows:
            return missing(_("No line yet"))
        lacking = [gap for line in self.line_rows for gap in line.gaps()]
        return missing(*lacking) if lacking else True

    @requirement("3.3.1a", _("No line orders more than the contract leaves open"), at="orders:order_edit")
    def is_within_contract(self: Any) -> bool | Missing:
        """Over all orders of the contract together; a framework contract is called off in parts."""
        over = [str(line) for line in self.line_rows if line.quantity > line.open_in_contract()]
        return missing(*over) if over else True

    @requirement("3.3.1b", _("It says where the goods go"), at="orders:order_edit")
    def has_destination(self: Any) -> bool:
        """The address of delivery; a service goes to the customer's place."""
        return bool(self.ship_to.strip())

    @requirement("3.3.6b", _("No problem is open"), part="exceptions")
    def has_no_open_exception(self: Any) -> bool | Missing:
        """Each exception is solved and the customer told."""
        open_ = [str(row) for row in self.exception_rows if row.state == "open"]
        return missing(*open_) if open_ else True

    @requirement(
        "3.3.6c", _("The customer was asked how satisfied he is, with a score"), at="orders:ordercontact_create"
    )
    def has_satisfaction(self: Any) -> bool:
        """At least one contact with a score from 1 to 5 and remarks."""
        return self.contacts.exclude(score=None).exclude(remarks="").exists()

    # --- by people -------------------------------------------------------------------------------------
    @transition(
        field="state",
        source=State.DRAFT,
        target=State.PLACED,
        conditions=[has_running_contract, has_whole_lines, is_within_contract, has_destination],
        permission=may(ENTER),
        custom={"label": _("Place the order"), "clause": "3.3.1a", "forward": True},
    )
    def place(self: Any, by: Any) -> None:
        """Issue it to the departments; from now on it is changed only with the manager's decision."""
        self.placed_at, self.ordered_on = clock.now(), self.ordered_on or clock.today()

    @transition(
        field="state",
        source=State.DRAFT,
        target=State.CANCELLED,
        permission=may(ENTER),
        custom={"label": _("Discard"), "clause": "3.3.1a", "comment": "required", "tone": "danger"},
    )
    def discard(self: Any, by: Any) -> None:
        """It is not placed; its number is kept."""

    @transition(
        field="state",
        source=State.DELIVERED,
        target=State.COMPLETED,
        conditions=[has_no_open_exception, has_satisfaction],
        permission=may(ENTER),
        custom={"label": _("Complete"), "clause": "3.3.6c", "forward": True},
    )
    def complete(self: Any, by: Any) -> None:
        """Everything is received, nothing is open, the customer has said how satisfied he is."""
        self.completed_on = clock.today()

    # --- by the manager --------------------------------------------------------------------------------
    @transition(
        field="state",
        source=HOLDABLE,
        target=State.ON_HOLD,
        permission=may(DECIDE),
        custom={"label": _("Put on hold"), "clause": "3.3", "comment": "required", "tone": "danger"},
    )
    def hold(self: Any, by: Any) -> None:
        """The departments stop; where it stood is kept."""
        self.held_from = self.state

    @transition(
        field="state",
        source=State.ON_HOLD,
        target=GET_STATE(lambda self, by: self.held_from, states=HOLDABLE),
        permission=may(DECIDE),
        custom={"label": _("Resume"), "clause": "3.3", "comment": "required"},
    )
    def resume(self: Any, by: Any) -> None:
        """Work goes on where it stopped."""

    @transition(
        field="state",
        source=[*HOLDABLE[:4], State.ON_HOLD],
        target=State.CANCELLED,
        permission=may(DECIDE),
        custom={"label": _("Cancel the order"), "clause": "3.3", "comment": "required", "tone": "danger"},
    )
    def cancel(self: Any, by: Any) -> None:
        """It is not carried out; what was open of the contract is open again."""

    # --- by quantity: taken by orders.flow.settle alone -------------------------------------------------
    @transition(
        field="state",
        source=State.PLACED,
        target=State.IN_PRODUCTION,
        permission=SYSTEM,
        custom={"label": _("Work has begun"), **BY_QUANTITY},
    )
    def start(self: Any, by: Any) -> None:
        """The first task runs or the first quantity is there."""

    @transition(
        field="state",
        source=State.IN_PRODUCTION,
        target=State.INSPECTING,
        permission=SYSTEM,
        custom={"label": _("All is made"), **BY_QUANTITY},
    )
    def finish_making(self: Any, by: Any) -> None:
        """The whole quantity is there to be inspected."""

    @transition(
        field="state",
        source=State.INSPECTING,
        target=State.READY_TO_SHIP,
        permission=SYSTEM,
        custom={"label": _("All has passed"), **BY_QUANTITY},
    )
    def release(self: Any, by: Any) -> None:
        """The whole quantity passed its final inspection. Clause 3.3.4b."""

    @transition(
        field="state",
        source=State.READY_TO_SHIP,
        target=State.SHIPPED,
        permission=SYSTEM,
        custom={"label": _("All is shipped"), **BY_QUANTITY},
    )
    def ship_out(self: Any, by: Any) -> None:
        """The whole quantity has left."""

    @transition(
        field="state",
        source=State.SHIPPED,
        target=State.DELIVERED,
        permission=SYSTEM,
        custom={"label": _("All is received"), **BY_QUANTITY},
    )
    def deliver(self: Any, by: Any) -> None:
        """The whole quantity was received."""

    @transition(
        field="state",
        source=[State.INSPECTING, State.READY_TO_SHIP, State.SHIPPED, State.DELIVERED],
        target=State.IN_PRODUCTION,
        permission=SYSTEM,
        custom={"label": _("Back into production"), **BY_QUANTITY},
    )
    def fall_back(self: Any, by: Any) -> None:
        """Part of the quantity failed, was lost or came back: it is made or bought again."""
