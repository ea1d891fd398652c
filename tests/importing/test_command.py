"""`manage.py import`: what it prints, in which language, and that a refused file leaves nothing behind."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product


@pytest.fixture
def files(tmp_path):
    """A table of products with one bad row, and its mapping."""
    file, mapping = tmp_path / "goods.csv", tmp_path / "goods.toml"
    file.write_text("code,name\nA,Apple\n,Bean\n", encoding="utf-8")
    mapping.write_text('[fields]\ncode = "code"\nname = "name"\n', encoding="utf-8")
    return file, mapping


def run(files, *options):
    out, err = StringIO(), StringIO()
    call_command("import", "products", str(files[0]), "--mapping", str(files[1]), "--language", "en", *options,
                 stdout=out, stderr=err)  # fmt: skip
    return out.getvalue().strip(), err.getvalue()


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_bad_row_stops_the_file_and_is_named(files, db, options):
    with pytest.raises(CommandError) as refused:
        run(files, *options)
    assert str(refused.value) == "Nothing was imported: 1 problem.\n  line 3, code: This must not be empty."
    assert Product.objects.count() == 0


def test_the_report_is_capped_and_says_how_many_more(files, db):
    files[0].write_text("code,name\n" + ",x\n" * 230, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(files)
    lines = str(refused.value).splitlines()
    assert (lines[0], len(lines), lines[-1]) == ("Nothing was imported: 230 problems.", 202, "  … and 30 more.")


def test_what_came_in_is_said_and_progress_goes_to_the_error_stream(files, db):
    files[0].write_text("code,name\n" + "".join(f"P{n},x\n" for n in range(260)), encoding="utf-8")
    assert run(files, "--dry-run")[0] == "Checked, nothing was kept: 260 would be added, 0 are already there."
    assert run(files) == ("260 added, 0 already there.", "goods.csv: 250 …\ngoods.csv: 260\n")
    assert run(files)[0] == "0 added, 260 already there."


def test_the_one_on_whose_account_it_is_must_be_known(files, db, manager):
    files[0].write_text("code,name\nA,Apple\n", encoding="utf-8")
    with pytest.raises(CommandError):
        run(files, "--by", "nobody@example.com")
    run(files, "--by", manager.email.upper())
    assert Product.history.get().history_user == manager


def test_absent_samples_are_said_to_be_absent(db, monkeypatch, tmp_path):
    monkeypatch.setenv("BYLAW_SAMPLES", str(tmp_path))
    err = StringIO()
    call_command("import_samples", stderr=err)
    assert err.getvalue().count(str(tmp_path)) == 11
