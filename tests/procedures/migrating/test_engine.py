"""What has no place is said, whatever the map leaves out; pure."""

from __future__ import annotations

from amur.procedures.engine import Position
from amur.procedures.migrating.declarations import MigrationDeclaration
from amur.procedures.migrating.engine import Obstacle, answers, clock_of, is_worse, moved
from tests.procedures.beacon import BEACON
from tests.procedures.samples import LICENCE, text


def _map(**said):
    return MigrationDeclaration.model_validate(
        {"id": "m", "title": text("M"), "procedure": "licence"} | {"kind": "migration"} | said
    )


def test_states_that_cannot_be_together_are_an_obstacle():
    declared = _map(states=[{"from": "accepted", "to": ["look", "supplement"]}])
    assert moved(declared, LICENCE, BEACON, Position("accepted")).code == "state.together"


def test_what_a_left_state_remembers_is_dropped_where_it_has_no_place():
    position = Position("supplement", 3, {}, ("supplement",), {"work.history": ("look",), "gone.history": ("x",)})
    assert moved(_map(), BEACON, BEACON, position).history == {"work.history": ("look",)}


def test_an_answer_that_a_new_one_takes_the_place_of_is_not_kept_and_an_empty_one_needs_no_place():
    declared = _map(fields=[{"to": "name", "value": "'x'"}])
    found = answers(declared.fields, LICENCE, LICENCE, {"name": "甲", "colour": "red"})
    assert (found.kept, found.computed) == ({"colour": "red"}, {"name": "'x'"})
    fewer = LICENCE.model_copy(update={"pages": LICENCE.pages[1:]})
    assert answers((), LICENCE, fewer, {"name": None}).kept == {}
    assert isinstance(answers((), LICENCE, fewer, {"name": "甲"}), Obstacle)


def test_a_clock_may_end_and_a_shorter_one_of_the_partys_own_is_worse():
    declared = _map(clocks=[{"from": "decision", "end": text("It ends.")}])
    assert clock_of(declared.clocks, LICENCE, "decision") is declared.clocks[0]
    own = LICENCE.clocks[0].model_copy(update={"start": ("supplement",)})
    assert is_worse(own, own.model_copy(update={"working_days": 5}), LICENCE.states)
