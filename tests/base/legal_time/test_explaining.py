from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from amur.base.declared import Text
from amur.base.legal_time import Extension, Pause, Period, RunningClock, Term, WorkCalendar, explain, lines
from tests.base.legal_time.oracle import DAY, OFFICIAL
from tests.base.legal_time.strategies import clocks

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPRING = {"zh": "春节", "en": "Spring Festival"}
NAMED = WorkCalendar.model_validate(
    {
        "title": {"zh": "历", "en": "Calendar"},
        "years": [
            {
                "year": 2026,
                "source": "demo",
                "holidays": [
                    {"from": "2026-02-15", "to": "2026-02-23", "name": SPRING},
                    {"from": "2026-10-01", "to": "2026-10-07", "name": {"zh": "国庆节", "en": "National Day"}},
                ],
                "workdays": [{"on": "2026-02-14", "name": SPRING}, {"on": "2026-02-28", "name": SPRING}],
            }
        ],
    }
)
SUPPLEMENT, EXPERTS = Text(zh="补正", en="supplement"), Text(zh="专家评审", en="expert review")
ABOUT_DAYS = {"counted", "rest", "holiday", "swapped", "unpublished", "paused", "waits"}


def run(days, start, unit="working_days", rule="as_is", *, pauses=(), extension=None):
    return RunningClock(Term(Period(days, unit), rule, 99), start, tuple(pauses), extension, zone=SHANGHAI)


def said(found):
    return [(step.why, step.first, step.last, step.counted, step.total) for step in found.steps]


@settings(max_examples=200)
@given(clocks())
def test_the_lines_follow_one_another_and_add_up_to_the_due_date(clock):
    found = explain(clock, OFFICIAL)
    assert found.steps[0].why == "begins"
    assert found.steps[0].first == clock.started
    day, total = clock.started, 0
    for step in (one for one in found.steps if one.why in ABOUT_DAYS and one.last is not None):
        if step.why == "unpublished" and found.measure == "days":
            continue
        assert step.first == day + DAY
        total += step.counted
        assert step.total == total
        day = step.last
    moved = next((step for step in found.steps if step.why == "moved"), None)
    if found.due is None:
        assert found.steps[-1].why in {"waits", "extended"}
        assert total < max(found.total, 1)
        return
    assert total == found.total
    assert found.steps[-1] == replace(found.steps[-1], why="due", first=found.due.on, last=found.due.on, total=total)
    assert day == (
        found.due.on if moved is None else moved.first if clock.term.last_day == "next_working_day" else moved.last
    )
    assert found.due.provisional == any(step.why == "unpublished" for step in found.steps)


@settings(max_examples=100)
@given(clocks())
def test_neighbouring_lines_say_different_things_and_each_has_words(clock):
    found = explain(clock, OFFICIAL)
    assert all((a.why, a.name) != (b.why, b.name) for a, b in zip(found.steps, found.steps[1:], strict=False))
    for language in ("zh", "en"):
        worded = list(lines(found, language))
        assert len(worded) == len(found.steps)
        assert all(line.days and line.label for line in worded)


def test_the_spring_festival_and_its_swapped_days_are_told_by_name():
    found = explain(run(3, date(2026, 2, 12)), NAMED)
    assert [
        (step.why, step.first.day, step.last.day, step.counted, step.name and step.name.en) for step in found.steps
    ] == [
        ("begins", 12, 12, 0, None),
        ("counted", 13, 13, 1, None),
        ("swapped", 14, 14, 1, "Spring Festival"),
        ("holiday", 15, 23, 0, "Spring Festival"),
        ("counted", 24, 24, 1, None),
        ("due", 24, 24, 0, None),
    ]
    assert [str(line) for line in lines(found, "zh-hans")] == [
        "2026年2月12日  起算  当日不计入，从次日起算。",
        "2026年2月13日  计入  +1 = 1",
        "2026年2月14日  调休上班  +1 = 2  春节",
        "2026年2月15日至23日  节假日  不计入  春节",
        "2026年2月24日  计入  +1 = 3",
        "2026年2月24日  到期  满 3 个工作日",
    ]


def test_a_pause_says_why_and_where_several_overlap_all_of_them():
    pauses = [
        Pause(date(2026, 3, 10), date(2026, 3, 12), "a", SUPPLEMENT),
        Pause(date(2026, 3, 11), date(2026, 3, 16), "b", EXPERTS),
    ]
    found = explain(run(2, date(2026, 3, 9), pauses=pauses), NAMED)
    waited = [(step.first.day, step.last.day, step.name.zh) for step in found.steps if step.why == "paused"]
    assert waited == [(11, 11, "补正"), (12, 12, "补正；专家评审"), (13, 16, "专家评审")]
    assert [step.name.en for step in found.steps if step.why == "paused"][1] == "supplement; expert review"
    assert found.due.on == date(2026, 3, 17)


def test_a_pause_without_a_reason_is_one_line():
    found = explain(run(2, date(2026, 3, 9), pauses=[Pause(date(2026, 3, 10), date(2026, 3, 12))]), NAMED)
    assert [(step.first.day, step.last.day, step.name) for step in found.steps if step.why == "paused"] == [
        (11, 12, None)
    ]


def test_a_clock_that_waits_tells_how_far_it_came_and_since_when_it_waits():
    found = explain(run(5, date(2026, 3, 9), pauses=[Pause(date(2026, 3, 11), None, "a", SUPPLEMENT)]), NAMED)
    assert found.due is None
    assert said(found)[1:] == [
        ("counted", date(2026, 3, 10), date(2026, 3, 11), 2, 2),
        ("waits", date(2026, 3, 12), None, 0, 2),
    ]
    assert [str(line) for line in lines(found, "en")][-1] == "from 12 March 2026  still paused  not counted  supplement"


