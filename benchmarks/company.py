"""The measured company: settings as in service, and a database with the company in it."""

import os
import time
from pathlib import Path

from benchmarks import database

ROOT = Path(__file__).resolve().parent.parent


def prepare(folder):
    """Settings as in service: manifest of static files, no debug; everything written goes to a folder of our own."""
    os.environ.setdefault("BYLAW_FONTS", str(ROOT / "var" / "fonts"))
    os.environ.update(BYLAW_VAR=folder, DJANGO_SETTINGS_MODULE="config.settings", BYLAW_HOSTS="localhost")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def fill(server, volume, name=database.NAME):
    """A new database with the company in it."""
    from django.core.management import call_command

    from benchmarks.seed import seed

    database.create(server, name)
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    print(f"  migrate        {time.perf_counter() - began:6.1f} s")
    began = time.perf_counter()
    seed(volume)
    database.settle()
    print(f"  seeded in      {time.perf_counter() - began:6.1f} s")
