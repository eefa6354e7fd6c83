"""Scopes, offices that exclude each other, and the succession of bodies, as plain values."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.acting import PUBLIC, Actor, Grant, Scope
from amur.people import engine
from amur.people.engine import ADMINISTRATORS, BodyLife, Held

DAY = date(2026, 3, 10)
days = st.dates(date(2025, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(("one", "other"), list(permutations(ADMINISTRATORS, 2)))
def test_the_three_administrators_exclude_each_other(one, other):
    assert engine.conflicts([Held(one, "b")], Held(other, "c")) == (Held(one, "b"),)


def test_an_administrator_may_be_followed_by_another_when_the_first_has_ended():
    first = Held(ADMINISTRATORS[0], "b", valid_to=DAY)
    assert not engine.conflicts([first], Held(ADMINISTRATORS[1], "b", valid_from=DAY + timedelta(days=1)))
    assert engine.conflicts([first], Held(ADMINISTRATORS[1], "b", valid_from=DAY))


def test_other_roles_stand_beside_an_administrator_and_each_other():
    held = [Held("handler", "b"), Held(ADMINISTRATORS[0], "b")]
    assert not engine.conflicts(held, Held("decider", "b"))
    assert not engine.conflicts([Held("handler", "b")], Held(ADMINISTRATORS[0], "b"))


@given(days, days, days, days)
def test_two_appointments_overlap_exactly_if_they_share_a_day(a, b, c, d):
    one = Held("x", "b", "", min(a, b), max(a, b))
    other = Held("y", "b", "", min(c, d), max(c, d))
    start, end = max(one.valid_from, other.valid_from), min(one.valid_to, other.valid_to)
    assert engine.overlap(one, other) == engine.overlap(other, one) == (start <= end)


BODIES = {
    body.id: body
    for body in (
        BodyLife("a", "230000", valid_to=date(2018, 10, 31), successor="b"),
        BodyLife("b", "230000", date(2018, 11, 1), date(2023, 12, 31), "c"),
        BodyLife("c", "230000", date(2024, 1, 1)),
        BodyLife("lost", valid_to=date(2020, 1, 1)),
        BodyLife("x", valid_to=date(2020, 1, 1), successor="y"),
        BodyLife("y", valid_to=date(2020, 1, 1), successor="x"),
        BodyLife("z", valid_to=date(2020, 1, 1), successor="nowhere"),
    )
}


@pytest.mark.parametrize(
    ("named", "on", "answers"),
    [
        ("a", date(2018, 10, 31), "a"),
        ("a", date(2018, 11, 1), "b"),
        ("a", DAY, "c"),
        ("b", DAY, "c"),
        ("c", DAY, "c"),
        ("lost", DAY, None),
        ("x", DAY, None),
        ("z", DAY, None),
        ("unknown", DAY, None),
    ],
)
def test_a_body_is_followed_to_whoever_carries_on(named, on, answers):
    found = engine.body_on(BODIES, named, on)
    assert (found.id if found else None) == answers


def test_an_office_in_a_body_that_was_succeeded_is_held_in_the_successor():
    scope = engine.scope_for("acc", [Held("handler", "a", "230100")], [], BODIES, DAY)
    assert scope.grants == (Grant("handler", "c", "230100"),)


def test_an_office_in_a_body_that_ended_for_good_has_lapsed():
    assert engine.scope_for("acc", [Held("handler", "lost")], [], BODIES, DAY).kind == "party"


def test_an_office_without_a_region_reaches_the_region_of_its_body():
    scope = engine.scope_for("acc", [Held("handler", "c")], [], BODIES, DAY)
    assert scope.holds("handler", region="230102")
    assert not scope.holds("handler", region="110000")


@pytest.mark.parametrize(
    "held",
    [Held("handler", "c", valid_to=DAY - timedelta(days=1)), Held("handler", "c", valid_from=DAY + timedelta(days=1))],
)
def test_an_office_counts_only_between_its_days(held):
    assert engine.scope_for("acc", [held], [], BODIES, DAY).grants == ()


def test_a_member_sees_what_is_of_the_enterprise():
    scope = engine.scope_for("acc", [], ["e1", "e2"], {}, DAY)
    assert (scope.kind, scope.parties) == ("party", frozenset({"e1", "e2"}))


def test_a_stranger_sees_what_is_public():
    assert engine.scope_for("", [Held("handler", "c")], ["e"], BODIES, DAY) == PUBLIC


def test_a_grant_is_found_by_role_and_body():
    scope = Scope("office", "a", grants=(Grant("handler", "b"), Grant("handler", "c")))
    assert engine.grant_of(scope, "handler").body_id == "b"
    assert engine.grant_of(scope, "handler", "c").body_id == "c"
    assert engine.grant_of(scope, "handler", "d") is None


@pytest.mark.parametrize(
    ("actor", "may"),
    [(Actor("a", role="r"), True), (Actor("system:cli"), True), (Actor("a"), False), (Actor("a", role="s"), False)],
)
def test_an_actor_may_what_its_role_is_for(actor, may):
    assert engine.may(actor, "r") is may
