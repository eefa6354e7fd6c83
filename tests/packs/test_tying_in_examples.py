"""Examples of a pack tie cases together, and write records whose lists no form asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db

EXAMPLE, PROCEDURE = "01-lamps/tied.example.yaml", "01-lamps/lamp_registration.procedure.yaml"
BASIS = (
    '[{ title: { zh: 灯屿灯火章程, en: Charter of the lamps }, article: "1", source: island_charter, verified: true }]'
)
TIES = f"""ties:
  merge: {{ by: [keeper_of_the_book], event: merged_into, party: any, basis: {BASIS} }}
  reopen: [{{ event: reopened, by: [keeper_of_the_book], within: {{ days: 30 }}, basis: {BASIS} }}]
  mass: {{ by: [keeper_of_the_book], basis: {BASIS} }}
clocks:
"""
ARROWS = """  - { event: merged_into, title: { zh: 并入, en: Merged }, from: [received], to: refused, by: tie }
  - { event: reopened, title: { zh: 重开, en: Reopened }, from: [refused], to: received, by: tie }
"""
PLAYED = """id: tied
kind: example
title: { zh: 系在一起, en: Tied }
proves: ["1.1"]
starts_on: 2026-03-10
cast:
  - { id: house, name: 演示 客栈 }
  - { id: keeper, name: 演示 甲, roles: [keeper_of_the_book], body: lamp_office }
steps:
""" + "".join(
    f"""  - as: house
    case: {name}
    submit: lamp_registration
    form: {{ lamp_number: {number}, lamp_kind: electric, brightness: 120, keeper: 演示 客栈, quarter: "500200" }}
"""
    for name, number in (("lead", "1250D"), ("second", "1000A"), ("third", "2000A"), ("fourth", "1250D"))
)
STEPS = """  - { as: keeper, case: second, tie: { do: join }, reason: 一起的。, then: { refused: no_case } }
  - { as: keeper, case: second, tie: { do: join, with: lead }, reason: 一起的。, then: { state: received } }
  - { as: keeper, case: third, tie: { do: join, with: lead }, reason: 一起的。 }
  - { as: keeper, case: third, tie: { do: leave }, reason: 不是。 }
  - { as: keeper, case: lead, tie: { do: answer, event: refuse }, reason: 太亮。, then: { state: received } }
  - { case: second, then: { state: refused } }
  - { case: third, then: { state: received } }
  - { as: keeper, case: second, tie: { do: reopen, event: reopened }, reason: 再看。, then: { state: received } }
  - { as: keeper, case: fourth, tie: { do: merge, with: lead }, reason: 同一盏。, then: { state: refused, ledger: verifies } }
"""


def test_an_example_ties_cases_together(island):
    path: Path = island / PROCEDURE
    text = (
        path.read_text(encoding="utf-8")
        .replace("clocks:\n", TIES, 1)
        .replace("transitions:\n", f"transitions:\n{ARROWS}", 1)
    )
    path.write_text(text, encoding="utf-8")
    (island / EXAMPLE).write_text(PLAYED + STEPS, encoding="utf-8")
    _play(island)


MOODS = """id: moods
title: { zh: 灯的样子, en: How a lamp looks }
source: island_charter
verified: true
codes:
  - { code: bright, title: { zh: 亮, en: Bright } }
"""
ENTERED = """  - as: keeper
    case: lead
    fire: enter
    then: { state: registered, record: { register: lamps, key: 1250D, values: { mood: bright } } }
"""


def test_a_record_may_need_a_list_that_the_form_of_its_case_does_not(island):
    (island / "codelists/moods.yaml").write_text(MOODS, encoding="utf-8")
    register, procedure = island / "01-lamps/lamps.register.yaml", island / PROCEDURE
    field = "fields:\n  - { id: mood, type: code, codelist: moods, required: false, title: { zh: 样子, en: Looks } }\n"
    register.write_text(register.read_text(encoding="utf-8").replace("fields:\n", field, 1), encoding="utf-8")
    text = procedure.read_text(encoding="utf-8").replace(
        "values: { lamp_number", "values: { mood: \"'bright'\", lamp_number", 1
    )
    procedure.write_text(text, encoding="utf-8")
    (island / EXAMPLE).write_text(PLAYED + ENTERED, encoding="utf-8")
    _play(island)


def _play(island: Path) -> None:
    pack = reads.load(island)
    found, example = next(one for one in pack.of(ExampleDeclaration) if one[1].id == "tied")
    acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
    outcome = play_example(example, found.source)
    assert outcome.passed, "\n".join(outcome.failures)
