"""What a chart does and refuses, beside what the W3C's tests and the oracle ask."""

from __future__ import annotations

import json
from time import process_time

import pytest

from amur.procedures.statechart import Arrow, Chart, ChartError, Configuration, Event, Node, Runaway, start, step


def _leads(event: str, *targets: str, **more: object) -> tuple[Arrow, ...]:
    return (Arrow((event,), targets, **more),)


def _with_history(kind: str) -> Chart:
    first = Node("first", arrows=_leads("next", "second"))
    second = Node("second", children=(Node("read", arrows=_leads("on", "write")), Node("write")))
    work = Node(
        "work",
        children=(first, second, Node("again", kind, initial=("first",), initially=("afresh",))),
        arrows=_leads("stop", "rest"),
    )
    return Chart(work, Node("rest", arrows=_leads("resume", "again")))


def _after(chart: Chart, *events: str) -> Configuration:
    configuration = start(chart).configuration
    for event in events:
        configuration = step(chart, configuration, event).configuration
    return configuration


def test_a_shallow_history_remembers_the_child_and_a_deep_one_the_innermost_state():
    events = ("next", "on", "stop", "resume")
    assert _after(_with_history("shallow"), *events).active == ("read",)
    assert _after(_with_history("deep"), *events).active == ("write",)


def test_a_history_without_memory_takes_its_default_and_does_what_belongs_to_it():
    chart = _with_history("deep")
    outcome = step(chart, Configuration(("rest",)), "resume")
    assert (outcome.configuration.active, outcome.effects) == (("first",), ("afresh",))


def test_what_a_history_remembers_survives_being_written_as_json():
    chart = _with_history("deep")
    kept = _after(chart, "next", "on", "stop")
    read = json.loads(json.dumps({"active": kept.active, "history": kept.history}))
    assert step(chart, Configuration(**read), "resume").configuration.active == ("write",)


def test_effects_come_in_the_order_leave_arrow_enter_from_within_and_from_without():
    inner = Node("in", enter=("in+",), leave=("in-",), arrows=_leads("go", "new", effects=("go",)))
    chart = Chart(
        Node("out", children=(inner,), enter=("out+",), leave=("out-",)),
        Node("shell", children=(Node("new", enter=("new+",)),), enter=("shell+",)),
        effects=("begin",),
    )
    assert start(chart).effects == ("begin", "out+", "in+")
    outcome = step(chart, start(chart).configuration, "go")
    assert outcome.effects == ("in-", "out-", "go", "shell+", "new+")
    assert (outcome.left, outcome.entered) == (("in", "out"), ("shell", "new"))


def test_an_event_that_means_nothing_takes_no_arrow_and_changes_nothing():
    chart = _with_history("deep")
    before = start(chart).configuration
    outcome = step(chart, before, "resume")
    assert (outcome.taken, outcome.configuration, outcome.effects) == (False, before, ())


def test_after_an_outermost_final_state_nothing_happens():
    chart = Chart(Node("a", arrows=_leads("end", "z")), Node("z", "final"))
    outcome = step(chart, _after(chart, "end"), "end")
    assert (outcome.done, outcome.taken, outcome.configuration.active) == (True, False, ("z",))


def test_an_arrow_without_target_does_something_and_leaves_nothing():
    chart = Chart(Node("a", arrows=_leads("go", effects=("ring",)), leave=("left",)))
    outcome = step(chart, Configuration(("a",)), "go")
    assert (outcome.taken, outcome.effects, outcome.left) == (True, ("ring",), ())


def test_a_flat_chart_goes_the_same_way_whether_effects_are_told_or_not():
    chart = Chart(
        Node("a", arrows=(*_leads("go.on", "b", guard=False), *_leads("go", "a", effects=("x",))), leave=("a-",)),
        Node("b", enter=("b+",), arrows=_leads("*", "c")),
        Node("c", "final"),
    )
    for active in "abc":
        for event in ("go", "go.on", "stop"):
            quick = step(chart, Configuration((active,)), event)
            assert quick == step(chart, Configuration((active,)), event, run=lambda effect, moment: None)


@pytest.mark.parametrize("guard", [True, lambda moment: moment.event.data == 5 and moment.within("a")])
def test_a_guard_is_a_truth_value_or_a_function_of_the_moment(guard):
    chart = Chart(Node("a", arrows=_leads("go", "b", guard=guard)), Node("b"))
    outcome = step(chart, start(chart).configuration, Event("go", 5))
    assert outcome.configuration.active == ("b",)


