"""What is wrong with nested and parallel states is found with its place in the file."""

from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from amur.procedures import engine, statechecks
from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.engine import Position
from amur.procedures.standing import chart_of, leading, shown
from amur.procedures.statechart import ChartError
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.beacon import BEACON, BEACON_BODY
from tests.procedures.samples import BASIS, LICENCE_BODY, LICENCES_BODY, text
from tests.procedures.test_checks import KNOWN, put

WORK = ("states", 5, "states")
OPINIONS = (*WORK, 1)
ACCEPT, ASK, WATER, ANSWER, GRANT = 0, 1, 3, 5, 6


def _changed(change, body=BEACON_BODY):
    changed = copy.deepcopy(body)
    change(changed)
    return ProcedureDeclaration.model_validate(changed)


def _faults(change=lambda _: None, body=BEACON_BODY):
    beside = Beside({"licences": RegisterDeclaration.model_validate(LICENCES_BODY)})
    return check_procedure(_changed(change, body), KNOWN, beside, ("bureau",), lambda at: (".".join(map(str, at)), 1))


def _nobody_applies(body):
    for arrow in body["transitions"]:
        arrow["by"] = "handler"


def test_a_larger_procedure_that_can_run_has_no_faults():
    assert [str(one) for one in _faults()] == []


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (put("transitions", ASK, "to", value="decide"), "states.5.states.1", "procedure.unreachable"),
        (put("transitions", WATER, "to", value="water_asked"), "states.5.states.1.states.1.states.1", "unreachable"),
        (put(*OPINIONS, "then", value="nowhere"), "states.5.states.1.then", "procedure.state"),
        (put(*OPINIONS, "then", value="fire_part"), "states.5.states.1.then", "procedure.state"),
        (put("states", 5, "initial", value="granted"), "states.5.initial", "procedure.state"),
        (put("transitions", WATER, "event", value="fire_answers"), "transitions.3", "procedure.regions"),
        (_nobody_applies, "states.6", "procedure.waits"),
        (put("states", 0, "enter", value=[{"do": "start_clock", "clock": "decision"}]), "states.0", "procedure.enter"),
        (
            put("states", 6, "enter", value=[{"do": "start_clock", "clock": "x"}]),
            "states.6.enter.0.clock",
            "effect.clock",
        ),
        (put("states", 6, "enter", 0, "body", "en", value="{x}"), "states.6.enter.0.body", "effect.notice"),
        (put("clocks", 0, "stop", value=["granted", "refused"]), "clocks.0", "clock.end"),
        (put("clocks", 1, "stop", value=["submitted"]), "clocks.1", "clock.end"),
    ],
)
def test_a_fault_of_nested_states_is_found_with_its_place(change, at, kind):
    assert [one for one in _faults(change) if one.file == at and kind in one.check]


def _cut_off(body):
    """Let nobody lead on when both opinions are there."""
    del body["states"][5]["states"][1]["then"]
    for arrow in body["transitions"]:
        arrow["from"] = [name for name in arrow["from"] if name != "work"] or ["decide"]


def test_a_case_that_waits_for_nobody_after_both_opinions_is_a_dead_end():
    found = [one for one in _faults(_cut_off) if one.check == "procedure.dead_end"]
    assert [(one.file, one.found) for one in found] == [
        ("states.5.states.1", "nothing leads out of 'fire_given' and 'water_given'")
    ]


def _in_a_circle(body):
    for state in body["states"]:
        state.pop("final", None)
    body["states"].append({**copy.deepcopy(body["states"][0]), "id": "end", "final": True})


def test_cases_that_go_in_a_circle_or_cannot_end_are_found():
    assert {"procedure.no_end", "procedure.dead_end"} <= {one.check for one in _faults(_in_a_circle)}
    assert [
        one for one in _faults(lambda body: [one.pop("final", None) for one in body["states"]]) if one.file == "states"
    ]


def test_too_many_combinations_are_refused(monkeypatch):
    monkeypatch.setattr(statechecks, "MOST_PLACES", 3)
    assert [one.found for one in _faults()] == ["a case can be in more than 3 combinations of states"]


