"""What a pack may write in regions.yaml, roles.yaml and bodies.yaml."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.people.declarations import BodiesDeclaration, RegionDeclaration, RegionsDeclaration, RolesDeclaration

TITLE = {"zh": "甲", "en": "A"}


def test_the_three_files_read():
    regions = RegionsDeclaration.model_validate(
        {"source": "s", "regions": [{"code": "230000", "title": TITLE, "level": "province"}]}
    )
    roles = RolesDeclaration.model_validate({"roles": [{"id": "handler", "title": TITLE, "summary": TITLE}]})
    bodies = BodiesDeclaration.model_validate(
        {
            "bodies": [
                {"id": "bureau", "title": TITLE, "region": "230000", "valid_from": "2018-11-01", "roles": ["handler"]}
            ]
        }
    )
    assert (regions.regions[0].code, roles.roles[0].id, bodies.bodies[0].valid_from.year) == ("230000", "handler", 2018)


@pytest.mark.parametrize("code", ["", "2", "23 01", "23000000000000", "heilongjiang", 230000])
def test_a_code_that_cannot_nest_is_refused(code):
    with pytest.raises(ValidationError):
        RegionDeclaration.model_validate({"code": code, "title": TITLE, "level": "province"})


@pytest.mark.parametrize("model", [RegionsDeclaration, RolesDeclaration, BodiesDeclaration])
def test_an_empty_file_is_refused(model):
    with pytest.raises(ValidationError):
        model.model_validate({next(name for name in model.model_fields if name not in {"source", "verified"}): []})


def test_a_misspelt_key_is_refused():
    with pytest.raises(ValidationError, match="succesor"):
        BodiesDeclaration.model_validate({"bodies": [{"id": "a", "title": TITLE, "succesor": "b"}]})
