"""Cases of a year that nobody files: another system's message opens them, or a draw; and what some hold before it begins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.arrivals.declarations import CourseStep
from amur.packs.declarations import Step
from amur.people.reads import day_of
from amur.procedures.draws.models import Draw
from amur.procedures.lateness.models import LateCause
from amur.procedures.models import Case, CaseEvent
from amur.registers.models import Record, RecordVersion

pytestmark = pytest.mark.django_db
BY = system("demonstration", client="cli")
POOLS = """    - id: neighbours
      count: 8
      like: houses
      holds: { register: houses, key: "H-{number}", as: keeper, source: 旧册, reason: 抄入, since: [600, 440], years: 2, values: { house_number: "{held}", house: "{name}", quarter: "{region}" } }
"""
HARBOUR = """
id: harbour
kind: exchange
title: { zh: 港口, en: Harbour }
carries_out: ["1.1"]
whose: other
system: { zh: 港口册, en: Book of the harbour }
decides: { zh: 港口, en: The harbour }
summary: { zh: 港口报灯。, en: The harbour tells of lamps. }
body: lamp_office
by: [keeper_of_the_book]
inbound:
  - id: lamp
    title: { zh: 一盏灯, en: A lamp }
    message_id: serial
    fields:
      - { id: serial, type: text, title: { zh: 流水, en: Serial } }
      - { id: lamp, type: text, title: { zh: 灯号, en: Lamp } }
      - { id: house, type: text, title: { zh: 店, en: House } }
      - { id: number, type: text, required: false, title: { zh: 店号, en: Its number } }
      - { id: quarter, type: region, title: { zh: 片, en: Quarter } }
    does:
      do: open_case
      procedure: lamp_registration
      their_number: message.serial
      channel: file
      values: { lamp_number: message.lamp, lamp_kind: "'electric'", brightness: "120", keeper: message.house, house_number: message.number, quarter: message.quarter }
  - id: dark
    title: { zh: 灭了, en: Dark }
    message_id: serial
    fields: [{ id: serial, type: text, title: { zh: 流水, en: Serial } }, { id: order, type: text, title: { zh: 号, en: Number there } }, { id: why, type: text, title: { zh: 为何, en: Why } }]
    does: { do: fire_event, procedure: lamp_registration, event: told_there, case: message.order, reason: message.why }
"""
TOLD_THERE = "  - { event: told_there, title: { zh: 港口说, en: Told there }, from: [received], to: refused, by: exchange, reason: required }\n"
OPENS = """opens: { procedure: lamp_look, values: { lamp_number: object.lamp_number, lamp_kind: object.lamp_kind, keeper: object.keeper, quarter: "'500100'", look_on: draw.held_on } }
"""
BY_MESSAGE = """
id: told_by_the_harbour
procedure: lamp_registration
cases: 6
who: { public: 1 }
about: neighbours
until_in: [0, 400]
message: { exchange: harbour, message: lamp }
form: { serial: "{serial}", lamp: "{code}", house: "{name}", number: "{held}", quarter: "{region}" }
courses:
  - { id: entered, cases: 4, days_before: [100, 180], late: false, steps: [{ fire: enter, after: { hours: [1, 9] } }] }
  - id: dark
    cases: 2
    days_before: [60, 90]
    late: true
    cause: forgotten
    steps:
      - { as: keeper_of_the_book, late: true, exchange: { id: harbour, receive: dark, values: { serial: "d{serial}", order: "{theirs}", why: { any_of: [灭了。] } } }, after: { working_days: [1, 2] } }
