from __future__ import annotations

import pytest

from amur.base.faults import AmurError, Conflict, Fault, Invalid, NotFound, Refused


@pytest.mark.parametrize("kind", [Refused, Conflict, NotFound])
def test_an_error_carries_its_code_its_sentence_and_its_details(kind):
    error = kind("stale", "the form was changed", version=3)
    assert isinstance(error, AmurError)
    assert (error.code, error.message, error.details, str(error)) == (
        "stale",
        "the form was changed",
        {"version": 3},
        "the form was changed",
    )


def test_invalid_input_names_each_field():
    error = Invalid({"name": ("required", "nothing was entered")})
    assert (error.code, error.fields) == ("invalid", {"name": ("required", "nothing was entered")})


def test_a_fault_prints_as_editors_expect_and_faults_stand_in_the_order_of_the_file():
    later = Fault("a.yaml", 9, "b", "found", "fix")
    sooner = Fault("a.yaml", 3, "c", "found", "fix")
    assert str(sooner) == "a.yaml:3: [c] found; fix"
    assert sorted([later, sooner]) == [sooner, later]
