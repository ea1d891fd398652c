"""Files leave only through the checking view; the register shows what its reader may see."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from documents.models import Attachment, Document
from documents.services import attach, register
from kernel.advance import begin
from kernel.clauses import REGISTRY
from kernel.models import Agreement

pytestmark = pytest.mark.django_db


def picture(name="photo.png"):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


@pytest.fixture
def record(salesperson, manager):
    """A record that salesperson and manager see, and other salespeople do not: an exception asked for."""
    subject = {"model": "organization.user", "row": salesperson.pk, "subject": "x=1", "clause": "1.3.1"}
    return begin(Agreement(title="Exception", reason="because", asked_by=salesperson, **subject), by=salesperson)


@pytest.fixture
def attachment(record, salesperson):
    return attach(record=record, file=picture("報價 “最終”;\u00e9.png"), by=salesperson)


def test_file_is_served_to_whoever_sees_its_record_and_to_nobody_else(
    as_, attachment, salesperson, manager, person, client
):
    address = f"/documents/{attachment.pk}/download/"
    for reader, status in ((salesperson, 200), (manager, 200), (person("salesperson"), 404), (person("legal"), 404)):
        answer = as_(reader).get(address)
        assert answer.status_code == status, reader
    assert client.get(address).status_code == 302
    assert as_(manager).get("/documents/999/download/").status_code == 404
    assert as_(manager).get("/documents/9223372036854775808/download/").status_code == 404
    assert as_(manager).post(address).status_code == 405


def test_file_is_saved_not_shown_and_keeps_its_name(as_, attachment, salesperson):
    answer = as_(salesperson).get(f"/documents/{attachment.pk}/download/", headers={"range": "bytes=0-1,5-9"})
    assert answer.status_code == 200
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "\n" not in disposition
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_file_is_stored_under_a_name_that_tells_nothing(attachment):
    assert "png" not in attachment.file.name
    assert attachment.sha256 not in attachment.file.name
    assert len(attachment.file.name) == 43


def test_missing_file_is_not_found_and_logged(as_, attachment, salesperson, caplog):
    attachment.file.storage.delete(attachment.file.name)
    assert as_(salesperson).get(f"/documents/{attachment.pk}/download/").status_code == 404
    assert "is missing" in caplog.text


def test_refused_file_leaves_nothing(record, salesperson):
    with pytest.raises(ValidationError):
        attach(record=record, file=SimpleUploadedFile("a.png", b"<svg/>", "image/png"), by=salesperson)
    assert not Attachment.objects.exists()


def test_register_shows_what_its_reader_may_see(as_, record, salesperson, manager, person):
    document = register(record=record, kind="proposal", title="<b>Cell</b> 100%", by=salesperson)
    for reader, seen in ((salesperson, True), (manager, True), (person("salesperson"), False)):
        page = as_(reader).get("/documents/").content.decode()
        assert (document.number in page) == seen
        assert "<b>Cell</b>" not in page
    page = as_(salesperson).get("/documents/").content.decode()
    assert f'href="/agreements/{record.pk}/"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=cell", 1), ("?q=%25", 0), ("?q=%5C", 0), ("?kind=proposal", 1), ("?kind=report", 0), ("?kind=x", 1)],
)
def test_register_is_narrowed(as_, record, salesperson, query, found):
    register(record=record, kind="proposal", title="Cell", by=salesperson)
    assert len(as_(salesperson).get(f"/documents/{query}").context["page"].rows) == found


def test_register_costs_the_same_for_few_and_many(as_, record, salesperson, django_assert_max_num_queries):
    for n in range(20):
        register(record=record, kind="proposal", title=f"Proposal {n}", by=salesperson)
    client = as_(salesperson)
    with django_assert_max_num_queries(12):
        client.get("/documents/")


def test_numbers_are_given_per_kind_and_year_without_gaps(record, salesperson):
    numbers = [register(record=record, kind=k, title="x", by=salesperson).number for k in ("proposal", "report") * 2]
    assert [n.rsplit("-", 1)[1] for n in numbers] == ["0001", "0001", "0002", "0002"]


def test_number_without_a_document_is_counted_and_listed_as_a_violation(record, salesperson):
    first, second = (register(record=record, kind="proposal", title="x", by=salesperson) for _ in range(2))
    assert REGISTRY["4.2.2a"].result().broken == 0
    Document.objects.filter(pk=first.pk).delete()
    result = REGISTRY["4.2.2a"].result()
    assert (result.kept, result.broken, [c.title for c in result.cases]) == (1, 1, [first.number])
    assert second.number not in [c.title for c in result.cases]
