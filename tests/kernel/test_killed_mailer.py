"""The mailer killed with -9 in the middle of a letter: none is lost, none sent twice but one whose outcome nobody knows."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from kernel import clock
from kernel.mailing import message_id
from kernel.models import Digest, Notice
from kernel.notices import tell
from tests.databases import database_url
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from kernel import mailing
mailing.gather_digests()
print(mailing.send_outbox())
"""
LETTERS = 5


@pytest.fixture
def sink():
    """A mail server."""
    found = Sink()
    yield found
    found.close()


@pytest.fixture
def mailer(committed_db, sink, tmp_path):
    """Start the mailer as a process of its own in this test's database."""
    environment = {
        **os.environ,
        "BYLAW_VAR": str(tmp_path),
        "BYLAW_DATABASE_URL": database_url(),
        "BYLAW_MAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }

    def start():
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return start


def run_to_the_end(process):
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error.decode()[-2000:]
    return int(out)


def kill_in_the_middle(process, sink):
    """-9 while the mail server holds the letter."""
    assert sink.reached.wait(60), process.communicate(timeout=5)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    sink.again()


def ten_minutes_pass():
    for model in (Notice, Digest):
        model.objects.filter(mailed_at=None).update(claimed_at=clock.now() - timedelta(minutes=11))


def tell_all(people):
    for n in range(LETTERS):
        tell([people[n % len(people)]], "decide", effect=f"t:{n}", url="/", title=f"Case {n}")


def test_killed_before_the_letter_was_taken_each_arrives_once(mailer, sink, salesperson, manager):
    tell_all([salesperson, manager])
    sink.hold[3] = "before"
    kill_in_the_middle(mailer(), sink)
    assert len(sink.letters) == 2
    assert run_to_the_end(mailer()) == LETTERS - 3  # the claimed one waits: its worker might still be at it
    ten_minutes_pass()
    assert [run_to_the_end(mailer()) for _run in range(2)] == [1, 0]
    assert Counter(number for number, _text in sink.letters) == {message_id(n): 1 for n in Notice.objects.all()}


def test_killed_after_the_letter_was_taken_the_copy_bears_its_number(mailer, sink, salesperson, manager):
    tell_all([salesperson, manager])
    sink.hold[3] = "after"
    kill_in_the_middle(mailer(), sink)
    unknown = Notice.objects.exclude(claimed_at=None).get(mailed_at=None)
    run_to_the_end(mailer())
    ten_minutes_pass()
    run_to_the_end(mailer())
    found = Counter(number for number, _text in sink.letters)
    assert found == {message_id(n): 1 + (n == unknown) for n in Notice.objects.all()}
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_a_digest_killed_in_the_middle_arrives_once_with_everything(mailer, sink, salesperson):
    salesperson.mail_choice = "twice"
    salesperson.save()
    tell_all([salesperson])
    Notice.objects.update(at=clock.now() - timedelta(days=1))
    sink.hold[1] = "before"
    kill_in_the_middle(mailer(), sink)
    assert run_to_the_end(mailer()) == 0
    ten_minutes_pass()
    assert [run_to_the_end(mailer()) for _run in range(2)] == [1, 0]
    assert Digest.objects.count() == len(sink.letters) == 1
    assert not Notice.objects.filter(mailed_at=None).exists()
