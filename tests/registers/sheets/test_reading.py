from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from amur.registers.sheets import SheetFault, guarded, read, unguarded, write_csv
from amur.registers.sheets.workbook import Serial


@pytest.fixture
def file(tmp_path):
    def put(content, name="rows"):
        path = tmp_path / name
        if isinstance(content, Workbook):
            content.save(path)
        else:
            path.write_bytes(content)
        return path

    return put


def cells(path):
    return [row.cells for row in read(path)]


def fault(path):
    with pytest.raises(SheetFault) as error:
        list(read(path))
    return error.value.finding


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_file_is_read_however_an_office_saved_it(file, encoding, separator):
    text = "编号,名称\r\n1,灯\r\n\r\n2,𠮷\r\n".replace(",", separator)
    rows = list(read(file(text.encode(encoding))))
    assert [row.cells for row in rows] == [["编号", "名称"], ["1", "灯"], ["2", "𠮷"]]
    assert [row.number for row in rows] == [1, 2, 4]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "empty_file", 0),
        (b"\n\n", "empty_file", 0),
        ("a,b".encode("utf-16"), "utf_16", 0),
        (b"a,\xff\xff\xff", "unknown_encoding", 0),
        (b"a,b\n1,\x00", "unknown_encoding", 0),
        (b'a,b\n1,"x', "bad_csv", 2),
        (b'a,b\n1,"x"y', "bad_csv", 2),
        (b"a\n" + b"x" * 100_001, "bad_csv", 2),
        (b"," * 600 + b"x", "too_many_columns", 1),
        (b"\xd0\xcf\x11\xe0old", "old_workbook", 0),
        (b"PK\x03\x04broken", "bad_workbook", 0),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(file, content, code, row):
    found = fault(file(content))
    assert (found.code, found.row) == (code, row)
    assert found.fix


def test_a_workbook_is_read_as_what_its_cells_show(file):
    book = workbook(
        ["name", "day", "count", "share", "yes", "at"],
        ["灯", date(2026, 3, 1), 12, 0.1, True, datetime(2026, 3, 1, 9, 30)],  # noqa: DTZ001 -- a workbook knows no zones
        [],
        ["=", None, 45_992, 1e15, False, "x"],
    )
    rows = list(read(file(book)))
    assert [row.number for row in rows] == [1, 2, 4]
    assert [str(cell) for cell in rows[1].cells] == ["灯", "2026-03-01", "12", "0.1", "yes", "2026-03-01 09:30:00"]
    assert rows[2].cells[2] == Serial("45992", date(2025, 12, 1))
    assert str(rows[2].cells[3]) == "1000000000000000"


def test_a_workbook_that_counts_days_from_1904_does_so(file):
    book = workbook(["day"], [44_530])
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 -- a workbook knows no zones
    assert cells(file(book))[1] == [Serial("44530", date(2025, 12, 1))]


def _formula():
    return workbook(["a", "b"], [1, "=A2+1"])


def _error():
    book = workbook(["a"], ["x"])
    book.active["A2"].value, book.active["A2"].data_type = "#REF!", "e"
    return book


def _merged():
    book = workbook(["a", "b"], [1, 2], [3, 4])
    book.active.merge_cells("A2:B3")
    return book


def _hidden():
    book = workbook(["a"], [1])
    book.create_sheet("old").append(["a"])
    book["old"].sheet_state = "hidden"
    return book


def _two():
    book = workbook(["a"], [1])
    book.create_sheet("more").append(["a"])
    return book


@pytest.mark.parametrize(
    ("book", "code", "row", "column"),
    [
        (_formula, "formula", 2, "B"),
        (_error, "cell_error", 2, "A"),
        (_merged, "merged_cells", 0, ""),
        (_hidden, "hidden_sheet", 0, ""),
        (_two, "many_sheets", 0, ""),
        (Workbook, "empty_file", 0, ""),
    ],
)
def test_what_a_table_of_records_cannot_be_is_refused(file, book, code, row, column):
    found = fault(file(book()))
    assert (found.code, found.row, found.column) == (code, row, column)
    assert found.fix


def packed(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(readme_xml="x"), "no_workbook"),
        (packed(xl__workbook_xml="<x/>", xl__big_xml=b"\0" * 30_000_000), "too_large"),
        (packed(xl__workbook_xml='<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'), "bad_workbook"),
        (packed(xl__workbook_xml="<not/>"), "bad_workbook"),
        (packed(xl__workbook_xml="<x/>", **{f"m{number}": "x" for number in range(2_001)}), "too_large"),
    ],
    ids=["other archive", "bomb", "entities", "no sheets", "many members"],
)
def test_an_archive_that_is_no_workbook_does_no_harm(file, content, code):
    assert fault(file(content)).code == code


def test_a_sheet_that_breaks_off_is_said_to_be_damaged(file):
    target = io.BytesIO()
    workbook(["a"], ["b"]).save(target)
    with zipfile.ZipFile(target) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:-60]
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert fault(file(broken.getvalue())).code == "bad_workbook"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=20)


@given(texts)
def test_what_is_guarded_is_no_formula_and_is_read_back(text):
    safe = guarded(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(safe) == text


@given(st.lists(st.lists(texts.filter(str.strip), min_size=2, max_size=4), min_size=1, max_size=6))
def test_rows_that_were_written_are_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    header = [f"column {number}" for number in range(4)]
    path.write_bytes(b"".join(write_csv([header, *rows])))
    assert [[unguarded(str(cell)) for cell in row] for row in cells(path)][1:] == rows
