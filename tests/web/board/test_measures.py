"""What the board measures beside each verdict, and the way from every figure to how it is counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amur.base.acting import system
from amur.indicators import acts, times
from amur.indicators.models import IndicatorValue
from amur.policy import acts as policy
from amur.policy import reads as released
from tests.web.house import MARKS, PROCEDURE, House

pytestmark = pytest.mark.django_db

FIGURES = ("verdicts", "late", f"cases/{PROCEDURE}", f"clocks/{PROCEDURE}/decision", "examples/new_service_filing")


@pytest.fixture
def measured(house: House) -> House:
    """Return the house with its figures computed, as if six filings were decided on the day on which they came."""
    house.seal()
    acts.refresh(by=system("indicators"), now=house.now)
    IndicatorValue.objects.filter(computation__declaration_hash=times.HASH).update(base=6)
    return house


def page_of(house: House, path: str, who: str = "anonymous") -> str:
    answer = house.client(who).get(f"/en/board/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_before_anything_was_measured_it_is_hatched_and_never_0(house: House):
    page = page_of(house, "clauses/3/")
    assert page.count("amur-bar--none") == page.count("Not measured") > 4
    assert "Not measured" in page
    assert not re.search(r">0(\.0)?<small>%", page)
    assert "Not measured" in page_of(house, f"figures/clocks/{PROCEDURE}/decision/")


@pytest.mark.both
def test_a_clock_stands_against_what_was_promised_and_an_indicator_against_its_target(measured: House):
    said = text_of(page_of(measured, "clauses/3/"))
    assert "100.0 % Decision · within the promised 10 working days · counted over 6" in said
    assert "limit of 20 working days kept in 100.0% · median 0.0 working days" in said
    assert (
        "Filings of new services decided within the promise · No target · counted over 1 · too few to conclude from · as of"
        in said
    )
    IndicatorValue.objects.filter(dimensions__time="days").update(value="12.5")
    assert "Slower than promised Decision" in text_of(page_of(measured, "clauses/3/"))
    assert "1 commitment found" in page_of(measured, "?late=below")
    report = text_of(page_of(measured, "report/?late=below"))
    assert "Below target or promise" in report
    assert "median 12.5 working days" in report


def test_of_few_cases_neither_share_nor_median_is_shown(measured: House):
    IndicatorValue.objects.filter(computation__declaration_hash=times.HASH).update(base=4)
    said = text_of(page_of(measured, "clauses/3/"))
    assert "too few cases to say Decision · within the promised 10 working days · limit 20 working days" in said
    assert "median 0.0" not in said
    counted = page_of(measured, f"figures/clocks/{PROCEDURE}/decision/")
    assert "too few cases to say" in counted
    assert "counted over" not in counted


def test_whoever_oversees_is_told_which_cases_are_late_and_by_which_entries_and_not_what_is_in_them(
    house: House, clock
):
    path = f"figures/cases/{PROCEDURE}/"
    assert "No case of it is late" in page_of(house, path, "coordinator")
    clock.advance(days=40)
    for who in ("anonymous", "firm", "handler", "system"):
        assert "The late cases</h2>" not in page_of(house, path, who)
    page = page_of(house, path, "coordinator")
    assert house.case is not None
    assert house.filed is not None
    assert (house.case.number in page, house.filed.number in page) == (True, False)
    assert not any(mark in page for mark in (*MARKS, house.case.subject))
    assert "nobody has said it yet" in page
    entries = set(re.findall(r"/en/verify/\?entry=([0-9a-f]{64})", page))
    assert entries == {house.case.events.get().entry_hash}
    assert "Check" in house.client().get(f"/en/verify/?entry={entries.pop()}").content.decode()


@pytest.mark.both
def test_late_cases_are_a_number_for_everybody_and_a_way_to_the_queue_for_who_works_on_them(house: House, clock):
    assert "none late" in page_of(house, "clauses/3/")
    assert "1 commitment found" in page_of(house, "?late=in_time")
    clock.advance(days=40)
    said = page_of(house, "clauses/3/")
    assert '<b class="amur-late">1 late</b>' in said
    assert "1 late case" in text_of(said)
    assert "/desk/" not in said.partition("<main")[2]
    mine = page_of(house, "clauses/3/", "handler")
    (address,) = re.findall(r'href="([^"]*/desk/\?[^"]+)"', mine)
    queue = house.client("handler").get(address.replace("&amp;", "&")).content.decode()
    assert house.case is not None
    assert house.filed is not None
    assert (house.case.number in queue, house.filed.number in queue) == (True, False)
    assert "1 commitment found" in page_of(house, "?late=late")
    assert "No commitment is like this" in page_of(house, "?late=in_time")
    assert "found</h2>" not in page_of(house, "?late=whatever")


def test_every_figure_leads_to_how_it_is_counted(measured: House):
    for path in FIGURES:
        page = page_of(measured, f"figures/{path}/")
        assert "style=" not in page
        assert path == "late" or re.search(r'Declared in <span class="amur-code amur-break">[^<]+\.yaml</span>', page)
        if "cases" in path or "clocks" in path:
            assert "SELECT" in page
            assert f"/en/services/{PROCEDURE}/" in page
            assert "/desk/?view=" in page_of(measured, f"figures/{path}/", "handler")
    assert f"/en/board/figures/cases/{PROCEDURE}/" in page_of(measured, "figures/late/")
    clock = page_of(measured, f"figures/clocks/{PROCEDURE}/decision/")
    assert "/open/api/v1/ledger/" in clock
    assert "counted over 6" in clock
    page = page_of(measured, "") + page_of(measured, "clauses/3/")
    found = set(re.findall(r'href="(/en/board/(?:figures|indicators)/[^"]*)"', page))
    assert len(found) > 15
    assert {measured.client().get(address).status_code for address in found} == {200}
    for path in ("cases/nothing", f"clocks/{PROCEDURE}/nothing", "clocks/nothing/decision", "examples/nothing"):
        assert measured.client().get(f"/board/figures/{path}/").status_code == 404


def test_an_example_says_when_it_was_played_and_how_it_went(house: House):
    assert "not played here yet" in page_of(house, "figures/examples/filing_time/")
    release = released.active_release()
    assert release is not None
    results = {"filing_time": False, "new_service_filing": True}
    policy.keep_proofs(release, results, by=system("prover"), now=house.now - timedelta(days=1))
    said = text_of(page_of(house, "figures/examples/filing_time/"))
    assert "fails" in said
    assert "Last run" in said
    assert re.search(r"passes A new service, .{,60}, \d\d:\d\d", text_of(page_of(house, "clauses/3/")))


def test_the_pages_ask_as_often_however_many_commitments_they_show(measured: House):
    asked = {}
    for path in ("clauses/1/", "clauses/3/", "", "report/"):
        measured.client().get(f"/board/{path}")
        with CaptureQueriesContext(connection) as queries:
            measured.client().get(f"/board/{path}")
        asked[path] = len(queries)
    assert len(set(asked.values())) == 1, asked
    assert asked["report/"] <= 16, asked


def test_an_hour_clock_says_why_it_has_no_share(measured: House, monkeypatch):
    from amur.procedures import declared
    from amur.web.board import origins

    definition = declared.everything().procedures[PROCEDURE]
    counted = definition.clocks[0].model_copy(update={"working_days": None, "hours": 4})
    hourly = definition.model_copy(update={"clocks": (counted,)})
    monkeypatch.setattr(origins, "_procedure", lambda _: hourly)
    assert "counts hours" in page_of(measured, f"figures/clocks/{PROCEDURE}/completeness/")


@pytest.mark.django_db
def test_before_the_first_sync_no_figure_is_explained(client):
    assert client.get("/board/figures/verdicts/").status_code == 404
    assert client.get("/board/figures/examples/any/").status_code == 404
