"""What an import says at its end, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.importing.outcome import Outcome
from kernel.imports import Refused

SHOWN = 200


def summary(outcome: Outcome, *, dry_run: bool = False) -> str:
    """How many rows came in and how many were there already."""
    counts = {"added": outcome.added, "already": outcome.already}
    if dry_run:
        return _("Checked, nothing was kept: %(added)d would be added, %(already)d are already there.") % counts
    return _("%(added)d added, %(already)d already there.") % counts


def report(refused: Refused) -> str:
    """Every bad row in a line of its own, under a sentence that says that nothing was kept."""
    count = len(refused.problems)
    head = ngettext("Nothing was imported: %(count)d problem.", "Nothing was imported: %(count)d problems.", count)
    lines = [head % {"count": count}, *(f"  {problem}" for problem in refused.problems[:SHOWN])]
    if count > SHOWN:
        lines.append("  " + _("… and %(count)d more.") % {"count": count - SHOWN})
    return "\n".join(lines)
