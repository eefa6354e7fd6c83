"""What a survey truly writes is what the pages of coverage read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from amur.base.declared import Text
from amur.compute import local
from amur.methods.surveys.asked import Source
from amur.methods.surveys.files import Filing, filed
from amur.methods.surveys.surveying import Survey
from amur.studies import reads
from amur.web.portal import coverage_words
from tests.methods.surveys.making import RULES, asked
from tests.web.house import House
from tests.web.portal.surveyed import files, page_of, publish, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.deep]


def test_what_a_survey_truly_writes_is_what_the_pages_read(house: House, tmp_path: Path):
    said = asked(
        tmp_path,
        simulated=(Text(zh="基站是编的。", en="The sites are made up."),),
        sources=(Source("heights", "a survey"),),
    )
    to = tmp_path / "to"
    filed(Survey(said, side=32), lambda work, source: local.run(work, source, workers=1), Filing(to, house.now))
    made = reads.folder().path / publish(house, to).result_hash
    shapes = json.loads((made / "counties.geojson").read_text())["features"]
    for measure in ("people", "households", "villages", "area_km2"):
        page = page_of(house, f"/en/coverage/?measure={measure}&sort=name")
        for one, row in zip(shapes, rows_of(page, "counties"), strict=True):
            for rule, cell in zip(RULES, row[2:], strict=True):
                part = one["properties"][f"{rule.id}:{measure}"]
                assert (coverage_words.percent(part) if part is not None else "nothing to count") in cell
    assert "The sites are made up." in page
    for county in ("1", "2"):
        listed = page_of(house, f"/coverage/counties/{county}/")
        assert "覆盖地图现在无法显示" not in listed
        chunk = json.loads(house.client().get(f"{files()}/counties/{county}.geojson").content)["features"]
        assert {one["properties"]["kind"] for one in chunk} == {"cell", "village"}
    for name in ("v1", "v2", "v3"):
        words = text_of(page_of(house, f"/coverage/places/{name}/"))
        assert words.count("为什么？看口径") == len(RULES)
        assert not re.search(
            r"\b(site|signal|known|weak)\b", words.partition("怎样才算覆盖")[0].partition("覆盖了吗")[2]
        )
