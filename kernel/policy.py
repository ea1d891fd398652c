"""Who may enter a page at all: every view carries a policy, and the middleware refuses a view without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Policy:
    """What a page asks of its visitor: one of the permissions (none named = any signed-in person), or nothing (public)."""

    permissions: tuple[str, ...] = ()
    public: bool = False

    def admits(self, user: Any) -> bool:
        """Whether this person may enter."""
        if self.public:
            return True
        if not user.is_authenticated or not user.is_active:
            return False
        return not self.permissions or any(user.has_perm(p) for p in self.permissions)


def allow(*permissions: str) -> Callable:
    """Admit holders of one of the permissions; everybody signed in when none is named."""

    def mark(view: Callable) -> Callable:
        view.policy = Policy(permissions)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: Callable) -> Callable:
    """Admit everybody: the sign-in pages, health, signed links."""
    view.policy = Policy(public=True)  # type: ignore[attr-defined]
    view.login_required = False  # type: ignore[attr-defined]
    return view
