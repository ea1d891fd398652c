"""`manage.py setup`: the first run of a company without demo data: administrator, company, settings."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from kernel.models import Setting
from kernel.money import CURRENCIES
from kernel.settings import DEFINITIONS
from organization import services
from organization.models import Company, Department, User
from organization.tokens import invitation_link

# region → base currency and language of the first administrator
BY_REGION = {"TW": ("TWD", "zh-hant"), "CN": ("CNY", "zh-hans"), "HK": ("HKD", "zh-hant")}
# option → (question, default); an answer comes from the option, else BYLAW_SETUP_<OPTION>, else the terminal
QUESTIONS = {
    "email": ("E-mail of the first administrator", None),
    "name": ("Name of the first administrator", None),
    "company": ("Name of the company", None),
    "region": ("Region (TW, CN or HK)", "TW"),
    "registration_number": ("Registration number of the company", ""),
    "address": ("Address of the company", ""),
    "phone": ("Telephone of the company", ""),
    "department": ("Department of the administrator", "Administration"),
}


class Command(BaseCommand):
    """Makes the first administrator and the company's row; refuses where an administrator exists."""

    help = (
        "Set up a company: first administrator (invited by link), company data, settings. Asks for what is not given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Every question may be answered beforehand."""
        for option, (question, default) in QUESTIONS.items():
            default_words = "" if default in (None, "") else f" [{default}]"
            parser.add_argument(f"--{option.replace('_', '-')}", help=question + default_words)
        parser.add_argument("--currency", help="Base currency; the region's own if left out")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES), help="Language of the administrator")
        parser.add_argument(
            "--set", action="append", default=[], metavar="KEY=VALUE", help="A setting; may be repeated"
        )
        parser.add_argument("--no-input", action="store_true", help="Ask nothing; what has no default must be given")
        parser.add_argument("--no-mail", action="store_true", help="Only print the invitation link")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, ask, write everything or nothing, and print the link."""
        self._refuse()
        answers = {name: self._answer(name, options) for name in QUESTIONS}
        self._check(answers, options)
        with transaction.atomic():
            self._write_company(answers, options)
            self._write_settings(answers, options)
            user = self._write_administrator(answers, options)
            if not options["no_mail"]:
                services.invite(user=user)
        self.stdout.write(f"{answers['company']} is set up. {user.name} chooses a password here, within three days:")
        self.stdout.write(invitation_link(user))

    def _refuse(self) -> None:
        if User.objects.with_role("administrator").exists():
            raise CommandError("There is an administrator already: accounts are kept in the admin.")
        if settings.PRODUCTION and User.objects.filter(is_demo=True).exists():
            raise CommandError("The database holds demo people, whose passwords are known: start from an empty one.")

    def _answer(self, name: str, options: dict[str, Any]) -> str:
        question, default = QUESTIONS[name]
        given = options[name] or os.environ.get(f"BYLAW_SETUP_{name.upper()}")
        if given is None and not options["no_input"] and sys.stdin.isatty():
            given = input(f"{question}{f' [{default}]' if default else ''}: ").strip()
        answer = given or default
        if answer is None:
            raise CommandError(f"{question} is missing: give --{name.replace('_', '-')} or BYLAW_SETUP_{name.upper()}.")
        return answer

    def _check(self, answers: dict[str, str], options: dict[str, Any]) -> None:
        try:
            validate_email(answers["email"])
        except ValidationError as error:
            raise CommandError(f"{answers['email']} is no e-mail address.") from error
        if answers["region"] not in BY_REGION:
            raise CommandError("The region is TW, CN or HK.")
        if (options["currency"] or "TWD") not in CURRENCIES:
            raise CommandError(f"The currency is one of {', '.join(CURRENCIES)}.")
        if User.objects.filter(email__iexact=answers["email"]).exists():
            raise CommandError(f"{answers['email']} has an account already.")

    def _write_company(self, answers: dict[str, str], options: dict[str, Any]) -> None:
        company = Company.own()
        company.name, company.region = answers["company"], answers["region"]
        company.registration_number = answers["registration_number"]
        company.address, company.phone = answers["address"], answers["phone"]
        company.currency = options["currency"] or BY_REGION[answers["region"]][0]
        self._valid(company).save()

    def _write_settings(self, answers: dict[str, str], options: dict[str, Any]) -> None:
        wanted = {"calendar.region": answers["region"]}
        for pair in options["set"]:
            key, equals, value = pair.partition("=")
            if not equals or key not in DEFINITIONS:
                raise CommandError(f"{pair} is no KEY=VALUE of a setting. Keys: {', '.join(sorted(DEFINITIONS))}")
            wanted[key] = value
        for key, value in wanted.items():
            self._valid(Setting(key=key, value=value)).save()

    def _write_administrator(self, answers: dict[str, str], options: dict[str, Any]) -> User:
        services.sync_roles()
        department, _created = Department.objects.get_or_create(code="admin", defaults={"name": answers["department"]})
        language = options["language"] or BY_REGION[answers["region"]][1]
        return User.objects.create_user(
            answers["email"], answers["name"], roles=("administrator",), department=department, language=language
        )

    @staticmethod
    def _valid(row: Any) -> Any:
        try:
            row.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        return row
