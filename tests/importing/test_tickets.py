"""A real service log against our feedback machine: what it accepts, what not and why, and the document says the same."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from aftersales.models import Feedback
from config.importing import tickets
from config.importing.tickets import Event, Ticket
from config.management.commands.import_samples import samples_folder
from config.management.commands.ticket_conformance import DOCUMENT
from kernel.models import StateChange
from kernel.steps import edges_of

FOLDER = samples_folder() / "tickets"
ABSENT = f"SAMPLES ABSENT: {FOLDER} holds no tickets (set BYLAW_SAMPLES); the conformance with a real log is NOT tested"
here = (FOLDER / "problems.csv").is_file()
needs_samples = pytest.mark.skipif(not here, reason=ABSENT)


def judged(*names):
    events = [Event(datetime(2012, 1, 1 + n, tzinfo=UTC), name) for n, name in enumerate(names)]
    return tickets.judge(Ticket("1-1", "PROD1", "Medium", events))


def test_every_move_is_a_path_of_legal_steps():
    assert tickets.check_steps() == set()


def test_a_ticket_is_walked_or_refused_with_why():
    walked = judged("in progress", "wait", "closed", "in progress", "closed")
    states = [state for state, _at in walked.path]
    assert states == [
        "assigned", "investigating", "solving", "resolved", "investigating", "solving", "resolved",
    ]  # fmt: skip
    assert (walked.kind, walked.rounds, walked.waits) == ("implied", 2, 1)
    assert judged("queued", "assigned").kind == "literal"
    assert judged("in progress", "").refused == tickets.UNKNOWN
    assert judged("cancelled", "in progress").refused == tickets.ENDED
    late, early = datetime(2012, 1, 2, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)
    backwards = Ticket("1-2", "PROD1", "Low", [Event(late, "queued"), Event(early, "closed")])
    assert tickets.judge(backwards).refused == tickets.BACKWARDS


@pytest.mark.samples
@needs_samples
def test_the_document_holds_the_totals_of_the_log():
    verdicts = [tickets.judge(ticket) for ticket in tickets.read(FOLDER)]
    assert Counter(v.kind for v in verdicts) == {"implied": 1474, "refused": 13}
    assert Counter(v.refused for v in verdicts if v.refused) == {tickets.UNKNOWN: 10, tickets.ENDED: 3}
    assert sum(len(v.ticket.events) for v in verdicts) == 6660
    assert DOCUMENT.read_text(encoding="utf-8") == tickets.report(verdicts)


@pytest.mark.samples
@pytest.mark.slow
@needs_samples
@pytest.mark.django_db
def test_what_is_accepted_is_taken_in_once_along_legal_steps_and_nobody_is_called_satisfied():
    verdicts = [tickets.judge(ticket) for ticket in tickets.read(FOLDER)]
    assert tickets.take_in(verdicts) == (1474, 0)
    assert tickets.take_in(verdicts) == (0, 1474)
    assert set(Feedback.objects.values_list("state", flat=True)) == {"lapsed"}
    assert Feedback.objects.filter(round__gt=1).count() == 58
    used = set(StateChange.objects.filter(model="aftersales.feedback").values_list("from_state", "to_state"))
    assert used <= edges_of(Feedback)
