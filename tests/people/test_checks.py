"""Faults of regions, roles and bodies, each with its line."""

from __future__ import annotations

from amur.people import checks
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration, RolesDeclaration

TITLE = {"zh": "甲", "en": "A"}


def _locate(path):
    return "file.yaml", 10 * (path[1] + 1) + len(path)


def _regions(*regions):
    declared = RegionsDeclaration.model_validate(
        {"regions": [{"title": TITLE, "level": "county", **region} for region in regions]}
    )
    return [(fault.check, fault.line) for fault in checks.check_regions(declared, _locate)]


def _bodies(*bodies, roles=("handler",), regions=("230000",)):
    declared = BodiesDeclaration.model_validate({"bodies": [{"title": TITLE, **body} for body in bodies]})
    return [(fault.check, fault.line) for fault in checks.check_bodies(declared, roles, regions, _locate)]


def test_regions_in_order_have_no_fault():
    assert (
        _regions({"code": "230000"}, {"code": "230100", "parent": "230000"}, {"code": "230102", "parent": "230100"})
        == []
    )


def test_a_region_given_twice_is_found():
    assert _regions({"code": "230000"}, {"code": "230000"}) == [("regions.twice", 23)]


def test_a_region_with_an_unknown_parent_is_found():
    assert _regions({"code": "230100", "parent": "230000"}) == [("region.parent", 13)]


def test_a_region_whose_code_does_not_nest_in_its_parent_is_found():
    assert _regions({"code": "230100"}, {"code": "230202", "parent": "230100"}) == [("region.code", 23)]
    assert _regions({"code": "230100", "parent": "230100"}) == [("region.code", 13)]


def test_a_region_whose_days_are_reversed_is_found():
    assert _regions({"code": "230100", "valid_from": "2020-01-02", "valid_to": "2020-01-01"}) == [("region.dates", 13)]


def test_a_region_says_who_carries_on_after_it():
    new, ended = {"code": "230200"}, {"code": "230100", "valid_to": "2019-06-30"}
    assert _regions({**ended, "successors": ["230200"]}, new) == []
    assert _regions({**ended, "successors": ["230200", "230300"]}, new) == [("region.successor", 14)]
    assert _regions({"code": "230100", "successors": ["230200"]}, new) == [("region.successor", 14)]
    early = {**new, "valid_to": "2019-06-30"}
    assert _regions({**ended, "successors": ["230200"]}, early) == [("region.successor", 14)]


def test_a_role_given_twice_is_found():
    declared = RolesDeclaration.model_validate({"roles": [{"id": "handler", "title": TITLE}] * 2})
    assert [(fault.check, fault.line) for fault in checks.check_roles(declared, _locate)] == [("roles.twice", 23)]


def test_bodies_in_order_have_no_fault():
    assert (
        _bodies(
            {"id": "old", "valid_to": "2018-10-31", "successor": "new"},
            {"id": "new", "region": "230000", "roles": ["handler", "audit_administrator"]},
            {"id": "part", "parent": "new"},
        )
        == []
    )


def test_a_body_given_twice_is_found():
    assert _bodies({"id": "a"}, {"id": "a"}) == [("bodies.twice", 23)]


def test_an_unknown_successor_is_found():
    assert _bodies({"id": "a", "valid_to": "2018-10-31", "successor": "b"}) == [("body.successor", 13)]


def test_a_successor_of_a_body_that_does_not_end_is_found():
    assert _bodies({"id": "a", "successor": "b"}, {"id": "b"}) == [("body.successor", 13)]


def test_a_successor_that_ends_earlier_is_found():
    assert _bodies({"id": "a", "valid_to": "2018-10-31", "successor": "b"}, {"id": "b", "valid_to": "2018-10-31"}) == [
        ("body.successor", 13)
    ]


def test_a_body_that_succeeds_itself_is_found():
    assert _bodies({"id": "a", "valid_to": "2018-10-31", "successor": "a"}) == [("body.successor", 13)]


def test_an_unknown_parent_is_found():
    assert _bodies({"id": "a", "parent": "b"}) == [("body.parent", 13)]


def test_a_circle_of_parents_is_found_for_each_body_in_it_and_for_no_other():
    found = _bodies({"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}, {"id": "c", "parent": "a"})
    assert found == [("body.parent", 13), ("body.parent", 23)]


def test_reversed_days_of_a_body_are_found():
    assert _bodies({"id": "a", "valid_from": "2020-01-02", "valid_to": "2020-01-01"}) == [("body.dates", 13)]


def test_an_unknown_region_and_an_unknown_role_are_found_with_their_lines():
    assert _bodies({"id": "a", "region": "990000", "roles": ["handler", "king"]}) == [
        ("body.region", 13),
        ("body.role", 14),
    ]


def test_a_fault_says_what_to_choose_from():
    declared = BodiesDeclaration.model_validate({"bodies": [{"id": "a", "title": TITLE, "region": "1234"}]})
    many = [f"23{number:04}" for number in range(30)]
    (long,) = checks.check_bodies(declared, [], many, _locate)
    (none,) = checks.check_bodies(declared, [], [], _locate)
    assert long.fix.startswith("choose from 230000, 230001")
    assert long.fix.endswith(", …")
    assert none.fix == "declare it first"
