"""Erasing a person takes his name out of free texts and their versions; the audit chain proves, and tells of any other change."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from customers import erasing
from customers.models import Customer, Erasure, FollowUp, Interaction, Question
from customers.services import log_interaction, raise_question
from kernel import audit, clock
from kernel.advance import advance
from kernel.models import AuditRedaction
from tests.customers.test_keeping_files import everything_stored
from tests.factories import customers as make

pytestmark = pytest.mark.django_db
PHONE, NAME = "0911-736-829", "邱志宏"


@pytest.fixture
def retired(salesperson):
    """A retired customer whose person is named in notes, one of them corrected later, all of it sealed."""
    deal = make.make_opportunity(salesperson)
    customer = deal.customer
    make.make_contact(customer, name=NAME, phone=PHONE, email="Chiu.CH@example.com")
    customer.note = f"請洽{NAME}"
    customer.save()
    told = Interaction(
        customer=customer,
        opportunity=deal,
        summary=f"{NAME}來電 (0911) 736829",
        next_step="Call 小邱",
        next_on=clock.today(),
    )
    log_interaction(told, by=salesperson)
    told.summary = f"{NAME}改由助理 chiu.ch@example.com 聯絡；訂單 110911736829 號"
    told.save()
    follow_up = FollowUp(opportunity=deal, progress_reported="x", decision_state=f"{NAME}已同意", by=salesperson)
    follow_up.save()
    raise_question(Question(opportunity=deal, text=f"{NAME}問保固"), by=salesperson)
    advance(deal, "lose", by=salesperson, comment="x", data={"lost_reason": "price"})
    advance(Customer.objects.get(pk=customer.pk), "retire", by=salesperson, comment="closed")
    while audit.seal():
        pass
    return Customer.objects.get(pk=customer.pk)


@pytest.mark.database
def test_the_person_is_in_no_text_or_version_any_more_and_the_chain_proves(retired, manager, as_):
    client, where = as_(manager), reverse("customers:customer_erase", args=[retired.pk])
    page = client.get(where).content.decode()
    assert "［…］改由助理 ［…］ 聯絡；訂單 110911736829 號" in page and "小邱" not in page
    sent = {"reason": "asked by the person", "with_texts": "on", "also": "小邱"}
    again = client.post(where, sent)
    assert "Call ［…］" in again.content.decode()
    assert NAME in Interaction.objects.get(next_on__isnull=False).summary  # nothing is changed by looking
    assert client.post(where, {**sent, "number": retired.number}).status_code == 302
    stored = list(everything_stored())
    for word in (NAME, "小邱", "(0911) 736829", "chiu.ch@example.com"):
        assert not [text for text in stored if word in text], word
    told = Interaction.objects.get(next_on__isnull=False)
    assert told.summary == "［…］改由助理 ［…］ 聯絡；訂單 110911736829 號"
    assert {h.summary for h in told.history.all()} == {told.summary, "［…］來電 ［…］"}
    assert Erasure.objects.get().texts == 4
    while audit.seal():
        pass
    assert audit.verify() == ([], 0)
    change_behind(told.history.last())
    assert [problem.what for problem in audit.verify()[0]] == ["changed"]


def change_behind(version):
    """Somebody with the database in his hands rewrites a version that was redacted."""
    type(version)._base_manager.filter(pk=version.pk).update(summary="nothing happened")


@pytest.mark.database
def test_a_version_is_not_changed_without_its_redaction(retired, manager):
    version = Interaction.history.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        Interaction.history.filter(pk=version.pk).update(summary="x")
    erasing.erase(retired, reason="x", by=manager, with_texts=True)
    assert AuditRedaction.objects.filter(by=manager, reason="x").exists()
    for sql in ("DELETE FROM customers_historicalinteraction", "DELETE FROM kernel_auditredaction"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_texts_stay_where_it_is_so_wished(retired, manager):
    erasing.erase(retired, reason="x", by=manager)
    assert NAME in Customer.objects.get(pk=retired.pk).note and not AuditRedaction.objects.exists()
