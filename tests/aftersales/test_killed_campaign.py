"""A campaign whose worker is killed with -9 in the middle: every customer is asked once, and gets one letter."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from aftersales.models import CampaignRun, Survey
from kernel import clock
from kernel.mailing import message_id
from kernel.models import Letter
from tests.databases import database_url
from tests.factories.aftersales import make_campaign
from tests.factories.customers import make_contact, make_customer
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS, BATCH, LONGEST = 300, 10, 60
PROGRAM = f"""
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from aftersales import campaigning
from kernel import mailing
campaigning.run_campaigns({BATCH})
mailing.send_letters()
"""


@pytest.fixture
def sink():
    """A mail server."""
    found = Sink()
    yield found
    found.close()


@pytest.fixture
def worker(committed_db, sink, tmp_path):
    """Start the campaign's job and the mailer as a process of its own in this test's database."""
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


@pytest.fixture
def campaign(committed_db, customer_service, salesperson):
    """A campaign to a few hundred customers, started."""
    for n in range(CUSTOMERS):
        make_contact(make_customer(salesperson, name=f"客戶{n:03}"), email=f"c{n}@example.com")
    return make_campaign(customer_service, start=True)


def wait_for(process, is_there):
    """Until it is so; what the process said where it ended before."""
    for _try in range(LONGEST * 50):
        if is_there():
            return
        assert process.poll() is None, process.communicate()[1].decode()[-2000:]
        time.sleep(0.02)
    raise AssertionError("it never came so far")


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)


def run_to_the_end(process):
    _out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error.decode()[-2000:]


def test_killed_while_it_asks_and_while_it_mails_everybody_is_asked_and_written_to_once(worker, sink, campaign):
    first = worker()
    wait_for(first, lambda: Survey.objects.count() >= 5 * BATCH)
    kill(first)
    asked = Survey.objects.count()
    assert 0 < asked < CUSTOMERS
    assert Letter.objects.count() == asked  # a batch and its letters, or neither
    assert CampaignRun.objects.get().prepared_at is None

    sink.hold[40] = "before"
    second = worker()
    assert sink.reached.wait(LONGEST), second.communicate(timeout=5)
    kill(second)
    sink.again()
    assert len(sink.letters) == 39
    assert Survey.objects.count() == CUSTOMERS

    Letter.objects.filter(mailed_at=None).update(claimed_at=clock.now() - timedelta(minutes=11))
    for _run in range(2):
        run_to_the_end(worker())
    assert Counter(number for number, _text in sink.letters) == {message_id(row): 1 for row in Letter.objects.all()}
    assert Survey.objects.values("customer").distinct().count() == Survey.objects.count() == CUSTOMERS
    assert not Letter.objects.filter(mailed_at=None).exists()
