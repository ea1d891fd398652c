"""The administrator's page of the audit trail: it names what was changed by hand, and tells nobody's business."""

import pytest
from django.db import connection

from kernel import audit, checking, jobs, tasks, triggers
from kernel.advance import advance, begin
from kernel.models import Agreement, AuditCheck, Notice, StateChange

pytestmark = pytest.mark.django_db
CASE = {
    "model": "kernel.agreement",
    "row": 1,
    "clause": "3.1.5c",
    "title": "Geheimfall",
    "subject": "s",
    "reason": "why",
}


@pytest.fixture(autouse=True)
def _own_anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")


@pytest.fixture
def asked(monkeypatch):
    """The jobs that pages hand to the worker."""
    found = []
    monkeypatch.setattr(tasks.run_audit_checks, "apply_async", lambda *_args, **_more: found.append("audit"))
    return found


@pytest.fixture
def agreement(salesperson, manager):
    """Some history, sealed."""
    agreement = begin(Agreement(**CASE, asked_by=salesperson), by=salesperson)
    advance(agreement, "agree", by=manager, comment="yes")
    audit.seal()
    return agreement


def by_hand(sql):
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    triggers.install()


def test_asked_for_once_and_run_by_the_worker(agreement, person, as_, asked, django_capture_on_commit_callbacks):
    client = as_(person("administrator", name="Ad Min"))
    assert "Not verified yet" in client.get("/audit/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/audit/")
        client.post("/audit/")
    assert (len(asked), AuditCheck.objects.count()) == (2, 1)
    assert "about to run" in client.get("/audit/").content.decode()
    assert [jobs.run_asked_checks(), jobs.run_asked_checks()] == [1, 0]
    page = client.get("/audit/").content.decode()
    assert "Nothing in the chain was changed." in page and "Ad Min" in page and "about to run" not in page


def test_what_was_changed_is_named_and_what_it_says_is_not(agreement, person, as_):
    administrator = person("administrator")
    audit.seal()
    change = StateChange.objects.get(step="agree")
    by_hand(f"UPDATE kernel_statechange SET comment = 'no' WHERE id = {change.pk}")
    jobs.report_audit()
    page = as_(administrator).get("/audit/").content.decode()
    assert f"{change.pk} was changed after it was sealed" in page
    assert "kernel_statechange" in page and f"greement {agreement.pk}" in page
    assert "Geheimfall" not in page
    assert Notice.objects.get(to=administrator, kind="audit").url == "/audit/"


def test_each_kind_of_problem_has_its_words(agreement, person, as_):
    row = AuditCheck.objects.create(
        finished_at=agreement.asked_at,
        found=4,
        problems=[
            {"what": "gone", "kind": "kernel.historicalagreement", "row": 3},
            {"what": "gap", "kind": "", "row": 7},
            {"what": "cut", "kind": "", "row": 9},
            {"what": "changed", "kind": "no.longer", "row": 1},
        ],
    )
    as_(person("administrator")).get("/audit/")
    texts = [one.text for one in checking.told(row)]
    assert texts[0].endswith("3 is gone") and "istory of" in texts[0]
    assert [w in t for w, t in zip(("before number 7", "seal 9", "No.longer 1"), texts[1:], strict=True)] == [True] * 3


def test_only_who_keeps_accounts_reads_it(person, as_):
    for role in ("salesperson", "legal", "hr", "director"):
        assert as_(person(role)).get("/audit/").status_code == 404


def test_the_page_costs_the_same_for_few_and_many(agreement, person, as_, django_assert_max_num_queries):
    client = as_(person("administrator"))
    problems = [{"what": "changed", "kind": "kernel.statechange", "row": n} for n in range(100)]
    for _ in range(12):
        AuditCheck.objects.create(finished_at=agreement.asked_at, found=100, problems=problems)
    client.get("/audit/")
    with django_assert_max_num_queries(12):
        client.get("/audit/")
