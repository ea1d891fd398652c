"""From the signed contract to the customer who is content at last: the main path in real browsers, each act by its role.

The customer has no account: he reads his letters, which a real mail server takes, and follows their links.
"""

import re
from email import message_from_string, policy
from types import SimpleNamespace

import pytest
from django.test import override_settings

from aftersales import campaigning
from kernel import mailing
from orders.models import Order
from tests.factories import contracts as make
from tests.factories.aftersales import make_cause, put_in_use
from tests.factories.customers import make_product
from tests.factories.goods import cause, packing_items
from tests.factories.supply import make_material, make_supplier
from tests.journeys import complaining, fulfilment, improving
from tests.journeys.office import office_of
from tests.journeys.windows import Window
from tests.smtp_sink import Sink

pytestmark = pytest.mark.browser


@pytest.fixture
def workers(person):
    """One person of each department that carries orders out."""
    roles = {"production": "Liu Production", "purchasing": "Ho Purchasing", "quality": "Cheng Quality",
             "logistics": "Tsai Logistics"}  # fmt: skip
    return {role: person(role, name=name) for role, name in roles.items()}


@pytest.fixture
def contract(people, template):
    """A signed contract about a hundred pieces."""
    make_product(price="1000", cost="600")
    draft = make.make_contract(people["sales"], template)
    draft.lines.update(quantity=fulfilment.HUNDRED)
    make.services.recalculate(draft, by=people["sales"])
    return make.walk(draft, "signed", manager=people["manager"], legal=people["legal"])


@pytest.fixture
def stock(workers):
    """What the company has: a material, two suppliers of which one is qualified no more, its own lists."""
    cause(), packing_items(), make_cause()
    buyer = workers["purchasing"]
    return SimpleNamespace(
        material=make_material(),
        expired=make_supplier(buyer, days=-5, name="遠景光電量具有限公司"),
        valid=make_supplier(buyer),
    )


@pytest.fixture
def letters(site):
    """Send what waits to a mail server of its own, as the worker does; give the text of the last letter."""
    sink = Sink()
    mail = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": sink.port, "BASE_URL": site.url}  # fmt: skip

    def last():
        mailing.send_letters()
        return message_from_string(sink.letters[-1][1], policy=policy.default).get_content()

    with override_settings(**mail):
        yield last
    sink.close()


class Customer(Window):
    """Somebody outside: no account, only the links that he was sent."""

    def sign_in(self):
        """He cannot; he chooses his language by the link."""
        return self

    def follow_letter(self, text):
        """Open the link of a letter, in English."""
        [link] = re.findall(r"http://\S+", text)[:1]
        return self.open(f"{link}?lang=en")


def test_an_order_from_contract_to_a_content_customer(window, people, workers, contract, stock, letters):
    put_in_use(people["service"], "feedback")
    office = office_of(window, {**people, **workers})
    order = fulfilment.places_the_order(office, contract)
    fulfilment.is_acknowledged(office, order)
    plan = fulfilment.is_planned(office, order, stock.material)
    problem = fulfilment.is_bought(office, order, stock.material, stock.expired, stock.valid)
    fulfilment.is_made(office, plan, stock.material)
    fulfilment.passes_in_process(office, order)
    fulfilment.fails_finally(office, order)
    fulfilment.is_reworked(office, order)
    shipment = fulfilment.is_packed(office, order)
    fulfilment.leaves(office, shipment)
    customer = window(people["stranger"], kind=Customer).follow_letter(letters())
    customer.sees("Your order is on its way", "KL-5521")
    fulfilment.customer_is_told_of_the_delay(office, order, problem)
    fulfilment.is_received(office, shipment)
    fulfilment.is_completed(office, order)
    assert Order.objects.get(pk=order.pk).state == "completed"
    a_complaint_is_solved_in_two_rounds(office, customer, letters)
    his_answer_becomes_a_measure(office, customer, letters)


def a_complaint_is_solved_in_two_rounds(office, customer, letters):
    """3.4: what is wrong after all is told by link, solved, refused, solved anew, and confirmed."""
    customer.page.reload()
    feedback = complaining.complains(customer.sees("Your order is completed"))
    complaining.is_passed_on(office, feedback)
    complaining.is_solved(office, feedback, "軸承預壓不足", "更換軸承")
    complaining.is_reported(office, feedback, "軸承已更換。")
    complaining.answers(customer.follow_letter(letters()), satisfied=False, word="仍有異音")
    complaining.is_promised_anew(office, feedback)
    complaining.is_solved(office, feedback, "主軸動平衡不良", "更換主軸")
    complaining.is_reported(office, feedback, "主軸已更換。")
    complaining.answers(customer.follow_letter(letters()), satisfied=True)
    customer.sees("Customer satisfied")
    feedback.refresh_from_db()
    assert (feedback.state, feedback.round, feedback.rounds.count()) == ("confirmed", 2, 2)


def his_answer_becomes_a_measure(office, customer, letters):
    """3.4.4: asked once his feedback is confirmed, he answers by phone; the weak spot is mended and seen to."""
    campaigning.ask_after_service()
    improving.answers_on_the_phone(customer.follow_letter(letters()))
    measure = improving.is_proposed(office)
    improving.is_taken(office, measure)
    measure.refresh_from_db()
    assert (measure.state, measure.owner.name) == ("verified", "Cheng Quality")
