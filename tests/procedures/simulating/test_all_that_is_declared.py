"""A simulation plays whatever a procedure declares: nested states, lapses, chains, opinions, promises, one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.simulating import Happened, ScenarioDeclaration, forecast, plan_of, problems, run, unsaid
from tests.procedures import beacon, contests, corrected, followups, lights, renewed
from tests.procedures.commitment.promising import PROMISING
from tests.procedures.missing.bringing import BRINGING, bringing
from tests.procedures.onething import shop
from tests.procedures.opinions.samples import TOWER
from tests.procedures.samples import BASIS, CALENDAR, LICENCE
from tests.procedures.signing.samples import HARBOUR
from tests.procedures.simulating.playing import SOON, at, chained, declared, played, told, work
from tests.procedures.supplements.missing import itemised
from tests.procedures.test_lapses import silent

SHOP = {name: declared(body) for (_, name), body in shop.items().items()}
EACH: dict[str, dict[str, ProcedureDeclaration]] = {
    "flat": {"licence": LICENCE},
    "nested": {"licence": beacon.BEACON},
    "nested anew": {"licence": declared(renewed.BEACON_NEXT)},
    "signed": {"licence": HARBOUR},
    "opinions": {"licence": TOWER},
    "promised": {"licence": PROMISING},
    "brought later": {"licence": BRINGING},
    "lapsing": {"licence": declared(silent())},
    "contested": {"licence": contests.CONTESTED, "reconsideration": declared(contests.RECONSIDERATION)},
    "corrected": {"licence": declared(corrected.CORRECTABLE)},
    "opening": {name: declared(body) for (_, name), body in followups.items(followups.OPENS).items()},
    "reported": {"light_fault": declared(lights.LIGHTS)},
    "one thing": SHOP,
}


@pytest.mark.parametrize("name", EACH)
def test_each_kind_of_procedure_is_played_to_its_ends_with_nothing_said(name: str) -> None:
    procedures = EACH[name]
    scenario = unsaid(procedures)
    assert scenario is not None
    scenario = scenario.model_copy(update={"days": 240, "warm_up_days": 0, "replications": 2})
    assert list(problems(scenario, procedures)) == []
    for one in forecast(plan_of(scenario, procedures, CALENDAR)).procedures:
        assert one.ended > 0.8 * one.arrived or one.procedure == "reconsideration"


def test_a_procedure_that_only_others_open_is_played_alone_with_arrivals_of_its_own() -> None:
    procedures = EACH["opening"]
    (opened_only,) = [name for name, one in procedures.items() if one.opened_only]
    scenario = unsaid(procedures, opened_only)
    assert scenario is not None
    assert [one.procedure for one in scenario.procedures] == [opened_only]
    assert forecast(plan_of(scenario, procedures, CALENDAR)).procedures[0].arrived > 100


def test_both_parts_of_a_parallel_state_are_worked_on_at_once_and_then_it_goes_on() -> None:
    flow = {
        "choices": {"look": {"ask": 1}, "decide": {"grant": 1}, "granted": {"rest": 1}},
        "work": work("accept", "ask", "grant") + work("fire_answers", exactly=60) + work("water_answers", exactly=100),
    }
    events, kept = played({"licence": beacon.BEACON}, flow)
    assert [(one.event, at(one.time)) for one in events[3:]] == [
        ("fire_answers", "09 March 11:00"),
        ("water_answers", "09 March 11:40"),
        ("grant", "09 March 11:40"),
    ]
    assert [one.target for one in events[2:5]] == ["opinions", "opinions", "decide"]
    assert kept.clocks["licence", "fire_opinion"].settled == 1
    assert len(kept.states["licence", "fire_asked"].stays) == 1


def test_what_leads_out_of_a_state_around_others_ends_the_work_inside_and_history_takes_it_up_again() -> None:
    flow = {
        "choices": {"look": {"ask": 1}, "work": {"request_supplement": 1}, "supplement": {"answer": 1}},
        "answers": {"supplement": {"exactly": 1}},
        "work": [*work("accept", "ask"), *work("request_supplement", exactly=30), *work("water_answers", exactly=50)],
    }
    events, kept = played({"licence": beacon.BEACON}, flow, days=1, staff={"handler": {"people": 2}})
    assert told(events) == ["submitted", "accept", "ask", "request_supplement"]
    assert kept.roles["decider"].busy_area == pytest.approx(30, abs=0.1)
    events, _ = played({"licence": beacon.BEACON}, flow, days=3, staff={"handler": {"people": 2}})
    assert [(one.event, one.target) for one in events[3:5]] == [
        ("request_supplement", "supplement"),
        ("answer", "opinions"),
    ]


def test_an_arrow_out_of_what_is_around_is_one_of_the_chances_where_nothing_is_said() -> None:
    events: list[Happened] = []
    scenario = ScenarioDeclaration(procedures=[{"procedure": "licence"}], days=100, warm_up_days=0)
    run(plan_of(scenario, {"licence": beacon.BEACON}, CALENDAR), 0, events.append)
    assert {"refuse", "request_supplement", "answer", "fire_answers", "water_answers", "grant"} <= set(told(events))


def test_silence_grants_at_the_midnight_that_ends_the_last_day_and_the_work_on_it_stops() -> None:
    flow = {
        "choices": {"submitted": {"accept": 1}, "accepted": {"refuse": 1}, "granted": {"rest": 1}},
        "work": [*work("accept"), *work("refuse", exactly=60 * 420)],
    }
    events, kept = played({"licence": declared(silent())}, flow)
    assert [(one.event, one.role, at(one.time)) for one in events[2:]] == [
        ("granted_by_silence", "machine", "08 April 00:00")
    ]
    assert kept.clocks["licence", "decision"].lapsed == 1
    assert kept.roles["decider"].busy_area == pytest.approx(20.8 * 420, rel=0.02)
    flow["work"] = work("accept", "refuse")
    assert told(played({"licence": declared(silent())}, flow)[0]) == ["submitted", "accept", "refuse"]


def test_a_clock_that_waits_does_not_lapse_and_without_a_reply_the_case_is_taken_as_withdrawn() -> None:
    flow = {
        "choices": {"submitted": {"accept": 1}, "accepted": {"request_supplement": 1}, "supplement": {"answer": 1}},
        "answers": {"supplement": {"exactly": 40}},
        "work": work("accept", "request_supplement"),
    }
    events, _ = played({"licence": declared(itemised())}, flow)
    assert (events[-1].event, at(events[-1].time)) == ("taken_as_withdrawn", "17 March 00:00")


def test_a_supplement_is_asked_for_once_unless_the_pack_allows_it_again() -> None:
    flow = {
        "choices": {
            "submitted": {"accept": 1},
            "accepted": {"request_supplement": 1000, "grant": 1},
            "supplement": {"answer": 1},
            "granted": {"rest": 1},
        },
        "answers": {"supplement": {"exactly": 1}},
    }
    events, _ = played({"licence": declared(itemised())}, flow)
    assert told(events).count("request_supplement") == 1
    assert told(events)[-1] == "grant"
    events, _ = played({"licence": declared(itemised(again=[BASIS]))}, flow)
    assert told(events).count("request_supplement") > 5


def test_a_draft_goes_through_all_hands_and_nobody_takes_two_steps_of_one_chain() -> None:
    definition = chained(body="law_bureau", by="lawyer")
    flow = {
        "choices": {"submitted": {"refuse": 1}},
        "work": work("refuse", exactly=10),
        "signing": {"first": {"exactly": 20}, "second": {"exactly": 30}},
    }
    events, kept = played({"licence": definition}, flow)
    assert [(one.event, at(one.time)) for one in events] == [
        ("submitted", "09 March 10:00"),
        ("refuse", "09 March 11:00"),
    ]
    assert {role: one.busy_area for role, one in kept.roles.items()} == pytest.approx(
        {"handler": 0, "decider": 10, "chief": 20, "lawyer@law_bureau": 30}
    )
    alone = ScenarioDeclaration(procedures=[{"procedure": "licence"}], staff={"chief": {"people": 1}})
    assert [one.fix for one in problems(alone, {"licence": chained()})] == ["write at least 2"]
    _, kept = played({"licence": chained()}, flow)
    assert kept.roles["chief"].waits == [0.0, 0.0]


def test_an_event_waits_for_the_opinions_it_needs_and_with_too_few_they_are_asked_again() -> None:
    choices = {"submitted": {"accept": 1}, "screening": {"consult": 1}, "weighing": {"grant": 1}}
    flow = {
        "choices": choices | {"consulting": {"weigh": 1}},
        "opinions": {"land": {"days": {"exactly": 3}}},
        "work": work("accept", "consult", "weigh", "grant"),
    }
    events, _ = played({"licence": TOWER}, flow)
    assert [(one.event, at(one.time)) for one in events[2:5]] == [
        ("consult", "09 March 10:00"),
        ("weigh", "12 March 10:00"),
        ("grant", "12 March 10:00"),
    ]
    silent_bodies = {"days": {"exactly": 3}, "silent_percent": 100}
    again = {**flow, "choices": choices | {"consulting": {"weigh": 9, "consult_again": 1}}}
    events, kept = played({"licence": TOWER}, {**again, "opinions": {"land": silent_bodies}}, days=60)
    assert told(events).count("consult_again") >= 3
    assert "weigh" not in told(events)
    assert kept.rounds["licence", "land"].too_few == len(kept.rounds["licence", "land"].days) >= 3
    events, kept = played({"licence": TOWER}, {**flow, "opinions": {"land": silent_bodies}})
    assert told(events)[-1] == "refuse"  # nobody can weigh it, so what leads out of the review is left


def test_who_promises_begins_elsewhere_with_the_shorter_clock_and_is_verified_later() -> None:
    flow = {
        "promise_percent": 100,
        "choices": {"promised": {"grant_on_promise": 1}, "to_verify": {"found_false": 1}},
        "work": work("grant_on_promise", "found_false"),
    }
    events, kept = played({"licence": PROMISING}, flow)
    assert [(one.event, one.target) for one in events] == [
        ("submitted", "promised"),
        ("grant_on_promise", "to_verify"),
        ("found_false", "revoked"),
    ]
    settled = {clock: one.settled for (_, clock), one in kept.clocks.items()}
    assert settled == {"decision": 0, "sooner": 1, "verification": 1}
    assert kept.cases["licence"].promised == 1
    events, _ = played({"licence": PROMISING}, {**flow, "promise_percent": 0})
    assert events[0].target == "submitted"


MISSING = {
    "missing_percent": 100,
    "choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}, "granted": {"rest": 1}},
    "work": work("accept", "grant"),
}


@pytest.mark.parametrize(
    ("late", "days", "follows"),
    [
        ("refuse", 2, [("bring", "11 March 10:00"), ("grant", "11 March 10:00")]),
        ("refuse", 9, [("not_brought", "13 March 00:00")]),
        ("continue", 9, [("grant", "13 March 09:00")]),
    ],
)
def test_what_is_brought_later_is_waited_for_and_what_is_not_brought_has_its_end(
    late: str, days: int, follows: list[tuple[str, str]]
) -> None:
    definition = declared(bringing(late))
    events, _ = played({"licence": definition}, {**MISSING, "answers": {"accepted": {"exactly": days}}})
    assert [(one.event, at(one.time)) for one in events[2:]] == follows


def test_what_comes_when_a_case_is_over_or_before_it_is_counted_changes_nothing() -> None:
    refused = {
        **MISSING,
        "choices": {"submitted": {"accept": 1}, "accepted": {"refuse": 1}},
        "work": work("accept", "refuse"),
    }
    events, _ = played(
        {"licence": declared(bringing("continue"))}, {**refused, "answers": {"accepted": {"exactly": 2}}}
    )
    assert told(events) == ["submitted", "accept", "refuse"]
    flow = {**MISSING, "answers": {"accepted": {"exactly": 9}}}
    events, kept = played({"licence": BRINGING}, flow, warm_up_days=5)
    assert told(events)[-1] == "not_brought"
    assert kept.clocks["licence", "bring"].lapsed == 0


def test_a_clock_that_waits_for_what_is_missing_goes_on_when_it_is_there() -> None:
    definition = declared(bringing("refuse", waits=["decision"]))
    events, _ = played({"licence": definition}, {**MISSING, "answers": {"accepted": {"exactly": 2}}})
    changes = [(one.event, change.change) for one in events for change in one.clocks if change.clock == "decision"]
    assert changes == [("accept", "start"), ("accept", "pause"), ("bring", "resume"), ("grant", "stop")]
    assert told(played({"licence": definition}, {**MISSING, "missing_percent": 0})[0])[2:] == ["grant"]


def test_one_thing_is_over_with_the_last_of_its_cases_and_refused_with_one_of_them() -> None:
    grants = {"choices": {"looked_at": {"grant": 1}}, "work": work("grant", "refuse", exactly=60)}
    parts = {"premises": grants, "sign": {**grants, "choices": {"looked_at": {"refuse": 1}}}, "food": grants}
    flow = {"work": work("accept")}
    events, kept = played(SHOP, flow, name="shop", **parts)
    assert [(one.procedure, one.event, at(one.time)) for one in events if one.event not in {"submitted", "accept"}] == [
        ("premises", "grant", "09 March 11:00"),
        ("sign", "refuse", "09 March 13:00"),
        ("food", "grant", "09 March 14:00"),
        ("shop", "not_done", "09 March 14:00"),
    ]
    assert kept.cases["shop"].ended == 1
    assert told(played(SHOP, flow, name="shop", **(parts | {"sign": grants}))[0])[-1] == "done"


def test_taking_one_thing_back_takes_back_its_open_cases() -> None:
    slow = {"work": work("grant", "refuse", exactly=9000)}
    flow = {
        "work": work("accept"),
        "choices": {"under_way": {"take_back": 1}},
        "answers": {"under_way": {"exactly": 1}},
    }
    events, _ = played(SHOP, flow, name="shop", premises=slow, sign=slow)
    assert [(one.procedure, one.event) for one in events[-3:]] == [
        ("shop", "take_back"),
        ("premises", "withdraw"),
        ("sign", "withdraw"),
    ]


def test_a_case_that_an_event_opens_is_played_where_the_scenario_names_it() -> None:
    flow = {
        "choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}, "granted": {"rest": 1}},
        "work": work("accept", "grant"),
    }
    events, _ = played(EACH["opening"], flow, second_look={"work": work("look", exactly=5)})
    assert [(one.procedure, one.event) for one in events[-2:]] == [
        ("second_look", "submitted"),
        ("second_look", "look"),
    ]


def test_a_clock_that_is_extended_is_late_only_after_the_longer_period() -> None:
    flow = {
        "choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}, "granted": {"rest": 1}},
        "work": [*work("accept"), *work("grant", exactly=22 * 420)],
    }
    assert played({"licence": LICENCE}, flow)[1].clocks["licence", "decision"].late == 1
    longer = {**flow, "extended_percent": {"decision": 100}}
    assert played({"licence": LICENCE}, longer)[1].clocks["licence", "decision"].late == 0


@pytest.mark.parametrize(
    ("procedures", "wrong", "path"),
    [
        ({"licence": LICENCE}, {"promise_percent": 5}, ("procedures", 0, "promise_percent")),
        ({"licence": LICENCE}, {"missing_percent": 5}, ("procedures", 0, "missing_percent")),
        ({"licence": LICENCE}, {"extended_percent": {"lost": 5}}, ("procedures", 0, "extended_percent", "lost")),
        ({"licence": LICENCE}, {"opinions": {"lost": {"days": SOON}}}, ("procedures", 0, "opinions", "lost")),
        ({"licence": LICENCE}, {"signing": {"lost": SOON}}, ("procedures", 0, "signing", "lost")),
        ({"shop": SHOP["shop"]}, {"procedure": "shop"}, ("procedures", 0, "procedure")),
        ({"licence": beacon.BEACON}, {"choices": {"decide": {"request_supplement": 1}}}, ("procedures", 0, "choices")),
    ],
)
def test_what_a_scenario_says_of_what_is_not_declared_or_never_ends_is_a_problem(
    procedures: Mapping[str, ProcedureDeclaration], wrong: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    scenario = ScenarioDeclaration(procedures=[{"procedure": "licence", **wrong}])
    assert path in [one.path for one in problems(scenario, procedures)]


def test_what_is_assumed_of_each_kind_is_said() -> None:
    said = []
    for procedures in EACH.values():
        scenario = unsaid(procedures)
        said += plan_of(scenario, procedures, CALENDAR).assumptions if scenario else ()
    for word in (
        "parties promise",
        "bring something later",
        "each body answers",
        "to sign as",
        "returned",
        "discussion",
    ):
        assert any(word in sentence for sentence in said), word
    for word in ("each of its cases is needed", "no case arrives by itself", "no decision is contested", "late by"):
        assert any(word in sentence for sentence in said), word
