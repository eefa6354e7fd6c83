"""A scenario is read beside a pack: each fault has its file and line, and real arrivals come from a CSV file."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.base.faults import AmurError
from amur.packs.engine import Pack, read_yaml, typed
from amur.packs.scenarios import SCENARIO, calendar_of, read_pack, read_scenario, scenario_of
from amur.procedures.simulating import ScenarioDeclaration

LANTERN = Path(__file__).parents[2] / "packs" / "lantern"
GOOD = """\
kind: scenario
days: 60
warm_up_days: 0
procedures:
  - procedure: lamp_registration
    arrivals: { times_from: times.csv }
    work:
      - { event: enter, minutes: { any_of: [20, "32.5"] } }
staff:
  keeper_of_the_book: { people: 1, percent: 50, hours: ["08:00-12:00"] }
"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(LANTERN)


def read(folder: Path, pack: Pack, text: str, times: str | bytes | None = "2026-03-09 09:00\n"):
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    if times is not None:
        (folder / "times.csv").write_bytes(times if isinstance(times, bytes) else times.encode())
    return read_scenario(folder / "a.yaml", pack)


def test_a_good_scenario_is_a_plan(tmp_path: Path, pack: Pack) -> None:
    scenario, faults = read(tmp_path, pack, GOOD)
    assert faults == []
    assert scenario is not None
    plan = scenario.plan(pack)
    assert plan.begin.isoformat() == "2026-03-09"
    assert plan.routes[0].times == (540,)
    assert plan.offices["keeper_of_the_book"].stretch == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("days: 60", "days: many", 2, "days: found 'many'"),
        ("event: enter", "event: eat", 8, "found 'eat', which is no event of the office"),
        ("lamp_registration", "boat", 5, "found procedure 'boat'"),
        ("keeper_of_the_book: {", "cook: {", 10, "the role 'cook'"),
        ('"32.5"', "32.5", 8, "found the number 32.5, which loses digits"),
        ("percent: 50", "percent: 0", 10, "percent: found 0"),
        ("hours: [", "hour: [", 10, "found the unknown key staff.keeper_of_the_book.hour"),
        ("times.csv", "lost.csv", 6, "lost.csv cannot be read"),
        ("kind: scenario", "kind: example", 1, "kind: found 'example'"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, pack: Pack, old: str, new: str, *, line: int, said: str) -> None:
    scenario, faults = read(tmp_path, pack, GOOD.replace(old, new, 1))
    assert scenario is None
    assert ("a.yaml", line) in [(fault.file, fault.line) for fault in faults]
    assert said in " ".join(fault.found for fault in faults)


@pytest.mark.parametrize(
    ("times", "line", "said"),
    [
        ("arrived\n2026-03-09\nsoon\n", 3, "found 'soon'"),
        ("arrived\n", 1, "found no time"),
        ("2026-03-09\n到\n".encode("gb18030"), 1, "not UTF-8"),
    ],
)
def test_a_time_that_is_none_has_its_line_in_its_file(
    tmp_path: Path, pack: Pack, times: str | bytes, line: int, said: str
) -> None:
    scenario, faults = read(tmp_path, pack, GOOD, times)
    assert scenario is None
    assert [(fault.file, fault.line) for fault in faults] == [("times.csv", line)]
    assert said in faults[0].found


def test_a_scenario_that_nobody_wrote_fits_or_says_why(pack: Pack) -> None:
    declared = ScenarioDeclaration.model_validate({"procedures": [{"procedure": "boat"}]})
    with pytest.raises(AmurError, match="boat"):
        scenario_of(declared, pack)
    with pytest.raises(AmurError, match="no calendar"):
        calendar_of(Pack())


def test_the_scenario_in_the_documentation_can_be_read() -> None:
    page = (LANTERN.parents[1] / "docs" / "explanation" / "simulation.md").read_text(encoding="utf-8")
    source = read_yaml("a.yaml", page.split("```yaml\n")[1].split("```")[0].encode())
    assert typed(SCENARIO, source) is not None
    assert source.faults == []
