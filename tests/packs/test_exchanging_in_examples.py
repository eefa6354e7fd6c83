"""An example of a pack hands a case over to another system, which takes it, refuses it, and decides."""

from __future__ import annotations

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration, Step
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db
PROCEDURE = "01-lamps/lamp_registration.procedure.yaml"
ARROWS = """transitions:
  - { event: taken_there, title: { zh: 已转交, en: Handed over }, from: [received], to: received, by: exchange }
  - { event: told_there, title: { zh: 上级登记, en: Entered there }, from: [received], to: refused, by: exchange, reason: required }
"""
EXCHANGE = """id: sea_list
kind: exchange
title: { zh: 海图灯册, en: List of the sea }
carries_out: ["1.1"]
whose: national
system: { zh: 海图灯册, en: List of the sea }
decides: { zh: 海图局, en: The office of charts }
summary: { zh: 灯要列入海图。, en: Lamps stand in the charts. }
body: lamp_office
by: [keeper_of_the_book]
outbound:
  - id: lamp
    title: { zh: 灯, en: Lamp }
    procedure: lamp_registration
    on: [submitted]
    fields:
      - { name: lamp, value: form.lamp_number }
      - { name: bright, value: form.brightness, type: integer }
    receipt: { working_days: 2, fires: taken_there }
inbound:
  - id: result
    title: { zh: 结果, en: Result }
    message_id: serial
    fields:
      - { id: serial, type: text, title: { zh: 流水, en: Serial } }
      - { id: order, type: text, title: { zh: 号, en: Number there } }
      - { id: why, type: text, title: { zh: 为何, en: Why } }
    does: { do: fire_event, procedure: lamp_registration, event: told_there, case: message.order, reason: message.why }
"""
PLAYED = """id: charted
kind: example
title: { zh: 上海图, en: Into the charts }
proves: ["1.1"]
starts_on: 2026-03-10
cast: [{ id: house, name: 演示 客栈 }]
steps:
  - as: house
    submit: lamp_registration
    form: { lamp_number: 1250d, lamp_kind: electric, brightness: 120, keeper: 演示 客栈, quarter: "500200" }
    then: { handed_over: { id: sea_list, message: lamp, state: waiting, fields: { lamp: 1250D, bright: 120 } } }
  - { exchange: { id: sea_list, receipt: lamp, number: S-7 }, then: { handed_over: { id: sea_list, message: lamp, state: received } } }
  - { exchange: { id: sea_list, receipt: lamp }, then: { refused: invalid } }
  - exchange: { id: sea_list, receive: result, values: { serial: 1, order: S-8, why: 太亮 } }
    then: { refused: no_case }
  - exchange: { id: sea_list, receive: result, values: { serial: 2, order: "{theirs}", why: 太亮 } }
    then: { state: refused, timeline: [submitted, taken_there, told_there], ledger: verifies }
"""


def test_an_example_hands_over_and_takes_what_comes_back(island):
    path = island / PROCEDURE
    text = path.read_text(encoding="utf-8").replace("transitions:\n", ARROWS, 1)
    path.write_text(text.replace("minutes: 5\n", "minutes: 5\nsystem_of_record: { exchange: sea_list }\n", 1), "utf-8")
    (island / "01-lamps/sea_list.exchange.yaml").write_text(EXCHANGE, encoding="utf-8")
    (island / "01-lamps/charted.example.yaml").write_text(PLAYED, encoding="utf-8")
    assert not reads.check(island)
    found, example = next(one for one in reads.load(island).of(ExampleDeclaration) if one[1].id == "charted")
    acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
    outcome = play_example(example, found.source)
    assert outcome.passed, "\n".join(outcome.failures)
    wrong = PLAYED.replace("id: sea_list, receipt: lamp, number", "id: sea_list, receipt: ship, number")
    wrong = wrong.replace("receive: result, values: { serial: 1", "receive: song, values: { serial: 1")
    (island / "01-lamps/charted.example.yaml").write_text(
        wrong.replace("{ id: sea_list, receipt: lamp }", "{ id: sky, receipt: lamp }"), "utf-8"
    )
    faults = [fault.found for fault in reads.check(island) if fault.check == "play.exchange"]
    assert faults == ["it sends no message 'ship'", "unknown exchange 'sky'", "it takes no message 'song'"]


def test_a_step_of_an_exchange_says_one_thing():
    for said in ({}, {"receive": "a", "receipt": "b"}, {"receipt": "a", "sender": "b"}):
        with pytest.raises(ValueError, match=r"exchange|receipt"):
            Step.model_validate({"exchange": {"id": "x", **said}})
