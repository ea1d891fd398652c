"""`manage.py verify_audit`: recompute the audit chain; exit code 1 when something in it was changed or is gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel import anchors, audit
from kernel.models import AuditSeal


class Command(BaseCommand):
    """Says what is wrong with the audit chain, and prints its head to be kept elsewhere (an anchor)."""

    help = "Recompute the hash chain over all changes of state and history rows."

    def add_arguments(self, parser: Any) -> None:
        """`--seal` extends the chain over the unsealed rows first."""
        parser.add_argument("--seal", action="store_true", help="seal what is not sealed yet, then verify")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and fail aloud."""
        while options["seal"] and audit.seal():
            pass
        problems, unsealed = audit.verify()
        problems += anchors.missing()
        head = AuditSeal.objects.order_by("-seq").first()
        self.stdout.write(f"head: {head.seq} {head.digest}" if head else "the chain is empty")
        self.stdout.write(f"not sealed yet: {unsealed}")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("nothing in the chain was changed")
