"""Models as migrations know them have no steps: their state is a plain text, and nothing collects transitions for them.

The library lets every state field listen to every model that is prepared; a migration prepares each model hundreds of
times, and each of those fields would listen on. On a fresh database that was most of what migrating took.
"""

from __future__ import annotations

from typing import Any

from django_fsm import FSMFieldMixin

FAKE = "__fake__"  # the module that Django gives the models of a migration's state

_whole = FSMFieldMixin.contribute_to_class


def _contribute(self: Any, cls: Any, name: str, private_only: bool = False, **kwargs: Any) -> None:
    if cls.__module__ == FAKE:
        super(FSMFieldMixin, self).contribute_to_class(cls, name, private_only=private_only, **kwargs)
    else:
        _whole(self, cls, name, private_only=private_only, **kwargs)


def keep_plain() -> None:
    """Called once all models exist."""
    FSMFieldMixin.contribute_to_class = _contribute
