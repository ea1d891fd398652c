"""What every page knows about its reader: menu, theme, keys, notices, languages (the context processor `shell`)."""

from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

from kernel.models import Notice
from kernel.panels import NavGroup, NavItem, navigation
from kernel.prepared import Slot, prepared
from kernel.settings import per_request

THEMES = {"light", "dark"}
TABS = 4  # what fits beside "More" in the bar of a phone


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page; everything that asks the database waits until a template uses it."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    menu = SimpleLazyObject(partial(_menu, request) if signed_in else list)
    return {
        "signed_in": signed_in,
        "theme": theme_of(request),
        "single_keys": "off" if signed_in and not getattr(user, "single_keys", True) else "on",
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "company_name": SimpleLazyObject(company_name),
        "nav": menu,
        "tabs": SimpleLazyObject(lambda: _flat(menu)[:TABS]),
        "unread_count": SimpleLazyObject(partial(_unread, user) if signed_in else int),
    }


def theme_of(request: HttpRequest) -> str:
    """ "light", "dark" or "" (as the system says): the quick switch's cookie, else the person's profile."""
    chosen = request.COOKIES.get("bylaw_theme") or getattr(getattr(request, "user", None), "theme", "")
    return chosen if chosen in THEMES else ""


def company_name() -> str:
    """The company as it calls itself (settings.COMPANY_MODEL), or the product's name while there is none."""
    label = getattr(settings, "COMPANY_MODEL", "")
    return per_request("company name", lambda: str(apps.get_model(label).own())) if label else "Bylaw"


def _menu(request: HttpRequest) -> list[NavGroup]:
    return per_request("navigation", partial(navigation, request))


def _flat(menu: list[NavGroup]) -> list[NavItem]:
    return [item for group in menu for item in group.items]


def _unread(user: Any) -> int:
    return per_request(f"unread {user.pk}", lambda: sum(n for (n,) in prepared("unread", _counting).ask(me=user.pk)))


def _counting() -> QuerySet:
    unread = Notice.objects.filter(to_id=Slot("me"), read_at=None)
    return unread.order_by().values("to_id").annotate(n=Count("pk")).values_list("n")
