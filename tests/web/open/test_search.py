"""Searching as a program does it: the same as the page, as data, and nothing that is not public."""

from __future__ import annotations

import pytest

from tests.web.house import MARKS, PROCEDURE, REGISTER, House

pytestmark = pytest.mark.django_db


def _found(house: House, **asked: str) -> dict:
    answer = house.client().get("/open/api/v1/search", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_search_gives_each_thing_with_its_kind_its_titles_and_its_address(house: House):
    page = _found(house, q="备案")
    kinds = {one["kind"]: one for one in page["found"]}
    assert page["total"] == len(page["found"])
    assert {"service", "register", "record", "clause"} <= set(kinds)
    services = [one["address"] for one in page["found"] if one["kind"] == "service"]
    assert any(address.endswith(f"/services/{PROCEDURE}/") for address in services)
    assert kinds["record"]["id"] == house.filed.number
    assert kinds["record"]["in_register"]["zh"]
    assert kinds["service"]["in_register"] is None


def test_a_search_may_be_narrowed_and_an_exact_key_comes_first(house: House):
    assert {one["kind"] for one in _found(house, q="备案", **{"in": "services"})["found"]} == {"service", "finder"}
    first = _found(house, q=house.filed.number)["found"][0]
    assert first["address"].endswith(f"/registers/{REGISTER}/{house.filed.number}/")


def test_nothing_of_a_case_is_found(house: House):
    for query in (*MARKS, house.case.number):
        assert _found(house, q=query)["total"] == 0


@pytest.mark.parametrize("asked", [{}, {"q": "x", "in": "cases"}, {"q": "x", "page": "0"}, {"q": "x" * 201}])
def test_what_cannot_be_asked_is_a_problem_that_says_so(house: House, asked):
    answer = house.client().get("/open/api/v1/search", asked)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
