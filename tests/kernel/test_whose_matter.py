"""Nobody agrees to an exception in his own matter, whoever asked for it (SECURITY S1)."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.services import ask_for_score
from kernel.advance import advance
from kernel.inbox import queue
from kernel.settings import forget
from tests.factories.customers import give_scorecard, make_opportunity

pytestmark = pytest.mark.django_db


def test_the_manager_does_not_agree_on_an_opportunity_of_his_own(manager, salesperson, director):
    deal = make_opportunity(manager, stage="screening")
    give_scorecard(deal, manager)
    asked = ask_for_score(deal, reason="A reference in a new field", by=salesperson)
    with pytest.raises(PermissionDenied):
        advance(asked, "agree", by=manager, comment="Fine with me")
    forget()
    assert [w.pk for w in queue(manager)] == []
    forget()
    assert [w.pk for w in queue(director)] == [asked.pk], "the director decides instead"
    assert advance(asked, "agree", by=director, comment="Once").to_state == "agreed"


def test_on_another_persons_opportunity_he_does(manager, salesperson):
    deal = make_opportunity(salesperson, stage="screening")
    give_scorecard(deal, salesperson)
    asked = ask_for_score(deal, reason="A reference in a new field", by=salesperson)
    assert advance(asked, "agree", by=manager, comment="Once").to_state == "agreed"
