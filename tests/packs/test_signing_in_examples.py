"""An example of a pack drafts a decision, signs it, votes on it and says why it goes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db

EXAMPLE, PROCEDURE = "01-lamps/signed.example.yaml", "01-lamps/lamp_registration.procedure.yaml"
CHAIN = """sign_offs:
  - id: decision
    title: { zh: 审签, en: Sign-off }
    steps:
      - { id: chief, title: { zh: 审核, en: Review }, by: keeper_of_the_book }
      - id: council
        title: { zh: 集体讨论, en: Discussion }
        by: keeper_of_the_book
        vote: { members: 2, quorum: 2 }
clocks:
"""
PLAYED = """id: signed
kind: example
title: { zh: 审签, en: Signed }
proves: ["1.1"]
starts_on: 2026-03-10
cast:
  - { id: house, name: 演示 客栈 }
  - { id: drafter, name: 演示 甲, roles: [keeper_of_the_book], body: lamp_office }
  - { id: chief, name: 演示 乙, roles: [keeper_of_the_book], body: lamp_office }
  - { id: one, name: 演示 丙, roles: [keeper_of_the_book], body: lamp_office }
  - { id: two, name: 演示 丁, roles: [keeper_of_the_book], body: lamp_office }
steps:
  - as: house
    submit: lamp_registration
    form: { lamp_number: 1250d, lamp_kind: electric, brightness: 120, keeper: 演示 客栈, quarter: "500200" }
  - { as: chief, sign: { chain: decision }, then: { refused: not_under_way } }
  - { as: drafter, fire: enter, then: { state: received } }
  - { as: drafter, sign: { chain: decision }, then: { refused: separation_of_duties } }
  - { as: chief, sign: { chain: decision, do: return }, reason: 再看, then: { state: received } }
  - { as: drafter, fire: enter, reason: 可以 }
  - { as: chief, sign: { chain: decision } }
  - { as: one, sign: { chain: decision, do: for } }
  - { as: one, sign: { chain: decision, do: conclude }, reason: 纪要, then: { refused: no_quorum } }
  - { as: two, sign: { chain: decision, do: for } }
  - { as: one, sign: { chain: decision, do: conclude }, reason: 纪要, then: { state: registered, outcome: granted } }
"""


def test_an_example_takes_a_draft_through_all_hands(island):
    path: Path = island / PROCEDURE
    text = path.read_text(encoding="utf-8").replace("clocks:\n", CHAIN, 1)
    for event in ("enter", "refuse"):
        text = text.replace(f"  - event: {event}\n", f"  - event: {event}\n    sign_off: decision\n", 1)
    path.write_text(text, encoding="utf-8")
    (island / EXAMPLE).write_text(PLAYED, encoding="utf-8")
    found, example = next(one for one in reads.load(island).of(ExampleDeclaration) if one[0].file == EXAMPLE)
    acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
    assert not play_example(example, found.source).failures
