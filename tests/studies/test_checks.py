"""Checks of a method: what it names exists, and what it says fits the model."""

from __future__ import annotations

import pytest

from amur.base.codelists import CodeList
from amur.base.faults import Fault
from amur.indicators import catalogue
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from amur.studies.checks import check_method
from amur.studies.declarations import MethodDeclaration
from tests.procedures.samples import LICENCES_BODY, text
from tests.studies.conftest import method

PLACE = {"id": "place", "type": "point", "openness": "public", "required": False, "title": text("Place")}
REGISTER = LICENCES_BODY | {"fields": [*LICENCES_BODY["fields"], PLACE]}
DATASETS = catalogue.shapes([RegisterDeclaration.model_validate(REGISTER)])
LISTS = {
    "tongues": CodeList.model_validate(
        {
            "id": "tongues",
            "title": text("Tongues"),
            "source": "demo",
            "codes": [{"code": "zh", "title": text("Chinese")}],
        }
    )
}
KNOWN = Known(roles=["analyst", "director"], values={"how_many": "integer"})
FIRMS = {"id": "firms", "title": text("Firms")}
ROWS = {"dataset": "register_licences", "columns": {"id": "_key", "size": "_number"}}


def faults(**changes) -> list[Fault]:
    def locate(path):
        return "/".join(map(str, path)), 1

    return check_method(MethodDeclaration.model_validate(method(**changes)), KNOWN, DATASETS, LISTS, locate)


def told(**changes) -> list[tuple[str, str]]:
    return [(fault.file, fault.check) for fault in faults(**changes)]


def parameter(**changes):
    return [{"field": {"id": "largest", "type": "number", "title": text("Largest"), "maximum": 9}} | changes]


def test_a_sound_method_has_no_fault():
    assert faults() == []
    assert faults(inputs=[FIRMS | ROWS], parameters=parameter(value="how_many")) == []
    assert faults(inputs=[FIRMS | {"package": {"name": "data", "file": "firms.csv"}}]) == []


def test_model_and_roles_must_be_known():
    (one,) = faults(model="astrology")
    assert (one.file, one.check, "concentration" in one.fix) == ("model", "method.model", True)
    assert told(runs=["poet"], publishes=["king"]) == [("publishes/0", "method.role"), ("runs/0", "method.role")]


def test_inputs_are_those_of_the_model():
    assert told(inputs=[FIRMS | {"id": "shops", "given": True}]) == [
        ("inputs", "method.input"),
        ("inputs/0/id", "method.input"),
    ]
    assert told(inputs=[FIRMS | {"given": True, "optional": True}]) == [("inputs", "method.input")]
    (one,) = faults(inputs=[FIRMS | {"file": "firms.pdf"}])
    assert (one.file, one.check, "'.pdf'" in one.found) == ("inputs/0/file", "method.file", True)


def test_a_dataset_and_its_columns_are_there():
    assert told(inputs=[FIRMS | ROWS | {"dataset": "register_moons"}]) == [("inputs/0/dataset", "method.dataset")]
    columns = {"id": "_key", "market": "price", "name": "_key", "size": "place"}
    assert told(inputs=[FIRMS | ROWS | {"columns": columns}]) == [
        ("inputs/0/columns/market", "method.column"),
        ("inputs/0/columns/name", "method.column"),
        ("inputs/0/columns/size", "method.column"),
    ]
    assert told(inputs=[FIRMS | ROWS | {"columns": {"id": "_key"}}]) == [("inputs/0/columns", "method.column")]
    for path, is_right in (("place.lat", True), ("place.up", False), ("_key.lat", False)):
        found = told(inputs=[FIRMS | ROWS | {"columns": {"id": "_key", "size": path}}])
        assert found == ([] if is_right else [("inputs/0/columns/size", "method.column")])


def test_a_dataset_is_no_file():
    survey = {"id": "survey", "title": text("Survey")} | ROWS
    found = told(model="coverage", inputs=[survey], parameters=[], public={"summary": ["people_rule", "people"]})
    assert found == [("inputs/0/dataset", "method.dataset")]


def test_files_of_restricted_data_are_not_published():
    secret = FIRMS | ROWS | {"dataset": "register_licences__restricted"}
    assert told(inputs=[secret]) == [("inputs/0/dataset", "method.openness")]
    assert told(inputs=[secret], public={"summary": ["hhi"]}) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"parameters": [{"field": {"id": "smallest", "type": "number", "title": text("Smallest")}}]}, "0/field/id"),
        ({"parameters": [{"field": {"id": "largest", "type": "text", "title": text("Largest")}}]}, "0/field/type"),
        ({"parameters": parameter(default="10")}, "0/default"),
        ({"parameters": parameter(value="moons")}, "0/value"),
    ],
)
def test_parameters_are_those_of_the_model_and_begin_within_their_bounds(changes, expected):
    assert [name for name, _ in told(**changes)] == [f"parameters/{expected}"]


def test_what_the_model_cannot_do_without_is_asked_for():
    wifi = {"model": "wifi_reach", "public": {"summary": ["venues"]}, "inputs": [
        {"id": name, "title": text(name), "given": True} for name in ("venues", "points")
    ]}  # fmt: skip
    inside = {"field": {"id": "inside_m", "type": "quantity", "unit": "m", "title": text("Inside")}}
    assert told(**wifi, parameters=[inside]) == [("parameters", "method.parameter")]
    assert [name for name, _ in told(**wifi, parameters=[])] == ["model", "model"]


def test_a_parameter_that_is_chosen_begins_with_a_code_of_a_list_that_there_is():
    def chosen(codelist, default):
        report = {"field": {"id": "report", "type": "code", "codelist": codelist, "title": text("Report")}}
        survey = [{"id": "survey", "title": text("Survey"), "given": True}]
        public = {"summary": ["people"]}
        return told(model="coverage", inputs=survey, public=public, parameters=[report | {"default": default}])

    assert chosen("tongues", "zh") == []
    assert chosen("tongues", "xx") == [("parameters/0/default", "method.default")]
    assert chosen("tastes", "zh") == [("parameters/0/field/codelist", "field.codelist")]


def test_a_figure_that_the_model_does_not_give_is_not_published():
    assert told(public={"summary": ["hhi", "gini"]}) == [("public/summary/1", "method.figure")]


def test_a_text_that_is_missing_is_a_fault():
    declaration = MethodDeclaration.model_validate(method())
    known = Known(roles=KNOWN.roles, languages=["zh", "en", "ru"])
    found = check_method(declaration, known, DATASETS, LISTS, lambda _: ("a.method.yaml", 1))
    assert {fault.check for fault in found} == {"text.missing"}
