"""Reports as PDF: read back by another program than wrote them."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.base.glyphs import legible
from amur.methods.filing.results import Results, csv_of
from amur.methods.printing.blocks import Facts, Figure, Heading, Note, Paragraph, Report, Table, bytes_of
from amur.methods.printing.charts import Bar, bars_svg
from amur.methods.printing.reports import coverage_report, explanation_report, siting_report
from amur.methods.surveys.wording import kept, sentence
from tests.methods.printing.folders import DEFINITIONS, SIMULATED, survey

AT = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)


def pages(data):
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\u200b", "") for page in document]


def plain(text):
    """Return a text without what setting type changes: spaces, ends of lines."""
    return re.sub(r"[\s\u200b\ufffe]+", "", text)


def every_block(text):
    svg = bars_svg([Bar(text[:40], 0.5)])
    return [
        Heading(text), Paragraph(text), Paragraph(text, second_voice=True), Note(text, [text], simulated=True),
        Facts([(text[:200], text)]), Table([text[:60], "b"], [[text, "1"]], frozenset({1}), caption=text[:200]),
        Figure(svg, text[:200], text[:200]),
    ]  # fmt: skip


def test_a_hostile_text_is_printed_as_it_is_in_every_block(hostile):
    found = plain(
        "".join(pages(bytes_of(Report(hostile, every_block(hostile), subtitle=hostile, simulated=[hostile]))))
    )
    said = plain(legible(hostile))[:300]
    assert said[:40] in found
    assert len(found) > 6 * len(plain(legible(hostile)))


@settings(max_examples=12, deadline=None)
@given(st.text(min_size=1, max_size=60), st.sampled_from(["zh", "en"]))
def test_any_text_is_set_and_can_be_read_again(text, language):
    data = bytes_of(Report("T", [Paragraph(f"x{text}x")], language))
    expected = "".join(one for one in plain(legible(f"x{text}x")) if one.isascii())
    found = "".join(one for one in plain("".join(pages(data))) if one.isascii())
    assert expected in found


def test_the_same_report_gives_the_same_bytes_and_another_day_others():
    report = Report("覆盖", every_block("甲"), made_at=AT, fingerprint="0" * 64)
    assert bytes_of(report) == bytes_of(report)
    assert bytes_of(report) != bytes_of(Report("覆盖", every_block("甲"), made_at=datetime(2027, 1, 1, tzinfo=UTC)))


def test_the_day_in_the_file_is_that_of_the_results():
    said = [pypdfium2.PdfDocument(bytes_of(Report("T", [], made_at=at))).get_metadata_dict() for at in (AT, None)]
    assert [one["CreationDate"][:16] for one in said] == ["D:20260304200000", "D:19800101000000"]


def test_the_first_page_says_what_is_simulated_when_and_which_results_these_are():
    blocks = [Paragraph(f"第{at}段。" * 30) for at in range(40)]
    found = pages(
        bytes_of(Report("覆盖", blocks, "zh", simulated=["地形是模拟的。"], made_at=AT, fingerprint="ab" * 32))
    )
    assert len(found) > 2
    assert "地形是模拟的。" in found[0]
    assert "2026年3月5日" in plain(found[0])
    assert "ab" * 32 in plain(found[0])
    for number, page in enumerate(found, start=1):
        assert f"第{number}页，共{len(found)}页" in plain(page)
        assert "abababababab" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_survey_is_reported_from_its_folder(tmp_path, language):
    folder = survey(tmp_path)
    found = pages(coverage_report(folder, language))
    whole = plain("".join(found))
    assert SIMULATED in found[0]
    words = {
        "zh": ["通信覆盖评估报告", "行政村口径", "5公里以内有站址", "65.3–92.0%", "道里区", "换了口径就变的村",
               "其中的50条，共60条", "居民点处为-110.5dBm，太弱", "均方根误差", "3.21dB", "numpy"],
        "en": ["Report on coverage", "Village rule", "a site within 5 km", "65.3–92.0%", "道里区",
               "50 of 60; all are in flips.csv", "the settlement has -110.5 dBm, too weak", "Root mean square", "numpy"],
    }  # fmt: skip
    for said in words[language]:
        assert plain(said) in whole
    assert whole.count("向阳") == 50


def test_what_the_kernel_says_of_a_survey_is_told_in_the_language_of_the_report(tmp_path):
    made_up = sentence("flat")
    coarse = sentence("pixel", pixel="500 m", fine="100 m")
    folder = survey(
        tmp_path,
        flips=1,
        simulated=kept([made_up]),
        coarse=kept([coarse]),
        sources=[{"what": "heights", "from": "made up"}],
    )
    found = pages(coverage_report(folder, "zh"))
    assert plain("地形为模拟数据：处处平坦") in plain(found[0])
    assert "信号按500m网格计算，粗于100m" in plain("".join(found))
    assert "模拟生成" in plain("".join(found))
    assert plain(made_up.en) in plain(pages(coverage_report(folder, "en"))[0])


def test_a_report_is_the_same_whether_it_is_among_the_results_already(tmp_path):
    folder = survey(tmp_path)
    first = coverage_report(folder)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["results"]["report.pdf"] = hashlib.sha256(first).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert coverage_report(folder) == first


def test_other_results_have_another_fingerprint(tmp_path):
    one, other = survey(tmp_path / "a"), survey(tmp_path / "b", flips=61)
    hashes = [re.search(r"[0-9a-f]{64}", plain(pages(coverage_report(folder))[0]))[0] for folder in (one, other)]
    assert hashes[0] != hashes[1]


def test_a_survey_is_reported_before_its_manifest_is_written(tmp_path):
    assert "通信覆盖评估报告" in pages(coverage_report(survey(tmp_path, finished=False, flips=0)))[0]


def test_a_notice_of_map_review_stands_under_each_map(tmp_path):
    whole = plain("".join(pages(coverage_report(survey(tmp_path, flips=1), map_notice="审图号：某（2026）1号"))))
    assert whole.count("审图号：某（2026）1号") == len(DEFINITIONS)


def test_a_report_says_whose_rule_a_definition_is_in_its_own_language(tmp_path):
    definitions = [{**one, "source": {"zh": "试点申报指南", "en": "a guide to pilots"}} for one in DEFINITIONS]
    folder = survey(tmp_path, definitions=definitions)
    chinese = plain("".join(pages(coverage_report(folder))))
    english = plain("".join(pages(coverage_report(folder, language="en"))))
    assert ("试点申报指南" in chinese, "aguidetopilots" in chinese) == (True, False)
    assert ("试点申报指南" in english, "aguidetopilots" in english) == (False, True)


@pytest.mark.parametrize(
    "said", ['#eval("1") * ] \\ $x$ @a', "<svg/>سلام\u202e\U0001f600", "甲" * 3000], ids=["markup", "signs", "long"]
)
def test_hostile_names_in_a_folder_are_text(tmp_path, said):
    definitions = [{**one, "title": {"zh": said}, "source": said} for one in DEFINITIONS]
    folder = survey(tmp_path, names={"v0": said, "230102": said}, flips=1, definitions=definitions)
    whole = plain("".join(pages(coverage_report(folder))))
    assert whole.count(plain(legible(said))[:20]) > 6


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("summary.json", None, "summary.json is missing; name the folder"),
        ("summary.json", "[1]", "found no JSON object"),
        ("summary.json", "{", "cannot be read as JSON"),
        ("summary.json", "{}", "definitions: found no list"),
        ("manifest.json", '{"made_at": 5}', "this is no manifest"),
        ("shares.csv", None, "shares.csv is missing"),
        ("shares.csv", "county,definition\n", "has no column measure"),
        ("shares.csv", "county,definition,measure,total,covered,not_known,share,share_at_most\n,a,b,many,1,1,1,1\n",
         "row 2, total: found 'many', wanted a number"),
        ("counties.geojson", '{"features": [{}]}', "counties.geojson, feature 1"),
        ("flips.csv", b"\xff\xfe", "is no table in UTF-8"),
    ],
)  # fmt: skip
def test_a_folder_with_a_fault_is_told_with_its_file(tmp_path, name, content, said):
    folder = survey(tmp_path, flips=1)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(AmurError, match=re.escape(said)):
        coverage_report(folder)


def plans(folder, *rows, **parameters):
    results = Results(folder)
    head = ["charge", "cost", "households", "bound", "gap"]
    for number in range(1, len(rows) + 1):
        before = f"{number}-" if len(rows) > 1 else ""
        sites = [
            {"id": f"站{number}", "longitude": 126.5, "latitude": 45.5, "cost": 10.0, "charge": 3.0, "households": 60.0}
        ]
        results.write(f"{before}sites.csv", csv_of(sites, list(sites[0])))
        places = [
            {
                "id": f"p{at}",
                "longitude": 126 + at / 4,
                "latitude": 45.0,
                "county": "",
                "households": 40.0,
                "served": how,
            }
            for at, how in enumerate(("before", "site", "otherwise", "none"))
        ]
        results.write(f"{before}places.csv", csv_of(places, list(places[0])))
    results.write("frontier.csv", csv_of([dict(zip(head, row, strict=True)) for row in rows], head))
    results.finish([], parameters, made_at=AT, packages=[])
    return folder


def test_the_proof_of_a_cheapest_plan_is_told_in_words(tmp_path):
    folder = plans(tmp_path, (3.0, 100.0, 120.0, 99.0, 0.01), share=0.7, subsidy="0.3,6,10", simulated=["都是模拟的。"])
    found = pages(siting_report(folder, "zh"))
    whole = plain("".join(found))
    assert "都是模拟的。" in found[0]
    for said in ("已证明任何方案都不会低于99，所以至多多花了1.00%", "75.0%", "站1", "补助", "70.0%"):
        assert said in whole


def test_the_proof_of_plans_for_budgets_is_told_for_each(tmp_path):
    rows = [(3.0, 100.0, 120.0, 120.0, 0.0), (6.0, 200.0, 150.0, 160.0, 0.0625), (7.0, 210.0, 150.0, 900.0, 0.2)]
    whole = plain("".join(pages(siting_report(plans(tmp_path, *rows, frontier=[3, 6, 7]), "en"))))
    for said in (
        "Plan 1: Proved to be the best: for the same budget no other plan reaches more.",
        "Plan 2: It reaches 150 households, and no plan for this budget reaches more than 160: at most 6.25% are lost.",
        "Plan 3: It reaches 150 households; counted by the weights of places it is at most 20.00% from",
        "Charged",
    ):
        assert plain(said) in whole


def test_of_many_plans_some_are_told_in_full(tmp_path):
    rows = [(float(at), 10.0 * at, 120.0 + at, 120.0 + at, 0.0) for at in range(1, 10)]
    whole = plain("".join(pages(siting_report(plans(tmp_path, *rows, frontier=[*range(9)]), "en"))))
    assert len(re.findall(r"Plan\d:wherethesitesstand", whole)) == 6
    assert "Plan9:wherethesitesstand" in whole
    assert "Thesitesoftheotherplans" in whole


def test_a_folder_without_plans_is_told(tmp_path):
    with pytest.raises(AmurError, match=re.escape("frontier.csv is missing")):
        siting_report(tmp_path)


@pytest.mark.parametrize(("language", "said"), [("zh", "向阳村：信号说明"), ("en", "向阳村: its signal explained")])
def test_what_is_explained_of_a_village_is_set(language, said):
    data = explanation_report("向阳村", [Paragraph("因为山。")], language, simulated=["地形"], made_at=AT)
    found = pages(data)[0]
    assert plain(said) in plain(found)
    assert "因为山。" in found


def test_a_language_without_reports_is_told_before_anything_is_read(tmp_path):
    for report in (coverage_report, siting_report):
        with pytest.raises(AmurError, match="found 'fr', wanted zh or en"):
            report(tmp_path, "fr")
