"""An example contests a decision before a body that hears it; what nobody hears is found when the pack is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.packs import reads

EXAMPLE = """id: contested
kind: example
title: { zh: 不服, en: Contested }
proves: ["1.1"]
starts_on: 2026-03-10
cast: [{ id: house, name: 演示 客栈 }]
steps:
  - { as: house, case: other, contest: { opens: review } }
  - as: house
    submit: lamp_registration
    form: { lamp_number: 1250d, lamp_kind: electric, brightness: 120, keeper: 演示 客栈, quarter: "500200" }
  - { as: house, contest: { opens: review, body: harbour_watch } }
  - { as: house, case: review, fire: enter }
"""
HEARD = """  procedure: lamp_look
  period: { days: 30, last_day: as_is, from: decision }
  bodies: [lamp_office]
  then: { upheld: enter }
"""


def faults(island: Path) -> list[str]:
    (island / "01-lamps" / "contested.example.yaml").write_text(EXAMPLE, encoding="utf-8")
    return [str(one) for one in reads.check(island) if "[play." in str(one)]


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        (
            "",
            (
                "8: [play.case] no step before opens the case 'other'",
                "12: [play.contest] no procedure hears appeals against decisions of 'lamp_registration'",
                "13: [play.case] no step before opens the case 'review'",
            ),
        ),
        (
            HEARD,
            (
                "8: [play.case]",
                "12: [play.contest] 'harbour_watch' does not hear it; choose from lamp_office",
                "13: [play.event] unknown event 'enter'",
            ),
        ),
    ],
)
def test_what_is_contested_where_nobody_hears_it_is_found(island, heard, found):
    path = island / "01-lamps/lamp_registration.procedure.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + heard, encoding="utf-8")
    said = faults(island)
    assert [wanted in line for wanted, line in zip(found, said, strict=True)] == [True, True, True], said
