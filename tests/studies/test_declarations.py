"""What a pack may say of a method, and what it may not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.studies.declarations import MethodDeclaration
from tests.procedures.samples import text
from tests.studies.conftest import method

FIRMS = {"id": "firms", "title": text("Firms")}
FIELD = {"id": "largest", "type": "number", "title": text("Largest")}


def declared(**changes):
    return MethodDeclaration.model_validate(method(**changes))


def refused(**changes):
    with pytest.raises(ValidationError) as told:
        declared(**changes)
    return str(told.value)


def test_inputs_and_parameters_are_found_by_their_id():
    found = declared()
    assert found.input("firms").origin == "given"
    assert found.parameter("largest").default == "2"
    with pytest.raises(KeyError):
        found.input("places")
    with pytest.raises(KeyError):
        found.parameter("smallest")


def test_an_input_comes_from_one_place():
    assert "comes from nothing" in refused(inputs=[FIRMS])
    assert "comes from content and given" in refused(inputs=[FIRMS | {"given": True, "content": "id,size"}])
    assert "columns stand with a dataset" in refused(inputs=[FIRMS | {"dataset": "register_firms"}])
    assert "columns stand with a dataset" in refused(inputs=[FIRMS | {"given": True, "columns": {"id": "_key"}}])
    assert "is optional" in refused(inputs=[FIRMS | {"content": "id,size", "optional": True}])
    assert "a sha256 stands" in refused(inputs=[FIRMS | {"given": True, "sha256": "0" * 64}])
    for origin in ({"package": {"name": "maps", "file": "a/b.csv"}}, {"file": "a/b.csv"}):
        assert declared(inputs=[FIRMS | origin | {"sha256": "0" * 64}]).inputs[0].sha256


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.csv", "a/../../x.csv", "a//b", ".hidden", "a/.b", "a\\b", ""])
def test_a_path_leads_downwards(path):
    assert "pattern" in refused(inputs=[FIRMS | {"file": path}])


def test_a_parameter_begins_at_one_thing():
    assert "a default and a value" in refused(parameters=[{"field": FIELD, "default": "2", "value": "how_many"}])
    assert "fixed at nothing" in refused(parameters=[{"field": FIELD, "fixed": True}])
    assert declared(parameters=[{"field": FIELD, "default": 2}]).parameters[0].default == "2"
    assert declared(parameters=[{"field": FIELD, "default": True}]).parameters[0].default == "yes"
    assert "valid string" in refused(parameters=[{"field": FIELD, "default": 0.5}])


def test_nothing_stands_twice_and_what_is_public_is_published_by_somebody():
    given = FIRMS | {"given": True}
    assert "found input 'firms' twice" in refused(inputs=[given, given])
    assert "found parameter 'largest' twice" in refused(parameters=[{"field": FIELD}, {"field": FIELD}])
    assert "give both or neither" in refused(publishes=[])
    assert "give both or neither" in refused(public=None)
    assert declared(public=None, publishes=[]).public is None
