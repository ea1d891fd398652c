"""The same path by keyboard alone, and the single-key shortcuts of the approval queue, which can be switched off."""

import pytest

from contracts.models import Contract
from tests.factories import customers as rows
from tests.journeys import offices
from tests.journeys.keyboard import KeyboardWindow
from tests.journeys.office import is_agreed_on_inside, is_developed, is_signed_and_filed, office_of

pytestmark = pytest.mark.browser


def test_whole_path_works_by_keyboard_alone(window, people, template, paper, tmp_path):
    rows.make_product(price="1000", cost="600")
    office = office_of(lambda user: window(user, kind=KeyboardWindow, is_watchful=False), people)
    contract = is_agreed_on_inside(office, is_developed(office, paper))
    is_signed_and_filed(office, contract, paper, tmp_path)


@pytest.fixture
def two_waiting(salesperson, manager, legal, template):
    """Two contracts that wait for the manager, the first one read already."""
    from contracts.reviewing import judge_all

    found = []
    for number in (1, 2):
        opportunity = rows.make_opportunity(salesperson, stage="follow_up", name=f"手臂 {number}")
        contract = offices.draft(opportunity, salesperson, template, title=f"採購合同 {number}")
        found.append(offices.walk_to(contract, "manager_review", manager=manager, legal=legal))
        judge_all(contract=found[-1], by=manager)
    return found


def states(contracts):
    return [Contract.objects.values_list("state", flat=True).get(pk=c.pk) for c in contracts]


def press(page, key):
    with page.expect_navigation():
        page.keyboard.press(key)


def test_queue_is_worked_off_by_single_keys(window, two_waiting, manager):
    page = window(manager).open("/approvals/").page
    page.keyboard.press("j")
    press(page, "Enter")
    assert "採購合同 2" in page.locator("#preview h2").inner_text()
    press(page, "a")
    assert states(two_waiting) == ["manager_review", "legal_review"]
    press(page, "r")
    assert page.get_by_label("Reason").is_visible()
    assert states(two_waiting) == ["manager_review", "legal_review"]


def test_keys_do_nothing_while_typing_or_when_switched_off(window, two_waiting, manager):
    desk = window(manager).open("/approvals/")
    desk.page.get_by_label("Opinion").focus()
    desk.page.keyboard.type("a good contract, r j k")
    assert desk.page.get_by_label("Opinion").input_value() == "a good contract, r j k"
    desk.open("/profile/").write({"single-key shortcuts": False}).press("Save")
    desk.open("/approvals/")
    for key in "jar":
        desk.page.keyboard.press(key)
    desk.page.wait_for_timeout(300)
    assert desk.page.url.endswith("/approvals/")
    assert states(two_waiting) == ["manager_review", "manager_review"]
