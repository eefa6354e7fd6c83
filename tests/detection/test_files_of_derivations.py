"""What is wrong with the file of a unit is told all at once, each thing with its line."""

from __future__ import annotations

import pytest

from amur.detection import deriving
from amur.detection.deriving import Unusable


def unit(tmp_path, text):
    file = tmp_path / "unit.yaml"
    file.write_text(text, encoding="utf-8")
    return deriving.load([file])


def wrong(tmp_path, text):
    with pytest.raises(Unusable) as found:
        unit(tmp_path, text)
    return [(flaw.line, f"{flaw.found}; {flaw.fix}") for flaw in found.value.flaws]


def test_a_circle_is_told_with_the_line_of_a_way_in_it(tmp_path):
    text = "fields:\n  a: [{ from: b }]\n  b:\n    - { from: c }\n  c: [{ from: a }]\n"
    [(line, told)] = wrong(tmp_path, text)
    assert line in {2, 3, 5}
    assert "found a circle" in told


def test_a_circle_through_a_way_of_the_package_is_told(tmp_path):
    [(line, told)] = wrong(tmp_path, "fields:\n  SourceIp: [{ from: src_zone }]\n")
    assert line == 2
    assert "circle" in told


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("networks:\n  foreign: [300.0.0.0/8]\n", 2, "'300.0.0.0/8', which is no network"),
        ("networks:\n  foreign: [{ file: nowhere.txt }]\n", 2, "cannot be read: No such file"),
        ("networks:\n  a: [10.0.0.0/8]\n  b: [10.0.0.1/8]\n", 3, "'10.0.0.1/8' in b, and in a before"),
        ("lists:\n  l:\n    a: [x]\n    b: [y, X]\n", 4, "'X' as b, and as a before"),
        ("time_zone: Heaven\n", 1, "as IANA lists it"),
        ("time_zone: ../../etc/passwd\n", 1, "as IANA lists it"),
        ("fields:\n  a:\n    - { from: b, part: '(x)(y)' }\n", 3, "found 2 groups"),
        ("fields:\n  a:\n    - { from: b, part: '(x' }\n", 3, "cannot be used"),
        ("fields:\n  a:\n    - { from: b, part: '(?=x)(y)' }\n", 3, "cannot be used"),
        ("fields:\n  a:\n    - { from: b, as: zone, list: c }\n", 3, "found list and as"),
        ("fields:\n  a:\n    - { from: b, list: c }\n", 3, "found no list 'c'"),
        ("fields:\n  a:\n    - { from: b, as: local_time }\n", 3, "local_time is read from [_time]"),
        ("fields:\n  a:\n    - { from: _time }\n", 3, "local_time is read from [_time]"),
        ("fields:\n  a:\n    - { from: b, words: { ok: [0] } }\n", 3, "should be a valid string"),
        ("fields:\n  _raw: [{ from: b }]\n", 2, "which each event has"),
        ("kinds:\n  dns: [{ of: zeek//dns }]\n", 2, "product/category/service"),
        ("fields:\n  a: [{ from: b }]\n  a: [{ from: c }]\n", 3, "found 'a' twice, first in line 2"),
        ("nets: {}\n", 1, "Extra inputs"),
        ("fields: [\n", 2, "write it as YAML"),
        ("- a\n", 1, "valid dictionary"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path, text, line, told):
    flaws = wrong(tmp_path, text)
    assert flaws[0][0] == line
    assert told in flaws[0][1]


def test_all_flaws_of_a_file_are_told_at_once(tmp_path):
    flaws = wrong(tmp_path, "networks:\n  a: [x]\n  b: [y, 10.0.0.0/8]\nfields:\n  c: [{ from: d, list: e }]\n")
    assert [line for line, _ in flaws] == [2, 3, 5]


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(Unusable, match="cannot be read"):
        deriving.load([tmp_path / "nowhere.yaml"])
    (tmp_path / "odd.yaml").write_bytes(b"time_zone: \xff")
    with pytest.raises(Unusable, match="is not UTF-8"):
        deriving.load([tmp_path / "odd.yaml"])
    with pytest.raises(Unusable, match="has more than 1048576 bytes"):
        unit(tmp_path, "#" * (2**20 + 1))


def test_an_empty_file_says_nothing_more_than_the_package(tmp_path):
    assert unit(tmp_path, "").fields == deriving.load().fields


def test_the_package_names_no_network_but_private_ones_no_time_zone_and_no_person():
    shipped = deriving.load()
    assert {zone for zone, _ in shipped.networks} == {"internal"}
    assert shipped.time_zone is None
    assert shipped.lists["account_kind"] == {}