def test_a_pause_that_begins_after_the_end_is_no_part_of_it():
    found = explain(run(2, date(2026, 3, 9), pauses=[Pause(date(2026, 3, 20), None, "a", SUPPLEMENT)]), NAMED)
    assert [step.why for step in found.steps] == ["begins", "counted", "due"]


def test_an_extension_stands_where_it_was_granted_with_amount_and_reason():
    extension = Extension(10, date(2026, 3, 11), Text(zh="案情复杂", en="a difficult case"))
    found = explain(run(3, date(2026, 3, 9), extension=extension), NAMED)
    assert said(found)[:4] == [
        ("begins", date(2026, 3, 9), date(2026, 3, 9), 0, 0),
        ("counted", date(2026, 3, 10), date(2026, 3, 11), 2, 2),
        ("extended", date(2026, 3, 11), date(2026, 3, 11), 0, 2),
        ("counted", date(2026, 3, 12), date(2026, 3, 13), 2, 4),
    ]
    assert (found.total, found.steps[-1].total) == (13, 13)
    assert [line.note for line in lines(found, "zh")][2] == "延长 10 个工作日：案情复杂"
    assert [line.note for line in lines(found, "en")][2] == "Longer by 10 working days: a difficult case"


def test_an_extension_on_the_first_day_within_a_pause_and_after_all_has_its_line_too():
    first = explain(run(3, date(2026, 3, 9), extension=Extension(1, date(2026, 3, 9))), NAMED)
    assert [step.why for step in first.steps][:3] == ["begins", "extended", "counted"]
    pause = Pause(date(2026, 3, 10), None, "a", SUPPLEMENT)
    within = explain(run(3, date(2026, 3, 9), pauses=[pause], extension=Extension(1, date(2026, 3, 12))), NAMED)
    assert said(within)[2:] == [
        ("paused", date(2026, 3, 11), date(2026, 3, 12), 0, 1),
        ("extended", date(2026, 3, 12), date(2026, 3, 12), 0, 1),
        ("waits", date(2026, 3, 13), None, 0, 1),
    ]
    after = explain(run(1, date(2026, 3, 9), extension=Extension(1, date(2026, 3, 20))), NAMED)
    assert [step.why for step in after.steps] == ["begins", "counted", "extended", "due"]
    assert [line.note for line in lines(after, "en")][2] == "Longer by 1 working day"


def test_a_last_day_that_moves_says_by_which_rule_and_over_what():
    onward = explain(run(60, date(2026, 8, 4), "days", "next_working_day"), NAMED)
    assert said(onward)[1:] == [
        ("counted", date(2026, 8, 5), date(2026, 10, 3), 60, 60),
        ("moved", date(2026, 10, 3), date(2026, 10, 8), 0, 60),
        ("due", date(2026, 10, 8), date(2026, 10, 8), 0, 60),
    ]
    assert [line.note for line in lines(onward, "en")][2] == (
        "The last day is a rest day, so it moves to the next working day. (National Day)"
    )
    back = explain(run(4, date(2026, 3, 4), "days", "previous_working_day"), NAMED)
    assert said(back)[2:] == [
        ("moved", date(2026, 3, 6), date(2026, 3, 8), 0, 4),
        ("due", date(2026, 3, 6), date(2026, 3, 6), 0, 4),
    ]
    assert [line.note for line in lines(back, "zh")][2] == "最后一日是休息日，提前到其前一个工作日。"


def test_what_relies_on_an_unpublished_calendar_says_so():
    found = explain(run(3, date(2026, 12, 30)), NAMED)
    assert [step.why for step in found.steps] == ["begins", "counted", "unpublished", "due"]
    assert "not published yet" in [line.note for line in lines(found, "en")][2]
    days = explain(run(30, date(2026, 12, 20), "days", "next_working_day"), NAMED)
    assert [step.why for step in days.steps] == ["begins", "counted", "unpublished", "due"]


def test_hours_are_told_in_the_time_of_the_place():
    at = datetime(2026, 9, 30, 23, 0, tzinfo=SHANGHAI)
    pause = Pause(at + timedelta(hours=1), at + timedelta(hours=3, minutes=30), "a", SUPPLEMENT)
    extension = Extension(12, at + timedelta(hours=4), SUPPLEMENT)
    found = explain(run(48, at, "hours", pauses=[pause], extension=extension), NAMED)
    assert [str(line) for line in lines(found, "zh")] == [
        "2026年9月30日 23:00  起算  从此刻起算。",
        "2026年9月30日 23:00至10月1日 00:00  计入  +1 小时 = 1 小时",
        "2026年10月1日 00:00至02:30  暂停  不计入  补正",
        "2026年10月1日 02:30至03:00  计入  +30 分 = 1 小时 30 分",
        "2026年10月1日 03:00  延长  延长 12 小时：补正",
        "2026年10月1日 03:00至10月3日 13:30  计入  +58 小时 30 分 = 60 小时",
        "2026年10月3日 13:30  到期  满 60 小时",
    ]
    assert [line.tally for line in lines(found, "en")][5] == "+58 h 30 min = 60 h"
    waits = explain(run(48, at, "hours", pauses=[replace(pause, until=None)]), NAMED)
    assert [str(line) for line in lines(waits, "en")][
        -1
    ] == "from 1 October 2026 00:00  still paused  not counted  supplement"
