"""What the checks say of rounds of opinions: where, what was found, and that a good one has no fault."""

from __future__ import annotations

import copy

import pytest

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.opinions.checks import check_opinions
from amur.registers.checks import Known
from tests.procedures.opinions.samples import EXPERTS, LAND, NEIGHBOURS, tower

KNOWN = Known(roles={"handler", "decider", "reviewer", "eraser"}, codelists={"neighbours"})
BODIES = {"bureau", *LAND["bodies"], *EXPERTS["bodies"]}


def faults(**changes):
    definition = ProcedureDeclaration.model_validate(tower(**changes))
    return list(check_opinions(definition, KNOWN, BODIES, lambda path: (".".join(map(str, path)), 7)))


def arrows(event, **changes):
    found = copy.deepcopy(tower()["transitions"])
    return [one | changes if one["event"] == event else one for one in found]


def test_a_good_procedure_has_no_fault():
    assert not faults()
    assert NEIGHBOURS["codes"]


@pytest.mark.parametrize(
    ("changes", "where", "check"),
    [
        ({"bodies": ["land_office", "nowhere"]}, "opinions.0.bodies.1", "opinions.body"),
        ({"bodies": ["land_office", "bureau"]}, "opinions.0.bodies.1", "opinions.body"),
        ({"bodies": ["land_office", "land_office"]}, "opinions.0.bodies.1", "opinions.body"),
        ({"role": "nobody"}, "opinions.0.role", "opinions.role"),
        ({"shares": ["name", "shoe_size"]}, "opinions.0.shares.1", "opinions.field"),
        ({"quorum": {"count": 4}}, "opinions.0.quorum", "opinions.quorum"),
        ({"silence": "no_objection"}, "opinions.0.silence", "opinions.silence"),
    ],
)
def test_a_fault_of_a_round_is_told_with_its_place(changes, where, check):
    found = faults(opinions=[LAND | changes, EXPERTS])
    assert [(one.file, one.line, one.check) for one in found] == [(where, 7, check)]


def test_a_round_that_nothing_needs_and_one_that_nothing_asks_are_told():
    idle = LAND | {"id": "idle"}
    found = faults(opinions=[LAND, EXPERTS, idle])
    assert {(one.file, one.check) for one in found} == {
        ("opinions.2", "opinions.needless"),
        ("opinions.2", "opinions.not_asked"),
    }


def test_a_need_that_nothing_asks_is_told():
    found = faults(transitions=arrows("consult", effects=[]))
    # ``consult_again`` asks it too, so that one goes as well.
    assert not found
    found = faults(
        transitions=[
            one | {"effects": []} if one["event"] in {"consult", "consult_again"} else one
            for one in tower()["transitions"]
        ]
    )
    assert [(one.file, one.found) for one in found] == [("opinions.0", "nothing asks 'land', which is needed")]


def test_rounds_that_nothing_declares_are_told():
    found = faults(transitions=arrows("weigh", needs_opinions=["land", "sea"]))
    assert [one.file for one in found] == ["transitions.4.needs_opinions.1"]
    found = faults(transitions=arrows("consult", effects=[{"do": "ask_opinions", "round": "sea"}]))
    assert [one.file for one in found] == ["transitions.1.effects.0.round"]


def test_a_choice_that_cannot_be_made_is_told():
    more = EXPERTS | {"chosen_in": EXPERTS["chosen_in"] | {"most": 4}}
    assert [one.file for one in faults(opinions=[LAND, more])] == ["opinions.1.chosen_in"]
    found = faults(transitions=arrows("ask_neighbours", asks=[]))
    assert [one.file for one in found] == ["opinions.1.chosen_in.field"]


def test_a_guard_that_is_none_makes_no_second_fault():
    found = faults(transitions=arrows("grant_with_neighbours", when="opinions.experts.nonsense == 1"))
    assert not found


def test_two_rounds_of_one_id_are_refused():
    with pytest.raises(ValueError, match="round of opinions 'land' twice"):
        ProcedureDeclaration.model_validate(tower(opinions=[LAND, LAND]))
