"""Where the audit chain stood, noted outside the database: cutting off its end leaves the rest whole (SECURITY G5)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from kernel import clock
from kernel.models import AuditSeal


def drop() -> None:
    """Note the head of the chain as one more line of the file; nothing while the chain is empty or stands where it stood."""
    head = AuditSeal.objects.order_by("-seq").first()
    noted = _noted()
    if head is None or (noted and noted[-1] == (head.seq, head.digest)):
        return
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().open("a", encoding="ascii") as file:
        file.write(f"{head.seq} {head.digest} {clock.now():%Y-%m-%dT%H:%M:%SZ}\n")


def missing(until: int | None = None) -> list[str]:
    """What was noted (up to a seal, where one is given) and is not in the chain any more, in words."""
    return [text for seq, text in lost() if until is None or seq <= until]


def lost() -> list[tuple[int, str]]:
    """The numbers of the seals that were noted and are not in the chain as noted, with the sentence that says so."""
    noted = _noted()
    found = dict(AuditSeal.objects.filter(seq__in=[seq for seq, _digest in noted]).values_list("seq", "digest"))
    return [
        (seq, f"the chain no longer holds seal {seq} as it was noted")
        for seq, digest in noted
        if found.get(seq) != digest
    ]


def forget() -> None:
    """A new company begins a new chain: the demo company in an emptied database, never one in use."""
    path().unlink(missing_ok=True)


def path() -> Path:
    """The file of the notes."""
    return Path(settings.AUDIT_ANCHORS)


def _noted() -> list[tuple[int, str]]:
    lines = path().read_text(encoding="ascii").splitlines() if path().exists() else []
    return [(int(seq), digest) for seq, digest, *_when in (line.split() for line in lines if line.strip())]
