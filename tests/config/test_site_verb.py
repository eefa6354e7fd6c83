"""``amur site``: tables in, a plan with its proof out."""

from __future__ import annotations

import csv
import hashlib
import json

import pypdfium2
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from amur import cli
from amur.methods.printing.manifests import fingerprint_of
from amur.methods.siting.files import SITES

PLACES = """id,longitude,latitude,households,county,border
a,126.00,45.00,100,230102,
b,126.05,45.00,50,230102,
c,128.00,46.00,30,230103,
"""
CANDIDATES = """id,longitude,latitude,build,yearly,border
one,126.02,45.00,300,20,
two,126.08,45.00,200,10,
far,128.01,46.00,500,50,yes
"""


@pytest.fixture
def tables(tmp_path):
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "candidates.csv").write_text(CANDIDATES, encoding="utf-8")
    return tmp_path


def site(tables, *more):
    arguments = ["site", tables / "places.csv", tables / "candidates.csv", "--to", tables / "plan", *more]
    return CliRunner().invoke(cli.app, [str(one) for one in arguments])


def rows(tables, name):
    with (tables / "plan" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_cheapest_sites_are_written_with_a_map_and_what_they_came_of(tables):
    done = site(tables, "--radius-km", 5, "--share", 0.8, "--years", 10)
    assert done.exit_code == 0, done.output
    assert [row["id"] for row in rows(tables, "sites.csv")] == ["one"]
    assert {row["id"]: row["served"] for row in rows(tables, "places.csv")} == {"a": "site", "b": "site", "c": "none"}
    numbers = [{**one, **{name: float(one[name]) for name in SITES.names[1:]}} for one in rows(tables, "sites.csv")]
    assert parquet.read_table(tables / "plan" / "sites.parquet").to_pylist() == numbers
    drawn = json.loads((tables / "plan" / "plan.geojson").read_text("utf-8"))
    assert {one["properties"]["what"] for one in drawn["features"]} == {"site", "place"}
    said = json.loads((tables / "plan" / "manifest.json").read_text("utf-8"))
    assert [one["file"] for one in said["inputs"]] == ["places.csv", "candidates.csv"]
    assert said["parameters"]["share"] == 0.8


def test_the_same_tables_give_the_same_plan(tables):
    def made():
        assert site(tables, "--radius-km", 5, "--share", 0.8, "--report", "none").exit_code == 0
        return json.loads((tables / "plan" / "manifest.json").read_text("utf-8"))["results"]

    assert made() == made()


@pytest.mark.parametrize(("language", "said"), [("zh", "站址规划报告"), ("en", "Report on plans for sites")])
def test_a_report_is_among_the_results_and_says_what_is_made_up(tables, language, said):
    more = ("--simulated", "All is made up.", "--map-notice", "Number 1 of 2026")
    done = site(tables, "--radius-km", 5, "--frontier", "400,2000", "--report", language, *more)
    assert done.exit_code == 0, done.output
    data = (tables / "plan" / "report.pdf").read_bytes()
    manifest = json.loads((tables / "plan" / "manifest.json").read_text("utf-8"))
    assert manifest["results"]["report.pdf"] == hashlib.sha256(data).hexdigest()
    assert "manifest.json" not in manifest["results"]
    first = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    assert said in first
    assert "All is made up." in first
    whole = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    assert "".join(whole.split()).count("Number1of2026") == 2
    assert fingerprint_of(manifest) in first


def test_a_report_that_is_not_asked_for_is_not_written_and_a_former_one_goes(tables):
    site(tables, "--radius-km", 5, "--share", 0.8)
    assert (tables / "plan" / "report.pdf").exists()
    done = site(tables, "--radius-km", 5, "--share", 0.8, "--report", "none")
    assert "report.pdf" not in done.output
    assert not (tables / "plan" / "report.pdf").exists()


def test_a_budget_is_charged_with_what_the_rule_gives(tables):
    done = site(tables, "--radius-km", 5, "--budget", 130, "--subsidy", "0.3,6,10")
    assert done.exit_code == 0, done.output
    (row,) = rows(tables, "sites.csv")
    assert (row["id"], float(row["charge"])) == ("one", pytest.approx(0.3 * (300 + 6 * 20)))


def test_several_budgets_are_a_frontier(tables):
    done = site(tables, "--radius-km", 5, "--frontier", "400,2000")
    assert done.exit_code == 0, done.output
    assert [float(row["households"]) for row in rows(tables, "frontier.csv")] == [50, 180]
    assert (tables / "plan" / "2-sites.csv").exists()


def test_who_reaches_whom_may_be_a_table(tables):
    (tables / "ways.csv").write_text("place,candidate\na,far\nb,far\nc,far\n", encoding="utf-8")
    done = site(tables, "--ways", tables / "ways.csv", "--share", 1)
    assert [row["id"] for row in rows(tables, "sites.csv")] == ["far"], done.output


def test_why_there_is_no_plan_is_told_and_nothing_is_written(tables):
    done = site(tables, "--radius-km", 0.1, "--share", 1)
    assert (done.exit_code, (tables / "plan").exists()) == (3, False)
    assert "There is no such plan: 100.0 % of 180 households are asked for" in done.output
    poor = site(tables, "--radius-km", 5, "--share", 1, "--budget", 10)
    assert "the budget is 10, and what is asked for takes at least" in poor.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "say by a table of ways or by a radius"),
        (("--radius-km", 5), "nothing is asked for"),
        (("--radius-km", -1), "found -1.0 km"),
        (("--radius-km", 5, "--floor", "230102"), "found '230102', wanted COUNTY=SHARE"),
        (("--radius-km", 5, "--floor", "=0.5"), "found '=0.5', wanted COUNTY=SHARE"),
        (("--radius-km", 5, "--subsidy", "0.3"), "wanted SHARE,YEARS,YEARS"),
        (("--radius-km", 5, "--frontier", "1,x"), "found '1,x', wanted numbers"),
        (("--radius-km", 5, "--share", 2), "found 2.0, wanted 0 to 1"),
    ],
)
def test_options_that_make_no_sense_are_told(tables, more, said):
    done = site(tables, *more)
    assert done.exit_code == 1
    assert said in str(done.exception)
    assert not (tables / "plan").exists()


def test_a_way_to_nobody_is_told_with_its_row(tables):
    (tables / "ways.csv").write_text("place,candidate\na,one\nz,one\na,three\n", encoding="utf-8")
    said = str(site(tables, "--ways", tables / "ways.csv").exception)
    assert "row 3, place: there is no 'z'" in said
    assert "row 4, candidate: there is no 'three'" in said


def test_a_table_with_faults_is_told_whole(tables):
    (tables / "places.csv").write_text("id,longitude,latitude,households\na,400,45,-1\n", encoding="utf-8")
    said = str(site(tables, "--radius-km", 5).exception)
    assert "row 2, longitude: found 400; write a number from -180 to 180" in said
    assert "row 2, households: found -1; write a number of 0 or more" in said