def test_an_arrow_out_of_a_final_state_inside_is_a_fault():
    found = _faults(put("transitions", WATER, "from", value=["water_asked", "fire_given"]))
    assert [one.found for one in found if one.check == "procedure.chart"] == [
        "'fire_given' is final: nothing is inside and nothing leads out"
    ]


def test_a_flat_procedure_may_not_begin_with_effects_either():
    found = _faults(put("states", 0, "enter", value=[{"do": "start_clock", "clock": "decision"}]), LICENCE_BODY)
    assert [(one.file, one.check) for one in found] == [("states.0", "procedure.enter")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("states", 6, "then", value="work"), "it holds none"),
        (put(*OPINIONS, "initial", value="fire_part"), "begins with all that it holds"),
        (put("states", 5, "final", value=True), "a final state is not left and holds none"),
        (put(*OPINIONS, "states", 0, value={**BEACON_BODY["states"][2], "final": True}), "is none itself"),
        (put(*WORK, 0, "id", value="submitted"), "found state 'submitted' twice"),
    ],
)
def test_states_that_contradict_themselves_are_refused(change, said):
    with pytest.raises(ValidationError, match=said):
        _changed(change)


def test_the_state_that_is_shown_is_the_innermost_around_all():
    assert [shown(BEACON, active) for active in [("decide",), ("fire_given", "water_asked"), ("refused",)]] == [
        "decide",
        "opinions",
        "refused",
    ]
    alone = _changed(lambda body: body["states"][5]["states"].append({**body["states"][2], "id": "z", "final": True}))
    assert shown(alone, ("z",)) == "work"


def test_of_one_event_the_innermost_arrow_is_offered():
    twice = _changed(
        lambda body: body["transitions"].append({**body["transitions"][8], "event": "ask", "from": ["work"]})
    )
    assert [arrow.sources for arrow in leading(twice, ("look",)) if arrow.event == "ask"] == [("look",)]
    assert [arrow.sources for arrow in leading(twice, ("decide",)) if arrow.event == "ask"] == [("work",)]


def test_a_clock_waits_as_long_as_any_part_makes_it_wait():
    def pausing(body):
        body["clocks"][0]["pause"] = ["fire_asked"]

    definition = _changed(pausing)
    position = Position("submitted")
    for event in ("accept", "ask", "water_answers"):
        position = engine.step(definition, position, event).position
    assert position.clocks["decision"] == "waiting"
    assert engine.step(definition, position, "fire_answers").position.clocks["decision"] == "running"


def test_what_lies_near_a_state_is_around_or_inside_it():
    assert BEACON.near("fire_part") == {"fire_part", "fire_asked", "fire_given", "opinions", "work"}
    assert BEACON.near("submitted") == {"submitted"}
    assert BEACON.transition("refuse", "opinions").event == "refuse"
    assert BEACON.transition("grant", "supplement") is None
    assert "opinions" in BEACON.office_states


def _lapsing(source, target="granted"):
    arrow = {"event": "silence", "title": text("Silence"), "from": [source], "to": target, "by": "machine"}
    lapse = {**arrow, "on_lapse": "fire_opinion", "outcome": "granted", "basis": [BASIS]}
    return lambda body: body["transitions"].append(lapse)


def test_a_lapse_out_of_a_part_is_looked_for_where_its_clock_can_run():
    assert _faults(_lapsing("fire_asked", "fire_given")) == []
    assert _faults(_lapsing("work")) == []
    found = {one.check for source in ("supplement", "submitted") for one in _faults(_lapsing(source))}
    assert found == {"lapse.never"}
    assert "procedure.chart" in {one.check for one in _faults(_lapsing("fire_given"))}


def test_an_arrow_to_nowhere_makes_no_chart():
    with pytest.raises(ChartError, match="there is no state 'x'"):
        chart_of(_changed(put("transitions", ASK, "to", value="x")))


def test_a_parallel_state_with_history_takes_up_each_part():
    def remembering(body):
        del body["states"][5]["history"]
        body["states"][5]["states"][1]["history"] = "deep"
        body["transitions"][ANSWER]["to"] = "opinions"

    position = Position("submitted")
    definition = _changed(remembering)
    for event in ("accept", "ask", "fire_answers", "request_supplement", "answer"):
        position = engine.step(definition, position, event).position
    assert position.innermost == ("fire_given", "water_asked")
