"""Bring the database up to date and give an empty one its demo company: one process, since each start of Django takes seconds.

`prepare.py FILE [--demo]`: writes the demo company's logins to FILE, for serve.py to print.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(logins, *options):
    """Migrate; with --demo, make the demo company where there is nobody yet and write down its logins."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    with open(logins, "w", encoding="utf-8") as file:
        if "--demo" in options:
            call_command("demo", if_empty=True)
            call_command("demo", logins=True, stdout=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
