"""An example asks a finder as anybody does, is judged by what comes out, and is checked before it is played."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db

FINDER, EXAMPLE = "01-lamps/which_lamp.finder.yaml", "01-lamps/asked.example.yaml"
DECLARED = """id: which_lamp
kind: finder
title: { zh: 要不要登记, en: Must it be registered }
carries_out: ["1.1"]
summary: { zh: 几个问题就知道。, en: A few questions tell. }
valid_from: 2026-01-01
questions:
  - { id: kind, type: code, codelist: lamp_kinds, title: { zh: 什么灯, en: Which lamp } }
  - { id: outside, type: yes_no, title: { zh: 在户外吗, en: Is it outside } }
outcomes:
  - { id: register, tag: { zh: 登记, en: Register }, title: { zh: 要登记, en: Register it }, body: lamp_office, procedure: lamp_registration }
  - { id: nothing, tag: { zh: 不用, en: None }, title: { zh: 不用登记, en: Nothing to do } }
rows:
  - { when: { outside: [true] }, outcome: register }
  - { when: { outside: [false] }, outcome: nothing }
basis: [{ title: { zh: 灯屿灯火章程, en: Charter of the lamps }, article: "1", source: island_charter, verified: true }]
"""
ASKED = """id: asked
kind: example
title: { zh: 问一问, en: Asked }
proves: ["1.1"]
starts_on: 2026-03-10
cast: [{ id: house, name: 演示 客栈 }]
steps:
  - { find: { finder: which_lamp }, then: { found: { asks: outside } } }
  - { find: { finder: which_lamp, answers: { outside: true } }, then: { found: { outcome: register, asked: [outside] } } }
  - { find: { finder: which_lamp, answers: { outside: maybe } }, then: { refused: invalid } }
  - { find: { finder: which_lamp, on: 2025-12-31 }, then: { refused: invalid } }
"""


def test_a_finder_is_asked_and_judged(island: Path, spoil):
    # No row asks for the kind of lamp; the question is taken out so that the table is whole.
    declared = "".join(line for line in DECLARED.splitlines(keepends=True) if "id: kind," not in line)
    spoil(FINDER, content=declared.encode())
    assert spoil(EXAMPLE, content=ASKED.encode()) == []
    now = at_opening(next(iter(reads.load(island).of(ExampleDeclaration)))[1].starts_on)
    acts.sync(island, by=system("test"), now=now)
    (found, example) = next(one for one in reads.load(island).of(ExampleDeclaration) if one[1].id == "asked")
    assert play_example(example, found.source).failures == ()
    wrong = ASKED.replace("outcome: register, asked: [outside]", "outcome: nothing, asks: outside, asked: []")
    spoil(EXAMPLE, content=wrong.encode())
    (found, example) = next(one for one in reads.load(island).of(ExampleDeclaration) if one[1].id == "asked")
    said = play_example(example, found.source).failures
    assert [one.partition("expected ")[2] for one in said] == [
        "nothing, found register",
        "outside, found no question",
        ", found outside",
    ]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("finder: which_lamp }", "finder: which }", "unknown finder 'which'"),
        ("asks: outside", "asks: inside", "the finder 'which_lamp' has no 'inside'"),
        ("outcome: register,", "outcome: licence,", "the finder 'which_lamp' has no 'licence'"),
        ("answers: { outside: maybe }", "answers: { high: maybe }", "the finder 'which_lamp' has no 'high'"),
        ("- { find: { finder: which_lamp }, then", "- { after_days: 1, then", "a step finds nothing and expects to"),
    ],
)
def test_what_an_example_asks_of_a_finder_is_declared(spoil, before, after, found):
    spoil(FINDER, content=DECLARED.encode())
    faults = spoil(EXAMPLE, content=ASKED.replace(before, after).encode())
    assert [one.found for one in faults if one.check == "play.finder"] == [found]
    assert [one.found for one in faults if one.check == "finder.question"] == ["no row asks for 'kind'"]
