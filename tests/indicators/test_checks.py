from __future__ import annotations

from amur.indicators import catalogue
from amur.indicators.checks import check_indicator
from amur.indicators.declarations import IndicatorDeclaration
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.indicators.conftest import indicator
from tests.procedures.samples import LICENCES_BODY, text

DATASETS = catalogue.shapes([RegisterDeclaration.model_validate(LICENCES_BODY)])
LINES = {"sql": 20, "target": 30, "dimensions": 40, "ranking": 50}


def faults(**changes):
    def locate(path):
        return "a.indicator.yaml", LINES.get(path[0], 1)

    declaration = IndicatorDeclaration.model_validate(indicator(**changes))
    known = Known(codelists=["colours"])
    return [(fault.line, fault.check) for fault in check_indicator(declaration, known, DATASETS, locate)]


def test_a_sound_indicator_has_no_fault():
    assert faults() == []


def test_a_query_is_looked_at_line_by_line():
    sql = "select\n  count(*) as value\nfrom register_licences\njoin register_elsewhere on true"
    assert faults(sql=sql) == [(24, "indicator.query")]
    assert faults(sql="select random() as value from register_licences") == [(20, "indicator.query")]
    assert faults(sql="select count(*) as value from register_licences where nothing") == [(20, "indicator.query")]


def test_a_code_list_must_be_there():
    colour = {"id": "colour", "type": "code", "codelist": "colors", "title": text("Colour")}
    sql = "select colour, count(*) as value from register_licences group by colour"
    assert faults(dimensions=[colour], sql=sql) == [(40, "field.codelist")]


def test_no_target_needs_a_reason_that_says_something():
    assert faults(target={"none": {"zh": "无", "en": "none"}}) == [(30, "indicator.target")]


def test_a_text_that_is_missing_is_a_fault():
    def locate(_):
        return "a.indicator.yaml", 1

    declaration = IndicatorDeclaration.model_validate(indicator())
    found = check_indicator(declaration, Known(languages=["zh", "en", "ru"]), DATASETS, locate)
    assert {fault.check for fault in found} == {"text.missing"}


def test_groups_are_compared_by_a_dimension_of_a_share():
    colour = {"id": "colour", "type": "code", "codelist": "colours", "title": text("Colour")}
    ranking = {"by": "colour", "counted": text("Lit"), "out_of": text("Lanterns")}
    sql = "select colour, {} from register_licences group by colour"
    shared = "count(*) filter (where _ended) as numerator, count(*) as denominator"
    given = {"dimensions": [colour], "ranking": ranking}
    assert faults(**given, sql=sql.format(shared)) == []
    assert faults(**given, sql=sql.format("count(*) as value")) == [(50, "indicator.ranking")]
    assert faults(**given, sql=sql.format(f"{shared}, count(*) as base")) == [(50, "indicator.ranking")]
