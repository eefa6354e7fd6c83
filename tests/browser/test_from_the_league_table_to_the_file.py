"""A journalist goes from the open data to the table of operators, takes the file, and finds the same figures in it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.browser.walking import EACH_WAY, Pictures, faults
from tests.web.comparing import NAME, compare
from tests.web.house import House

pytestmark = [pytest.mark.browser, pytest.mark.deep]

_CELLS = """() => [...document.querySelectorAll('.amur-ranking tbody tr')]
    .map(row => [...row.children].slice(0, 6).map(cell => cell.innerText.trim()))"""


@pytest.mark.parametrize("way", EACH_WAY, ids=str)
def test_the_file_has_the_figures_of_the_table(way: tuple[str, int], served: House, visitor, tmp_path: Path):
    pictures = Pictures("journalist", *way)
    compare(served)
    reader = visitor(*way)
    reader.go("/open/")
    pictures.take(reader, "open")
    reader.press(f"main a[href$='/statistics/rankings/{NAME}/']")
    pictures.take(reader, "table")
    shown = reader.page.evaluate(_CELLS)
    with reader.page.expect_download() as loading:
        reader.page.click("main a[download]")
    loading.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"]]
    title = f"title_{way[0]}"
    told = [
        [
            row["rank"] or "–",
            row[title],
            row["value"],
            f"{row['low_95']} – {row['high_95']}",
            row["counted"],
            row["out_of"],
        ]
        for row in rows
    ]
    assert shown == told
    assert [row["compared"] for row in rows] == ["better", "worse", "too_few"]
    reader.press(f"main a[href$='/board/indicators/{NAME}/']")
    pictures.take(reader, "query")
    reader.go("/statistics/")
    pictures.take(reader, "statistics")
    reader.press("main a[href$='/statistics/rankings/']")
    pictures.take(reader, "all-tables")
    assert faults(reader) == []
