"""What follows from a deputyship's end."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from kernel.advance import advanced
from kernel.models import StateChange
from organization.deputising import tell_of_end
from organization.models import Deputyship


@receiver(advanced, sender=Deputyship)
def tell_who_was_absent(sender: type, record: Deputyship, change: StateChange, **_kwargs: Any) -> None:
    """However it ends, the one who was absent is told what was decided for him."""
    tell_of_end(record, change)
