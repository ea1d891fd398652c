"""Erasing a customer's persons reaches contracts, orders, feedback and letters; the audit chain proves afterwards (4.2.1c)."""

import pytest

from aftersales.models import Feedback, FeedbackMessage
from contracts.models import ReviewOpinion, Side, Signing
from customers import erasing
from customers.models import Customer, Erasure
from kernel import audit
from kernel.models import Letter, Notice, PersonalData
from orders import placing
from orders.models import OrderContact
from tests.customers.test_keeping_files import everything_stored
from tests.factories import customers as make
from tests.factories.aftersales import make_feedback
from tests.factories.orders import fresh, make_order, place, signed_contract

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NAME, PHONE = "徐一鳴", "0912-345-678"
WORDS = (NAME, PHONE, "0912345678", "hsu@example.com")


@pytest.fixture
def order(salesperson, manager, legal, person, customer_service):
    """A placed order of a signed contract."""
    contract = signed_contract(salesperson, manager, legal, person("legal", name="Tsai Legal"))
    return place(make_order(contract, customer_service))


@pytest.fixture
def named(order, salesperson, legal, customer_service):
    """A retired customer whose person stands in feedback, an order, a contract, letters, notices; all of it sealed."""
    customer = order.customer
    make.make_contact(customer, name=NAME, phone=PHONE, email="hsu@example.com")
    order.note = f"送到交{NAME}"
    order._history_user = customer_service
    order.save()
    placing.note_contact(OrderContact(order=fresh(order), score=4, remarks=f"{NAME}說準時"), by=customer_service)
    contract = order.contract
    signing = Signing.objects.get(contract=contract)
    signing.customer_signatory = NAME
    signing.save()
    ReviewOpinion.objects.create(
        contract=contract, version_number=1, side=Side.LEGAL, text=f"{NAME}要改價", by=legal, kind="advisory"
    )
    said = {"reporter": NAME, "reporter_reach": PHONE, "subject": f"{NAME}抱怨", "text": f"{NAME}（0912345678）來電"}
    row = make_feedback(customer_service, customer, **said)
    FeedbackMessage.objects.create(feedback=row, what="note", text=f"回電{NAME}", by=customer_service)
    row.text = f"{NAME}再來電"
    row.save()
    Letter.objects.create(
        address="hsu@example.com", subject=f"{NAME}您好", body=NAME, model="aftersales.feedback", row=row.pk,
        file=customer.pk, effect="letter-to-hsu",
    )  # fmt: skip
    Notice.objects.create(
        to=salesperson, kind="step", params={"what": f"{NAME}抱怨", "n": 1}, model="aftersales.feedback", row=row.pk,
        effect="notice-of-hsu",
    )  # fmt: skip
    Customer.objects.filter(pk=customer.pk).update(state="retired")
    while audit.seal():
        pass
    return Customer.objects.get(pk=customer.pk)


def test_after_an_erasure_no_table_of_any_app_holds_the_person_and_the_chain_proves(named, manager):
    for word in (NAME, PHONE):
        assert any(word in text for text in everything_stored())
    erasing.erase(named, reason="asked by the person", by=manager, with_texts=True, also=NAME)
    while audit.seal():
        pass
    assert audit.verify() == ([], 0)
    stored = list(everything_stored())
    for word in WORDS:
        assert not [text for text in stored if word in text], word
    assert Erasure.objects.get().texts >= 5
    row = Feedback.objects.get()
    assert (row.reporter, row.reporter_reach, row.text) == ("", "", "［…］再來電")
    assert Signing.objects.get().customer_signatory == "—"
    assert not PersonalData.objects.filter(model="contracts.signing").exclude(value="—").exists()


def test_who_wrote_and_who_signed_go_without_the_texts_as_well(named, manager):
    erasing.erase(named, reason="asked by the person", by=manager)
    row = Feedback.objects.get()
    assert (row.reporter, row.reporter_reach) == ("", "") and NAME in row.text
    assert Signing.objects.get().customer_signatory == "—"


def test_words_that_were_taken_out_are_the_only_change_that_is_let_through(named, manager):
    erasing.erase(named, reason="asked by the person", by=manager, with_texts=True, also=NAME)
    while audit.seal():
        pass
    assert "［…］" in FeedbackMessage.objects.get(what="note").text
    assert "［…］" in OrderContact.objects.get().remarks
