from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.registers.declarations import RegisterDeclaration
from tests.procedures.samples import LICENCES_BODY

REGISTER = RegisterDeclaration.model_validate(LICENCES_BODY)


def test_a_field_is_found_by_its_id():
    assert REGISTER.field("keeper").scheme == "keeper"
    with pytest.raises(KeyError):
        REGISTER.field("owner")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fields": [*LICENCES_BODY["fields"], LICENCES_BODY["fields"][0]]}, "'name' twice"),
        ({"shows": ["owner"]}, "unknown field 'owner'"),
        ({"fields": []}, "at least 1"),
        ({"shows": []}, "at least 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_register_that_does_not_hang_together_is_refused(changes, why):
    with pytest.raises(ValidationError, match=why):
        RegisterDeclaration.model_validate(LICENCES_BODY | changes)
