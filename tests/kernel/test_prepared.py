"""A kept statement answers as the query it was built from, for every value put into it."""

import pytest
from django.db.models import BooleanField, CharField, Count, ExpressionWrapper, Q, Value
from django.db.models.functions import Cast

from kernel import clock
from kernel.inbox import counts, queue
from kernel.models import Notice
from kernel.notices import tell
from kernel.prepared import Slot, among, prepared
from kernel.settings import forget

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _latest_of():
    rows = Notice.objects.filter(among("to_id", "people"), kind=Slot("kind", CharField()))
    return rows.order_by("pk").values_list("pk", "to_id", "at", "params", Cast(Value("x"), CharField()))


@pytest.fixture
def notices(salesperson, manager, legal):
    for number, who in enumerate((salesperson, manager, legal, salesperson)):
        tell([who], "decide" if number % 2 else "moved", effect=f"t{number}", url="/", title=f"第 {number} 件")
    return {"salesperson": salesperson, "manager": manager, "legal": legal}


@pytest.mark.parametrize("names", [(), ("manager",), ("salesperson", "manager"), ("salesperson", "manager", "legal")])
@pytest.mark.parametrize("kind", ["decide", "moved", "none"])
def test_it_gives_the_same_rows_as_the_query(notices, names, kind):
    keys = [notices[name].pk for name in names]
    asked = prepared("test.latest", _latest_of).ask(people=keys, kind=kind)
    rows = Notice.objects.filter(to__in=keys, kind=kind).order_by("pk")
    assert asked == [(n.pk, n.to_id, n.at, n.params, "x") for n in rows]


def _told():
    rows = Notice.objects.filter(to_id=Slot("me")).annotate(
        is_unread=ExpressionWrapper(Q(read_at=None), BooleanField())
    )
    return rows.select_related("to").order_by("pk")


def test_records_come_with_what_is_joined_and_annotated_without_another_query(notices, django_assert_num_queries):
    kept = prepared("test.told", _told)
    for person in notices.values():
        with django_assert_num_queries(1):
            found = [(n, n.to.name, n.is_unread, n.params, n.at) for n in kept.records(me=person.pk)]
        expected = Notice.objects.filter(to=person).order_by("pk")
        assert found == [(n, person.name, True, n.params, n.at) for n in expected]


def test_values_are_no_records(notices):
    with pytest.raises(TypeError):
        prepared("test.latest", _latest_of).records(people=[1], kind="decide")


def test_moments_and_counts_come_back_as_python_values(notices):
    rows = prepared("test.latest", _latest_of).ask(people=[notices["manager"].pk], kind="decide")
    assert all(row[2].tzinfo and row[2] <= clock.now() for row in rows)


def test_a_forgotten_value_is_an_error(notices):
    with pytest.raises(KeyError):
        prepared("test.latest", _latest_of).ask(people=[1])


def test_the_text_is_built_once(notices):
    built = []

    def build():
        built.append(1)
        mine = Notice.objects.filter(to_id=Slot("me")).order_by()
        return mine.values("to_id").annotate(n=Count("pk")).values_list("n")

    for person in notices.values():
        prepared("test.once", build).ask(me=person.pk)
    assert built == [1]


def test_the_badge_counts_what_the_queue_lists_for_each_person(notices, director, person):
    """People of the same rights share a statement, and each is counted his own."""
    from tests.factories.contracts import make_contract, make_template, submit

    author, second = person("legal"), person("salesperson")
    template = make_template(author, notices["legal"])
    for seller in (notices["salesperson"], second, second):
        submit(make_contract(seller, template))
    for who in (*notices.values(), director, author, second, person("legal", "salesperson")):
        forget()
        waiting = [w.label for w in queue(who)]
        forget()
        assert {label: n for label, n in counts(who).items() if n} == {label: waiting.count(label) for label in waiting}
