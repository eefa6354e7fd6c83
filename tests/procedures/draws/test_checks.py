from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from amur.procedures.draws.checks import check_draw
from amur.procedures.draws.declarations import DrawDeclaration
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.draws.samples import INSPECTORS_BODY, LANTERNS_BODY, LOOK_BODY
from tests.procedures.samples import text

REGISTERS = {
    "lanterns": RegisterDeclaration.model_validate(LANTERNS_BODY),
    "inspectors": RegisterDeclaration.model_validate(INSPECTORS_BODY),
}


def changed(**changes):
    return DrawDeclaration.model_validate({**copy.deepcopy(LOOK_BODY), **changes})


def faults(declared):
    """Return the path, the check and what was found of each fault."""
    found = check_draw(
        declared, Known(roles={"handler"}), REGISTERS, {"bureau"}, lambda at: (".".join(map(str, at)), 1)
    )
    return [(one.file, one.check, one.found) for one in found]


def test_the_sample_has_no_fault():
    assert faults(changed()) == []
    assert faults(changed(people={"role": "handler", "when": "person.region == '230100'"}, conflicts=[])) == []


@pytest.mark.parametrize(
    ("changes", "place", "check"),
    [
        ({"body": "nobody"}, "body", "draw.body"),
        ({"by": ["nobody"]}, "by.0", "draw.role"),
        ({"people": {"role": "nobody"}, "conflicts": []}, "people.role", "draw.role"),
        ({"people": {"register": "nothing"}}, "people.register", "draw.register"),
        ({"objects": {"register": "nothing", "quota": {"count": 1}}}, "objects.register", "draw.register"),
        ({"objects": {**LOOK_BODY["objects"], "by": "street"}}, "objects.by", "draw.field"),
        ({"objects": {**LOOK_BODY["objects"], "when": "object.watt > 1"}}, "objects.when", "draw.when"),
        ({"people": {"register": "inspectors", "when": "person.badge"}}, "people.when", "draw.when"),
        ({"conflicts": [{"title": text("A"), "when": "object.x == 1"}]}, "conflicts.0.when", "draw.when"),
        ({"conflicts": [{"title": text("A"), "object": "x", "person": "key"}]}, "conflicts.0.object", "draw.field"),
        ({"conflicts": [{"title": text("A"), "object": "key", "person": "x"}]}, "conflicts.0.person", "draw.field"),
    ],
)
def test_each_fault_is_found_where_it_stands(changes, place, check):
    assert [(where, name) for where, name, _ in faults(changed(**changes))] == [(place, check)]


_REST = [{"title": text("All"), "count": 1}, {"title": text("Red"), "values": ["red"], "count": 1}]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"objects": {"register": "lanterns"}}, "either one quota or strata"),
        ({"objects": {"register": "lanterns", "quota": {}}}, "either count or share"),
        ({"objects": {"register": "lanterns", "quota": {"count": 1, "share": 5}}}, "either count or share"),
        ({"objects": {"register": "lanterns", "strata": _REST[:1]}}, "stand together"),
        ({"objects": {"register": "lanterns", "by": "quarter", "strata": _REST}}, "put one of them, last"),
        ({"people": {"each": 1}}, "name one of the two"),
        ({"conflicts": [{"title": text("A")}]}, "do one of both"),
        ({"conflicts": [{"title": text("A"), "object": "key"}]}, "do one of both"),
        ({"conflicts": [{"title": text("A"), "when": "true", "among": True}]}, "do one of both"),
    ],
)
def test_what_cannot_be_meant_cannot_be_declared(changes, said):
    with pytest.raises(ValidationError, match=said):
        changed(**changes)
