"""Tables are read with every fault told at its row and field; results are whole or not there."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.filing import texts
from amur.methods.filing.columns import Column
from amur.methods.filing.documents import cell, chosen_of
from amur.methods.filing.results import Results, csv_of, geojson_of, hash_of
from amur.methods.filing.tables import TableError, read_table, table_of

COLUMNS = (
    Column("id", ("编号",), kind="text", is_unique=True),
    Column("households", ("户数",), least=0, most=1_000),
    Column("far", least=0, default=1.5),
    Column("must", kind="flag", is_needed=False),
)


def table(tmp_path, content):
    file = tmp_path / "places.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def whole(tmp_path, content, columns=COLUMNS):
    return read_table(table(tmp_path, content), columns).whole(columns)


def test_columns_are_found_by_any_of_their_names_and_in_any_order(tmp_path):
    found = whole(tmp_path, "户数,编号,more\n3,a,x\n\n4,b,y\n")
    assert found == {"id": ["a", "b"], "households": [3, 4], "far": [1.5, 1.5], "must": [False, False]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_may_be_in_the_encodings_of_spreadsheets(tmp_path, encoding):
    found = whole(tmp_path, "编号,户数,must\n哈尔滨,3,是\n".encode(encoding))
    assert (found["id"], found["must"]) == (["哈尔滨"], [True])


def test_every_fault_is_told_with_its_row_and_field(tmp_path):
    content = "id,households,must\na,-2,perhaps\nb,x,no\n,5,\na,2000,1\nc,3\nd,nan,\ne,,\nf,1e999,\n"
    with pytest.raises(TableError) as caught:
        whole(tmp_path, content)
    assert [(one.line, one.check, one.found, one.fix) for one in caught.value.faults] == [
        (2, "households", "found -2", "write a number from 0 to 1000"),
        (2, "must", "found 'perhaps'", "write yes or no"),
        (3, "households", "found 'x'", "write a number from 0 to 1000"),
        (4, "id", "nothing stands there", "write what it is"),
        (5, "row", "this id stands in row 2 already", "leave one of them out"),
        (5, "households", "found 2000", "write a number from 0 to 1000"),
        (6, "row", "found 2 cells, wanted 3", "mind commas, and that each quote has its other"),
        (7, "households", "found 'nan'", "write a number from 0 to 1000"),
        (8, "households", "nothing stands there", "write a number from 0 to 1000"),
        (9, "households", "found 1e999", "write a number from 0 to 1000"),
    ]
    assert "places.csv: 10 faults\nrow 2, households: found -2; write" in str(caught.value)


def test_of_many_faults_ten_are_said_and_all_are_counted(tmp_path):
    with pytest.raises(TableError) as caught:
        whole(tmp_path, "id,households\n" + "".join(f"{at},x\n" for at in range(1_200)))
    assert str(caught.value).endswith("… and 1190 more")
    assert len(caught.value.faults) == 1_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "found nothing"),
        (b"id,id,households\n", "'id' and 'id' say the same"),
        (b"name\n", "no header for id: found name; name one of: id, 编号"),
        (b"id,households\n\x81\xff", "neither UTF-8 nor GB 18030"),
        (b'id,households\n"a,1\n' + b"x" * 200_000 + b'"', "row 2, row: found 1 cells over 2 lines, wanted 2"),
        (b"[1, 2]", "object 1: found int"),
        (b'{"a": ', "it begins like JSON and is none"),
        (b"[" * 100_000, "it begins like JSON and is none"),
        (b"id,households\n" * 3, "row 2, households: found 'households'"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, content, said):
    with pytest.raises(AmurError) as caught:
        whole(tmp_path, content)
    assert said in str(caught.value)


def test_how_long_a_cell_may_be_does_not_depend_on_what_else_the_process_does(tmp_path):
    former = csv.field_size_limit(10**6)
    try:
        with pytest.raises(TableError, match="row 2, id: a cell of more than 131072 signs"):
            whole(tmp_path, "id,households\n" + "x" * 200_000 + ",1\n")
    finally:
        csv.field_size_limit(former)


def test_a_table_that_is_not_there_or_too_large_is_told(tmp_path, monkeypatch):
    with pytest.raises(AmurError, match=r"gone.csv: .*No such file"):
        read_table(tmp_path / "gone.csv", COLUMNS)
    monkeypatch.setattr(texts, "MOST_BYTES", 3)
    with pytest.raises(AmurError, match="it holds more than 3 bytes"):
        whole(tmp_path, "id,households\n")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (Column("n", least=1), "0", "write a number of 1 or more"),
        (Column("n", most=1), "2", "write a number of 1 or less"),
        (Column("n"), "1e999", "write a number"),
        (Column("n", is_whole=True, units=("km",)), "1.5", "write a whole number in km"),
    ],
)
def test_bounds_are_told_as_they_are(tmp_path, column, value, said):
    with pytest.raises(TableError, match=f"row 2, n: found {value}; {said}"):
        whole(tmp_path, f"n\n{value}\n", [column])


def test_texts_and_flags_have_defaults_too(tmp_path):
    columns = [
        Column("id", kind="text"),
        Column("band", kind="text", default="none"),
        Column("open", kind="flag", default=True),
    ]
    found = whole(tmp_path, "id,band,open\na,,\nb,28,no\n", columns)
    assert (found["band"], found["open"]) == (["none", "28"], [True, False])
    assert whole(tmp_path, "id\na\n", columns) == {"id": ["a"], "band": ["none"], "open": [True]}


def test_rows_can_be_chosen_by_what_stands_in_another_column(tmp_path):
    said = "id,households,省\na,1,23\nb,x,22\nc,3,23\n"
    found = table_of("t", said.encode(), COLUMNS, where={"省": "23"})
    assert (found.whole(COLUMNS)["id"], found.faults.rows.tolist()) == (["a", "c"], [2, 4])
    with pytest.raises(AmurError, match="rows are to be chosen by '市'; found id, households, 省"):
        table_of("t", said.encode(), COLUMNS, where={"市": "1"})


def test_a_list_of_objects_is_a_table_whose_rows_are_its_objects(tmp_path):
    said = [{"id": "a", "households": 3, "must": True, "省": 23}, {"id": " ", "households": -1}, {"households": [1]}]
    with pytest.raises(TableError) as caught:
        whole(tmp_path, json.dumps(said))
    assert [(one.line, one.check, one.found) for one in caught.value.faults] == [
        (2, "id", "nothing stands there"),
        (2, "households", "found -1"),
        (3, "id", "nothing stands there"),
        (3, "households", "found '[1]'"),
    ]
    found = table_of("t", json.dumps({"x": said[0], "y": said[1]}).encode(), COLUMNS, where={"省": "23"})
    assert found.whole(COLUMNS) == {"id": ["a"], "households": [3], "far": [1.5], "must": [True]}
    with pytest.raises(AmurError, match="rows are to be chosen by '市'"):
        table_of("t", json.dumps(said).encode(), COLUMNS, where={"市": "1"})


def test_points_of_geojson_are_a_table():
    point = {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [126.5, 45.75, 100]}}
    columns = (Column("id", kind="text"), Column("longitude"), Column("latitude"), Column("n", is_needed=False))
    said = {"type": "FeatureCollection", "features": [{**point, "properties": {"n": 3}}, {**point, "properties": None}]}
    found = table_of("t", json.dumps(said).encode(), columns).whole(columns)
    assert (found["id"], found["longitude"], found["latitude"]) == (["7", "7"], [126.5] * 2, [45.75] * 2)
    assert found["n"][0] == 3
    no_point = {"features": [point, {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}, 5]}
    with pytest.raises(AmurError, match="object 3: found int"):
        table_of("t", json.dumps(no_point).encode(), columns)
    no_point["features"].pop()
    with pytest.raises(TableError, match="row 2, longitude: nothing stands there"):
        table_of("t", json.dumps(no_point).encode(), columns).whole(columns)


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


_VALUES = st.sampled_from(
    ["a", "b", "", "yes", "no", "nan", "1", "1.0", "é", "\u54c8", None, True, False, 1, 1.0, 1e22]
)


@given(
    st.lists(st.dictionaries(st.sampled_from("xyz"), _VALUES, max_size=3), min_size=1, max_size=5),
    st.dictionaries(st.sampled_from("xyz"), _VALUES.filter(lambda one: isinstance(one, str)), max_size=2),
    st.sampled_from(["list", "objects", "features"]),
    st.booleans(),
)
def test_objects_are_chosen_as_if_each_was_looked_at_whole(objects, where, form, is_ascii):
    said = {
        "list": objects,
        "objects": {str(at): one for at, one in enumerate(objects)},
        "features": {"features": [{"properties": one} for one in objects]},
    }[form]
    text = json.dumps(said, ensure_ascii=is_ascii).replace('"a"', '"\\u0061"' if is_ascii else '"a"').encode()
    expected = [row for row, one in enumerate(objects, start=1) if all(cell(one.get(k)) == v for k, v in where.items())]
    rows, found, _ = chosen_of("t", text, where)
    assert (rows, found) == (expected, [objects[row - 1] for row in expected])


@pytest.mark.parametrize(
    ("text", "value"),
    [(r'[{"x": "\u0061b"}]', "ab"), ('[{"x": true}]', "yes"), ('{"k": {"x": false}}', "no"), ('[{"x": 1e0}]', "1.0")],
)
def test_an_object_is_chosen_whatever_way_json_writes_what_it_says(text, value):
    rows, found, fields = chosen_of("t", text.encode(), {"x": value})
    assert (rows, len(found), fields) == ([1], 1, ["x"])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_as_any_machine_ends_them(end):
    found = table_of("t", end.join([b"id,households", b"a,1", b'"b",2', b""]), COLUMNS)
    assert (found.whole(COLUMNS)["id"], found.faults.rows.tolist()) == (["a", "b"], [2, 3])


@given(st.binary(max_size=100), st.sampled_from([b"", b"[", b"{", b"id,households\n"]))
def test_any_bytes_end_in_rows_or_in_an_error_that_names_the_file(content, before):
    try:
        table_of("any", texts.utf_8("any", before + content), COLUMNS).whole(COLUMNS)
    except AmurError as error:
        said = error.message
    else:
        said = "any"
    assert said.startswith("any")
