"""Tables are read with every fault told at its row and field; results are whole or not there."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime

import pytest

from amur.base.faults import AmurError
from amur.methods.filing.results import Results, csv_of, geojson_of, hash_of
from amur.methods.filing.tables import Column, TableError, read_table

COLUMNS = {
    "id": Column(("id", "编号"), "text", unique=True),
    "households": Column(("households", "户数"), least=0, most=1_000),
    "far": Column(("far",), otherwise=1.5, least=0),
    "must": Column(("must",), "flag", otherwise=False),
}


def table(tmp_path, content):
    file = tmp_path / "places.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_columns_are_found_by_any_of_their_names_and_in_any_order(tmp_path):
    found = read_table(table(tmp_path, "户数,编号,more\n3,a,x\n\n4,b,y\n"), COLUMNS)
    assert found == {"id": ["a", "b"], "households": [3, 4], "far": [1.5, 1.5], "must": [False, False]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_may_be_in_the_encodings_of_spreadsheets(tmp_path, encoding):
    found = read_table(table(tmp_path, "编号,户数,must\n哈尔滨,3,是\n".encode(encoding)), COLUMNS)
    assert (found["id"], found["must"]) == (["哈尔滨"], [True])


def test_every_fault_is_told_with_its_row_and_field(tmp_path):
    content = "id,households,must\na,-2,perhaps\nb,x,no\n,5,\na,2000,1\nc,3\nd,nan,\n"
    with pytest.raises(TableError) as caught:
        read_table(table(tmp_path, content), COLUMNS)
    assert caught.value.faults == [
        "row 2, households: found '-2', wanted 0 to 1000",
        "row 2, must: found 'perhaps', wanted yes or no",
        "row 3, households: found 'x', wanted a number",
        "row 4, id: found '', wanted a text",
        "row 5, households: found '2000', wanted 0 to 1000",
        "row 6: it has 2 cells, and the head has 3",
        "row 7, households: found 'nan', wanted 0 to 1000",
        "id: 'a' stands twice",
    ]
    assert "places.csv: 8 faults" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"id,id,households\n", "'id' stands twice"),
        (b"name\n", "no column 'id' or '编号'; found 'name'"),
        (b"id,households\n\x81\xff", "neither UTF-8 nor GB 18030"),
        (b'id,households\n"a,1\n' + b"x" * 200_000 + b'"', "a cell of more than 131072 signs"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, content, said):
    with pytest.raises(TableError) as caught:
        read_table(table(tmp_path, content), COLUMNS)
    assert said in str(caught.value)


def test_how_long_a_cell_may_be_does_not_depend_on_what_else_the_process_does(tmp_path):
    former = csv.field_size_limit(10**6)
    try:
        with pytest.raises(TableError, match="row 2: a cell of more than 131072 signs"):
            read_table(table(tmp_path, "id,households\n" + "x" * 200_000 + ",1\n"), COLUMNS)
    finally:
        csv.field_size_limit(former)


def test_a_table_that_is_not_there_or_too_large_is_told(tmp_path, monkeypatch):
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path / "gone.csv", COLUMNS)
    monkeypatch.setattr("amur.methods.filing.tables.LARGEST", 3)
    with pytest.raises(TableError, match="at most 3 are read"):
        read_table(table(tmp_path, "id,households\n"), COLUMNS)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column(("n",), least=1), "wanted 1 or more"),
        (Column(("n",), most=1), "wanted 1 or less"),
        (Column(("n",)), "wanted a number that is finite"),
    ],
)
def test_bounds_are_told_as_they_are(tmp_path, column, said):
    value = "inf" if said.endswith("finite") else "2" if column.most == 1 else "0"
    with pytest.raises(TableError, match=said):
        read_table(table(tmp_path, f"n\n{value}\n"), {"n": column})


def test_a_manifest_says_what_results_came_of(tmp_path):
    given = tmp_path / "in.csv"
    given.write_text("x", encoding="utf-8")
    results = Results(tmp_path / "out")
    results.write("a.csv", csv_of([{"a": 1}], ["a"]))
    results.finish([given], {"share": 0.5}, made_at=datetime(2026, 11, 29, tzinfo=UTC), packages=["numpy"])
    said = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert said["inputs"] == [{"file": "in.csv", "sha256": hash_of(given)}]
    assert said["results"] == {"a.csv": hash_of(tmp_path / "out" / "a.csv")}
    assert said["parameters"] == {"share": 0.5}
    assert "numpy" in said["versions"]


def test_a_folder_that_is_written_anew_has_no_manifest_until_it_is_whole(tmp_path):
    for _ in range(2):
        results = Results(tmp_path)
        assert not (tmp_path / "manifest.json").exists()
        results.finish([], {}, made_at=datetime(2026, 11, 29, tzinfo=UTC), packages=[])


def test_nothing_is_left_by_half(tmp_path, monkeypatch):
    results = Results(tmp_path)
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        results.write("a.csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AmurError, match="cannot be made"):
        Results(tmp_path / "file")


def test_maps_are_geojson():
    found = json.loads(geojson_of([(126.5, 45.8, {"name": "哈尔滨"})]))
    assert found["features"][0]["properties"] == {"name": "哈尔滨"}
