"""Employees from a table: people who can be invited later, with their superiors and departments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from organization.models import Department, User

ENTITY = Entity(
    "employees",
    frozenset({"employee_no", "name", "email", "title", "phone", "department", "joined_on", "boss", "roles"}),
    frozenset({"name"}),
    frozenset({"email_domain", "create_missing_bosses"}),
)


class _Person:
    """A row's person, his superior's name or number, and his roles, before anybody is saved."""

    def __init__(self, user: User, entry: Entry, department: str = "", boss: str = "") -> None:
        self.user, self.entry, self.department, self.boss = user, entry, department, boss
        self.roles: tuple[str, ...] = ()


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the people of a sheet, superiors first; those known by number or e-mail are left as they are."""
    known = people_by_name()
    people, already = [], 0
    seen: dict[str, int] = {}
    for entry in sheet.entries():
        person = _read(entry)
        number = person.user.employee_no or ""
        if number and not entry.is_first("employee_no", number, seen):
            continue
        if not entry.is_first("email", person.user.email, seen):
            continue
        if _is_known(person.user, known):
            already += 1
        else:
            people.append(person)
    waiting = _by_key(people)
    people += _missing_bosses(sheet, people, known, waiting)
    _check_bosses(people, known, waiting)
    sheet.stop_if_bad()
    for person in _superiors_first(people, waiting):
        _save(person, sheet.by, known, waiting)
        tick()
    return Outcome([person.user for person in people], already)


def reference(known: dict[str, User | None], entry: Entry, name: str) -> User | None:
    """The person whom a field names by number, e-mail or name; a name that two people bear is a problem."""
    text = entry.text(name)
    if text and known.get(text.casefold(), entry) is None:
        entry.bad(name, _("“%(text)s” is the name of several people; give number or e-mail.") % {"text": text[:80]})
    return entry.one_of(name, known, _("Nobody here is called “%(text)s”.")) if text else None


def people_by_name() -> dict[str, User | None]:
    """Everybody by number, e-mail and name; None for a name that is not one person's."""
    known: dict[str, User | None] = {}
    for user in User.objects.order_by("pk"):
        name = user.name.casefold()
        known[name] = None if name in known else user
    for user in User.objects.exclude(employee_no=None):
        known[str(user.employee_no).casefold()] = user
    known.update({user.email.casefold(): user for user in User.objects.all()})
    return known


def _read(entry: Entry) -> _Person:
    user = User(
        employee_no=entry.text("employee_no") or None,
        name=entry.text("name", required=True),
        title=entry.text("title"),
        phone=entry.text("phone"),
        **({"joined_on": day} if (day := entry.day("joined_on")) else {}),
    )
    user.email = (entry.text("email") or _made_up_address(entry, user)).lower()
    user.set_unusable_password()
    entry.clean(user)
    person = _Person(user, entry, entry.text("department"), entry.text("boss"))
    person.roles = tuple(entry.text("roles").split())
    if unknown := set(person.roles) - set(settings.ROLE_LABELS):
        entry.bad("roles", _("There is no role called “%(text)s”.") % {"text": ", ".join(sorted(unknown))})
    return person


def _made_up_address(entry: Entry, user: User) -> str:
    """An address that signs nobody in until HR puts the real one; only where the mapping allows it."""
    domain = entry.sheet.mapping.options.get("email_domain", "")
    local = slugify(user.name).replace("-", ".") or slugify(user.employee_no or "")
    if not domain or not local:
        entry.bad("email", _("This person has no e-mail address."))
    return f"{local}@{domain}"


def _is_known(user: User, known: dict[str, Any]) -> bool:
    return (user.employee_no or "").casefold() in known or user.email.casefold() in known


def _by_key(people: list[_Person]) -> dict[str, _Person]:
    """The people of the file by name, then by e-mail and number, which count for more."""
    by_key = {p.user.name.casefold(): p for p in people}
    by_key.update({p.user.email: p for p in people})
    by_key.update({p.user.employee_no.casefold(): p for p in people if p.user.employee_no})
    return by_key


def _missing_bosses(sheet: Sheet, people: list[_Person], known: dict, waiting: dict) -> list[_Person]:
    """Superiors whom the file only names; made as people without roles where the mapping says so."""
    made = []
    if not sheet.mapping.options.get("create_missing_bosses"):
        return made
    for person in people:
        key = person.boss.casefold()
        if key and key not in known and key not in waiting:
            boss = User(name=person.boss)
            boss.email = _made_up_address(person.entry, boss)
            boss.set_unusable_password()
            waiting[key] = _Person(boss, person.entry, person.department)
            made.append(waiting[key])
    return made


def _check_bosses(people: list[_Person], known: dict, waiting: dict) -> None:
    for person in people:
        key = person.boss.casefold()
        if key and key not in known and key not in waiting:
            person.entry.bad("boss", _("The superior “%(text)s” is not known.") % {"text": person.boss[:80]})
        elif _is_in_circle(person, waiting):
            person.entry.bad("boss", _("The superiors go round in a circle: this person stands above himself."))


def _is_in_circle(person: _Person, waiting: dict[str, _Person]) -> bool:
    above, passed = waiting.get(person.boss.casefold()), set()
    while above and id(above) not in passed:
        if above is person:
            return True
        passed.add(id(above))
        above = waiting.get(above.boss.casefold())
    return False


def _superiors_first(people: list[_Person], waiting: dict[str, _Person]) -> list[_Person]:
    """In an order in which everybody's superior comes before him (there are no circles left)."""

    def depth(person: _Person) -> int:
        above = waiting.get(person.boss.casefold())
        return 1 + depth(above) if above else 0

    return sorted(people, key=depth)


def _save(person: _Person, by: Any, known: dict, waiting: dict) -> None:
    user, key = person.user, person.boss.casefold()
    above = waiting.get(key)
    user.boss = above.user if above and above.user.pk else known.get(key)
    if person.department:
        code = slugify(person.department) or "imported"
        user.department = Department.objects.get_or_create(code=code, defaults={"name": person.department})[0]
    user._history_user = by
    user._change_reason = "imported"
    try:
        user.validate_unique()
    except ValidationError as error:
        person.entry.bad("email", " ".join(error.messages))
        person.entry.sheet.stop_if_bad()
    user.save()
    user.set_roles(person.roles)
