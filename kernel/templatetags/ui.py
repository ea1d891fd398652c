"""The components of a page as template tags: icons, states, people, money, time, sections; markup lives in templates/ui/."""

import datetime
import secrets
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.apps import apps
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kernel import clock
from kernel.money import CURRENCIES
from kernel.once import KEY
from kernel.settings import per_request

register = template.Library()

NOTHING = "—"
SOON = datetime.timedelta(hours=24)


def _drawing(kind: str, size: int, name: str, label: Any) -> SafeString:
    sprite = per_request("sprite", lambda: static("icons/sprite.svg"))
    return _drawn(kind, size, name, str(label), sprite)


@lru_cache(maxsize=512)  # a page draws the same few icons and marks a hundred times
def _drawn(kind: str, size: int, name: str, label: str, sprite: str) -> SafeString:
    role = format_html(' role="img" aria-label="{}"', label) if label else ""
    hidden = "false" if label else "true"
    use = format_html('<use href="{}#{}"/>', sprite, name)
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" aria-hidden="{}"{}>{}</svg>', kind, size, size, hidden, role, use
    )


@register.simple_tag
def icon(name: str, label: Any = "") -> SafeString:
    """A drawn icon; give a label only where no word stands beside it."""
    return _drawing("icon", 24, f"i-{name}", label)


@register.simple_tag
def mark(state: str, label: Any = "") -> SafeString:
    """The shape of a state (idle, active, wait, ok, bad, void); its colour comes from the nearest data-state."""
    return _drawing("mark", 16, f"m-{state}", label)


@register.simple_tag
def badge(state: str, text: Any) -> SafeString:
    """A state as colour, shape and word."""
    return format_html('<span class="badge" data-state="{}">{}{}</span>', state, mark(state), text)


@register.simple_tag(name="state")
def state_of(record: Any) -> SafeString:
    """The badge of a record with a state machine: its state's wording in its tone."""
    return badge(record.state_tone, record.get_state_display())


@register.simple_tag
def count(number: int | None, tone: str = "") -> str:
    """A small figure beside a title or menu entry; nothing when it is nought."""
    if not number:
        return ""
    if tone:
        return format_html('<span class="count" data-state="{}">{}</span>', tone, number)
    return format_html('<span class="count">{}</span>', number)


@register.simple_tag
def clause(clause_id: str) -> str:
    """The tag that links a demand to its clause of the regulation; nothing when there is no clause."""
    if not clause_id:
        return format_html("{}", "")
    title = _("Clause %(id)s of the regulation") % {"id": clause_id}
    return format_html(
        '<a class="clause" href="{}" title="{}">{}</a>', reverse("clause", args=[clause_id]), title, clause_id
    )


@register.simple_tag
def avatar(user: Any, size: str = "") -> SafeString:
    """A person as the first character of the name (size "lg" for the large one)."""
    name = getattr(user, "name", "") or str(user or "?")
    return format_html(
        '<span class="{}" title="{}" aria-hidden="true">{}</span>', f"avatar {size}".strip(), name, name[:1].upper()
    )


@register.simple_tag
def person(user: Any, note: Any = "") -> SafeString:
    """A person by initial and name, with an optional note such as the position."""
    if not user:
        return format_html('<span class="muted">{}</span>', NOTHING)
    name = getattr(user, "name", "") or str(user)
    after = format_html(' <span class="muted">{}</span>', note) if note else ""
    return format_html('<span class="person">{}{}{}</span>', avatar(user), name, after)


@register.simple_tag
def signed(change: Any) -> SafeString:
    """Who took a step, by initial and name, with the one for whom he did so as a deputy; the system where nobody did."""
    if not change.by:
        return format_html("<span>{}</span>", _("The system"))
    return format_html('<span class="person">{}{}</span>', avatar(change.by), change.signature)


@register.simple_tag
def money(amount: Decimal | int | None, currency: str = "") -> SafeString:
    """An amount with its currency in light ink: grouped, two decimals only where there are any."""
    if amount is None or amount == "":
        return format_html('<span class="muted">{}</span>', NOTHING)
    value = Decimal(amount)
    text = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    sign = CURRENCIES[currency].sign if currency in CURRENCIES else currency
    return format_html('<span class="amt"><i>{}</i>{}</span>', sign, text)


@register.filter
def numeral(number: int) -> str:
    """The number of a stage as the reader's language writes it: 一 to 十 in Chinese, else 1 to 10."""
    chinese = "一二三四五六七八九十"
    is_chinese = (get_language() or "").startswith("zh") and 0 < number <= len(chinese)
    return chinese[number - 1] if is_chinese else str(number)


@register.filter
def quantity(number: Decimal | None) -> str:
    """A quantity, grouped and without needless zeros: 1,200 or 2.5."""
    return NOTHING if number is None else f"{Decimal(number).normalize():,f}"


def _local(moment: datetime.date | datetime.datetime) -> tuple[datetime.date, str]:
    if isinstance(moment, datetime.datetime):
        local = clock.local(moment)
        return local.date(), local.strftime("%H:%M")
    return moment, ""


def _day(day: datetime.date, *, in_record: bool) -> str:
    if in_record:
        return day.strftime("%Y/%m/%d")
    today = clock.today()
    near = {today: _("Today"), today + datetime.timedelta(days=1): _("Tomorrow")}
    return near.get(day, _month_day(day))