"""
DRAWN = """
id: looked_at_in_the_year
procedure: lamp_look
cases: 2
drawn: { draw: night_look, as: keeper_of_the_book }
bursts: [{ cases: 2, days_before: 20, days: 1 }]
who: { public: 1 }
courses: [{ id: dimmed, weight: 1, late: false, steps: [{ fire: dim, reason: 有点暗。, after: { days: [1, 2] } }] }]
"""


@pytest.fixture
def ways(year):
    lamps = year / "01-lamps"
    for name, text in (("harbour.exchange", HARBOUR), ("harbour.arrivals", BY_MESSAGE), ("looks.arrivals", DRAWN)):
        (lamps / f"{name}.yaml").write_text(text, encoding="utf-8")
    for path, before, after in (
        (year / "demonstration.yaml", "cases:\n", f"{POOLS}cases:\n"),
        (lamps / "night_look.draw.yaml", "basis:\n", f"{OPENS}basis:\n"),
        (lamps / "lamp_registration.procedure.yaml", "transitions:\n", f"transitions:\n{TOLD_THERE}"),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return year


def test_what_is_held_told_by_others_and_drawn_goes_its_way(ways, now):
    assert reads.check(ways) == []
    acts.sync(ways, by=BY, now=now)
    acts.play_demonstration(by=BY, now=now, folder=ways)
    held = Record.objects.filter(register="houses")
    assert {record.key for record in held} == {f"H-{number:04d}" for number in range(1, 9)}
    begins = RecordVersion.objects.filter(record__in=held).order_by("record__key").values_list("valid_from", flat=True)
    assert begins[0] == day_of(now) - timedelta(days=600)
    assert begins[7] == day_of(now) - timedelta(days=440)
    told = Case.objects.filter(procedure="lamp_registration", channel="file")
    assert sorted(case.state for case in told) == ["refused"] * 2 + ["registered"] * 4
    # Each that holds something comes once, while it still holds it, and says its own number and name.
    assert len({case.data["house_number"] for case in told}) == 6
    assert LateCause.objects.filter(case__in=told.filter(state="refused"), cause="forgotten").count() == 2
    [draw] = Draw.objects.filter(draw="night_look")
    looks = Case.objects.filter(procedure="lamp_look", channel="office")
    assert draw.status == "held"
    assert looks.count() == len(draw.result["drawn"]) > 0
    assert {one.event for one in CaseEvent.objects.filter(case__in=looks)} == {"opened", "dim"}


@pytest.mark.parametrize(
    ("file", "change", "check", "said"),
    [
        ("demonstration.yaml", ("register: houses,", "register: barns,"), "arrivals.pool", "unknown register 'barns'"),
        ("demonstration.yaml", ("as: keeper, source", "as: nobody, source"), "arrivals.who", "is not in the cast"),
        ("01-lamps/harbour.arrivals.yaml", ("about: neighbours", "about: strangers"), "arrivals.who", "unknown pool"),
        ("01-lamps/harbour.arrivals.yaml", ("message: lamp }", "message: dark }"), "arrivals.message", "that opens it"),
        ("01-lamps/harbour.arrivals.yaml", ('lamp: "{code}", ', ""), "arrivals.field", "nothing says what 'lamp'"),
        ("01-lamps/harbour.arrivals.yaml", ("receive: dark", "receive: bright"), "arrivals.message", "no message 'bright'"),
        ("01-lamps/harbour.arrivals.yaml", ('order: "{theirs}", ', ""), "arrivals.field", "the message asks for 'order'"),
        ("01-lamps/harbour.arrivals.yaml", ("why: {", "tide: 1, why: {"), "arrivals.field", "the message has no field 'tide'"),
        ("01-lamps/harbour.arrivals.yaml", ("cause: forgotten", "cause: rain"), "arrivals.causes", "unknown cause 'rain'"),
        ("01-lamps/looks.arrivals.yaml", ("draw: night_look", "draw: day_look"), "arrivals.drawn", "no draw 'day_look'"),
        ("01-lamps/looks.arrivals.yaml", ("cases: 2\n", "cases: 3\n"), "declaration.value", "say with bursts when"),
        ("01-lamps/looks.arrivals.yaml", ("drawn:", "message: { exchange: harbour, message: lamp }\ndrawn:"), "declaration.value", "keep one of the two"),
        ("01-lamps/looks.arrivals.yaml", ("drawn:", "form: { keeper: 甲 }\ndrawn:"), "declaration.value", "take form and told away"),
        ("01-lamps/harbour.arrivals.yaml", ("until_in: [0, 400]", "until_in: [400, 0]"), "declaration.value", "found until_in"),
        ("demonstration.yaml", ("      like: houses\n", ""), "declaration.value", "no person or no regions"),
        ("demonstration.yaml", ("[600, 440]", "[600, 90]"), "declaration.value", "both before the year"),
        ("demonstration.yaml", ('key: "H-{number}"', "key: H-1"), "declaration.value", "the same for all of a pool"),
    ],
)  # fmt: skip
def test_a_fault_of_how_cases_begin_is_said(ways, file, change, check, said):
    path = ways / file
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    found = [one for one in reads.check(ways) if one.file == file]
    assert (check, True) in {(one.check, said in one.found or said in one.fix) for one in found}, found


def test_nothing_is_confirmed_and_nobody_is_a_proxy_where_nothing_is_submitted():
    for said in ({"confirm": ["late"]}, {"proxy_for": "mother"}):
        for step in (Step, CourseStep):
            with pytest.raises(ValidationError, match="submits nothing"):
                step.model_validate({"as": "daughter", "fire": "go", **said})
