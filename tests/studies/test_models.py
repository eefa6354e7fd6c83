"""Models through their adapters: tables in, files and figures out, each against arithmetic that is shown."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from amur.methods.coverage import sites
from amur.methods.surveys.reading import villages
from amur.studies import catalogue, running

ROOT = Path(__file__).resolve().parents[2]
AT = "2026-03-10T02:00:00+00:00"


@pytest.fixture
def compute(tmp_path):
    """Return what runs a model on tables and gives its outcome; results lie in the folder after."""

    def run(model, parameters, **tables):
        inputs = {}
        for name, content in tables.items():
            (tmp_path / f"{name}.csv").write_text(content)
            inputs[name] = {"path": str(tmp_path / f"{name}.csv"), "file": f"{name}.csv"}
        running.Job(model, parameters, inputs, AT).write(tmp_path)
        outcome = running.run(tmp_path, out=io.StringIO())
        assert running.read_outcome(tmp_path).failed == outcome.failed
        if not outcome.failed:
            assert {one.name for one in (tmp_path / "results").iterdir()} >= {
                *catalogue.model(model).files,
                "manifest.json",
            }
            assert all(catalogue.model(model).figure(name) for name in outcome.figures)
        return outcome

    return run


PLACES = "id,longitude,latitude,traffic\na,126.0,45.0,5\nb,126.1,45.0,5\n"
CENTRES = "id,longitude,latitude,cost,stands\nx,126.0,45.0,9,\ny,126.1,45.0,4,\nz,127.0,45.0,20,1\n"
DELAYS = "place,candidate,ms\na,x,1\na,y,9\nb,x,9\nb,y,1\na,z,30\nb,z,30\n"


def test_centres_are_the_cheapest_that_are_near_enough_beside_what_stands(compute, tmp_path):
    """Within 10 ms y alone serves both, for 4; within 2 ms each needs its own: 9 + 4. What stands costs 20."""
    near = compute("facilities", {"within_ms": 10.0}, places=PLACES, candidates=CENTRES, delays=DELAYS).figures
    assert (near["centres"], near["cost"], near["delay_ms"], near["served"]) == pytest.approx((1, 4, 5, 1))
    assert (near["baseline_cost"], near["baseline_delay_ms"]) == pytest.approx((20, 30))
    shown = (tmp_path / "results" / "places.csv").read_text().splitlines()
    assert shown[1] == "a,126.0,45.0,5.0,y,1.0,9.0"
    both = compute("facilities", {"within_ms": 2.0}, places=PLACES, candidates=CENTRES, delays=DELAYS).figures
    assert (both["centres"], both["cost"], both["delay_ms"]) == pytest.approx((2, 13, 1))
    features = json.loads((tmp_path / "results" / "plan.geojson").read_text())["features"]
    assert [one["properties"]["what"] for one in features] == ["centre", "centre", "place", "place"]


def test_delays_by_distance_and_what_cannot_be(compute):
    """From a to y are 0.1° × 111.19 km × cos 45° = 7.86 km: at 1 ms a kilometre, and 0.5 ms in any case, 8.36 ms."""
    plain = "id,longitude,latitude,cost\ny,126.1,45.0,4\n"
    asked = {"within_ms": 9.0, "ms_per_km": 1.0, "fixed_ms": 0.5, "most": 1.0}
    found = compute("facilities", asked, places=PLACES, candidates=plain).figures
    assert found["delay_ms"] == pytest.approx((8.36 + 0.5) / 2, abs=0.01)
    assert found["baseline_cost"] is None
    far = compute("facilities", asked | {"within_ms": 8.0}, places=PLACES, candidates=plain)
    assert (far.code, "50.0 % is near enough" in far.failed) == ("no_plan", True)
    assert compute("facilities", {"within_ms": 9.0}, places=PLACES, candidates=plain).code == "no_delays"
    lost = compute(
        "facilities", {"within_ms": 9.0}, places=PLACES, candidates=plain, delays="place,candidate,ms\nq,y,1\n"
    )
    assert "row 2, place: there is no 'q'" in lost.failed
    assert (
        compute("facilities", {}, places=PLACES, candidates=plain, delays=DELAYS.splitlines()[0] + "\na,y,1\n").code
        == "no_parameter"
    )


HOUSES = (
    "id,longitude,latitude,households,county\n1,126.0,45,4,k\n2,126.002,45,1,k\n3,126.004,45,2,k\n4,126.008,45,3,m\n"
)
POSTS = (
    "id,longitude,latitude,build\nwest,126.001,45,30\ntall,126.002,45,50\nmiddle,126.003,45,35\neast,126.008,45,20\n"
)


def test_sites_for_a_share_for_a_budget_and_for_several(compute, tmp_path):
    """As on the island: all for 50 + 20, and for 50 those of west and east, 4 + 1 + 3 of 10."""

    def plan(**asked):
        return compute("siting", {"radius_km": 0.2, "gap": 0.0} | asked, places=HOUSES, candidates=POSTS)

    whole = plan(share=1.0).figures
    assert (whole["sites"], whole["cost"], whole["reached"], whole["per_household"]) == pytest.approx((2, 70, 1, 7))
    least = plan(budget=50.0).figures
    assert (least["households"], least["reached"]) == pytest.approx((8, 0.8))
    both = plan(budgets="70，50").figures
    assert (both["plans"], both["households"]) == pytest.approx((2, 10))
    lines = (tmp_path / "results" / "frontier.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in lines] == ["budget", "50.0", "70.0"]
    floor = plan(floors="m=1").figures
    assert (floor["cost"], floor["households"]) == pytest.approx((20, 3))
    half = plan(share=1.0, subsidy_share=0.5, subsidy_years=6.0, subsidy_border_years=10.0).figures
    assert half["charge"] == pytest.approx(35)


def test_ways_stand_in_place_of_a_radius_and_what_makes_no_sense_is_told(compute):
    ways = "place,candidate\n1,west\n4,east\n"
    found = compute("siting", {"share": 0.7, "gap": 0.0}, places=HOUSES, candidates=POSTS, ways=ways).figures
    assert found["cost"] == pytest.approx(50)

    def code(**asked):
        return compute("siting", {"radius_km": 0.2} | asked, places=HOUSES, candidates=POSTS).code

    assert code() == "nothing_asked"
    assert code(share=1.0, radius_km=0.05) == "no_plan"
    assert code(share=1.0, subsidy_share=0.3) == "half_a_rule"
    assert (code(floors="k"), code(floors="k=much"), code(budgets="50,x")) == ("bad_floor", "no_number", "no_number")


def test_a_network_reaches_venues_while_both_are_open(compute):
    """The first venue is 79 m from the point, and open over midnight for 8 hours, of which the point works in 2."""
    venues = "id,longitude,latitude,opens,closes\na,126.001,45,22,6\nb,126.1,45,8,18\n"
    points = "id,longitude,latitude,inside,opens,closes\np,126.0,45,no,4,20\n"
    found = compute("wifi_reach", {"inside_m": 50.0, "outside_m": 100.0}, venues=venues, points=points).figures
    assert found["venues_reached"] == 0.5
    assert found["hours_reached"] == pytest.approx(2 / (8 + 10))


def test_a_market_of_nobody_says_nothing(compute):
    assert compute("concentration", {}, firms="id,size\n").failed
    assert compute("concentration", {}, firms="id,size\na,0\n").code == "no_market"


def test_an_input_that_is_gone_or_another_one_is_told(tmp_path):
    (tmp_path / "firms.csv").write_text("id,size\na,1\n")

    def code(**said):
        running.Job("concentration", {}, {"firms": said}, AT).write(tmp_path)
        return running.run(tmp_path, out=io.StringIO()).code

    assert code(path=str(tmp_path / "gone.csv"), file="gone.csv") == "no_input"
    assert code(path=str(tmp_path / "firms.csv"), file="firms.csv", sha256="0" * 64) == "input_changed"
    assert code(package="no-such-data", file="firms.csv") == "no_package"
    assert running.read_outcome(tmp_path / "nowhere") is None


def test_a_lack_of_memory_is_told(tmp_path, monkeypatch):
    def runs_out(*_):
        raise MemoryError

    monkeypatch.setattr(running, "_made", runs_out)
    running.Job("concentration", {}, {}, AT).write(tmp_path)
    assert running.run(tmp_path, out=io.StringIO()).code == "memory"


def test_a_server_that_knows_the_models_has_loaded_none_of_them():
    heavy = ("scipy", "highspy", "numba", "h3", "shapely", "rasterio")
    code = f"import sys; from amur.studies import catalogue, checks; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": "src"}, check=False).returncode == 0
    )


def test_every_model_has_an_adapter_that_is_there():
    for one in catalogue.MODELS.values():
        module, _, function = one.adapter.partition(":")
        source = (ROOT / "src" / (module.replace(".", "/") + ".py")).read_text()
        assert f"def {function}(" in source
        assert one.citation.zh


SURVEYED = {
    "sites": (sites.NAME, sites.EAST, sites.NORTH, *sites.COLUMNS),
    "villages": villages.VILLAGES,
    "places": villages.PLACES,
}
"""Columns of a survey, which a declaration may call otherwise; a form names those that it takes in any case."""
TABLES = [(model, name) for model in catalogue.MODELS.values() for name, one in model.inputs.items() if one.is_table]


@pytest.mark.parametrize(("model", "name"), TABLES, ids=lambda one: one if isinstance(one, str) else one.id)
def test_whatever_reads_a_table_takes_the_headers_that_a_form_names_in_either_language(model, name):
    shape = model.inputs[name]
    module, _, of = shape.read_by.partition(":")
    columns = getattr(import_module(module), of) if module else SURVEYED.get(name, ())
    taken = {one.field: {one.field, *one.headers} for one in columns}
    for field, column in shape.columns.items():
        assert not column.chinese or column.chinese in taken[field]
    assert all(one.chinese for one in shape.columns.values()) or (model.id, name) == ("coverage", "census")
