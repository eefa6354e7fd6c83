"""The trace, and the runs of examples that it counts."""

from pathlib import Path

import pytest

from amur.base.faults import AmurError
from amur.packs import reads, throwaway

ROOT = Path(__file__).parents[2]


def line(trace, commitment):
    return next(line for line in trace["commitments"] if line["id"] == commitment)


def test_the_trace_leads_from_a_commitment_to_its_carriers_and_examples():
    trace = reads.trace(ROOT / "packs" / "heilongjiang")
    filing = line(trace, "3.7")
    assert {(carrier["kind"], carrier["id"]) for carrier in filing["carriers"]} == {
        ("procedure", "administrative_review"),
        ("procedure", "algorithm_filing"),
        ("procedure", "new_service_filing"),
        ("register", "algorithms"),
        ("register", "new_services"),
    }
    assert all((ROOT / "packs" / "heilongjiang" / carrier["file"]).is_file() for carrier in filing["carriers"])
    assert {"id": "new_service_filing", "passed": None} in filing["examples"]
    assert filing["clause"] == 3
    assert filing["target"] == "hard"
    assert list(filing) == ["id", "clause", "target", "verdict", "carriers", "examples"]


def test_nothing_counts_as_carried_out_until_its_example_has_run():
    trace = reads.trace(ROOT / "packs" / "heilongjiang")
    assert line(trace, "3.7")["verdict"] == "unproved"
    assert line(trace, "4.3")["verdict"] == "planned"
    assert trace["counts"]["total"] == len(trace["commitments"])
    assert trace["gaps"] == []


@pytest.mark.deep
def test_examples_run_on_a_database_of_their_own_and_prove_the_commitment(island, data_folder):
    before = sorted(path.name for path in data_folder.iterdir())
    results = reads.run_examples(island)
    declared = {name: found.declared.proves for name, found in reads.load(island).ids("example").items()}
    assert {result.id: result.proves for result in results if result.passed} == declared
    assert sorted(path.name for path in data_folder.iterdir()) == before


@pytest.mark.deep
def test_an_example_that_fails_makes_a_gap(island):
    file = island / "01-lamps" / "lamp_registration.example.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("asked, due_on: 2026-03-17", "asked, due_on: none"), encoding="utf-8"
    )
    trace = reads.trace(island, run=True)
    assert line(trace, "1.1")["verdict"] == "gap"
    assert {"id": "lamp_registration", "passed": False} in line(trace, "1.1")["examples"]
    assert trace["gaps"] == ["1.1"]
    assert trace["counts"] == {"total": 5, "gap": 1, "no_duty": 1, "automated": 3}


def results(*passed):
    return [throwaway.Result(f"e{place}", ("1.1",), "f", () if ok else ("x",)) for place, ok in enumerate(passed)]


def test_verdicts_are_computed(island, monkeypatch):
    passing = [throwaway.Result(name, (), "f", ()) for name in reads.load(island).ids("example")]
    monkeypatch.setattr(throwaway, "run", lambda _: passing)
    assert line(reads.trace(island, run=True), "1.1")["verdict"] == "assisted"
    for procedure in island.glob("01-lamps/*.procedure.yaml"):
        procedure.write_text(procedure.read_text(encoding="utf-8").replace("assisted: true\n", ""), encoding="utf-8")
    assert line(reads.trace(island, run=True), "1.1")["verdict"] == "automated"
    monkeypatch.setattr(throwaway, "run", lambda _: [])
    assert line(reads.trace(island, run=True), "1.1")["verdict"] == "gap"
    for file in island.glob("01-lamps/*.example.yaml"):
        file.unlink()
    assert line(reads.trace(island), "1.1")["verdict"] == "gap"


def test_a_pack_without_a_policy_has_an_empty_trace(tmp_path):
    assert reads.trace(tmp_path) == {"commitments": [], "counts": {"total": 0}, "gaps": []}


@pytest.mark.deep
def test_a_run_that_falls_says_why(island, monkeypatch):
    (island / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(AmurError, match="could not be run"):
        reads.run_examples(island)
    monkeypatch.setattr(throwaway, "_LIMIT_SECONDS", 0.01)
    with pytest.raises(AmurError, match="longer than"):
        reads.run_examples(island)
