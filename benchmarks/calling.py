"""Calling the site as its server does, in this process: WSGI in, bytes out, signed in by a session of the database."""

import io
import time
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took, in milliseconds."""

    status: int
    body: bytes
    ms: float
    location: str = ""


def session_of(user):
    """A signed-in session's cookie; signing in itself is not measured."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def get(application, address, cookie):
    """GET an address from a WSGI application."""
    environ, head = environ_of(address, cookie), {}
    began = time.perf_counter()
    result = application(environ, lambda status, headers: head.update(status=int(status[:3]), headers=dict(headers)))
    body = b"".join(result)
    ms = (time.perf_counter() - began) * 1_000
    result.close()
    return Answer(head["status"], body, ms, head["headers"].get("Location", ""))


def environ_of(address, cookie):
    """What a server hands over for a GET."""
    parts = urlsplit(address)
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": parts.path, "QUERY_STRING": parts.query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": cookie, "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
