"""The map of coverage and its tables: what is covered by which rule, where rules disagree, and why."""

from __future__ import annotations

import gzip
import html
import json
import re
from itertools import product
from pathlib import Path

import pytest
from django.utils import translation

from amur.procedures.models import Draft
from amur.studies import reads
from amur.studies.models import Study
from amur.web.portal import coverage_words
from tests.web.house import House
from tests.web.portal.surveyed import (
    DEFINITIONS,
    HOSTILE,
    METHOD,
    code,
    files,
    page_of,
    publish,
    rows_of,
    text_of,
    written,
)

pytestmark = pytest.mark.django_db
USED = ("summary.json", "shares.csv", "counties.geojson", "villages.csv")
"""Without which of the files there is no page."""


@pytest.fixture
def surveyed(house: House, tmp_path: Path) -> House:
    """Return the house with a public survey of four counties; the last has no share of one kind."""
    publish(house, written(tmp_path))
    return house


def test_each_rule_stands_beside_the_others_with_what_it_is_out_of(surveyed: House):
    rows = rows_of(page_of(surveyed, "/en/coverage/"), "sides")
    assert [row[0].removeprefix('scope="row">').strip() for row in rows] == [
        "Village rule",
        "−105 dBm with 90 % probability",
        "A site within 5 km",
    ]
    assert all("75.0 – 77.5 % 3,000 of 4,000" in cell for row in rows for cell in row[1:])
    assert "Of 24 places, 8 are covered by one rule and not by another" in text_of(page_of(surveyed, "/en/coverage/"))


def test_counties_are_sorted_as_asked_and_what_has_no_share_stands_last(surveyed: House):
    for asked, order in {
        "": [0, 1, 2, 3],
        "sort=-village_rule": [3, 2, 1, 0],
        "definition=edge_90": [0, 1, 2, 3],
        "sort=-edge_90": [2, 1, 0, 3],
        "sort=-name": [3, 2, 1, 0],
        "sort=nonsense&definition=nonsense&measure=nonsense": [0, 1, 2, 3],
    }.items():
        page = page_of(surveyed, f"/en/coverage/?{asked}")
        assert re.findall(r'<tr data-county="(\d+)"', page) == [code(one) for one in order], asked


def test_what_is_sorted_is_said_and_pressing_it_again_turns_it(surveyed: House):
    page = page_of(surveyed, "/en/coverage/?sort=village_rule")
    assert re.findall(r'aria-sort="(\w+)"><a href="([^"]+)"', page) == [
        ("ascending", "?definition=village_rule&amp;measure=people&amp;sort=-village_rule#counties")
    ]


def test_the_table_says_what_the_map_is_drawn_of(surveyed: House):
    shapes = json.loads(surveyed.client().get(f"{files()}/counties.geojson").content)
    drawn = {one["properties"]["code"]: one["properties"] for one in shapes["features"]}
    for measure in ("people", "area_km2"):
        page = page_of(surveyed, f"/en/coverage/?measure={measure}")
        for county, row in zip(re.findall(r'data-county="(\d+)"', page), rows_of(page, "counties"), strict=True):
            for definition, cell in zip(DEFINITIONS, row[2:], strict=True):
                share = drawn[county][f"{definition}:{measure}"]
                said = "nothing to count" if share is None else coverage_words.percent(share)
                assert said in cell


def test_what_is_simulated_its_sources_and_the_missing_review_stand_beside_the_map(surveyed: House):
    page = text_of(page_of(surveyed, "/coverage/"))
    for words in (
        "站址为模拟：按人口随机布设",
        "本图尚无审图号",
        "人口普查",
        "统计机构",
        "2020-11-01",
        "MIT",
        "示例文件第一条",
    ):
        assert words in page
    assert "相差 4.2 dB（均方根，2,000 条路径）" in page
    assert "信号按500 m网格计算，粗于100 m" in page
    assert "4,100 人中，有 100 人所在的地方地图上没有界线" in page


def test_a_map_that_was_reviewed_shows_its_number(house: House, tmp_path: Path):
    publish(house, written(tmp_path), public=METHOD["public"] | {"map_review": "GS(2026)0001"})
    page = page_of(house, "/coverage/")
    assert "审图号：GS(2026)0001" in page
    assert "本图尚无审图号" not in page


def test_the_method_says_which_clause_a_survey_carries_out_and_what_of_it_is_made_up(surveyed: House):
    page = page_of(surveyed, "/en/coverage/")
    assert re.search(r'href="/en/board/clauses/4/".{0,40}Why\? Clause 4, commitment 4\.2', page)
    assert "Sites are made up" in page


