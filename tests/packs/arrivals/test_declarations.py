from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.packs.arrivals.declarations import ArrivalsDeclaration
from amur.packs.arrivals.engine import plans
from amur.packs.year.declarations import Year

BODY = {
    "id": "looks_of_a_year",
    "procedure": "look",
    "cases": 2,
    "who": {"public": 1},
    "courses": [{"id": "waiting", "cases": 2, "days_before": [1, 5], "steps": []}],
}


def test_cases_that_no_course_counts_and_none_has_a_weight_for_are_a_fault():
    with pytest.raises(ValidationError, match="no weight for the rest"):
        ArrivalsDeclaration.model_validate(BODY | {"cases": 3})


def test_where_courses_count_every_case_nothing_is_left_to_chance():
    declared = ArrivalsDeclaration.model_validate(BODY)
    assert [(one.cases, one.course and one.course.id) for one in plans._groups(declared, 100)] == [(2, "waiting")]


def test_a_pool_that_is_none_is_told_and_no_other_error_hides_it():
    with pytest.raises(ValidationError, match=r"pools\.0"):
        Year.model_validate({"pools": [3]})
