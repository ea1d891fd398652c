"""What Bylaw refuses to start with: half a restore; in production demo people, a default secret, DEBUG (SECURITY B54)."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import OperationalError, ProgrammingError

from kernel import backups

log = logging.getLogger(__name__)
SHORTEST_SECRET = 40


def dangers() -> list[Error]:
    """What makes this installation unsafe: half a restore anywhere, and in production what is said above. One query."""
    found = []
    if said := backups.unfinished():
        hint = f"Restore again to its end, then {backups.note()} is gone (docs/operations.md)."
        found.append(Error(said, hint=hint, id="bylaw.E004"))
    if not settings.PRODUCTION:
        return found
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production.", hint="Unset BYLAW_DEBUG.", id="bylaw.E001"))
    if settings.SECRET_KEY == settings.DEFAULT_SECRET or len(settings.SECRET_KEY) < SHORTEST_SECRET:
        hint = f"Set BYLAW_SECRET_KEY to at least {SHORTEST_SECRET} random characters."
        found.append(Error("The secret is the default or too short.", hint=hint, id="bylaw.E002"))
    if _has_demo_people():
        hint = "Their passwords are known. Start from an empty database and run `manage.py setup`."
        found.append(Error("The database holds demo people.", hint=hint, id="bylaw.E003"))
    return found


def _has_demo_people() -> bool:
    from organization.models import User

    try:
        return User.objects.filter(is_demo=True).exists()
    except (OperationalError, ProgrammingError) as error:
        # No tables yet, or no database at this moment: nobody can sign in either, and the pages say what is wrong.
        log.warning("demo people could not be looked for: %s", error)
        return False


@register(Tags.security, Tags.database)
def production_is_safe(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[Error]:
    """The same as a system check (`manage.py check --database default`)."""
    return dangers()


def assert_safe_to_start() -> None:
    """End the process, saying why, where web, worker or beat must not start."""
    found = dangers()
    if found:
        sys.exit("Bylaw does not start:\n" + "\n".join(f"- {e.msg} {e.hint}" for e in found))
