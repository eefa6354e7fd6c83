"""Studies in examples and demonstrations: what a step says of a method is looked at before anything is played."""

from __future__ import annotations

from amur.packs.declarations import Step
from amur.packs.play.studying import differing
from amur.packs.study_declarations import Studying
from amur.studies.models import Study

EXAMPLE = "01-lamps/lamp_places.example.yaml"
METHOD = "01-lamps/lamp_places.method.yaml"
DEMONSTRATION = "marker: 演示\ncast: [{ id: a, name: 演示 甲, roles: [watcher], body: harbour_watch }]\n"


def _said(faults):
    return [(fault.check, fault.found) for fault in faults]


def test_a_step_names_a_method_its_parameters_and_the_files_that_it_wants(spoil):
    assert _said(spoil(EXAMPLE, ("budgets:", "budget:"))) == [
        ("play.method", "the method 'lamp_places' has no 'budget'")
    ]
    assert _said(spoil(EXAMPLE, ("{ method: lamp_places }", "{ method: lamps }"))) == [
        ("play.method", "unknown method 'lamps'"),
        ("play.method", "the method 'lamp_places' has no 'budget'"),
    ]


def test_a_method_that_wants_a_file_is_given_it(spoil):
    given = ("    content: |\n      id,longitude", "    given: true\n    # |\n      # id,longitude")
    rows = [(f"      {name},", f"      # {name},") for name in ("west", "tall", "middle", "east")]
    found = _said(spoil(METHOD, given, *rows))
    assert found == [("play.method", "the method 'lamp_places' wants the file 'candidates'")] * 2


def test_a_demonstration_lists_its_studies_and_runs_none_in_a_step(spoil):
    listed = (
        "studies:\n  - { method: lamp_places, title: { zh: 灯柱, en: Lamps }, parameters: { radius: 1 } }\n"
        "  - { method: moons, title: { zh: 月亮, en: Moons } }\n"
    )
    step = "cases:\n  - { id: one, days_before: 1, steps: [{ as: a, study: { method: lamp_places } }] }\n"
    found = _said(spoil("demonstration.yaml", content=(DEMONSTRATION + step + listed).encode()))
    assert sorted(found) == [
        ("play.method", "a demonstration runs a study in a step"),
        ("play.method", "the method 'lamp_places' has no 'radius'"),
        ("play.method", "unknown method 'moons'"),
    ]


def test_a_demonstration_publishes_what_its_method_calls_public(spoil):
    spoil(METHOD, ("publishes: [keeper_of_the_book]\n", ""), ('public:\n  summary: [sites, cost, households, reached, gap]\n  files: [frontier.csv, "*plan.geojson"]\n', ""))  # fmt: skip
    listed = "studies:\n  - { method: lamp_places, title: { zh: 灯柱, en: Lamps } }\n"
    found = _said(spoil("demonstration.yaml", content=(DEMONSTRATION + listed).encode()))
    assert found == [("play.method", "the method 'lamp_places' publishes nothing")]


def test_what_came_out_otherwise_is_told_with_where_it_is_expected():
    expected = {"summary": {"cost": 70, "gap": {"is": "0", "within": "0.01"}, "per": None}, "files": ["a.csv", "b.csv"]}
    asked = Studying.model_validate({"method": "m", "expect": expected})
    study = Study(state="done", figures={"cost": "71", "gap": "0.005"}, results={"a.csv": "x"})
    assert list(differing(asked, study)) == [
        (("study", "expect", "summary", "cost"), "70", "71"),
        (("study", "expect", "files", 1), "b.csv", "a.csv"),
    ]
    failed = Study(state="failed", reason="there is no such plan")
    assert list(differing(asked, failed)) == [(("study", "expect", "state"), "done", "failed: there is no such plan")]
    says = Studying.model_validate({"method": "m", "expect": {"state": "failed", "says": "too dear"}})
    assert list(differing(says, failed)) == [(("study", "expect", "says"), "too dear", "there is no such plan")]
    assert list(differing(None, study)) == []
    assert Step.model_validate({"as": "a", "study": {"method": "m"}}).study.publish is False
