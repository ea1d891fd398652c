"""How a record moves: requirements, permissions, steps, and `Stateful`, the base of every model with a state machine."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.module_loading import import_string
from django_fsm import GET_STATE, RETURN_VALUE, FSMModelMixin

from kernel import clock
from kernel.permissions import ABOVE, May
from kernel.wording import Worded

ANY_KEY = 1_234_567_890
SYSTEM = May("", system=True)  # steps the product itself takes (jobs, receivers), never offered to people


@dataclass(frozen=True)
class Missing:
    """A requirement that is not met, with what exactly is missing; falsy, so that it refuses a transition."""

    details: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return False


def missing(*details: Any) -> Missing:
    """Not met, naming what is missing: `return missing(_("Clause 3 is empty"))`."""
    return Missing(tuple(details))


@dataclass(frozen=True)
class Item:
    """One line of a checklist: a requirement, whether it is met, what is missing, and where it is mended."""

    name: str
    clause: str
    label: Any
    met: bool
    details: tuple[Any, ...]
    record: Any
    at: str = ""
    part: str = ""

    @property
    def url(self) -> str:
        """Where it is entered: a page of its own, or the record's; found only when a page asks (a list does not)."""
        url = reverse(self.at, args=[self.record.pk]) if self.at else self.record.get_absolute_url()
        return url + (f"#{self.part}" if self.part else "")

    @property
    def state(self) -> str:
        """The tone of the line's mark."""
        return "ok" if self.met else "bad"


def requirement(clause: str, label: Any, at: str = "", part: str = "", of: str = "") -> Callable:
    """Mark a method of a Stateful model as evidence that a step needs.

    The method returns True when met, else False or `missing(...)`. `at` is the URL name (taking the record's key) where
    it is entered, `part` the fragment on that page, `of` the field that leads to another record, if it is mended there.
    The guard and the page's checklist are this one function.
    """

    def mark(method: Callable) -> Callable:
        method.requirement = (clause, label, at, part, of)  # type: ignore[attr-defined]
        return method

    return mark


@dataclass(frozen=True)
class Step:
    """A declared transition as people meet it: a button with a label, who may press it, what it needs and asks."""

    name: str
    label: Any
    clause: str
    source: str
    target: Any
    conditions: tuple[Callable, ...]
    permission: May
    custom: dict[str, Any] = field(hash=False, compare=False)

    @property
    def requirements(self) -> list[Callable]:
        """The conditions that are evidence; what is missing of them is shown."""
        return [c for c in self.conditions if hasattr(c, "requirement")]

    @property
    def routes(self) -> list[Callable]:
        """The conditions that choose between routes; a step whose route is closed is not offered at all."""
        return [c for c in self.conditions if not hasattr(c, "requirement")]

    @property
    def approval(self) -> bool:
        """Whether the step is a decision that waits in somebody's approval queue."""
        return bool(self.custom.get("approval"))

    @property
    def withdraws(self) -> bool:
        """Whether by it whoever asked takes back what waits for a decision."""
        return self.name == "withdraw" or bool(self.custom.get("withdraws"))

    @property
    def tone(self) -> str:
        """How the button looks: primary, approve, danger or quiet."""
        return self.custom.get("tone", "approve" if self.approval else "")

    @property
    def comment(self) -> str:
        """Whether a comment is "required", "optional" or "" (not asked)."""
        return self.custom.get("comment", "optional" if self.approval else "")

    @property
    def asks(self) -> list[str]:
        """The model fields that the step's form asks for."""
        return list(self.custom.get("asks", ()))

    @property
    def form_class(self) -> type | None:
        """The form of its own that the step names by dotted path, if it has one."""
        path = self.custom.get("form")
        return import_string(path) if path else None

    @property
    def forward(self) -> bool:
        """Whether it is the way on: its requirements are what the page lists as missing."""
        return bool(self.custom.get("forward"))

    @property
    def targets(self) -> list[str]:
        """Every state it can lead to."""
        if isinstance(self.target, GET_STATE | RETURN_VALUE):
            return list(self.target.allowed_states)
        return [self.target]


@dataclass(frozen=True)
class Offer:
    """A step of one record for one person: may he take it, and what is still missing."""

    step: Step
    url: str
    items: list[Item]

    @property
    def missing(self) -> list[Item]:
        """The requirements not met."""
        return [item for item in self.items if not item.met]

    @property
    def ready(self) -> bool:
        """Whether the step can be taken now."""
        return not self.missing


@cache
def steps_of(model: type[models.Model]) -> tuple[Step, ...]:
    """All declared steps of a model, one per (step, source state), in the order the transitions are written."""
    transitions = model._meta.get_field("state").get_all_transitions(model)
    steps = [
        Step(
            name=t.name,
            label=t.custom["label"],
            clause=t.custom.get("clause", ""),
            source=t.source,
            target=t.target,
            conditions=tuple(t.conditions),
            permission=t.permission,
            custom=t.custom,
        )
        for t in transitions
    ]
    return tuple(sorted(steps, key=lambda step: _place_in_code(model, step.name)))


def _place_in_code(model: type[models.Model], name: str) -> tuple[int, int]:
    """Where a step is written: a model's own steps before those of its bases, each in their order there."""
    depth = next(n for n, base in enumerate(model.__mro__) if name in vars(base))
    return depth, inspect.unwrap(getattr(model, name)).__code__.co_firstlineno


@cache
def _around_the_key(name: str) -> tuple[str, str]:
    """What stands before and after the key in an address: a page of fifty rows asks for a hundred and more."""
    before, _key, after = reverse(name, args=[ANY_KEY]).partition(str(ANY_KEY))
    return before, after