def test_the_survey_that_was_published_last_is_shown_and_the_files_of_the_former_stay(surveyed: House, tmp_path: Path):
    former = files()
    publish(surveyed, written(tmp_path, counties=2), days=1)
    assert len(rows_of(page_of(surveyed, "/coverage/"), "counties")) == 2
    assert len(json.loads(surveyed.client().get(f"{former}/counties.geojson").content)["features"]) == 4


def test_a_survey_that_is_not_public_is_shown_to_nobody(surveyed: House):
    former = files()
    Study.objects.update(is_public=False)
    assert "还没有公开的覆盖测算" in page_of(surveyed, "/coverage/")
    page_of(surveyed, f"{former}/counties.geojson", 404)


def test_a_county_lists_its_villages_and_those_about_which_the_rules_disagree(surveyed: House):
    path = f"/en/coverage/counties/{code(1)}/"
    rows = rows_of(page_of(surveyed, path), "villages")
    assert len(rows) == 6
    assert [cell.rpartition(">")[2].strip() for cell in rows[1][2:5]] == ["covered", "not covered", "not covered"]
    few = page_of(surveyed, f"{path}?only=disagree")
    assert [row[0].rpartition(">")[2].strip() for row in rows_of(few, "villages")] == ["村00001", "村00005"]
    assert "the rules disagree about 2 of 6" in text_of(few)
    assert len(rows_of(page_of(surveyed, f"{path}?q=00003"), "villages")) == 1
    assert "Nothing found" in page_of(surveyed, f"{path}?q=nowhere")


def test_the_colours_of_the_cells_are_a_table_too(surveyed: House):
    page = page_of(surveyed, f"/en/coverage/counties/{code(1)}/")
    rows = [[cell.rpartition(">")[2].strip() for cell in row] for row in rows_of(page, "levels")]
    assert rows == [
        ["below −115 dBm", "1", "10"],
        ["−115 – −105", "1", "10"],
        ["−105 – −95", "2", "20"],
        ["−95 – −85", "2", "20"],
        ["−85 dBm and more", "1", "10"],
        ["no signal computed", "1", "10"],
    ]


def test_a_village_says_what_each_rule_answers_and_why(surveyed: House):
    page = text_of(page_of(surveyed, f"/coverage/places/{code(1)}/2/"))
    assert "行政村口径 未覆盖 最近的基站在 7.10 公里外，太远；学校处为 −112.4 dBm，太弱" in page
    assert "−106.5 dBm" in page
    assert "5.94 km" in page
    unknown = text_of(page_of(surveyed, f"/en/coverage/places/{code(1)}/3/"))
    assert "Village rule not known it is not known where the committee is" in unknown


@pytest.mark.parametrize("words", [{"zh": "口径"}, {"en": "口径"}, "口径", {"zh": "口径", "en": "Rule", "fr": "Règle"}])
def test_what_a_file_says_in_one_language_is_said_in_all(words):
    with translation.override("zh-hans"):
        assert coverage_words.say(words) == "口径"


def test_a_survey_from_before_reasons_had_codes_says_them_in_english():
    with translation.override("zh-hans"):
        assert coverage_words.why({"why": "the school has -98.2 dBm, too weak"}) == "the school has −98.2 dBm, too weak"
        assert coverage_words.why({}) == ""


def test_names_are_never_markup(surveyed: House):
    for path in (f"/coverage/counties/{code(0)}/", f"/coverage/places/{code(0)}/1/"):
        page = page_of(surveyed, path)
        assert "<img" not in page
        assert html.escape(HOSTILE) in page
    chunk = json.loads(surveyed.client().get(f"{files()}/counties/{code(0)}.geojson").content)
    assert HOSTILE in {one["properties"].get("name") for one in chunk["features"]}


def test_before_the_first_survey_the_page_says_so_in_plain_words(house: House):
    page = page_of(house, "/coverage/")
    assert "还没有公开的覆盖测算" in page
    assert "coverage.js" not in page
    for path in ("/coverage/counties/1/", "/coverage/places/1/", f"/coverage/results/{'0' * 64}/counties.geojson"):
        page_of(house, path, 404)


def test_a_file_that_is_missing_or_was_changed_is_named_and_no_half_page_is_shown(surveyed: House, tmp_path: Path):
    for place, name in enumerate(USED):
        study = publish(surveyed, written(tmp_path, villages=7 + place), days=1 + place)
        file = reads.folder().path / study.result_hash / name
        file.write_text(file.read_text() + " ")
        for words in (f"文件 {name} 无法读取", f"文件 {name} 无法读取"):
            assert words in page_of(surveyed, "/coverage/", 503)
            file.unlink(missing_ok=True)


