"""Several decisions at once: each record by itself, whatever becomes of the others."""

import pytest

from kernel.advance import advance, begin
from kernel.models import Agreement, Refusal, StateChange
from tests.factories.contracts import make_contract, make_template, submit

pytestmark = pytest.mark.django_db


def case(by, title):
    values = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "subject": title, "reason": "why"}
    return begin(Agreement(title=title, asked_by=by, **values), by=by)


def pick(record, version=None):
    return f"{record.label_of()}:{record.pk}:{version or record.version}"


def send(client, *picks, comment="fits", key="k1"):
    answer = client.post("/approvals/batch/", {"pick": picks, "comment": comment, "_key": key})
    assert answer.status_code == 302
    return client.get(answer.url).content.decode(), answer.url


def test_each_record_is_reported_by_itself(salesperson, manager, legal, person, as_):
    good, stale, taken = (case(salesperson, f"Case {n}") for n in range(3))
    own = case(manager, "His own")
    advance(taken, "refuse", by=person("sales_manager", name="Other Manager"), comment="no")
    contract = submit(make_contract(salesperson, make_template(legal, person("legal"))))
    page, _url = send(
        as_(manager),
        pick(good),
        pick(stale, 7),
        pick(taken),
        pick(own),
        pick(contract),
        "x:1:1",
        "kernel.agreement:９:1",
    )
    assert "1 approved, 4 not" in page
    assert "Other Manager was first" in page and "changed after you opened it" in page and "Not yet" in page
    states = dict(Agreement.objects.values_list("title", "state"))
    assert states == {
        "Case 0": "agreed", "Case 1": "requested", "Case 2": "refused",
        "His own": "requested",
    }  # fmt: skip
    assert StateChange.objects.get(step="agree").comment == "fits"
    assert Refusal.objects.filter(step="approve_terms").exists()


def test_a_batch_sent_twice_has_one_effect(salesperson, manager, as_):
    client, record = as_(manager), case(salesperson, "Case")
    first, second = send(client, pick(record)), send(client, pick(record))
    assert first[1] == second[1] and "1 approved, 0 not" in second[0]
    assert StateChange.objects.filter(step="agree").count() == 1


def test_without_a_reason_where_one_is_due_nothing_is_decided(salesperson, manager, as_):
    page, _url = send(as_(manager), pick(case(salesperson, "Case")), comment="")
    assert "Give a reason" in page and "0 approved, 1 not" in page
    assert not StateChange.objects.exists()


def test_nothing_picked_and_what_he_does_not_see(salesperson, manager, person, as_):
    record = case(salesperson, "Secret case")
    stranger = as_(person("salesperson"))
    assert stranger.post("/approvals/batch/", {}).url == "/approvals/"
    page, url = send(stranger, pick(record))
    assert "Secret case" not in page
    assert as_(manager).get(url).status_code == 404
    assert stranger.get("/approvals/batch/").status_code == 405


def test_the_queue_offers_boxes_without_javascript(salesperson, manager, as_):
    record = case(salesperson, "Case")
    page = as_(manager).get("/approvals/").content.decode()
    assert f'value="{pick(record)}"' in page and 'action="/approvals/batch/"' in page