def edges_of(model: type[models.Model]) -> set[tuple[str, str]]:
    """Every legal (old, new) pair of states."""
    return {(step.source, target) for step in steps_of(model) for target in step.targets}


def machines() -> list[type[Stateful]]:
    """All models with a state machine."""
    return [m for m in apps.get_models() if issubclass(m, Stateful)]


@cache
def deciding_rights() -> frozenset[str]:
    """Every right that an approval step asks for, and that of who decides above."""
    steps = (step for model in machines() for step in steps_of(model) if step.approval)
    return frozenset({ABOVE} | {step.permission.permission for step in steps} - {""})


class Stateful(FSMModelMixin, Worded):
    """A record with a fixed sequence of states; its rules (guards, transitions) are written on the model itself."""

    state_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    # state → one of idle, active, wait, ok, bad, void (DESIGN.md, section 2)
    TONES: ClassVar[dict[str, str]] = {}
    # states in their usual order, for the stepper; empty when the record shows none
    PATH: ClassVar[tuple[str, ...]] = ()
    # what the approval queue shows: column → ORM path (title, party, amount, currency, person)
    QUEUE: ClassVar[dict[str, str]] = {"title": "pk"}
    # setting key → nothing: states with a time budget in working hours, state → setting key
    BUDGETS: ClassVar[dict[str, str]] = {}
    # who owes a stage in time, by permission, where it is not the record's owner: state → permission
    OWED_BY_HOLDERS_OF: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    # --- what the kernel asks of a record --------------------------------------------------------
    def file_id_of(self) -> int | None:
        """The key of the file (settings.FILE_MODEL) that this record belongs to."""
        return getattr(self, "customer_id", None)

    def files_of(self) -> list[int]:
        """The keys of the files whose changes this record's page tells, where it is a file itself."""
        return [self.pk]

    def owner_of(self) -> Any:
        """The person who owes the next act while the record is in his hands."""
        return getattr(self, "owner", None)

    def audience_of(self) -> list[Any]:
        """Who is told about each change (the one who made it is left out)."""
        owner = self.owner_of()
        return [owner] if owner else []

    def is_open_to(self, user: Any) -> bool:
        """Whether who sees the row may read all of it, its history included; a model may show some people less."""
        return True

    def preview_of(self, user: Any) -> dict[str, Any]:
        """What the approval queue shows beside the list, for templates/<app>/_<model>_preview.html."""
        return {"record": self}

    # --- what follows from it --------------------------------------------------------------------
    @classmethod
    def label_of(cls) -> str:
        """The model's label as stored in generic rows, e.g. "contracts.contract"."""
        return cls._meta.label_lower

    @property
    def state_tone(self) -> str:
        """The tone of the present state's badge."""
        return self.TONES.get(self.state, "active")

    def steps(self) -> list[Step]:
        """The steps declared from the present state."""
        return [step for step in steps_of(type(self)) if step.source == self.state]

    def step(self, name: str) -> Step | None:
        """The step of that name from the present state, if there is one."""
        return next((step for step in self.steps() if step.name == name), None)

    def checklist(self, step: Step | None) -> list[Item]:
        """What the step needs, each item met or missing, with its clause and the place to mend it."""
        return [self._item(condition) for condition in step.requirements] if step else []

    def forward_step(self) -> Step | None:
        """The way on from the present state, by which the page lists what is missing."""
        return next((s for s in self.steps() if s.forward and self.is_open_route(s)), None)

    def is_open_route(self, step: Step) -> bool:
        """Whether the step's routing guards let this record through."""
        return all(route(self) for route in step.routes)

    def offers(self, user: Any) -> list[Offer]:
        """The steps this person may take from here (ready or not), in the order the transitions are written."""
        return [
            Offer(step, self.step_url(step.name), self.checklist(step))
            for step in self.steps()
            if step.permission(self, user) and self.is_open_route(step)
        ]

    def words_of(self) -> dict[str, str]:
        """How it is called in what is stored about it, in no language of its own where the record can help it."""
        return {"title": str(self)[:200]}

    def step_url(self, name: str) -> str:
        """Where a step is taken."""
        return reverse(f"{self._meta.app_label}:{self._meta.model_name}_step", args=[self.pk, name])

    def get_absolute_url(self) -> str:
        """The record's page."""
        before, after = _around_the_key(f"{self._meta.app_label}:{self._meta.model_name}_detail")
        return f"{before}{self.pk}{after}"

    def refresh_from_db(
        self, using: Any = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Reload without ever opening the state field's protection (django-fsm's own way opens it for the process)."""
        fresh = (from_queryset or type(self)._base_manager.using(using or self._state.db)).get(pk=self.pk)
        names = {f.attname for f in self._meta.concrete_fields if fields is None or f.name in set(fields)}
        self._state.fields_cache = {}
        for read in ("changes_read", "forbidding_read"):
            self.__dict__.pop(read, None)
        self.__dict__.pop("referrals_read", None)
        self.__dict__.update({name: fresh.__dict__[name] for name in names if name in fresh.__dict__})

    def _item(self, condition: Callable) -> Item:
        clause, label, at, part, of = condition.requirement  # type: ignore[attr-defined]
        answer = condition(self)
        details = answer.details if isinstance(answer, Missing) else ()
        return Item(
            condition.__name__,
            clause,
            label,
            bool(answer),
            details,
            (getattr(self, of) if of else None) or self,
            at,
            part,
        )
