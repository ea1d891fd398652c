"""What follows from a deputyship's end, and from signing in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from kernel.advance import advanced
from kernel.models import StateChange
from organization import signins
from organization.deputising import tell_of_end
from organization.models import Deputyship


@receiver(advanced, sender=Deputyship)
def tell_who_was_absent(sender: type, record: Deputyship, change: StateChange, **_kwargs: Any) -> None:
    """However it ends, the one who was absent is told what was decided for him."""
    tell_of_end(record, change)


@receiver(user_logged_in)
def keep_sign_in(sender: type, request: Any, user: Any, **_kwargs: Any) -> None:
    """Who signs in is on his list of sign-ins from the first moment."""
    request.user = user
    if request.session.session_key:
        signins.notice(request)
