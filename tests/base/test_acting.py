from __future__ import annotations

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope, system


def test_an_actor_is_recorded_without_its_empty_parts():
    actor = Actor("account:1", on_behalf_of="enterprise:2", role="handler", body_id="bureau", client="desk")
    assert actor.as_dict() == {
        "actor_id": "account:1",
        "on_behalf_of": "enterprise:2",
        "role": "handler",
        "body_id": "bureau",
        "client": "desk",
    }


def test_the_machine_acts_under_its_own_name():
    assert system("sealer", request_id="r1") == Actor("system:sealer", client="worker", request_id="r1")


@pytest.mark.parametrize(
    ("granted", "asked", "reached"),
    [
        ("", "230102", True),
        ("230000", "231282", True),
        ("230000", "220102", False),
        ("230100", "230102", True),
        ("230100", "230200", False),
        ("230110", "230110", True),
        ("230110", "230111", False),
        ("231000", "231002", True),
        ("231000", "231100", False),
        ("231000", "231202", False),
        ("230102", "230100", False),
    ],
)
def test_a_grant_reaches_its_region_and_what_lies_in_it(granted, asked, reached):
    assert Grant("handler", "bureau", granted).reaches(asked) is reached


def test_an_office_holds_what_its_grants_say():
    scope = Scope("office", "1", grants=(Grant("handler", "bureau", "230100"),))
    assert scope.holds("handler")
    assert scope.holds("handler", body_id="bureau", region="230102")
    assert not scope.holds("handler", body_id="other")
    assert not scope.holds("handler", region="230200")
    assert not scope.holds("decider")


def test_the_public_holds_nothing_and_the_machine_everything():
    assert not PUBLIC.holds("handler")
    assert SYSTEM.holds("handler", body_id="bureau", region="230100")
