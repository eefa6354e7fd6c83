"""What a scenario can say, what does not fit in one, and what is assumed where it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.simulating import Happened, ScenarioDeclaration, forecast, plan_of, problems, run
from amur.procedures.simulating.staffing import least_staff
from tests.procedures.samples import CALENDAR, LICENCE, LICENCE_BODY

PROCEDURES = {"licence": LICENCE}


def scenario(flow: dict[str, Any] | None = None, **options: Any) -> ScenarioDeclaration:
    return ScenarioDeclaration(procedures=[{"procedure": "licence", **(flow or {})}], **options)


def changed(**parts: Any) -> ProcedureDeclaration:
    return ProcedureDeclaration.model_validate({**LICENCE_BODY, **parts})


def told(played: ScenarioDeclaration, definition: ProcedureDeclaration = LICENCE, **more: Any) -> list[Happened]:
    events: list[Happened] = []
    run(plan_of(played, {"licence": definition}, CALENDAR, **more), 0, events.append)
    return events


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days": 10, "warm_up_days": 10}, "10 warm_up_days of 10 days"),
        ({"procedures": [{"procedure": "a"}, {"procedure": "a"}]}, "found procedure 'a' twice"),
        ({"hours": ["13:00-17:00", "09:00-12:00"]}, "found hours that overlap"),
        ({"hours": ["9-17"]}, "found '9-17'; write hours"),
        ({"procedures": [{"procedure": "a", "arrivals": {}}]}, "found no rate and no times"),
        ({"procedures": [{"procedure": "a", "work": [{"event": "b", "minutes": {}}]}]}, "found nothing; write one of"),
        (
            {"procedures": [{"procedure": "a", "answers": {"b": {"exactly": 1, "exponential": 1}}}]},
            "found exactly and exponential",
        ),
    ],
)
def test_what_contradicts_itself_is_no_scenario(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ScenarioDeclaration.model_validate({"procedures": [{"procedure": "a"}], **wrong})


@pytest.mark.parametrize(
    ("wrong", "path", "said"),
    [
        (scenario({"procedure": "boat"}), ("procedures", 0, "procedure"), "'boat'"),
        (scenario(staff={"cook": {"people": 1}}), ("staff", "cook"), "the role 'cook'"),
        (scenario({"choices": {"lost": {"rest": 1}}}), ("procedures", 0, "choices", "lost"), "found 'lost'"),
        (
            scenario({"choices": {"submitted": {"grant": 1}}}),
            ("procedures", 0, "choices", "submitted", "grant"),
            "which nobody chooses in 'submitted'",
        ),
        (
            scenario({"choices": {"submitted": {"accept": 0}}}),
            ("procedures", 0, "choices", "submitted"),
            "nothing follows",
        ),
        (
            scenario({"choices": {"accepted": {"request_supplement": 1}}}),
            ("procedures", 0, "choices"),
            "never leave 'accepted'",
        ),
        (
            scenario({"work": [{"event": "answer", "minutes": {"exactly": 1}}]}),
            ("procedures", 0, "work", 0, "event"),
            "no event of the office",
        ),
        (
            scenario({"work": [{"event": "accept", "from": ["lost"], "minutes": {"exactly": 1}}]}),
            ("procedures", 0, "work", 0, "from"),
            "the state 'lost'",
        ),
    ],
)
def test_what_the_procedures_do_not_declare_is_a_problem_with_its_place(
    wrong: ScenarioDeclaration, path: tuple[str | int, ...], said: str
) -> None:
    found = list(problems(wrong, PROCEDURES))
    assert path in [one.path for one in found]
    assert said in " ".join(one.found for one in found)


def test_two_bodies_share_no_staff_and_that_of_the_second_is_named_with_it() -> None:
    known = {**PROCEDURES, "boat": changed(id="boat", body="harbour")}
    flows = [{"procedure": "licence"}, {"procedure": "boat"}]
    both = ScenarioDeclaration(procedures=flows, staff={"decider@harbour": {"people": 3}}, days=100)
    assert list(problems(both, known)) == []
    plan = plan_of(both, known, CALENDAR)
    assert {name: one.people for name, one in plan.offices.items()} == {
        "handler": 1,
        "decider": 1,
        "handler@harbour": 1,
        "decider@harbour": 3,
    }
    unknown = ScenarioDeclaration(procedures=flows, staff={"decider@castle": {"people": 3}})
    assert [one.path for one in problems(unknown, known)] == [("staff", "decider@castle")]


def one_role() -> ProcedureDeclaration:
    """The licence where one role does all, and whoever accepts may not grant."""
    arrows = [{**one, "by": "decider" if one["by"] == "handler" else one["by"]} for one in LICENCE_BODY["transitions"]]
    return changed(transitions=arrows)


def test_separation_of_duties_needs_a_second_person_and_is_kept() -> None:
    definition = one_role()
    alone = scenario(staff={"decider": {"people": 1}})
    assert [(one.path, one.fix) for one in problems(alone, {"licence": definition})] == [
        (("staff", "decider"), "write at least 2")
    ]
    assert plan_of(scenario(), {"licence": definition}, CALENDAR).offices["decider"].people == 2
    times = {"licence": [datetime(2026, 3, 9, 10, minute) for minute in (0, 10)]}  # noqa: DTZ001 -- times of the place
    flow = {
        "arrivals": {"times_from": "a.csv"},
        "choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}},
        "work": [
            {"event": "accept", "minutes": {"exactly": 30}},
            {"event": "grant", "minutes": {"exactly": 5}},
        ],
    }
    events = told(scenario(flow, days=30, warm_up_days=0), definition, times=times)
    # The one who accepted the first case is free at half past, but only the other may grant it, from twenty to on.
    assert [one.time for one in events if one.event == "grant"] == [10 * 60 + 45, 10 * 60 + 45]
    busy = scenario({"arrivals": {"per_working_day": 5}}, staff={"decider": {"people": 2}}, days=200)
    assert run(plan_of(busy, {"licence": definition}, CALENDAR), 0).cases["licence"].ended > 300


def test_every_default_is_named() -> None:
    said = plan_of(scenario(), PROCEDURES, CALENDAR).assumptions
    for word in (
        "hours:",
        "calendar:",
        "staff:",
        "1 case arrives",
        "equal chances",
        "is over in granted",
        "60 minutes",
    ):
        assert any(word in sentence for sentence in said), word
    full = scenario(
        {
            "arrivals": {"per_working_day": 2},
            "choices": {
                "submitted": {"accept": 9, "refuse": 1},
                "accepted": {"grant": 1},
                "supplement": {"answer": 1},
                "granted": {"rest": 1},
            },
            "work": [{"event": name, "minutes": {"exactly": 9}} for name in ("accept", "refuse", "grant")],
            "answers": {"supplement": {"exactly": 3}},
        },
        hours=["09:00-17:00"],
        days=300,
        staff={"handler": {"people": 1}, "decider": {"people": 1}},
    )
    assert plan_of(full, PROCEDURES, CALENDAR).assumptions == ("licence: no clock is extended: decision (not said)",)


def test_real_times_arrive_as_they_are() -> None:
    times = {"licence": [datetime(2026, 3, 9, 8, 0), datetime(2026, 3, 7, 12, 0), datetime(2027, 1, 1)]}  # noqa: DTZ001 -- times of the place
    events = told(scenario({"arrivals": {"times_from": "a.csv"}}, days=30, warm_up_days=0), times=times)
    assert [one.time for one in events if one.event == "submitted"] == [720, 2 * 1440 + 480]


def test_what_arrives_at_night_is_begun_in_the_morning() -> None:
    times = {"licence": [datetime(2026, 3, 9, 22, 0)]}  # noqa: DTZ001 -- a time of the place
    flow = {
        "arrivals": {"times_from": "a.csv"},
        "choices": {"submitted": {"refuse": 1}},
        "work": [
            {"event": "refuse", "minutes": {"exactly": 5}},
            {"event": "refuse", "from": ["submitted"], "minutes": {"exactly": 30}},
        ],
    }
    events = told(scenario(flow, days=30, warm_up_days=0), times=times)
    assert [(one.event, one.time) for one in events] == [("submitted", 22 * 60), ("refuse", 1440 + 9 * 60 + 30)]
    assert events[-1].role == "decider"


def test_cases_that_arrive_evenly_are_as_far_from_each_other() -> None:
    flow = {"arrivals": {"per_working_day": 2, "even": True}}
    events = told(scenario(flow, days=10, warm_up_days=0))
    assert [one.time % 1440 for one in events if one.event == "submitted"][:4] == [810, 1020, 810, 1020]


def late_of(definition: ProcedureDeclaration, flow: dict[str, Any], clock: str = "decision") -> tuple[int, int]:
    times = {"licence": [datetime(2026, 3, 9, 10, 0)]}  # noqa: DTZ001 -- a time of the place
    played = scenario({"arrivals": {"times_from": "a.csv"}, **flow}, days=90, warm_up_days=0)
    kept = run(plan_of(played, {"licence": definition}, CALENDAR, times), 0).clocks["licence", clock]
    return kept.settled, kept.late


ACCEPT = {"event": "accept", "minutes": {"exactly": 1}}


def test_lateness_is_that_of_the_declared_clock_with_its_pauses() -> None:
    """Twenty working days after 9 March are over on 7 April; what waits for the applicant does not count."""
    straight = {"choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}}}
    on_the_day = {**straight, "work": [ACCEPT, {"event": "grant", "minutes": {"exactly": 20 * 420}}]}
    a_day_after = {**straight, "work": [ACCEPT, {"event": "grant", "minutes": {"exactly": 21 * 420}}]}
    assert late_of(LICENCE, on_the_day) == (1, 0)
    assert late_of(LICENCE, a_day_after) == (1, 1)


def test_a_wait_for_the_applicant_is_not_the_offices_time() -> None:
    flow = {
        "choices": {"submitted": {"accept": 1}, "accepted": {"request_supplement": 1}, "supplement": {"withdraw": 1}},
        "answers": {"supplement": {"exactly": 60}},
        "work": [ACCEPT, {"event": "request_supplement", "minutes": {"exactly": 1}}],
    }
    assert late_of(LICENCE, flow) == (1, 0)


def test_a_case_that_is_open_past_its_day_is_late_and_one_that_is_not_yet_due_is_not_counted() -> None:
    straight = {"choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}}}
    long = {**straight, "work": [ACCEPT, {"event": "grant", "minutes": {"exactly": 300 * 420}}]}
    assert late_of(LICENCE, long) == (1, 1)
    slow = {**straight, "work": [{"event": "accept", "minutes": {"exactly": 55 * 420}}, long["work"][1]]}
    assert late_of(LICENCE, slow) == (0, 0)


def test_a_clock_in_hours_is_late_by_the_hour_and_an_effect_starts_one() -> None:
    clock = {k: v for k, v in LICENCE_BODY["clocks"][0].items() if k not in {"working_days", "promise_working_days"}}
    look = {**clock, "id": "look", "hours": 3, "start": ["surrendered"], "pause": [], "extension": None}
    arrows = [
        {**one, "effects": [{"do": "start_clock", "clock": "look"}]} if one["event"] == "accept" else one
        for one in LICENCE_BODY["transitions"]
    ]
    definition = changed(clocks=[LICENCE_BODY["clocks"][0], look], transitions=arrows)
    straight = {"choices": {"submitted": {"accept": 1}, "accepted": {"grant": 1}}}
    for minutes, late in ((119, 0), (120, 1)):  # over noon three hours are two of work
        work = [ACCEPT, {"event": "grant", "minutes": {"exactly": minutes + 1}}]
        assert late_of(definition, {**straight, "work": work}, "look") == (1, late)


def test_the_log_of_a_play_is_a_course_that_the_procedure_allows() -> None:
    courses: dict[int, list[Happened]] = {}
    for one in told(scenario({"arrivals": {"per_working_day": 3}}, days=100, warm_up_days=0)):
        courses.setdefault(one.number, []).append(one)
    for course in courses.values():
        assert [one.version for one in course] == list(range(1, len(course) + 1))
        assert all(before.target == after.source for before, after in pairwise(course))
        assert all(before.time <= after.time for before, after in pairwise(course))


def test_the_same_seed_is_the_same_forecast_and_another_seed_is_not() -> None:
    first, again, other = (forecast(plan_of(scenario(days=200, seed=n), PROCEDURES, CALENDAR)) for n in (1, 1, 2))
    assert first == again != other


def test_with_one_fewer_the_target_is_missed_and_no_staff_makes_up_for_work_that_is_too_long() -> None:
    flow = {"arrivals": {"per_working_day": 10}, "work": [{"event": "grant", "minutes": {"exactly": 240}}]}
    plan = plan_of(scenario(flow, days=100, warm_up_days=0, replications=2), PROCEDURES, CALENDAR)
    found = least_staff(plan, 0.95)
    assert (found.on_time.value or 0) >= 0.95
    assert found.one_fewer
    assert all((one.value or 0) < 0.95 for one in found.one_fewer.values())
    endless = {"choices": {"accepted": {"grant": 1}}, "work": [{"event": "grant", "minutes": {"exactly": 30 * 420}}]}
    never = least_staff(plan_of(scenario(endless, days=160, replications=2), PROCEDURES, CALENDAR), 0.95)
    assert never.people == {}
    assert never.on_time.value is not None


@pytest.mark.parametrize(("minutes", "target"), [pytest.param(1200, 0.8, marks=pytest.mark.deep), (600, 0.7)])
def test_where_roles_depend_on_each_other_none_can_spare_anybody(minutes: int, target: float) -> None:
    work = [ACCEPT, *({"event": name, "minutes": {"exponential": minutes}} for name in ("request_supplement", "grant"))]
    flow = {
        "arrivals": {"per_working_day": 6},
        "choices": {"submitted": {"accept": 1}, "accepted": {"request_supplement": 1, "grant": 1}},
        "answers": {"supplement": {"exponential": 1}},
        "work": work,
    }
    played = scenario(flow, days=100, warm_up_days=0, replications=2)
    found = least_staff(plan_of(played, PROCEDURES, CALENDAR), target)
    assert (found.on_time.value or 0) >= target
    assert len(found.one_fewer) == 2
    assert all((one.value or 0) < target for one in found.one_fewer.values())


def test_a_case_that_rests_while_a_clock_runs_is_late_when_it_is_over() -> None:
    flow = {"choices": {"submitted": {"accept": 1}, "accepted": {"rest": 1}}, "work": [ACCEPT]}
    assert late_of(LICENCE, flow) == (1, 1)


def test_cases_that_an_event_opens_are_not_played_where_no_scenario_names_them_and_guards_are_not_asked_and_both_is_said() -> (
    None
):
    arrows = [
        {
            **one,
            "when": "form.indoors",
            "otherwise": LICENCE_BODY["title"],
            "effects": [{"do": "open_case", "procedure": "boat", "values": {"name": "form.name"}}],
        }
        if one["event"] == "grant"
        else one
        for one in LICENCE_BODY["transitions"]
    ]
    clocks = [{name: value for name, value in LICENCE_BODY["clocks"][0].items() if name != "extension"}]
    said = plan_of(scenario(), {"licence": changed(transitions=arrows, clocks=clocks)}, CALENDAR).assumptions
    assert "licence: guards of events are not asked; the chances stand for them" in said
    assert "licence: the cases of boat that an event opens are not played; name them in the scenario" in said
    assert not any("no clock is extended" in sentence for sentence in said)


def test_hours_may_have_a_break_and_roles_hours_of_their_own() -> None:
    own = {"people": 1, "hours": ["08:00-10:00", "14:00-24:00"]}
    plan = plan_of(scenario(hours=["09:00-17:00"], staff={"decider": own}), PROCEDURES, CALENDAR)
    assert {role: office.time.daily for role, office in plan.offices.items()} == {"handler": 480, "decider": 720}


def test_a_day_is_what_the_calendar_says() -> None:
    """Nothing is done on a holiday, and work goes on over it."""
    times = {"licence": [datetime(2026, 4, 3, 16, 30)]}  # noqa: DTZ001 -- a time of the place
    flow = {
        "arrivals": {"times_from": "a.csv"},
        "choices": {"submitted": {"refuse": 1}},
        "work": [{"event": "refuse", "minutes": {"exactly": 60}}],
    }
    done = told(scenario(flow, days=30, warm_up_days=0), times=times)[-1]
    assert datetime(2026, 4, 3, tzinfo=UTC) + timedelta(minutes=done.time) == datetime(2026, 4, 7, 9, 30, tzinfo=UTC)
