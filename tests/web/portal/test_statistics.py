"""How long services really take: counted, told apart from what was promised, and silent about few cases."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from amur.base.acting import PUBLIC
from amur.procedures import reads
from amur.web.portal import measured
from tests.web.house import PROCEDURE, House

pytestmark = pytest.mark.django_db


def _value(number: str, base: int) -> SimpleNamespace:
    return SimpleNamespace(status="measured", standing="no_target", value=Decimal(number), base=base)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch):
    """Return a function that says what was computed of the decision clock of filings."""

    def say(base: int) -> None:
        clock = measured.longest_clock(reads.service(PROCEDURE)).id
        found = {"days": _value("6.5", base), "in_time": _value("92.0", base), "in_promise": _value("80.0", base)}
        monkeypatch.setattr(measured, "by_clock", lambda _scope: (None, {(PROCEDURE, clock): found}))

    return say


def _row(house: House) -> dict[str, str]:
    text = house.client().get("/statistics.csv").content.decode("utf-8-sig")
    return next(row for row in csv.DictReader(io.StringIO(text)) if row["service"] == PROCEDURE)


def test_a_service_is_told_by_its_open_cases_and_what_was_measured(house: House, times):
    times(40)
    row = _row(house)
    assert (row["open"], row["late"], row["promised_working_days"]) == ("2", "0", "10")
    assert (row["median_working_days"], row["percent_in_time"], row["ended_in_a_year"]) == ("6.5", "80.0", "40")
    page = house.client().get("/en/statistics/").content.decode()
    assert f'href="/en/board/figures/cases/{PROCEDURE}/"' in page
    assert "6.5 working days" in page


def test_of_few_cases_no_number_is_shown(house: House, times):
    times(4)
    row = _row(house)
    assert (row["received_in_a_year"], row["median_working_days"], row["ended_in_a_year"]) == ("", "", "")
    page = house.client().get(f"/en/services/{PROCEDURE}/").content.decode()
    assert "too few cases to say" in page
    assert "fewer than 5" in page


def test_what_was_not_measured_is_said_so_and_is_not_zero(house: House):
    page = house.client().get(f"/en/services/{PROCEDURE}/").content.decode()
    assert "not measured yet" in page


def test_cases_of_the_last_twelve_months_are_counted_and_older_ones_are_not(house: House):
    for place in range(4):
        house.submit(service_name=f"演示 {place}")
    assert reads.received(PUBLIC, at=house.now)[PROCEDURE] == 6
    assert reads.received(PUBLIC, at=house.now + timedelta(days=366)) == {}
    assert _row(house)["received_in_a_year"] == "6"
    shown = house.client().get("/en/").content.decode()
    assert "Most used" in shown


def test_of_two_services_the_one_with_more_cases_is_used_more():
    one, more, few = (
        measured.Going(SimpleNamespace(id=name), None, reads.OpenCases(), n)
        for name, n in (("a", 7), ("b", 9), ("c", None))
    )
    found = measured.most_used(measured.Goings((one, more, few), None), 5)
    assert [each.service.id for each in found] == ["b", "a"]
    assert replace(one, received=0).length == ""
