from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import LICENCE, LICENCE_BODY


def test_fields_pages_states_and_arrows_are_found_by_their_names():
    assert [field.id for field in LICENCE.fields][:2] == ["name", "colour"]
    assert LICENCE.page("keeper").fields[0].id == "number"
    assert LICENCE.state("granted").title.en == "Granted"
    assert LICENCE.transition("refuse", "submitted").target == "refused"
    assert LICENCE.transition("grant", "submitted") is None
    for find in (LICENCE.page, LICENCE.state):
        with pytest.raises(KeyError):
            find("nowhere")


def test_the_data_of_a_case_may_hold_the_form_and_what_arrows_ask():
    names = [field.id for field in LICENCE.data_fields]
    assert names == [*(field.id for field in LICENCE.fields), "remark"]
    assert {field.id: field for field in LICENCE.data_fields}["colour"].required, "the form's own field comes first"


def test_roles_are_those_of_the_office():
    assert LICENCE.roles == {"handler", "decider"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"pages": LICENCE_BODY["pages"][:1] * 2}, "page 'lantern' twice"),
        ({"pages": [LICENCE_BODY["pages"][0], {**LICENCE_BODY["pages"][0], "id": "again"}]}, "field 'name' twice"),
        ({"states": LICENCE_BODY["states"] + LICENCE_BODY["states"][:1]}, "state 'submitted' twice"),
        ({"transitions": LICENCE_BODY["transitions"][:1] * 2}, "arrow 'accept from submitted' twice"),
        ({"series": "lan"}, "pattern"),
        ({"carries_out": [3.7]}, "valid string"),
        ({"basis": []}, "at least 1"),
        ({"sla": 5}, "Extra inputs"),
    ],
)
def test_a_procedure_that_does_not_hang_together_is_refused(changes, why):
    with pytest.raises(ValidationError, match=why):
        ProcedureDeclaration.model_validate(LICENCE_BODY | changes)


def test_a_copy_of_a_procedure_works_out_anew_what_was_kept_of_the_first():
    assert len(LICENCE.fields) > len(LICENCE.pages[0].fields)
    copied = LICENCE.model_copy(update={"pages": LICENCE.pages[:1]})
    assert copied.fields == LICENCE.pages[0].fields
    assert copied.model_dump() == LICENCE.model_dump() | {"pages": LICENCE.model_dump()["pages"][:1]}
