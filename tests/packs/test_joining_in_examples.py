"""An example of a pack lets other bodies answer, give their part and take a case over; time closes what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db

EXAMPLE, PROCEDURE = "01-lamps/joined.example.yaml", "01-lamps/lamp_registration.procedure.yaml"
BASIS = (
    '[{ title: { zh: 灯屿灯火章程, en: Charter of the lamps }, article: "1", source: island_charter, verified: true }]'
)
JOINT = f"""opinions:
  - id: harbour
    title: {{ zh: 港口意见, en: What the harbour says }}
    question: {{ zh: 可以吗？, en: May it? }}
    bodies: [harbour_watch]
    role: watcher
    working_days: 2
    quorum: {{ count: 1 }}
    silence: none
    basis: {BASIS}
joint:
  parts:
    - id: beam
      title: {{ zh: 看光, en: Look at the beam }}
      bodies: [harbour_watch]
      role: watcher
      by: [keeper_of_the_book]
      working_days: 2
      file: required
      basis: {BASIS}
  hand_over:
    to: [harbour_watch]
    role: keeper_of_the_book
    by: [keeper_of_the_book]
    working_days: 2
    basis: {BASIS}
clocks:
"""
CONSULT = (
    "  - { event: consult, title: { zh: 问, en: Ask }, from: [received], to: received, by: keeper_of_the_book, "
    "effects: [{ do: ask_opinions, round: harbour }] }\n"
)
PLAYED = """id: joined
kind: example
title: { zh: 一起办, en: Together }
proves: ["1.1"]
starts_on: 2026-03-10
cast:
  - { id: house, name: 演示 客栈 }
  - { id: keeper, name: 演示 甲, roles: [keeper_of_the_book], body: lamp_office }
  - { id: watcher, name: 演示 乙, roles: [watcher], body: harbour_watch }
  - { id: mate, name: 演示 丙, roles: [keeper_of_the_book], body: harbour_watch }
steps:
  - as: house
    submit: lamp_registration
    form: { lamp_number: 1250d, lamp_kind: electric, brightness: 120, keeper: 演示 客栈, quarter: "500200" }
  - { as: keeper, join: { do: ask, part: beam, body: harbour_watch }, reason: 看一下。 }
  - { as: watcher, join: { do: give, part: beam }, reason: 看了。, then: { refused: invalid, faults: { file: required } } }
  - { as: watcher, join: { do: give, part: beam, file: { name: 光.png } }, reason: 看了。 }
  - { as: keeper, fire: enter, then: { refused: opinions_missing } }
  - { as: keeper, fire: consult, then: { state: received } }
  - { as: watcher, join: { do: answer, round: harbour, verdict: object }, reason: 太暗。 }
  - { as: keeper, join: { do: offer, body: harbour_watch }, then: { state: received } }
  - { as: mate, join: { do: refuse }, reason: 不归我们。 }
  - { as: keeper, join: { do: offer, body: harbour_watch } }
  - { after_days: 4 }
  - { as: mate, join: { do: confirm }, then: { refused: hand_over_ended } }
  - { as: watcher, join: { do: confirm }, then: { refused: no_hand_over } }
  - { as: keeper, join: { do: offer, body: harbour_watch } }
  - { as: mate, join: { do: confirm }, then: { state: received, ledger: verifies } }
  - { as: keeper, fire: enter, then: { refused: no_case } }
  - { as: mate, fire: enter, then: { state: registered } }
"""


def test_an_example_lets_other_bodies_work_on_a_case(island):
    path: Path = island / PROCEDURE
    text = path.read_text(encoding="utf-8").replace("clocks:\n", JOINT, 1)
    path.write_text(
        text.replace("  - event: enter\n", f"{CONSULT}  - event: enter\n    needs_opinions: [harbour]\n", 1),
        encoding="utf-8",
    )
    (island / EXAMPLE).write_text(PLAYED, encoding="utf-8")
    pack = reads.load(island)
    found, example = next(one for one in pack.of(ExampleDeclaration) if one[1].id == "joined")
    acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
    outcome = play_example(example, found.source)
    assert outcome.passed, "\n".join(outcome.failures)
