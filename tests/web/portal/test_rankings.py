"""Groups beside each other: their order, what they are out of, how sure it is; and the file says the same as the page."""

from __future__ import annotations

import csv
import io
import re

import pytest

from amur.base.acting import PUBLIC
from amur.indicators import reads
from tests.web.comparing import NAME, compare
from tests.web.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def compared(house: House) -> House:
    """Return the house with three made-up operators beside each other."""
    return compare(house)


def _page(house: House, language: str = "") -> str:
    return house.client().get(f"{language}/statistics/rankings/{NAME}/").content.decode()


def test_the_best_stands_first_and_what_is_too_few_last_without_a_place(compared: House):
    rows = re.findall(r"<tbody>.*?</tbody>", _page(compared, "/en"), re.DOTALL)[0]
    places = re.findall(r'amur-ranking__place"[^>]*>([^<]*)</td><th scope="row">([^<]*)<', rows)
    assert [place for place, _ in places] == ["1", "2", "–"]
    assert "better than all together" in rows
    assert "worse than all together" in rows
    assert "too few to compare" in rows
    assert "94.6 – 99.8" in rows


def test_the_file_has_the_same_figures_as_the_page_in_the_same_order(compared: House):
    answer = compared.client().get(f"/statistics/rankings/{NAME}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["rank"], row["code"], row["value"], row["counted"], row["out_of"]) for row in rows] == [
        ("1", "demo_yang", "99.0", "99", "100"),
        ("2", "demo_li", "50.0", "50", "100"),
        ("", "demo_ni", "100.0", "3", "3"),
        ("", "", "74.9", "152", "203"),
    ]
    page = _page(compared)
    for row in rows:
        cells = [row["value"], row["counted"], row["out_of"], *filter(None, (row["low_95"], row["high_95"]))]
        assert all(cell in page for cell in cells)
        assert row["title_zh"] in page


def test_before_the_first_computation_the_page_says_so_and_the_file_is_empty(house: House):
    assert "Not computed yet" in _page(house, "/en")
    assert house.client().get(f"/statistics/rankings/{NAME}.csv").content.decode().count("\r\n") == 1


def test_only_what_the_pack_compares_has_such_a_page(house: House):
    assert house.client().get("/statistics/rankings/filing_time/").status_code == 404
    assert house.client().get("/statistics/rankings/no_such.csv").status_code == 404
    listed = house.client().get("/en/statistics/rankings/").content.decode()
    assert [one.id for one in reads.rankings(PUBLIC)] == re.findall(r"/rankings/([a-z_]+)/\"", listed)
    assert "/en/statistics/rankings/" in house.client().get("/en/statistics/").content.decode()
    indicator = house.client().get(f"/en/board/indicators/{NAME}/").content.decode()
    assert (f"/en/statistics/rankings/{NAME}/" in indicator) is False  # nothing was computed: there is no group yet