def test_guards_and_effects_can_be_the_callers_own_and_later_guards_see_what_effects_did():
    done: list[object] = []
    chart = Chart(
        Node("a", arrows=_leads("go", "b", effects=("pay",))),
        Node("b", arrows=(Arrow((), ("c",), "pay"),)),
        Node("c", "final"),
    )
    outcome = step(
        chart,
        start(chart).configuration,
        "go",
        holds=lambda guard, moment: guard in done,
        run=lambda effect, moment: done.append(effect),
    )
    assert outcome.done


def test_the_inner_arrow_goes_before_the_outer_one():
    inner = Node("in", arrows=_leads("go", "near"))
    chart = Chart(
        Node("out", children=(inner, Node("near")), arrows=_leads("go", "far")), Node("far"), initial=("out",)
    )
    assert _after(chart, "go").active == ("near",)


def test_a_parallel_state_in_a_parallel_state_tells_of_its_end_outwards():
    def region(name: str) -> Node:
        return Node(name, children=(Node(f"{name}1", arrows=_leads(name, f"{name}2")), Node(f"{name}2", "final")))

    pair = Node("pair", "parallel", children=(region("a"), region("b")))
    both = Node("both", "parallel", children=(pair, region("c")), arrows=_leads("done.state.both", "end"))
    chart = Chart(both, Node("end", "final"))
    assert _after(chart, "c", "a").active == ("a2", "b1", "c2")
    assert _after(chart, "c", "a", "b").active == ("end",)
    assert _after(chart, "a", "b", "c").active == ("end",)


def test_a_final_state_hands_on_its_result():
    inner = (Node("x", arrows=_leads("go", "y")), Node("y", "final", result=7))
    guard = lambda moment: moment.event.data == 7  # noqa: E731 -- it is a value here
    chart = Chart(Node("in", children=inner, arrows=_leads("done.state.in", "out", guard=guard)), Node("out"))
    assert _after(chart, "go").active == ("out",)


@pytest.mark.parametrize(
    "chart",
    [
        Chart(Node("a", arrows=(Arrow((), ("b",)),)), Node("b", arrows=(Arrow((), ("a",)),))),
        Chart(Node("a", arrows=(Arrow(("again",), effects=(lambda moment: moment.raise_("again"),)),))),
    ],
)
def test_a_chart_that_never_rests_ends_in_a_clear_error(chart):
    with pytest.raises(Runaway, match=r"did not come to rest in 1000 turns; the last was in (a|b)"):
        step(chart, Configuration(("a",)), "again", run=lambda effect, moment: effect(moment))


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ((), "there is no state"),
        ((Node("a"), Node("a")), "there are two states 'a'"),
        ((Node("a", arrows=_leads("go", "")),), "leads to '', which is no state"),
        ((Node("a", "final", arrows=_leads("go", "a")),), "'a' is final: nothing is inside and nothing leads out"),
        ((Node("a", children=(Node("h", "deep"),)),), "the history 'h' has no default"),
        (
            (Node("a", children=(Node("b"), Node("h", "deep", initial=("b",), enter=("x",)))),),
            "'h' is a history: it has a default only",
        ),
        ((Node("a", children=(Node("b"),), initial=("c",)), Node("c")), "leads to 'c', which is not inside"),
        ((Node("p", "parallel", children=(Node("a"),), initial=("a",)),), "begins with all its states, not with some"),
        ((Node("p", "parallel", children=(Node("a", "final"),)),), "a final state cannot stand in it directly"),
        ((Node("a", children=(Node("b"),), arrows=_leads("go", "a", "b")),), "'a' and 'b', of which one can be"),
        ((Node("a", arrows=_leads("go", "b", "c")), Node("b"), Node("c")), "leads to 'b' and 'c', of which one can be"),
    ],
)
def test_a_chart_that_cannot_run_is_refused_with_what_is_wrong(nodes, said):
    with pytest.raises(ChartError, match=said):
        Chart(*nodes)


def test_a_step_of_a_flat_chart_takes_microseconds():
    chart = Chart(
        Node("a", arrows=_leads("x", "b")), Node("b", arrows=_leads("y", "c")), Node("c", arrows=_leads("z", "a"))
    )
    kept, times = json.dumps({"active": ["a"], "history": {}}), []
    for _ in range(5):
        began = process_time()
        for _ in range(500):
            for event in "xyz":
                stands = step(chart, Configuration(**json.loads(kept)), event).configuration
                kept = json.dumps({"active": stands.active, "history": stands.history})
        times.append((process_time() - began) / 1500)
    assert min(times) < 0.000_2, f"{min(times) * 1e6:.1f} µs a step, with reading and writing JSON"
