"""Backup and restore: what comes back is what was there, damage is found, and nothing in use is written over."""

import contextlib
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections

from config.checks import dangers
from documents.models import Attachment
from kernel import anchors, audit, backups, triggers
from kernel.advance import advance, begin
from kernel.models import Agreement, StateChange
from organization.models import User
from tests.databases import default_database, drop_postgresql, is_sqlite, maintenance_cursor

pytestmark = pytest.mark.database
CASE = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "title": "Case", "subject": "s", "reason": "why"}


@pytest.fixture
def places(settings, tmp_path):
    """Folders of this test's own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = str(tmp_path / "var" / "files")
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")
    settings.VAR_DIR.mkdir()
    return tmp_path


@pytest.fixture
def company(committed_db, places, salesperson, manager):
    """Some work, sealed, with a file; and the backup of it."""
    agreement = begin(Agreement(**CASE, asked_by=salesperson), by=salesperson)
    advance(agreement, "agree", by=manager, comment="line one\nline two\tand \\. more")
    default_storage.save("ab/contract.pdf", ContentFile(b"%PDF signed"))
    audit.seal()
    call_command("backup", str(places / "kept"), verbosity=0)
    return places / "kept"


@contextlib.contextmanager
def elsewhere(places, settings):
    """An installation without tables and files."""
    settings.VAR_DIR = places / "other"
    settings.VAR_DIR.mkdir()
    settings.MEDIA_ROOT = str(settings.VAR_DIR / "files")
    if is_sqlite():
        with default_database(settings.VAR_DIR / "empty.sqlite3"):
            yield
        return
    here = connections["default"].settings_dict
    name = f"{here['NAME']}_other"
    drop_postgresql(here, name)
    with maintenance_cursor(here) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    with default_database(name):
        yield
    drop_postgresql(here, name)


def refused(*words, match):
    with pytest.raises(CommandError, match=match):
        call_command(*map(str, words))


def test_what_is_restored_elsewhere_is_what_was_backed_up(company, places, settings, capsys):
    with elsewhere(places, settings):
        call_command("restore", str(company))
        assert "nothing in the audit chain was changed" in capsys.readouterr().out
        assert set(User.objects.values_list("name", flat=True)) == {"Lin Sales", "Chou Manager"}
        assert StateChange.objects.order_by("-pk").first().comment == "line one\nline two\tand \\. more"
        assert Path(settings.MEDIA_ROOT, "ab/contract.pdf").read_bytes() == b"%PDF signed"
        with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
            cursor.execute("UPDATE kernel_statechange SET comment = 'no'")
        connection.close()
        assert dangers() == []
        call_command("backup", str(places / "again"), verbosity=0)
    first, again = backups.read(company), backups.read(places / "again")
    assert (first["rows"], first["head"], first["files"]) == (again["rows"], again["head"], again["files"])


def test_manifest_names_sums_counts_and_head_and_no_person(company):
    manifest = json.loads((company / "manifest.json").read_text())
    assert manifest["rows"]["organization_user"] == 2
    assert manifest["head"][0] == sum(audit_model._base_manager.count() for audit_model in audit.sealed_models())
    assert {part["bytes"] > 0 for part in manifest["parts"].values()} == {True}
    assert "Lin Sales" not in json.dumps(manifest)
    assert company.stat().st_mode & 0o077 == 0


def test_nothing_in_use_is_written_over(company, places):
    refused("restore", company, match="not empty: there are files")
    Path(places, "var/files/ab/contract.pdf").unlink()
    Path(places, "var/files/ab").rmdir()
    refused("restore", company, match="there are tables")
    refused("restore", company, "--into-empty", match="there are rows in organization_user")
    assert User.objects.count() == 2
    assert dangers() == []
    refused("backup", company, match="exists")


def test_a_migrated_database_that_nobody_worked_in_is_let_go_when_told(company, places, settings):
    with elsewhere(places, settings):
        call_command("migrate", run_syncdb=True, verbosity=0)
        refused("restore", company, match="--into-empty")
        call_command("restore", str(company), "--into-empty")
        assert User.objects.count() == 2


@pytest.mark.parametrize("part", ["files.tar", "database", "manifest.json"])
def test_a_damaged_backup_is_found_and_not_restored(company, places, settings, part):
    path = next(company.glob(f"{part}*"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content[: -len(content) // 2] if part == "manifest.json" else content)
    refused("restore", company, "--verify", match="sha256|no backup")
    with elsewhere(places, settings):
        refused("restore", company, match="not restored")
        assert not connection.introspection.table_names()
        assert dangers() == []


def test_counts_that_do_not_fit_the_dump_are_found_although_every_sum_does(company):
    manifest = backups.read(company)
    manifest["rows"]["organization_user"] += 1
    (company / "manifest.json").write_text(json.dumps(manifest))
    refused("restore", company, "--verify", match="organization_user: 2 rows instead of 3")


def test_a_restore_that_breaks_off_is_announced_and_keeps_bylaw_from_starting(company, places, settings):
    with tarfile.open(company / "files.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../escaped"))
    manifest = backups.read(company)
    manifest["parts"]["files.tar"]["sha256"] = backups._sum(company / "files.tar")
    (company / "manifest.json").write_text(json.dumps(manifest))
    with elsewhere(places, settings):
        refused("restore", company, match="half restored")
        assert not (places / "other" / "escaped").exists()
        assert [error.id for error in dangers()] == ["bylaw.E004"]
        assert "being restored" in dangers()[0].msg


def test_a_chain_changed_before_the_backup_is_said_after_the_restore(company, places, settings):
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_statechange SET comment = 'no'")
    triggers.install()
    call_command("backup", str(places / "changed"), verbosity=0)
    with elsewhere(places, settings):
        refused("restore", places / "changed", match=r"audit chain is broken(.|\n)*kernel.statechange \d+ was changed")
        assert [error.id for error in dangers()] == ["bylaw.E004"]
        Path(settings.MEDIA_ROOT).joinpath("ab/contract.pdf").unlink()
        call_command("restore", str(company))  # an unfinished restore may be done again
        assert dangers() == []


def test_what_the_anchors_noted_after_the_backup_is_said_and_forgiven(company, places, settings, salesperson, capsys):
    salesperson.title = "Senior"
    salesperson.save()
    audit.seal()
    anchors.drop()
    with elsewhere(places, settings):
        call_command("restore", str(company))
        assert "newer than the backup" in capsys.readouterr().err


def test_a_backup_that_fails_leaves_nothing_behind(company, places, monkeypatch):
    monkeypatch.setattr(backups, "FILES", "no/such/place.tar")
    refused("backup", places / "second", match="no backup was made")
    assert sorted(path.name for path in places.glob("*second*")) == []


@pytest.mark.skipif(not is_sqlite(), reason="one file")
def test_a_copy_on_sqlite_is_one_file_without_a_log(company):
    assert sorted(path.name for path in company.iterdir()) == ["database.sqlite3", "files.tar", "manifest.json"]
    file = sqlite3.connect(company / "database.sqlite3")
    assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    file.close()


def test_a_file_that_a_row_names_and_nobody_has_is_said(committed_db, places, salesperson, capsys):
    facts = {"model": "x.y", "row": 1, "name": "a.pdf", "kind": "pdf", "mime": "x", "size": 1, "sha256": "0" * 64}
    Attachment.objects.create(**facts, file="ab/lost.pdf", by=salesperson)
    call_command("backup", str(places / "kept"))
    assert "names ab/lost.pdf, and there is no such file" in capsys.readouterr().err
