"""An administrator finds what somebody changed in the database by hand."""

import pytest
from django.db import connection

from kernel import audit, jobs, tasks, triggers
from kernel.advance import advance, begin
from kernel.models import Agreement, StateChange

pytestmark = [pytest.mark.browser, pytest.mark.database]
CASE = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "title": "Case", "subject": "s", "reason": "why"}


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path, monkeypatch):
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")
    # The worker of this test is the test: it runs what waits between two looks at the page.
    monkeypatch.setattr(tasks.run_audit_checks, "apply_async", lambda *_args, **_more: None)


def test_a_row_changed_by_hand_is_found_and_named(window, person, salesperson, manager):
    case = begin(Agreement(**CASE, asked_by=salesperson), by=salesperson)
    advance(case, "refuse", by=manager, comment="Too low")
    administrator = person("administrator", name="Ad Min")
    desk = window(administrator).open("/")
    while audit.seal():
        pass
    desk.page.get_by_role("link", name="Audit trail").first.click()
    desk.press("Verify now")
    desk.sees("about to run")
    jobs.run_asked_checks()
    desk.open("/audit/").sees("Nothing in the chain was changed.")

    change = StateChange.objects.get(step="refuse")
    triggers.remove()  # as somebody with the database's own password would
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_statechange SET comment = 'Agreed' WHERE id = %s", [change.pk])
    triggers.install()

    desk.press("Verify now")
    jobs.run_asked_checks()
    desk.open("/audit/").sees("1 row is not as it was sealed.")
    desk.sees(f"{change.pk} was changed after it was sealed")
