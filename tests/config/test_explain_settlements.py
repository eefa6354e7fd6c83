"""``amur explain-village`` of a settlement: from the declaration of a survey without villages, and from its result."""

from __future__ import annotations

import csv
import json
import re

import pytest
from typer.testing import CliRunner

from amur import cli
from tests.config.test_explain_verb import CENSUS, COUNTY, SITES
from tests.methods.explaining.test_remedies import PRICES
from tests.methods.explaining.worlds import SITE, north_of, terrain
from tests.methods.terrain.making import tiff

NEAR, FAR = north_of(SITE, 1.0), north_of(SITE, 8.0)
SETTLEMENTS = f"""id,name,longitude,latitude,people
s1,向阳屯,{FAR[0]},{FAR[1]},90
s2,空屯,{FAR[0] + 0.01},{FAR[1]},0
s3,红旗屯,{NEAR[0]},{NEAR[1]},
s4,红旗屯,{NEAR[0] + 0.01},{NEAR[1]},
s5,远屯,{SITE[0] + 3},{SITE[1]},7
"""
RULES = [
    {"id": "near", "source": "a rule", "site_within_km": 9},
    {"id": "edge", "source": "a rule", "title": {"zh": "小区边缘", "en": "At the edge"}, "threshold_dbm": -105, "probability": 0.9},
    # Of a committee alone, which no settlement has: a survey asks it of the settlement's own point.
    {"id": "seat", "source": "a rule", "threshold_dbm": -150, "probability": 0.5, "kinds": ["committee"],
     "least_households": 20},
]  # fmt: skip


