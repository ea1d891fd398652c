"""Letters: none lost when a worker dies, and one sent a second time bears the number of the first."""

from datetime import timedelta

import pytest
from django.core import mail

from kernel import clock
from kernel.mailing import send_outbox
from kernel.models import Notice
from kernel.notices import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(salesperson, manager):
    """Two people told of the same matter."""
    tell([salesperson, manager], "decide", effect="t", url="/", title="Case")
    return Notice.objects.order_by("pk")


def test_each_is_mailed_once(told):
    assert (send_outbox(), send_outbox()) == (2, 0)
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == 2


def test_who_dies_after_the_claim_loses_no_letter(told):
    Notice.objects.update(claimed_at=clock.now(), tries=1)
    assert send_outbox() == 0  # the other may still be at it
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert send_outbox() == 2


def test_who_dies_between_sending_and_marking_sends_the_same_letter_again(told):
    send_outbox()
    Notice.objects.update(mailed_at=None)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert send_outbox() == 2
    numbers = [m.extra_headers["Message-ID"] for m in mail.outbox]
    assert numbers[:2] == numbers[2:]
    assert all(n.startswith("<") and n.endswith(">") and "@" in n for n in numbers)
