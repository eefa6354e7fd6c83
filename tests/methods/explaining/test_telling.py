"""What is said: JSON, tables, text, drawings and reports, in both languages, with nothing lost between them."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.definitions import SignalAt, SiteWithin
from amur.methods.coverage.sites import COLUMNS
from amur.methods.coverage.villages import Place
from amur.methods.explaining import Terms, costs_of, explain
from amur.methods.explaining.drawing import profile_svg, ridge_said, ticks
from amur.methods.explaining.reporting import blocks_of, simulated_of
from amur.methods.explaining.telling import as_json, lines, profile_csv, remedies_csv
from amur.methods.explaining.vocabulary import FIELDS, ITEMS, OF_ITM, TERMS
from amur.methods.printing.blocks import Figure, Heading, Table
from amur.methods.printing.reports import explanation_report
from amur.methods.printing.svg import width_of
from amur.methods.propagation import itm
from amur.methods.surveys.reading.heights import FLAT_SAID
from tests.methods.explaining.test_remedies import PRICES
from tests.methods.explaining.worlds import GEOD, SITE, north_of, question, terrain

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found():
    asked = question(ground=terrain(ridge_m=40), names={"v": "向阳村"})
    return explain(asked, "v", Terms(highest_m=120), costs=costs_of(PRICES))


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_json_has_everything_but_the_points_of_profiles(found):
    said = json.loads(as_json(found))
    assert said["subject"]["name"] == "向阳村"
    (way,) = said["ways"]
    assert "profile" not in way
    assert way["difference_db"] == pytest.approx(way["itm_loss_db"] - way["loss_db"], abs=1e-5)
    assert way["terms"][-1]["level_dbm"] == pytest.approx(way["edge_dbm"], abs=1e-5)
    assert said["chosen"] == dict(found.chosen)
    assert said["for_all"] == found.for_all.rank
    assert said["remedies"][0]["what"]["zh"].startswith("在站址 A 加装 780 MHz")
    assert said["remedies"][0]["cost"]["currency"] == "CNY"


def test_the_json_of_a_village_without_signal_has_no_number_that_is_none():
    said = json.loads(as_json(explain(question(), "v", Terms(reach_km=5))))
    assert (said["points"][0]["median_dbm"], said["points"][0]["site"]) == (None, "")


def test_the_table_of_the_profile_has_the_ridge_where_it_is_said_to_be(found):
    (way,) = found.ways
    table = rows(profile_csv(way))
    assert (float(table[0]["km"]), float(table[-1]["km"])) == (0.0, pytest.approx(way.km, abs=1e-4))
    inner = [row for row in table if row["parameter"]]
    assert len(inner) == len(table) - 2
    worst = max(inner, key=lambda row: float(row["parameter"]))
    assert float(worst["km"]) == pytest.approx(way.ridge.km, abs=1e-4)
    assert float(worst["over_m"]) == pytest.approx(way.ridge.over_m, abs=0.01)
    assert float(worst["free_share"]) == pytest.approx(way.ridge.free_share, abs=1e-3)
    assert float(worst["edge_db"]) == pytest.approx(way.ridge.edge_db, abs=0.01)
    for row in table:
        over = float(row["ground_m"]) + float(row["bulge_m"]) - float(row["line_m"])
        assert float(row["over_m"]) == pytest.approx(over, abs=0.02)
        _, _, metres = GEOD.inv(*SITE, float(row["longitude"]), float(row["latitude"]))
        assert metres / 1000 == pytest.approx(float(row["km"]), abs=1e-3)


def test_the_table_of_remedies_names_what_is_done_what_it_mends_and_what_it_costs(found):
    table = rows(remedies_csv(found))
    assert [row["kind"] for row in table] == [one.kind for one in found.remedies]
    band = table[0]
    assert (band["what"], band["mends"]) == ("Add 780 MHz on site A", "rule")
    assert (band["cost"], band["currency"], band["verified"]) == ("80000.0", "CNY", "no")
    assert table[-1]["median_dbm"] == ""
    assert "在站址 A 加装 780 MHz" in remedies_csv(found, "zh")


def test_an_asterisk_is_explained_where_a_price_is_not_verified(found):
    assert "  * With prices that nobody has verified." in list(lines(found))
    said = [getattr(block, "text", "") for block in blocks_of(found)]
    assert "* 含未经核实的单价。" in said
    items = {name: one | {"verified": True} for name, one in PRICES["items"].items()}
    sure = explain(question(ground=terrain(ridge_m=40)), "v", costs=costs_of(PRICES | {"items": items}))
    assert not [line for line in lines(sure) if "nobody has verified" in line or "CNY *" in line]
    assert "* 含未经核实的单价。" not in [getattr(block, "text", "") for block in blocks_of(sure)]


def test_a_way_without_a_profile_has_an_empty_table_and_no_drawing():
    close = north_of(SITE, 0.1)
    near = explain(question(places=[Place("v", "committee", close[1], close[0])]), "v")
    assert rows(profile_csv(near.ways[0])) == []
    with pytest.raises(AmurError, match="the way from site A has no profile: 过近"):
        profile_svg(near, near.ways[0])
    assert any("too near for a profile" in line for line in lines(near))


def test_the_text_tells_all_of_it(found):
    said = "\n".join(lines(found))
    for part in ("向阳村 (v), county 230102: 40 households, 90 people", "→ 1 committee", "line of sight blocked",
                 "loss by ITM", "margin for bad places", "80,000 CNY *", "the cheapest that suffices is"):  # fmt: skip
        assert part in said
    assert len(re.findall(r"^  .* dB .* dBm$", said, re.MULTILINE)) == 12


def test_the_text_says_where_nothing_has_to_be_mended_and_where_nothing_can():
    close = north_of(SITE, 1.0)
    fine = question(places=[Place("v", "committee", close[1], close[0])], definitions=(SiteWithin("near", "x", 5),))
    assert "Every definition is met" in "\n".join(lines(explain(fine, "v")))
    hopeless = explain(question(definitions=(SignalAt("hopeless", "x", 0, 0.9),)), "v")
    assert "hopeless: nothing here suffices; satellite is left." in "\n".join(lines(hopeless))


def test_what_only_a_record_can_decide_is_not_blamed_on_building():
    asked = question(definitions=(SignalAt("all", "x", -150, 0.5),))
    asked.villages.has_none[:] = False
    found = explain(asked, "v")
    assert (found.remedies, found.chosen) == ((), {"all": None})
    said = "all: nothing here decides it, since it is not known where the school is, or whether there is one."
    assert said in [line.strip() for line in lines(found)]
    assert not [block for block in blocks_of(found) if isinstance(block, Table) and "措施" in block.head]


@pytest.mark.parametrize(("language", "words"), [("zh", ["视线", "第一菲涅耳区", "遮挡点", "向阳村", "距站址的距离（km）"]),
                                                  ("en", ["line of sight", "first Fresnel zone", "ridge", "(km)"])])  # fmt: skip
def test_the_drawing_names_its_parts_and_units_and_needs_no_colour(found, language, words):
    drawn = profile_svg(found, found.ways[0], language)
    root = ET.fromstring(drawn)
    said = " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    assert [word for word in words if word not in said] == []
    assert ridge_said(found.ways[0], language) in root.find(f"{SVG}desc").text
    strokes = {(one.get("stroke-dasharray"), one.get("stroke-width")) for one in root.iter() if one.get("stroke-width")}
    assert {("7 5", "1.5"), (None, "2.5"), (None, "2")} <= strokes


def test_the_drawing_stays_in_its_frame_and_escapes_names(found):
    evil = replace(found, subject=replace(found.subject, name='<script>&"' + 80 * "村"))
    drawn = profile_svg(evil, replace(found.ways[0], site=200 * "W"), "en")
    root = ET.fromstring(drawn)
    assert not list(root.iter(f"{SVG}script"))
    width, height = (float(root.get(name)) for name in ("width", "height"))
    for one in root.iter(f"{SVG}text"):
        start = float(one.get("x"))
        wide = width_of("".join(one.itertext()), float(one.get("font-size")))
        start -= {"end": wide, "middle": wide / 2}.get(one.get("text-anchor"), 0)
        assert -1 <= start <= start + wide <= width + 1
        assert 0 <= float(one.get("y")) <= height


def test_the_ground_leaves_room_for_what_is_written_into_it_even_in_a_valley():
    ground = terrain(ridge_m=40)
    heights = ground.heights.copy()
    heights[60:70] -= 60  # a valley 1 to 3 km north of the site
    found = explain(question(ground=replace(ground, heights=heights)), "v")
    root = ET.fromstring(profile_svg(found, found.ways[0], "en"))
    (line,) = (
        one.get("d") for one in root.iter(f"{SVG}path") if (one.get("stroke-width"), one.get("fill")) == ("2", "none")
    )
    lowest = max(float(pair.split()[1]) for pair in line[1:].split("L"))
    (written,) = (
        float(one.get("y")) for one in root.iter(f"{SVG}text") if one.text == "receiver" and not one.get("stroke")
    )
    assert lowest < written - 12


def test_the_line_of_sight_is_drawn_from_the_antenna_to_the_phone(found):
    root = ET.fromstring(profile_svg(found, found.ways[0]))
    (line,) = (one.get("d") for one in root.iter(f"{SVG}path") if one.get("stroke-width") == "2.5")
    ends = [tuple(map(float, pair.split())) for pair in (line[1:].split("L")[0], line.split("L")[-1])]
    masts = [(float(one.get("cx")), float(one.get("cy"))) for one in root.iter(f"{SVG}circle")]
    assert masts == [pytest.approx(one, abs=0.02) for one in ends]


def test_the_zone_is_drawn_as_wide_over_the_line_as_under_it(found):
    (way,) = found.ways
    root = ET.fromstring(profile_svg(found, way))
    paths = [one for one in root.iter(f"{SVG}path") if one.get("stroke-width") in {"2.5", "1.5"}]
    upper, lower, line = (float(one.get("d").split("L")[60].split()[1]) for one in paths)
    assert line - upper == pytest.approx(lower - line, abs=0.05)
    metres_a_unit = (way.profile.lines_m[0] - way.profile.lines_m[-1]) / (
        float(paths[2].get("d").split("L")[-1].split()[1]) - float(paths[2].get("d")[1:].split("L")[0].split()[1])
    )
    assert (lower - line) * metres_a_unit == pytest.approx(way.profile.zones_m.max(), rel=0.02)


def test_ticks_are_round_and_within():
    for least, most in ((0, 7.3), (-12, 900), (151.2, 151.9), (0, 0.31)):
        found = ticks(least, most)
        assert 3 <= len(found) <= 12
        assert least - 1e-9 <= found[0] <= found[-1] <= most + 1e-9
        assert np.diff(found) == pytest.approx(found[1] - found[0])


def test_what_is_simulated_is_said_on_the_drawing_in_the_text_and_in_the_report():
    asked = replace(question(), simulated=(Text(zh="基站：模拟", en="sites: made up"),))
    found = explain(asked, "v")
    assert "Partly simulated" in profile_svg(found, found.ways[0], "en")
    assert "SIMULATED: sites: made up" in list(lines(found))
    assert (simulated_of(found), simulated_of(found, "en")) == (["基站：模拟"], ["sites: made up"])
    assert "Partly simulated" not in profile_svg(explain(question(), "v"), found.ways[0], "en")


def test_the_report_has_a_part_for_each_way_with_its_drawing_and_budget(found):
    blocks = blocks_of(found, "en")
    assert [block.text for block in blocks if isinstance(block, Heading)] == [
        "What each definition says", "Signal at each point", "Remedies", "Site A, 8.00 km from the committee",
    ]  # fmt: skip
    assert sum(isinstance(block, Figure) for block in blocks) == 1
    (budget,) = (block for block in blocks if isinstance(block, Table) and block.caption == "Link budget")
    assert len(budget.rows) == 12
    for language in ("zh", "en"):
        made = explanation_report("向阳村", blocks_of(found, language), language)
        assert made.startswith(b"%PDF-")
        assert len(made) > 20_000


def test_the_report_of_a_village_behind_a_hole_says_where_it_is():
    found = explain(question(ground=terrain(holes=[(40, 100)])), "v")
    assert any("no height is known" in getattr(block, "text", "") for block in blocks_of(found, "en"))


def test_what_a_file_of_sites_does_not_say_is_named_in_both_languages():
    assert {one.field for one in COLUMNS} == set(FIELDS)
    asked = question()
    some = replace(asked.antennas, assumed={"tilt_deg": 1, "blocks": 1200})
    notes = explain(replace(asked, antennas=some), "v").notes
    assert {
        "zh": "文件未说明部分天线的以下各项，取了默认值：下倾角（1 副）、资源块数（1,200 副）。",
        "en": "What the file does not say of some antennas was taken by default: "
        "tilt (of 1), resource blocks (of 1,200).",
    } in notes
    assert not [one for one in explain(asked, "v").notes if "by default" in one["en"]]


def test_level_ground_that_is_made_up_has_no_source_and_is_not_called_coarse():
    ground = replace(terrain(), measured_m=20_000.0)
    asked = question(ground=ground)
    coarse = [one["en"] for one in explain(asked, "v").notes]
    assert [one for one in coarse if one.startswith("The ground is from")]
    assert [one for one in coarse if "are not seen" in one]
    level = explain(replace(asked, simulated=(FLAT_SAID,)), "v")
    assert not [one for one in level.notes if one["en"].startswith("The ground is from") or "not seen" in one["en"]]
    assert level.simulated[0]["zh"].startswith("地形为模拟数据")


def test_every_term_item_and_caution_has_its_name_in_chinese(found):
    (way,) = found.ways
    assert {one.name for one in way.terms} | set(way.parts_db) == set(TERMS)
    assert {one.name.lower().replace("_", " ") for one in (*itm.Caution, *itm.Way)} == set(OF_ITM)
    assert set(PRICES["items"]) <= set(ITEMS)