@pytest.fixture
def land(tmp_path):
    for name, text in (("sites", SITES), ("settlements", SETTLEMENTS), ("census", CENSUS)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    (tmp_path / "counties.geojson").write_text(json.dumps(COUNTY), "utf-8")
    (tmp_path / "costs.json").write_text(json.dumps(PRICES), "utf-8")
    heights = terrain(ridge_m=40).heights.astype("int16")
    tiff(tmp_path / "n45.tif", heights, corner=(126.399, 45.851), step=0.002, crs="EPSG:4326", nodata=-9999)
    declare(tmp_path)
    return tmp_path


def declare(land, **more):
    said = {
        "sites": "sites.csv", "heights": ["n45.tif"], "counties": "counties.geojson",
        "census": {"file": "census.csv", "columns": {"urban": "urban", "rural": "rural"}},
        "settlements": "settlements.csv", "definitions": RULES,
        "radio": {"pixel_m": 400, "radius_m": 9000},
    } | more  # fmt: skip
    said = {name: one for name, one in said.items() if one is not None}
    (land / "survey.yaml").write_text(json.dumps(said), "utf-8")


def run(*said):
    return CliRunner().invoke(cli.app, [str(one) for one in said])


def explained(land, *more, who="s1", to="to", report="none"):
    done = run("explain-village", who, "--survey", land / "survey.yaml", "--to", land / to, "--report", report, *more)
    assert done.exit_code == 0, done.output
    return json.loads((land / to / "explanation.json").read_text("utf-8"))


def refused(land, *more, who="s1"):
    done = run("explain-village", who, "--survey", land / "survey.yaml", "--to", land / "to", *more)
    assert done.exit_code == 1
    assert not (land / "to").exists()
    return str(done.exception)


@pytest.fixture
def surveyed(land):
    done = run("cover", "--survey", land / "survey.yaml", "--to", land / "cover", "--report", "none", "--workers", 1)
    assert done.exit_code == 0, done.output
    return land


def rows_of(land):
    with (land / "cover" / "villages.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_a_settlement_is_explained_from_the_survey_alone_with_the_people_that_the_survey_has(surveyed):
    rows = rows_of(surveyed)
    assert set(rows) == {"s1", "s2", "s3", "s4"}
    for who, row in rows.items():
        subject = explained(surveyed, who=who)["subject"]
        assert (subject["thing"], subject["id"], subject["name"]) == ("settlement", who, row["name"])
        assert (subject["people"], subject["households"]) == (float(row["people"]), float(row["households"]))
        assert (subject["county"], subject["county_name"]) == ("1", "One")


def test_definitions_answer_of_a_settlement_what_they_answer_in_the_survey(surveyed):
    rows = rows_of(surveyed)
    for who in ("s1", "s3"):
        said = explained(surveyed, "--like", surveyed / "cover", who=who)
        assert {one["definition"]: one["answer"] for one in said["answers"]} == {
            one["id"]: rows[who][one["id"]] for one in RULES
        }
        assert not [one for one in said["notes"] if "answers otherwise" in one["en"]]
    assert rows["s1"]["seat"] == "covered"
    assert {rows["s1"]["edge"], rows["s3"]["edge"]} == {"covered", "not covered"}


def test_the_result_of_a_survey_says_the_same_of_a_settlement_as_its_declaration(surveyed):
    whole = explained(surveyed, "--costs", surveyed / "costs.json")
    declare(surveyed, settlements=None)
    like = explained(surveyed, "--like", surveyed / "cover", "--costs", surveyed / "costs.json")
    named = explained(
        surveyed, "--villages", surveyed / "cover" / "villages.csv", "--costs", surveyed / "costs.json"
    )  # fmt: skip
    declare(surveyed, settlements=None, counties=None, census=None)
    alone = explained(surveyed, "--like", surveyed / "cover", "--costs", surveyed / "costs.json")
    assert whole["subject"]["households"] > 0
    for other in (like, named, alone):
        for part in ("points", "ways", "answers", "remedies", "chosen"):
            assert other[part] == whole[part], part
        assert other["subject"] | {"county_name": "One"} == whole["subject"]
    manifest = json.loads((surveyed / "to" / "manifest.json").read_text("utf-8"))
    assert {"villages.csv", "summary.json"} <= {one["file"] for one in manifest["inputs"]}
    assert manifest["parameters"]["settlement"] == "s1"


@pytest.mark.parametrize(("language", "thing"), [("zh", "居民点"), ("en", "settlement")])
def test_every_output_calls_a_settlement_a_settlement_and_never_a_village(land, language, thing):
    from amur.methods.explaining import costs_of, explain
    from amur.methods.explaining.reading import inputs_of, question_of, terms_of
    from amur.methods.explaining.reporting import blocks_of

    done = run("explain-village", "向阳屯", "--survey", land / "survey.yaml", "--to", land / "to", "--report", language,
               "--costs", land / "costs.json")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Settlement 向阳屯 (s1), county One (1): " in done.output
    texts = {one.name: one.read_text("utf-8") for one in (land / "to").iterdir() if one.suffix != ".pdf"}
    assert (land / "to" / "explanation.pdf").read_bytes().startswith(b"%PDF-")
    inputs = inputs_of(json.loads((land / "survey.yaml").read_text("utf-8")), land, scratch=land)
    terms = terms_of(inputs.parameters)
    found = explain(question_of(inputs, "s1", terms), "s1", terms, costs=costs_of(PRICES))
    report = repr(blocks_of(found, language))
    assert thing in report.lower()
    assert "村" not in done.output + report + "".join(texts.values())
    assert not re.search("village", done.output + report + "".join(texts.values()), re.IGNORECASE)


def test_the_report_names_definitions_by_their_titles_and_the_settlement_has_no_number(land):
    from amur.methods.explaining import explain
    from amur.methods.explaining.reading import inputs_of, question_of, terms_of
    from amur.methods.explaining.reporting import blocks_of
    from amur.methods.printing.blocks import Table

    inputs = inputs_of(json.loads((land / "survey.yaml").read_text("utf-8")), land, scratch=land)
    terms = terms_of(inputs.parameters)
    found = explain(question_of(inputs, "s1", terms), "s1", terms)
    answers, signal, *_ = (one for one in blocks_of(found, "zh") if isinstance(one, Table))
    assert [row[0] for row in answers.rows] == ["near", "小区边缘（edge）", "seat"]
    assert signal.head == ["站址", "中值（dBm）", "边缘（dBm）"]
    assert [len(row) for row in signal.rows] == [3]


def test_nobody_in_a_settlement_makes_a_price_a_household_unknown_and_divides_nothing(land):
    said = explained(land, "--costs", land / "costs.json", who="空屯", report="zh")
    assert (said["subject"]["people"], said["subject"]["households"]) == (0.0, 0.0)
    satellite = said["remedies"][-1]
    assert (satellite["kind"], satellite["cost"], satellite["unknown"]) == ("satellite", None, ["satellite_household"])
    assert [one["cost"] is None for one in said["remedies"][:-1]] == [False] * (len(said["remedies"]) - 1)
    notes = [one["zh"] for one in said["notes"]]
    assert "户数为零或未知，“每户卫星接入”的费用未知。" in notes
    assert not [one for one in notes if "未提供单价" in one]
    with (land / "to" / "remedies.csv").open(encoding="utf-8", newline="") as file:
        row = list(csv.DictReader(file))[-1]
    assert (row["cost"], row["left_out"]) == ("", "satellite_household")


def test_a_price_of_satellite_for_all_is_that_of_the_settlement(land):
    items = {"satellite": {"build": 9000, "source": "a tender made up for tests", "verified": True}}
    (land / "costs.json").write_text(json.dumps(PRICES | {"items": items}), "utf-8")
    for who in ("s1", "s2"):
        said = explained(land, "--costs", land / "costs.json", who=who)
        assert said["remedies"][-1]["cost"]["present"] == 9000.0
        assert {
            "zh": "单价“整个居民点的卫星接入”的依据：a tender made up for tests（已核实）。",
            "en": "Price of satellite for the settlement: a tender made up for tests (verified).",
        } in said["notes"]


def test_without_a_census_households_are_not_known_and_people_are_as_the_table_tells_them(land):
    declare(land, counties=None, census=None)
    said = explained(land, "--costs", land / "costs.json")
    assert (said["subject"]["people"], said["subject"]["households"]) == (90.0, None)
    assert (said["subject"]["county"], said["points"][0]["households"]) == ("", None)
    assert said["remedies"][-1]["unknown"] == ["satellite_household"]
    assert not [one for one in said["notes"] if "estimate" in one["en"]]
    assert explained(land, who="s3")["subject"]["people"] is None
    done = run("explain-village", "s3", "--survey", land / "survey.yaml", "--to", land / "to", "--report", "en")
    assert "Settlement 红旗屯 (s3), county –: households not known, people not known" in done.output


def test_options_alone_name_all_that_a_survey_of_settlements_needs(land):
    columns = {"urban": "urban", "rural": "rural"}
    census = json.dumps({"file": str(land / "census.csv"), "columns": columns})
    (land / "rules.json").write_text(json.dumps(RULES), "utf-8")
    done = run(
        "explain-village", "s1", "--sites", land / "sites.csv", "--terrain", land / "n45.tif", "--settlements",
        land / "settlements.csv", "--counties", land / "counties.geojson", "--census", census, "--definitions",
        land / "rules.json", "--report", "none", "--to", land / "alone",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    alone = json.loads((land / "alone" / "explanation.json").read_text("utf-8"))
    assert alone["subject"] == explained(land)["subject"]


def test_a_survey_with_villages_explains_villages_whatever_settlements_it_has(land):
    (land / "villages.csv").write_text(
        f"id,name,county,longitude,latitude,households\nv1,向阳村,1,{FAR[0]},{FAR[1]},40\n", "utf-8"
    )
    declare(land, villages="villages.csv")
    assert explained(land, who="向阳村")["subject"]["thing"] == "village"
    assert "there is no village 's1'" in str(run("explain-village", "s1", "--survey", land / "survey.yaml", "--to",
                                                 land / "to").exception)  # fmt: skip


def test_settlements_that_are_made_up_say_so_from_the_survey_and_from_its_result(land):
    declare(land, settlements={"file": "settlements.csv", "simulated": "drawn by a seed"})
    said = [{"zh": "居民点：模拟数据：drawn by a seed", "en": "settlements: made up: drawn by a seed"}]
    assert explained(land)["simulated"] == said
    done = run("cover", "--survey", land / "survey.yaml", "--to", land / "cover", "--report", "none", "--workers", 1)
    assert done.exit_code == 0, done.output
    assert explained(land, "--villages", land / "cover" / "villages.csv")["simulated"] == said
    declare(land, settlements=None, counties=None, census=None)
    assert explained(land, "--like", land / "cover")["simulated"] == said
    assert "含模拟内容" in (land / "to" / "profile.svg").read_text("utf-8")
    declare(land, counties=None, census=None)
    (land / "settlements.csv").write_text(f"id,longitude,latitude,simulated\ns1,{FAR[0]},{FAR[1]},yes\n", "utf-8")
    assert [one["en"] for one in explained(land)["simulated"]] == [
        "settlements: 1 rows of settlements.csv are marked as made up"
    ]


@pytest.mark.parametrize(
    ("who", "more", "said"),
    [
        ("向前屯", (), "there is no settlement '向前屯'; the nearest are 向阳屯"),
        ("红旗屯", (), "2 settlements are called 红旗屯: s3 (county 1 One), s4 (county 1 One); say the id"),
        ("远屯", (), "settlement 远屯 (s5) lies in no county of the map"),
        ("s5", (), "settlement 远屯 (s5) lies in no county of the map"),
        ("s1", ("--point", "committee"), "settlement s1 has no point 'committee'; it has 1 settlement"),
        ("s1", ("--places", "places.csv"), "villages: there are places of villages, and no villages"),
        ("s1", ("--settlements", "nowhere.csv"), "there is no "),
        ("s1", ("--villages", "nowhere.csv"), "there is no "),
    ],
)
def test_what_makes_no_sense_of_a_settlement_is_told_and_nothing_is_written(land, who, more, said):
    assert said in refused(land, *more, who=who)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SETTLEMENTS.replace(",90", ",-90"), "row 2, people: found '?-90"),
        (SETTLEMENTS.replace("s2,", "s1,"), "this settlement stands in row 2 already"),
        (SETTLEMENTS.replace(f"{FAR[0]},{FAR[1]},90", f"{FAR[0]},,90"), "row 2, latitude"),
        ("id,longitude\ns1,126\n", "latitude"),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_a_table_of_settlements_that_is_wrong_is_told_by_row_and_field(land, text, said, whole):
    if not whole:
        declare(land, counties=None, census=None)
    (land / "settlements.csv").write_text(text, "utf-8")
    assert re.search(said, refused(land))


def test_without_counties_those_of_one_name_are_told_apart_by_where_they_are(land):
    declare(land, counties=None, census=None)
    place = f"{NEAR[0]:.4f} E, {NEAR[1]:.4f} N"
    assert f"2 settlements are called 红旗屯: s3 ({place}), s4 (" in refused(land, who="红旗屯")


def test_settlements_of_which_none_is_in_any_county_are_told(land):
    lines = [line for line in SETTLEMENTS.splitlines() if line[:2] in {"id", "s5"}]
    (land / "settlements.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert "settlements: none of 1 lies in a county of the map" in refused(land, who="s5")


def test_neither_villages_nor_settlements_is_told(land):
    declare(land, settlements=None)
    assert "villages, settlements: nothing is said; name a file of either" in refused(land)


def test_places_do_not_belong_to_the_settlements_of_a_result(surveyed):
    declare(surveyed, places="settlements.csv")
    table = surveyed / "cover" / "villages.csv"
    assert "places: villages.csv has settlements, which have no places" in refused(surveyed, "--villages", table)


def test_how_a_settlement_is_judged_and_that_its_households_are_an_estimate_is_said(land):
    notes = [one["en"] for one in explained(land)["notes"]]
    assert notes[0].startswith("Households are spread over settlements from the census of the county")
    assert notes[1].startswith("A settlement is judged at its own point, as in a survey")


def test_where_the_survey_heard_nothing_no_level_of_it_is_told(surveyed):
    table = surveyed / "cover" / "villages.csv"
    head, *rows = table.read_text("utf-8").splitlines()
    at = [head.split(",").index(name) for name in ("signal_dbm", "edge_dbm")]
    cells = [row.split(",") for row in rows]
    silent = [",".join("" if number in at else cell for number, cell in enumerate(row)) for row in cells]
    table.write_text("\n".join([head, *silent]) + "\n", "utf-8")
    notes = [one["en"] for one in explained(surveyed, "--like", surveyed / "cover")["notes"]]
    assert "The survey's fast mode has no signal here within its radius; here it is the full model." in notes


def test_a_settlement_that_the_survey_does_not_have_is_told(surveyed):
    (surveyed / "settlements.csv").write_text(f"{SETTLEMENTS}s6,新屯,{FAR[0]},{FAR[1]},5\n", "utf-8")
    notes = [one["zh"] for one in explained(surveyed, "--like", surveyed / "cover", who="新屯")["notes"]]
    assert "覆盖评估中没有这个居民点。" in notes
    assert "这些输入文件与覆盖评估时不同：settlements.csv。" in notes
