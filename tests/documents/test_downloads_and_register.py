"""Files leave only through the checking view; the register shows what its reader may see."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from documents.models import Attachment, Document, Reading
from documents.services import attach, classify, register
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


def test_file_is_saved_not_shown_and_keeps_its_name(as_, attachment, salesperson, person):
    stranger = person("salesperson")
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
    told = {"if-none-match": answer.get("ETag", "*"), "if-modified-since": "Sun, 01 Jan 2040 00:00:00 GMT"}
    assert as_(stranger).get(f"/documents/{attachment.pk}/download/", headers=told).status_code == 404
    assert as_(salesperson).get(f"/documents/{attachment.pk}/download/", headers=told).status_code == 200


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


@pytest.mark.clause("4.2.2a")
def test_number_without_a_document_is_counted_and_listed_as_a_violation(record, salesperson):
    first, second = (register(record=record, kind="proposal", title="x", by=salesperson) for _ in range(2))
    assert REGISTRY["4.2.2a"].result().broken == 0
    Document.objects.filter(pk=first.pk).delete()
    result = REGISTRY["4.2.2a"].result()
    assert (result.kept, result.broken, [c.title for c in result.cases]) == (1, 1, [first.number])
    assert second.number not in [c.title for c in result.cases]


@pytest.mark.clause("4.2.2c")
def test_every_download_is_noted_for_the_owner_and_the_manager_and_nobody_changes_it(
    as_, attachment, record, salesperson, manager, person
):
    as_(manager).get(f"/documents/{attachment.pk}/download/")
    as_(person("salesperson")).get(f"/documents/{attachment.pk}/download/")
    (reading,) = Reading.objects.all()
    assert (reading.by, reading.how, reading.title, reading.row) == (manager, "download", attachment.name, record.pk)
    for reader, seen in ((salesperson, 1), (manager, 1), (person("salesperson"), 0), (person("director"), 0)):
        assert len(as_(reader).get("/documents/readings/").context["page"].rows) == seen, reader
    for change in (lambda: Reading.objects.filter(pk=reading.pk).delete(), lambda: Reading.objects.update(how="print")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Reading.objects.get().how == "download"


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("public", "owner colleague manager director named"),
        ("internal", "owner manager director named"),
        ("confidential", "owner manager director named"),
        ("secret", "manager named"),
    ],
)
def test_level_decides_who_finds_and_opens_it(as_, salesperson, manager, director, person, legal, level, seen):
    subject = {"model": "organization.user", "row": salesperson.pk, "subject": "x=1", "clause": "1.3.1"}
    record = begin(Agreement(title="Exception", reason="because", asked_by=salesperson, **subject), by=salesperson)
    file = attach(record=record, file=picture(), by=manager)
    document = register(record=record, kind="report", title="Level", by=person("legal"), attachment=file)
    named = person("sales_manager", name="Named")
    named.groups.clear()
    named.groups.add(*director.groups.all())
    classify(document, level=level, readers=[named] if level != "internal" else [], by=manager)
    people = {
        "owner": salesperson,
        "colleague": person("salesperson"),
        "manager": manager,
        "director": director,
        "named": named,
    }
    for name, reader in people.items():
        assert (len(as_(reader).get("/documents/").context["page"].rows) == 1) == (name in seen.split()), (level, name)
        status = as_(reader).get(f"/documents/{file.pk}/download/").status_code
        assert (status == 200) == (name in seen.split()), (level, name)


def test_what_bears_prices_is_never_public(as_, record, salesperson, manager):
    document = register(record=record, kind="contract", title="Level", by=salesperson)
    address = f"/documents/register/{document.pk}/level/"
    assert 'value="public"' not in as_(manager).get(address).content.decode()
    assert as_(manager).post(address, {"level": "public"}).status_code == 422
    with pytest.raises(ValidationError):
        classify(document, level="public", readers=[], by=manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(document).objects.filter(pk=document.pk).update(level="public")


def test_level_is_set_by_who_registered_it_and_by_the_manager(as_, record, salesperson, manager, director):
    document = register(record=record, kind="report", title="Level", by=salesperson)
    address = f"/documents/register/{document.pk}/level/"
    assert as_(director).get(address).status_code == 403
    assert as_(salesperson).post(address, {"level": "x"}).status_code == 422
    answer = as_(manager).post(address, {"level": "secret", "readers": [salesperson.pk]})
    assert answer.status_code == 302, answer.context["form"].errors
    document.refresh_from_db()
    assert (document.level, list(document.readers.all())) == ("secret", [salesperson])
    newest = document.history.first()
    assert (newest.level, newest.history_user, newest.history_change_reason) == ("secret", manager, "Lin Sales")
    assert as_(director).get(address).status_code == 404
