"""Settlements of a survey that was made before, from its table of places: people as it spread them, nobody included."""

from __future__ import annotations

import json

import numpy as np
import pytest

from amur.methods.filing.tables import TableError
from amur.methods.surveys.reading.references import reference_of
from amur.methods.surveys.reading.results import is_of_settlements, made_up_in, settled_from

OF_RESULT = "id,name,county,longitude,latitude,people,households,nearest_site,signal_dbm,edge\n"


def a_result(folder, table, summary):
    (folder / "villages.csv").write_text(table, "utf-8")
    (folder / "summary.json").write_text(summary, "utf-8")
    return reference_of("villages.csv", folder, "villages")


def test_the_result_of_a_survey_says_whether_its_places_are_settlements(tmp_path):
    for summary, are_settlements in (
        ('{"places_are": "settlements"}', True),
        ('{"places_are": "villages"}', False),
        ("{}", False),
        ("[1]", False),
        ("{", False),
    ):
        found = a_result(tmp_path, OF_RESULT, summary)
        assert is_of_settlements(found.path) is are_settlements
    assert not is_of_settlements(tmp_path / "summary.json")
    (tmp_path / "summary.json").unlink()
    assert not is_of_settlements(tmp_path / "villages.csv")


def test_settlements_of_a_result_are_read_with_the_people_that_the_survey_spread(tmp_path):
    rows = "1,朱家,a,126.5,45.5,3215.0,1339.0,A,-56.6,covered\n2,'=x,a,126.6,45.5,0.0,0.0,A,,\n'-3,,a,126.6,45.6,,,,,\n"
    found = settled_from(a_result(tmp_path, OF_RESULT + rows, '{"places_are": "settlements"}'))
    assert found.ids.tolist() == ["1", "2", "-3"]
    assert found.names.tolist() == ["朱家", "=x", "-3"]
    assert found.counties.tolist() == ["a"] * 3
    assert found.people.tolist()[:2] == [3215.0, 0.0]
    assert found.households.tolist()[:2] == [1339.0, 0.0]
    assert np.isnan([found.people[2], found.households[2]]).all()
    assert (found.points.east[0], found.points.north[0]) == (126.5, 45.5)


def test_a_row_of_a_result_that_is_wrong_is_told(tmp_path):
    rows = "1,x,a,126.5,,3,1,A,-56.6,covered\n2,y,a,126.6,45.5,-1,0,A,,\n1,z,a,126.6,45.5,1,0,A,,\n"
    with pytest.raises(TableError) as caught:
        settled_from(a_result(tmp_path, OF_RESULT + rows, '{"places_are": "settlements"}'))
    assert [(one.line, one.check) for one in caught.value.faults] == [(2, "latitude"), (3, "people"), (4, "row")]
    assert caught.value.faults[2].found == "this id stands in row 2 already"


def test_what_a_result_says_is_made_up_of_its_settlements_goes_with_them(tmp_path):
    said = [
        {"zh": "2个基站为模拟数据", "en": "2 base stations are made up"},
        {"zh": "居民点：模拟数据：x", "en": "settlements: made up: x", "ru": "посёлки: x"},
        {"en": "settlements: in one language alone"},
        {"zh": "人口普查：模拟数据：y", "en": "census: made up: y"},
        "settlements: of an older survey",
    ]
    a_result(tmp_path, OF_RESULT, json.dumps({"places_are": "settlements", "simulated": said}))
    found = made_up_in(tmp_path)  # an older survey, whose sentences begin with their input
    assert [one.zh for one in found] == ["居民点：模拟数据：x", "人口普查：模拟数据：y"]
    assert [one.say("ru") for one in found] == ["посёлки: x", "census: made up: y"]
    assert made_up_in(tmp_path / "nowhere") == ()


def test_of_which_input_a_sentence_is_stands_beside_it_however_it_begins(tmp_path):
    said = [{"zh": zh, "en": en} for zh, en in (("甲", "a"), ("乙", "settlements: b"), ("丙", "c"), ("丁", "d"))]
    of = ["settlements", "sites", "heights", "census"]
    summary = {"places_are": "settlements", "simulated": said, "simulated_of": of}
    a_result(tmp_path, OF_RESULT, json.dumps(summary))
    assert [one.zh for one in made_up_in(tmp_path)] == ["甲", "丁"]
