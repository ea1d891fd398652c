"""One step of a contract costs at most sixteen queries of its own, before what follows from it in other rows."""

import pytest

from benchmarks.counting import own_queries
from contracts import reviewing
from kernel.advance import advance, advanced
from kernel.settings import forget
from tests.factories.contracts import enter_signing, fresh

pytestmark = pytest.mark.django_db
MOST = 16


@pytest.fixture
def cost(monkeypatch):
    """Give a function: the queries of one step up to the moment its receivers are called."""

    def take(contract, step, by, **kwargs):
        contract = fresh(contract)
        forget()
        sent = []
        monkeypatch.setattr(advanced, "send", lambda **named: sent.append(named))
        with own_queries() as asked:
            advance(contract, step, by=by, **kwargs)
        monkeypatch.undo()
        advanced.send(**sent[0])
        return list(asked)

    return take


def test_each_step_stays_within_its_budget(cost, draft, manager, legal, salesperson):
    spent = {"submit": cost(draft, "submit", salesperson)}
    reviewing.judge_all(contract=fresh(draft), by=manager)
    spent["approve_terms"] = cost(draft, "approve_terms", manager)
    spent["return_text"] = cost(draft, "return_text", legal, comment="Mend")
    spent["resubmit_to_legal"] = cost(draft, "resubmit_to_legal", salesperson)
    reviewing.judge_all(contract=fresh(draft), by=legal)
    spent["approve_text"] = cost(draft, "approve_text", legal)
    enter_signing(fresh(draft))
    spent["sign"] = cost(draft, "sign", salesperson)
    over = {name: len(asked) for name, asked in spent.items() if len(asked) > MOST}
    assert over == {}, "\n".join(f"{name}: {sql[:180]}" for name in over for sql in spent[name])