@register.simple_tag
def when(moment: datetime.date | datetime.datetime | None, style: str = "") -> SafeString:
    """A date or moment in one of the design's wordings.

    "" is relative only when near (Today 14:00, else 11/26); "record" writes 2026/11/26 14:00, "date" the day alone,
    "timeline" the day above the time, "heading" the day in words.
    """
    if moment is None or moment == "":
        return format_html('<span class="muted">{}</span>', NOTHING)
    day, time = _local(moment)
    if style == "timeline":
        words: str = format_html("<b>{}</b>{}", _month_day(day), time)
    elif style == "heading":
        # Translators: the format of the day in a page's heading, in the letters of Django's date filter.
        words = date_format(day, _("l, j F"))
    else:
        words = f"{_day(day, in_record=style in {'record', 'date'})} {'' if style == 'date' else time}".strip()
    return format_html('<time datetime="{}">{}</time>', _machine(moment), words)


def _machine(moment: datetime.date | datetime.datetime) -> str:
    """The moment for machines, to the minute: a board holds a hundred of them."""
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime.datetime) else moment.isoformat()


def _month_day(day: datetime.date) -> str:
    """11/26, with its year when that is not the present one."""
    return day.strftime("%m/%d" if day.year == clock.today().year else "%Y/%m/%d")


def _overdue(late: datetime.timedelta) -> str:
    hours = int(late.total_seconds() // 3600)
    if hours < 24:
        return ngettext("%(n)d hour overdue", "%(n)d hours overdue", max(hours, 1)) % {"n": max(hours, 1)}
    return ngettext("%(n)d day overdue", "%(n)d days overdue", late.days) % {"n": late.days}


def _left(left: datetime.timedelta) -> str:
    hours = round(left.total_seconds() / 3600)
    if left >= datetime.timedelta(hours=1):
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    minutes = max(int(left.total_seconds() // 60), 1)
    return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}


@register.simple_tag
def due(moment: datetime.date | datetime.datetime | None) -> SafeString:
    """When something is due: how long overdue, how long is left within a day, else the day; with its state."""
    if moment is None or moment == "":
        return format_html('<span class="due">{}</span>', "")
    state, text = due_words(moment)
    return format_html(
        '<time class="due" data-state="{}" datetime="{}" title="{}">{}</time>',
        state,
        _machine(moment),
        _full(moment),
        text,
    )


def _full(moment: datetime.date | datetime.datetime) -> str:
    day, time = _local(moment)
    return f"{day:%Y/%m/%d} {time}".strip()


def due_words(moment: datetime.date | datetime.datetime) -> tuple[str, str]:
    """State and wording of a due time: ("bad", "4 days overdue"), ("wait", "5 hours left"), ("idle", "11/26")."""
    if not isinstance(moment, datetime.datetime):
        late = (clock.today() - moment).days
        if late > 0:
            return "bad", _overdue(datetime.timedelta(days=late))
        return ("wait" if late == 0 else "idle"), _day(moment, in_record=False)
    left = moment - clock.now()
    if left < datetime.timedelta(0):
        return "bad", _overdue(-left)
    if left < SOON:
        return "wait", _left(left)
    return "idle", _day(_local(moment)[0], in_record=False)


@register.simple_tag
def section(
    title: Any,
    count: int | None = None,
    href: str = "",
    link: Any = "",
    state: str = "",
    id: str = "",
    clause: str = "",
) -> str:
    """A section heading: title, figure, hairline, optional clause and link (or a plain note when there is no href)."""
    names = {"title": title, "count": count, "href": href, "link": link, "state": state, "id": id, "clause_id": clause}
    return render_to_string("ui/section.html", names)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One form field with label, hint, control and errors."""
    return bound.as_field_group()


@register.simple_tag
def form_key() -> SafeString:
    """The hidden key by which a form takes effect once (kernel/once.py)."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, secrets.token_urlsafe(18))


@register.simple_tag
def empty(title: Any, text: Any = "", href: str = "", label: Any = "", icon: str = "stamp") -> str:
    """What a list says when it is empty, with the way on."""
    return render_to_string("ui/empty.html", {"title": title, "text": text, "href": href, "label": label, "icon": icon})


@register.simple_tag
def qs(request: HttpRequest, **changes: Any) -> str:
    """The present query string with some keys changed; None or "" drops a key."""
    query = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_block_tag
def panel(content: SafeString, title: Any = "", clause: str = "") -> str:
    """A block that must stand apart (one or two a page)."""
    return render_to_string("ui/panel.html", {"content": content, "title": title, "clause_id": clause})


@register.simple_block_tag
def callout(content: SafeString, state: str = "active") -> SafeString:
    """A remark in the tone of a state."""
    return format_html('<div class="callout" data-state="{}">{}<div>{}</div></div>', state, mark(state), content)


@register.simple_tag
def record_url(model: str, row: int) -> str:
    """The page of a record named by its model's label and its key; a part without a page of its own is asked where it stands."""
    app, name = model.split(".")
    try:
        return reverse(f"{app}:{name}_detail", args=[row])
    except NoReverseMatch:
        record = apps.get_model(model)._base_manager.filter(pk=row).first()
        return record.get_absolute_url() if record else ""
