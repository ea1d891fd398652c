"""Urging: by whose record it is, to those who decide, once a day and person."""

from datetime import timedelta

import pytest
from django.core import mail

from kernel import clock
from kernel.advance import advance, begin
from kernel.mailing import send_outbox
from kernel.models import Agreement, Notice
from kernel.settings import forget
from kernel.urging import urge

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(salesperson, manager):
    values = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "subject": "s", "reason": "why"}
    return begin(Agreement(title="Case", asked_by=salesperson, **values), by=salesperson)


def told():
    return list(Notice.objects.filter(kind="urge").values_list("to__name", flat=True))


def test_once_a_day_and_it_says_so(record, salesperson, manager, as_):
    client, address = as_(salesperson), f"/approvals/urge/{record.pk}/kernel.agreement/"
    assert address in client.get(f"/agreements/{record.pk}/").content.decode()
    assert "1 person is reminded" in client.post(address, follow=True).content.decode()
    assert "today already" in client.post(address, follow=True).content.decode()
    assert told() == ["Chou Manager"]
    with clock.at(clock.now() + timedelta(days=1)):
        forget()
        assert urge(record, salesperson) == 1
    assert len(told()) == 2


def test_it_stands_beside_the_record_in_the_queue_of_who_wants_no_mail(record, salesperson, manager, as_):
    manager.mail_choice = "never"
    manager.save()
    assert "urges a decision" not in as_(manager).get("/approvals/").content.decode()
    urge(record, salesperson)
    send_outbox()
    assert mail.outbox == []
    assert "Lin Sales urges a decision" in as_(manager).get("/approvals/").content.decode()
    assert "urges a decision" in as_(manager).get("/notices/").content.decode()


def test_only_whose_it_is_and_only_while_it_waits(record, salesperson, manager, as_, person):
    address = f"/approvals/urge/{record.pk}/kernel.agreement/"
    assert as_(manager).post(address).status_code == 403
    assert as_(person("salesperson")).post(address).status_code == 404
    assert as_(salesperson).get(address).status_code == 405
    advance(record, "withdraw", by=salesperson)
    assert as_(salesperson).post(address).status_code == 403
    assert as_(salesperson).post("/approvals/urge/1/kernel.nothing/").status_code == 404
    assert told() == []
