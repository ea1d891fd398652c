"""A form takes effect once: a second click, a retry or the back button gets the first answer again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kernel.models import Submission

KEY = "_key"
UNFIT = re.compile(r"[^\w-]")  # what no key of ours holds, and no database takes (NUL)


def once(view: Callable) -> Callable:
    """Run a POST in one transaction under its key (the hidden field `_key` of every form).

    An answer that redirects is kept and given again to the same key; the same key with another body gets 409. Any other
    answer (a form with errors) leaves the database as it was, so that it can be sent again. Without a key the view runs
    as usual, in a transaction.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = UNFIT.sub("", request.POST.get(KEY, ""))[:40]
        if not key or not request.user.is_authenticated:
            return _in_transaction(view, request, args, kwargs)
        earlier = _earlier(request, key)
        if earlier is not None:
            return earlier
        try:
            return _first(view, request, key, args, kwargs)
        except _Doubled:
            return _earlier(request, key) or render(request, "errors/409.html", status=409)

    return wrapper


class _Doubled(Exception):
    """The same key is being used by another request at this very moment."""


def _first(view: Callable, request: HttpRequest, key: str, args: Any, kwargs: Any) -> HttpResponse:
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Submission.objects.create(
                    user=request.user, key=key, route=request.path[:200], body=_digest(request)
                )
        except IntegrityError as error:
            raise _Doubled from error
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            row.answer = response.url[:500]
            row.save(update_fields=["answer"])
        else:
            transaction.set_rollback(True)
    _afterwards(request)
    return response


def _in_transaction(view: Callable, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        if response.status_code >= 400 or not isinstance(response, HttpResponseRedirect):
            transaction.set_rollback(True)
    _afterwards(request)
    return response


def after_rollback(request: HttpRequest, action: Callable[[], None]) -> None:
    """Do something (count a refusal) once the refused transaction is gone."""
    request.__dict__.setdefault("_bylaw_afterwards", []).append(action)


def _afterwards(request: HttpRequest) -> None:
    for action in request.__dict__.pop("_bylaw_afterwards", []):
        action()


def _earlier(request: HttpRequest, key: str) -> HttpResponse | None:
    row = Submission.objects.filter(user=request.user, key=key).first()
    if row is None:
        return None
    if row.route != request.path[:200] or row.body != _digest(request) or not row.answer:
        return render(request, "errors/409.html", status=409)
    return HttpResponseRedirect(row.answer)


def _digest(request: HttpRequest) -> str:
    fields = sorted((k, v) for k, vs in request.POST.lists() if k != "csrfmiddlewaretoken" for v in vs)
    files = sorted((k, f.name, _digest_of(f)) for k, fs in request.FILES.lists() for f in fs)
    return hashlib.sha256(repr((fields, files)).encode()).hexdigest()


def _digest_of(file: Any) -> str:
    """The digest of an uploaded file's content, which is left to be read from its beginning."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
