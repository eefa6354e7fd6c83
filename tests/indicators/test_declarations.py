from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from amur.indicators.declarations import IndicatorDeclaration
from tests.indicators.conftest import indicator
from tests.procedures.samples import BASIS, text

COLOUR = {"id": "colour", "type": "code", "codelist": "colours", "title": text("Colour")}
RANKING = {"by": "colour", "counted": text("Lit"), "out_of": text("Lanterns")}
TARGET = {"value": "10", "on": "2026-12-31", "basis": [BASIS]}


def declared(**changes) -> IndicatorDeclaration:
    return IndicatorDeclaration.model_validate(indicator(**changes))


def test_a_target_is_a_number_with_its_day_and_its_basis():
    target = declared(target=TARGET).fixed_target
    assert target is not None
    assert target.value == Decimal(10)
    assert declared(target={**TARGET, "value": 10}).fixed_target == target


def test_no_target_says_why_there_is_none():
    assert declared().fixed_target is None
    with pytest.raises(ValidationError):
        declared(target={"none": {"zh": "", "en": ""}})


def test_dimensions_are_found_by_their_id():
    found = declared(dimensions=[COLOUR])
    assert found.dimension("colour").type == "code"
    with pytest.raises(KeyError):
        found.dimension("region")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": {**TARGET, "value": 0.1}}, "write the number in quotes"),
        ({"target": {**TARGET, "value": "NaN"}}, "finite"),
        ({"target": TARGET, "direction": "neither"}, "say which side of it is better"),
        ({"dimensions": [COLOUR, COLOUR]}, "twice"),
        ({"dimensions": [{**COLOUR, "id": "value"}]}, "named as a measure"),
        (
            {"dimensions": [{"id": "name", "type": "text", "title": text("Name")}]},
            "group by a code, a region or a yes_no",
        ),
        ({"dimensions": [{**COLOUR, "many": True}]}, "group by a code, a region or a yes_no"),
        ({"dimensions": [{**COLOUR, "personal": True}]}, "nobody is grouped by it"),
        ({"sql": ""}, "at least 1 character"),
        ({"decimals": 10}, "less than or equal to 9"),
        ({"ranking": RANKING}, "name a dimension of the indicator"),
        ({"ranking": RANKING, "dimensions": [COLOUR], "direction": "neither"}, "say which side is better"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        declared(**changes)