def test_results_that_make_no_sense_are_named(surveyed: House, tmp_path: Path):
    for day, (name, content) in enumerate(product(USED, ("{", "", "[]", '"\n'))):
        made = written(tmp_path)
        (made / name).write_text(content)
        publish(surveyed, made, days=1 + day)
        assert name in page_of(surveyed, "/coverage/", 503), content


def test_what_a_method_does_not_make_public_is_told_to_be_missing(house: House, tmp_path: Path):
    publish(house, written(tmp_path), public={"files": ["summary.json", "shares.csv"]})
    page = page_of(house, "/coverage/", 503)
    assert "缺少文件 counties.geojson" in page
    page_of(house, f"{files()}/counties.geojson", 503)
    page_of(house, f"{files()}/counties/{code(1)}.geojson", 503)


def test_a_survey_that_tells_of_no_village_shows_its_counties(house: House, tmp_path: Path):
    publish(house, written(tmp_path), public={"files": ["summary.json", "shares.csv", "counties.geojson"]})
    assert len(rows_of(page_of(house, "/coverage/"), "counties")) == 4
    assert "这次测算没有这个县区的村屯" in page_of(house, f"/coverage/counties/{code(1)}/")
    assert json.loads(house.client().get(f"{files()}/counties/{code(1)}.geojson").content)["features"] == []


def test_what_the_map_is_drawn_of_is_asked_for_once_and_comes_compressed(surveyed: House):
    for path in (f"{files()}/counties.geojson", f"{files()}/counties/{code(1)}.geojson", f"{files()}/shares.csv"):
        plain = surveyed.client().get(path)
        packed = surveyed.client().get(path, headers={"Accept-Encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        for answer in (plain, packed):
            assert "immutable" in answer["Cache-Control"]
            assert "Accept-Encoding" in answer["Vary"]


def test_a_county_is_one_answer_with_its_villages_and_its_cells(surveyed: House):
    found = json.loads(surveyed.client().get(f"{files()}/counties/{code(2)}.geojson").content)["features"]
    cells = [one["properties"]["dbm"] for one in found if one["properties"]["kind"] == "cell"]
    assert cells == [-80.0, -86.0, -92.0, -98.0, -104.0, -110.0, -116.0, None]
    villages = {one["properties"]["id"]: one["properties"] for one in found if one["properties"]["kind"] == "village"}
    assert villages[f"{code(2)}/1"]["is:edge_90"] == "not covered"
    assert len(villages) == 6


def test_what_is_not_public_and_what_is_of_no_survey_is_not_sent(surveyed: House):
    for name in ("people.parquet", "summary.json", "..%2F..%2Fsecret", "nothing.csv", "counties/nowhere.geojson"):
        page_of(surveyed, f"{files()}/{name}", 404)
    page_of(surveyed, f"/coverage/results/{'0' * 64}/counties.geojson", 404)


def test_fourteen_thousand_villages_come_page_by_page(house: House, tmp_path: Path):
    publish(house, written(tmp_path, counties=1, villages=14_000))
    page = page_of(house, f"/en/coverage/counties/{code(0)}/?only=disagree&page=3")
    assert len(rows_of(page, "villages")) == 25
    assert "Page 3 of 40" in page
    assert "only=disagree&amp;page=4" in page
    assert len(page.encode()) < 60_000


def test_where_nothing_takes_challenges_no_way_is_offered(surveyed: House):
    assert "不对" not in page_of(surveyed, f"/coverage/places/{code(1)}/2/")
    assert surveyed.client().post(f"/coverage/places/{code(1)}/2/report/").status_code == 404


def test_saying_that_the_map_is_wrong_begins_the_form_with_place_rule_and_answer(house: House, tmp_path: Path):
    publish(house, written(tmp_path), challenge="coverage_challenge")
    path = f"/coverage/places/{code(1)}/2/"
    page = page_of(house, path)
    assert f'action="{path}report/"' in page
    assert "网络覆盖报错" in page
    answer = house.client().post(f"{path}report/", {"definition": "edge_90"})
    draft = Draft.objects.get(pk=answer["Location"].split("/")[2])
    assert draft.procedure == "coverage_challenge"
    known = {"place": f"{code(1)}/2", "place_name": "村00002", "county": code(1), "answer": "not_covered"}
    assert known.items() <= draft.raw.items()
    assert draft.raw["definition"] == "edge_90"
    assert draft.raw["results"] == Study.objects.get().result_hash
    assert house.client().get(answer["Location"], follow=True).status_code == 200
    assert house.client().post("/coverage/places/nowhere/report/").status_code == 404
