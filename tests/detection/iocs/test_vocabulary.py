"""Nothing is said in a standard's name that nobody has seen, and nothing counts as verified that was not compared."""

from __future__ import annotations

from dataclasses import fields

from amur.detection.iocs import Indicator, Kind
from amur.detection.iocs.vocabulary import COMPONENTS, FIELD_NAMES, RECORDS


def test_the_eight_components_have_names_and_what_stix_and_misp_have_for_them():
    assert len({one.name for one in COMPONENTS}) == len({one.clause for one in COMPONENTS}) == 8
    assert all(one.stix and one.misp for one in COMPONENTS)


def test_each_name_has_a_source_with_its_day_and_none_is_verified():
    for one in (*COMPONENTS, *RECORDS, *FIELD_NAMES):
        assert bool(one.name) == ("seen on 20" in one.source)
        assert not one.verified
        assert one.name or not one.clause


def test_each_kind_has_its_record_and_each_field_of_an_indicator_its_name_or_none():
    assert sorted(one.ours for one in RECORDS) == sorted(Kind)
    assert {one.ours for one in FIELD_NAMES} == {each.name for each in fields(Indicator)} - {"file", "line"}
