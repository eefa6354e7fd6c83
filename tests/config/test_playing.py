"""``amur simulate`` and ``amur export ocel``: what they print, write and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amur.cli import app
from amur.config.terminal import CommandError

ROOT = Path(__file__).parents[2]
LANTERN = ROOT / "packs" / "lantern"
PROCEDURE = LANTERN / "01-lamps" / "lamp_registration.procedure.yaml"
QUICK = """\
kind: scenario
days: 40
warm_up_days: 0
replications: 2
starts_on: 2026-03-02
procedures:
  - { procedure: lamp_registration, arrivals: { per_working_day: 20 } }
"""


def run(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, [str(one) for one in arguments])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.output


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "busy.yaml"
    file.write_text(QUICK, encoding="utf-8")
    return file


def test_a_simulation_says_that_it_is_one_with_its_seed_and_what_it_assumes(scenario: Path) -> None:
    code, told = run("simulate", PROCEDURE, "--scenario", scenario, "--seed", "7")
    assert code == 0
    for word in (
        "This is a simulation, not a measurement",
        "seed 7",
        "assumed – hours",
        "keeper_of_the_book",
        "decision",
    ):
        assert word in told


@pytest.mark.deep
def test_the_result_is_data_when_asked_and_the_least_staff_is_in_it(scenario: Path) -> None:
    code, told = run("simulate", LANTERN, "--scenario", scenario, "--json", "--target", "95")
    assert code == 0
    found = json.loads(told[told.index("{") :])
    assert found["simulated"] is True
    assert found["staffing"]["people"]["keeper_of_the_book"] > 1
    assert found["on_time"]["value"] < 0.95 <= found["staffing"]["on_time"]["value"]
    assert [one["clock"] for one in found["clocks"]] == ["answer", "decision", "look", "whole"]


def test_a_pack_without_a_scenario_is_played_with_assumptions(tmp_path: Path) -> None:
    log = tmp_path / "play.json"
    code, told = run("simulate", LANTERN, "--replications", "2", "--log", log)
    assert code == 0
    assert "1 case arrives a working day" in told
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    assert events[0]["type"] == "lamp_registration.submitted"


def test_faults_of_a_scenario_are_all_told_with_their_lines(scenario: Path) -> None:
    scenario.write_text(QUICK.replace("lamp_registration", "boat"), encoding="utf-8")
    code, told = run("simulate", LANTERN, "--scenario", scenario)
    assert code == 1
    assert f"{scenario}:7: [scenario.unfit] found procedure 'boat'" in told.replace("\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("simulate", "boat"), "is no folder"),
        (("simulate", LANTERN / "pack.yaml"), "is no folder"),
        (("simulate", LANTERN, "--log", "a.csv"), "found no form of a log"),
        (("simulate", LANTERN / "codelists"), "declares no procedure"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_a_procedure_outside_of_a_pack_is_not_played(tmp_path: Path) -> None:
    file = tmp_path / "a.procedure.yaml"
    file.write_text("id: a", encoding="utf-8")
    with pytest.raises(CommandError, match="lies in no pack"):
        run("simulate", file)


def test_a_scenario_of_another_procedure_is_no_answer(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMUR_PACK", str(ROOT / "packs" / "heilongjiang"))
    with pytest.raises(CommandError, match="procedure"):
        run("simulate", "lamp_registration", "--scenario", scenario)
    scenario.write_text(QUICK.replace("lamp_registration", "new_service_filing"), encoding="utf-8")
    other = LANTERN.parent / "lantern" / "01-lamps" / "lamp_registration.procedure.yaml"
    assert run("simulate", other, "--scenario", scenario)[0] == 1
    scenario.write_text(QUICK.replace("lamp_registration", "new_service_filing"), encoding="utf-8")
    assert run("simulate", "new_service_filing", "--scenario", scenario)[0] == 0


def test_the_least_staff_is_told_in_words_and_so_is_that_no_staff_helps(scenario: Path) -> None:
    code, told = run(
        "simulate", LANTERN, "--scenario", scenario, "--target", "90", "--log", scenario.with_suffix(".db")
    )
    assert code == 0
    for word in ("For 90 % on time:", "with one fewer as keeper_of_the_book", "marked as simulated"):
        assert word in told
    long = "    work: [{ event: enter, minutes: { exactly: 9000 } }]\n    choices: { received: { enter: 1 } }\n"
    flow = "  - procedure: lamp_registration\n" + long
    scenario.write_text(QUICK.split("  - ", maxsplit=1)[0] + flow, encoding="utf-8")
    assert "With any staff only 0.00" in run("simulate", LANTERN, "--scenario", scenario, "--target", "90")[1]


def test_a_procedure_that_cannot_be_read_is_not_played(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("id: a", encoding="utf-8")
    file = tmp_path / "a.procedure.yaml"
    file.write_text("id: a", encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be read"):
        run("simulate", file)


@pytest.mark.django_db
def test_the_log_of_an_installation_is_written_at_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMUR_DATA", str(tmp_path))
    file = tmp_path / "a.sqlite"
    code, told = run("export", "ocel", file, "--json")
    assert code == 0
    assert json.loads(told)["events"] == 0
    assert file.is_file()
    with pytest.raises(CommandError, match="sealed up to -1, not up to 5"):
        run("export", "ocel", file, "--at", "5")
