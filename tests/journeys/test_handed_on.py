"""A lawyer asks another, lets the drafter know, hands the contract over; the other decides on his telephone."""

import pytest

from contracts.models import Contract
from kernel.models import Notice, Referral, StateChange
from tests.factories import contracts as make
from tests.journeys.windows import Window

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def waiting(people, template):
    """A contract that waits for legal."""
    return make.approve_by_manager(make.submit(make.make_contract(people["sales"], template)), people["manager"])


def test_asked_copied_handed_over_and_decided(window, people, chief_legal, waiting):
    record = f"/contracts/{waiting.pk}/"
    desk, phone = window(people["legal"]), window(chief_legal, viewport=PHONE)
    drafter, stranger = window(people["sales"]), window(people["stranger"])

    desk.open("/approvals/").sees(waiting.title).follow("Ask another")
    desk.write({"To": "Tsai Counsel", "Question": "Is the cap of clause 7 usual?"}).press("Send the question")
    desk.sees("You asked Tsai Counsel")
    stranger.is_refused(f"/approvals/referrals/{Referral.objects.get().pk}/", text="mine")
    drafter.is_refused(f"/approvals/transfer/{waiting.pk}/contracts.contract/", to=chief_legal.pk, text="quick")

    phone.open("/").sees("Hsu Legal asks you: Is the cap of clause 7 usual?")
    phone.open(f"/approvals/?item=contracts.contract:{waiting.pk}").follow("Answer").sees(
        "Is the cap of clause 7 usual?"
    )
    phone.write({"Answer": "We took it twice last year"}).press("Answer")
    desk.open("/approvals/").sees("Tsai Counsel answered: We took it twice last year")

    desk.follow("Copy to others").write({"To": "Ho Stranger"}).press("Send the copies")
    desk.sees("May not see this record: Ho Stranger")
    desk.write({"To": "Lin Sales", "Remark": "Legal is at clause 7"}).press("Send the copies")
    drafter.open("/approvals/").follow_tab("Copied to me").sees("Legal is at clause 7")
    drafter.press_first("View").sees(waiting.title)

    desk.open("/approvals/").follow("Hand to another")
    desk.write({"To": "Tsai Counsel", "Why": "You know patents"}).press("Hand it over")
    desk.sees("Nothing waits for your decision")
    desk.open(record).sees("You know patents", "Take back")
    desk.open(f"{record}return_text/").sees("take it back first")
    phone.open("/approvals/").sees("From Hsu Legal: You know patents")
    drafter.open("/approvals/?tab=started").sees("Waiting for others to decide").press_first("Urge")
    assert list(Notice.objects.filter(kind="urge").values_list("to__name", flat=True)) == ["Tsai Counsel"]
    phone.open(f"/approvals/?item=contracts.contract:{waiting.pk}")
    phone.write({"Opinion": "Clause 7 must go"}).decide("Return")
    assert StateChange.objects.get(step="return_text").by == chief_legal
    assert Contract.objects.get(pk=waiting.pk).state == "revising"
    drafter.open(record).sees("Hsu Legal handed the decision to Tsai Counsel", "Tsai Counsel answered")


@pytest.fixture
def window(window):
    """Windows that also know tabs and the first of several buttons of one name."""

    def open_for(user, **options):
        return window(user, kind=_Window, **options)

    return open_for


class _Window(Window):
    def follow_tab(self, name):
        """Go to a tab, whatever figure stands on it."""
        return self.act_on(self.page.locator(".seg").get_by_role("link", name=name))

    def press_first(self, name):
        """Press the first button whose name begins so; the rest of it is the row's title."""
        return self.act_on(self.page.locator("main").get_by_role("button", name=name).first)
