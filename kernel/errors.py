"""The pages for what went wrong: a fact, the next step, an incident number; none of the internals."""

import logging
import secrets
import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from kernel.context import theme_of

log = logging.getLogger(__name__)

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
RETRY_AFTER = "10"  # seconds


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when more was sent than is taken."""
    status = 413 if isinstance(exception, TOO_LARGE) else 400
    return _answer(request, status, _incident(request, status))


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the row is visible, the act is not this person's."""
    return _answer(request, 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or not for this person; nothing tells which."""
    return _answer(request, 404)


def method_not_allowed(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """405 with a page: an address that only takes what a form sends was opened as a link, or after going back."""
    response = _answer(request, 405)
    response["Allow"] = refused["Allow"]
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long, or the form came from another site."""
    return render(request, "errors/csrf.html", {"incident": _incident(request, 403)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 with Retry-After when the database cannot answer. Draws its page without the database."""
    is_database = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if is_database else 500
    context = {"incident": _incident(request, status), "theme": _theme(request)}
    response = HttpResponse(render_to_string(f"errors/{status}.html", context), status=status)
    if is_database:
        response["Retry-After"] = RETRY_AFTER
    return response


def _answer(request: HttpRequest, status: int, incident: str = "") -> HttpResponse:
    return render(request, f"errors/{status}.html", {"incident": incident}, status=status)


def _theme(request: HttpRequest) -> str:
    """The theme by the cookie alone: the profile would ask the database."""
    anonymous = HttpRequest()
    anonymous.COOKIES = request.COOKIES
    return theme_of(anonymous)


def _incident(request: Any, status: int) -> str:
    """A number that the reader can quote and the log knows."""
    number = secrets.token_hex(4).upper()
    log.error("Incident %s: %s on %s %s", number, status, request.method, request.path[:200])
    return number
