"""A year on the island: a few lamps, made-up houses, and an office that is late now and then."""

from __future__ import annotations

from pathlib import Path

import pytest

DEMONSTRATION = """
marker: 演示
cast:
  - { id: keeper, name: 演示守册人, roles: [keeper_of_the_book], body: lamp_office }
  - { id: told_house, name: 演示老店, enterprise: { scheme: lamp_number, identifier: 1250D, name: 演示老店 } }
year:
  seed: 7
  days: 200
  late: { percent: 25, by: { working_days: [1, 3] }, causes: { storm: 2, forgotten: 1 } }
  pools:
    - id: houses
      count: 30
      person: "{family}{given}（演示）"
      name: "{family}家（演示）"
      scheme: lamp_number
      code: "####"
      parts: { family: [海, 松, 螺], given: [一, 二, 三, 四, 五, 六] }
      regions: { "500100": 3, "500200": 1 }
cases:
  - id: told
    days_before: 20
    steps:
      - as: told_house
        submit: lamp_registration
        form: { lamp_number: 1250D, lamp_kind: electric, brightness: 9, keeper: 演示老店, quarter: "500100" }
      - { after_working_days: 2 }
      - { as: keeper, fire: enter, then: { state: registered } }
tour:
  - { title: { zh: 一盏灯, en: A lamp }, text: { zh: 看它怎么登记。, en: How it is registered. }, page: service, of: lamp_registration }
  - { title: { zh: 一张灯证, en: Its paper }, text: { zh: 看它的纸。, en: Its paper. }, page: case, of: told }
"""

ARRIVALS = """
id: lamps_of_a_year
procedure: lamp_registration
cases: 14
rhythm: { months: { "2": 50 } }
who: { houses: 4, public: 1 }
channels: { portal: 4, window: 1 }
form: { lamp_number: "{code}", keeper: "{name}", brightness: { between: [1, 700] }, reach: { between: [10, 90], percent: 50 } }
told: [{ lamp_kind: electric }, { lamp_kind: electric, called: "{person}" }]
bursts:
  - { cases: 3, days_before: 40, days: 2, course: storm, form: { keeper: 演示风暴 } }
courses:
  - { id: usual, weight: 3, steps: [enter] }
  - id: asked
    weight: 1
    late: false
    steps:
      - { fire: ask, items: [{ part: brightness, wrong: 太亮, how: 再量一次 }], after: { working_days: [0, 1] } }
      - { fire: answer, answers: [{ item: 1, value: "5" }], after: { days: [0, 1] } }
      - { fire: refuse, reasons: [太暗。, 位置不对。] }
  - { id: silent, cases: 1, days_before: [60, 70], late: false, steps: [{ fire: ask, items: [{ part: brightness, wrong: 太亮, how: 再量 }] }, { until_lapse: true, then: { state: dropped } }] }
  - { id: storm, late: true, steps: [{ as: keeper_of_the_book, fire: enter }] }
  - { id: just_in, cases: 1, days_before: [0, 0], late: false, steps: [enter] }
"""

CAUSES = """
id: late_causes
title: { zh: 原因, en: Causes }
source: island_charter
codes:
  - { code: storm, title: { zh: 风暴, en: A storm } }
  - { code: forgotten, title: { zh: 忘了, en: Forgotten } }
"""


@pytest.fixture
def year(island: Path) -> Path:
    """Return the island with a year to be played."""
    (island / "demonstration.yaml").write_text(DEMONSTRATION, encoding="utf-8")
    (island / "01-lamps" / "lamps_of_a_year.arrivals.yaml").write_text(ARRIVALS, encoding="utf-8")
    (island / "codelists" / "late_causes.yaml").write_text(CAUSES, encoding="utf-8")
    pack = island / "pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8") + "late_causes: late_causes\n", encoding="utf-8")
    return island
