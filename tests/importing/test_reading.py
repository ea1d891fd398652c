"""CSV files are read by content: encodings, line numbers, and everything that is no table is refused in words."""

import io

import pytest
from django.utils import translation

from kernel import imports
from kernel.imports import Mapping, Refused, Row, read_mapping, read_rows

TRADITIONAL = "名稱,電話\n臺灣精密機械股份有限公司,02-2345\n宏遠貿易,\n"
SIMPLIFIED = "名称,电话\n上海精密机械有限公司,021-5555\n宏远贸易,\n"


def read(text, encoding="utf-8"):
    return read_rows(io.BytesIO(text.encode(encoding)))


def refusal(content):
    with translation.override("en"), pytest.raises(Refused) as caught:
        read_rows(io.BytesIO(content if isinstance(content, bytes) else content.encode()))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "utf-8-sig"),
        (TRADITIONAL, "utf-16"),
        (TRADITIONAL, "cp950"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "utf-8"),
    ],
)
def test_common_encodings_are_recognised(text, encoding):
    table = read(text, encoding)
    assert [list(row.cells.values()) for row in table.rows] == [line.split(",") for line in text.split()[1:]]
    assert table.columns == text.split()[0].split(",")


def test_rows_know_the_line_they_begin_on():
    table = read('a,b\n\n1,"x\ny"\n2,z\n')
    assert [(row.line, row.cells["b"]) for row in table.rows] == [(3, "x\ny"), (5, "z")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "line 1: The file is empty."),
        ("a,b\n1,2\n3,\0\n", "line 3: The file holds a NUL character."),
        ('a,b\n1,2\n3,"x\n4,5\n', "line 3: A quotation mark that opens here is never closed."),
        ('a,b\n1,"x"y\n', "line 2: A quotation mark stands where none may stand."),
        ("a,b\r\n1,2\r\n3,4\n5,6\r\n", "line 3: The lines do not all end in the same way; save the file anew."),
        (
            "a,b\n1\n1,2\n1,2,3\n",
            "line 2: The row has 1 cells, the heading has 2.\nline 4: The row has 3 cells, the heading has 2.",
        ),
        ("a,,a\n", "line 1: Column 2 has no heading.\nline 1, a: The heading occurs twice."),
        (b"PK\x03\x04rest", "line 1: The file is damaged and cannot be opened."),
        (b"a,b\n1,2\n\xff\xff,3\n", "The encoding is not known; save the file as UTF-8."),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(content, words):
    assert refusal(content) == words


def test_one_row_of_fifty_megabytes_is_refused_with_its_line():
    assert refusal(b"a,b\n" + b"x" * 50_000_000) == "line 2: The file is larger than 40 MB."


@pytest.mark.parametrize("size", [20_001, 200_000])
def test_a_huge_cell_is_refused_with_its_line(size):
    assert refusal("a,b\n1,2\n" + "x" * size + ",2\n").startswith("line 3: A cell holds more than")


def test_a_quote_left_open_over_a_long_file_is_refused():
    assert refusal('a,b\n1,"2\n' + "3,4\n" * 100_000).startswith("line 2: ")


def test_rows_are_capped_at_the_cap_and_not_below(monkeypatch):
    monkeypatch.setattr(imports, "MAX_ROWS", 3)
    assert len(read("a\n1\n2\n3\n").rows) == 3
    assert refusal("a\n1\n2\n3\n4\n") == "line 5: The file has more than 3 rows."


def test_columns_are_capped():
    assert refusal(",".join(f"c{n}" for n in range(201))) == "line 1: The row has more than 200 cells."


def test_a_wrong_declared_encoding_is_refused_with_the_line():
    with translation.override("en"), pytest.raises(Refused) as caught:
        read_rows(io.BytesIO("a\n1\n臺\n".encode()), encoding="ascii")
    assert str(caught.value) == "line 3: The file is not written in the encoding ascii."


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused):
        read_rows(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("first", "Ada"),
        ("{first} {last}", "Ada Byron"),
        ("NO-{none}", ""),
        (["last", "none", "first"], "Byron, Ada"),
    ],
)
def test_a_field_is_a_column_a_text_with_columns_or_a_list_of_them(source, value):
    row = Row(2, {"first": "Ada", "last": "Byron", "none": ""})
    assert Mapping(fields={"name": source}).value("name", row) == value


def test_aliases_replace_values_and_the_star_stands_for_all_others():
    mapping = Mapping(fields={"kind": "k"}, aliases={"kind": {"a": "b", "*": "other"}}, constants={"currency": "USD"})
    values = [mapping.value("kind", Row(1, {"k": text})) for text in ("a", "z")]
    assert (values, mapping.value("currency", Row(1, {}))) == (["b", "other"], "USD")


@pytest.mark.parametrize("content", ["fields = 1", "[fields]\nname = ", "[fields]\nname='a'\n[more]\nb=1", "[other]"])
def test_a_broken_mapping_file_is_refused(content, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused):
        read_mapping(path)
