from __future__ import annotations

import csv
import io

import pytest

from amur.base.acting import system
from amur.indicators import acts, reads
from amur.policy import reads as policy
from amur.web import demonstration
from amur.web.board.indicators import read_by
from tests.web.house import House

pytestmark = pytest.mark.django_db

API = "/open/api/v1/indicators"


@pytest.fixture
def measured(house: House) -> House:
    """Return the house with those two indicators computed that filings have: one was decided, on the day it came."""
    house.seal()
    acts.export(into=acts.folder())
    for name in ("filing_time", "filing_within_promise"):
        acts.compute(name, by=system("indicators"), now=house.now)
    return house


def test_before_the_first_computation_the_page_says_so(house: House):
    page = house.client().get("/en/board/indicators/filing_time/").content.decode()
    assert "Not computed yet" in page
    assert "select region" in page
    assert "echarts" not in page
    assert house.client().get("/board/indicators/").status_code == 200


def test_a_number_stands_with_unit_target_query_and_proof(measured: House):
    page = measured.client().get("/en/board/indicators/filing_within_promise/").content.decode()
    assert '<span class="amur-figure">100.0</span> <small>%</small>' in page
    assert "No document sets a share." in page
    assert "No target" in page
    assert "COUNT(*) FILTER" in page
    assert "/open/api/v1/ledger/" in page
    assert "filing_within_promise.indicator.yaml" in page


def test_the_query_leads_to_the_records_that_everybody_may_see_and_says_what_is_kept(house: House):
    page = house.client().get("/en/board/indicators/filing_time/").content.decode()
    assert 'Clocks of cases <span class="amur-code">clocks</span> (not given out; what is computed from it is)' in page
    declaration = reads.declared("filing_time")[1]
    over = declaration.model_copy(update={"sql": "select count(*) as value from register_new_services__versions"})
    (read,) = read_by(over)
    assert (read.name, read.is_open) == ("register_new_services", True)
    assert read.address.endswith("/registers/new_services/")


def test_the_chinese_page_says_it_in_chinese(measured: House):
    page = measured.client().get("/board/indicators/filing_time/").content.decode()
    assert "个工作日" in page
    assert "没有目标" in page
    assert "这个数怎么来的" in page


def test_groups_stand_by_their_titles_and_the_chart_has_its_table(measured: House):
    page = measured.client().get("/board/indicators/filing_time/").content.decode()
    assert '<th scope="row">哈尔滨市</th>' in page
    assert 'data-amur-chart="groups"' in page
    assert "echarts.simple.min" in page
    assert "<script>" not in page
    assert "style=" not in page


def test_the_list_shows_every_indicator(measured: House):
    page = measured.client().get("/en/board/indicators/").content.decode()
    assert page.count('class="amur-indicator"') == len(policy.declarations("indicator")) > 2
    assert "/en/board/indicators/filing_time/" in page


def test_the_board_leads_to_what_measures_a_commitment(measured: House):
    page = measured.client().get("/en/board/clauses/3/").content.decode()
    assert 'href="/en/board/indicators/filing_time/"' in page


def test_an_unknown_indicator_is_not_found(measured: House):
    assert measured.client().get("/board/indicators/no_such/").status_code == 404
    assert measured.client().get(f"{API}/no_such").status_code == 404


def test_the_interface_gives_values_with_query_and_snapshot(measured: House):
    listed = measured.client().get(API).json()
    assert [one["id"] for one in listed] == list(policy.declarations("indicator"))
    one = measured.client().get(f"{API}/filing_within_promise").json()
    assert (one["value"], one["status"], one["standing"], one["base"]) == ("100.0", "measured", "no_target", 1)
    assert one["snapshot_index"] > 0
    assert one["values"][1]["dimensions"] == {"region": "230100"}
    assert one["values"][1]["labels"][0]["zh"] == "哈尔滨市"
    days = measured.client().get(f"{API}/filing_time/history").json()["days"]
    assert [day["taken_on"] for day in days] == ["2026-03-10"]


def test_the_csv_has_a_row_for_each_value(measured: House):
    answer = measured.client().get(f"{API}/filing_within_promise/values.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["region"], row["value"], row["status"]) for row in rows] == [
        ("", "100.0", "measured"),
        ("230100", "100.0", "measured"),
    ]
    assert rows[0]["demonstration"] == "false"


def test_made_up_data_say_so(measured: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demonstration, "is_present", lambda **_: True)
    assert "amur-simulated" in measured.client().get("/board/indicators/filing_time/").content.decode()
    assert measured.client().get(f"{API}/filing_time").json()["demonstration"] is True
    assert "true" in measured.client().get(f"{API}/filing_time/values.csv").content.decode()
