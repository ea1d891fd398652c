"""Several decisions by keyboard on the desk, and by finger on a phone without JavaScript."""

import pytest

from kernel.advance import begin
from kernel.models import Agreement

pytestmark = pytest.mark.browser


def case(by, title):
    values = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "subject": title, "reason": "why"}
    return begin(Agreement(title=title, asked_by=by, **values), by=by)


def states():
    return list(Agreement.objects.order_by("pk").values_list("state", flat=True))


def test_picked_and_approved_by_keyboard(window, salesperson, manager):
    for name in ("First", "Second", "Third"):
        case(salesperson, name)
    desk = window(manager).open("/approvals/")
    assert not desk.page.get_by_label("One comment for all").is_visible()
    desk.page.keyboard.press("x")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("x")
    desk.page.get_by_label("One comment for all").fill("Both fit")
    desk.page.get_by_label("One comment for all").blur()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Shift+A")
    desk.sees("2 approved, 0 not")
    assert states() == ["agreed", "agreed", "requested"]


def test_picked_on_a_phone_without_javascript(window, salesperson, manager):
    case(salesperson, "First")
    phone = window(manager, viewport={"width": 390, "height": 844}, java_script_enabled=False).open("/approvals/")
    phone.page.get_by_label("Pick First").check()
    phone.write({"One comment for all": "Fits"}).act_on(phone.page.get_by_role("button", name="Approve what is picked"))
    phone.sees("1 approved, 0 not")
    assert states() == ["agreed"]
