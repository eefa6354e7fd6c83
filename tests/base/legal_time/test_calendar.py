from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from amur.base.declared import Text
from amur.base.legal_time import WorkCalendar
from tests.base.legal_time.oracle import OFFICIAL

MAY = {"zh": "劳动节", "en": "Labour Day"}


def body(**changes):
    return {
        "title": {"zh": "历", "en": "Calendar"},
        "published_from": "2026-01-01",
        "published_to": "2026-12-31",
        "source": "demo",
    } | changes


def in_years(*years, **changes):
    return {"title": {"zh": "历", "en": "Calendar"}, "years": [{"source": "demo"} | year for year in years]} | changes


def faults(given):
    with pytest.raises(ValidationError) as found:
        WorkCalendar.model_validate(given)
    return {error["loc"]: error["msg"] for error in found.value.errors()}


def test_days_may_be_bare_dates_or_carry_a_name():
    calendar = WorkCalendar.model_validate(
        body(
            holidays=["2026-01-01", {"from": "2026-05-01", "to": "2026-05-05", "name": MAY}],
            workdays=["2026-01-04", {"on": "2026-05-09", "name": MAY}],
        )
    )
    assert calendar.name_of(date(2026, 1, 1)) is None
    assert calendar.name_of(date(2026, 5, 3)) == calendar.name_of(date(2026, 5, 9)) == Text(**MAY)
    kinds = [calendar.kind_of(date(2026, 5, day)) for day in (1, 2, 5, 6, 9, 10)]
    assert kinds == ["holiday", "holiday", "holiday", "counted", "swapped", "rest"]
    assert calendar.kind_of(date(2026, 1, 4)) == "swapped"


def test_years_bring_their_own_days_source_and_date_of_publication():
    calendar = WorkCalendar.model_validate(
        in_years(
            {"year": 2025, "holidays": ["2025-01-01"]},
            {
                "year": 2026,
                "published_on": "2025-11-04",
                "verified": True,
                "source": "notice",
                "workdays": ["2026-01-04"],
            },
        )
    )
    assert (calendar.published_from, calendar.published_to) == (date(2025, 1, 1), date(2026, 12, 31))
    assert calendar.source == "demo, notice"
    year = calendar.year(2026)
    assert (year.source, year.published_on, year.verified) == ("notice", date(2025, 11, 4), True)
    assert calendar.year(2024) is None
    assert not calendar.is_working_day(date(2025, 1, 1))
    assert calendar.is_working_day(date(2026, 1, 4))
    assert WorkCalendar.model_validate(calendar.model_dump(by_alias=True)) == calendar
    assert WorkCalendar(title=calendar.title, years=calendar.years) == calendar


def test_the_notice_for_a_year_may_settle_days_in_the_december_before():
    calendar = WorkCalendar.model_validate(in_years({"year": 2005}, {"year": 2006, "workdays": ["2005-12-31"]}))
    assert calendar.is_working_day(date(2005, 12, 31))


def test_other_days_may_be_the_rest_of_the_week():
    calendar = WorkCalendar.model_validate(body(rest_weekdays=["friday"], workdays=["2026-01-02"]))
    assert [calendar.is_working_day(date(2026, 1, day)) for day in (2, 3, 9)] == [True, True, False]
    assert calendar.index.between(date(2026, 1, 1).toordinal(), date(2026, 1, 9).toordinal()) == 7


@pytest.mark.parametrize(
    ("given", "where", "what"),
    [
        (body(holidays=["2026-05-01", "2026-05-01"]), ("holidays", 1), "2026-05-01 twice"),
        (
            body(holidays=["2026-05-02", {"from": "2026-05-01", "to": "2026-05-03", "name": MAY}]),
            ("holidays", 1),
            "2026-05-02 twice",
        ),
        (body(workdays=["2026-05-09", "2026-05-09"]), ("workdays", 1), "2026-05-09 twice"),
        (
            body(holidays=["2026-05-09"], workdays=["2026-05-09"]),
            ("workdays", 0),
            "as a holiday and as a swapped workday",
        ),
        (body(workdays=["2026-05-08"]), ("workdays", 0), "2026-05-08, a friday, which is worked anyway"),
        (body(holidays=["2027-01-01"]), ("holidays", 0), "2027-01-01 outside the published range"),
        (body(published_to="2025-12-31"), ("published_to",), "the range ends after it begins"),
        (
            body(rest_weekdays=["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
            ("rest_weekdays",),
            "no weekday that is worked",
        ),
        (in_years({"year": 2026}, holidays=["2026-05-01"]), ("years",), "days beside years"),
        (in_years({"year": 2026}, {"year": 2026}), ("years", 1, "year"), "the year 2026 twice"),
        (in_years({"year": 2026}, {"year": 2024}), ("years",), "2025 is missing"),
        (in_years({"year": 2026}, published_from="2026-02-01"), ("published_from",), "leave it out"),
        (
            in_years({"year": 2025, "holidays": ["2026-05-01"]}, {"year": 2026}),
            ("years", 0, "holidays", 0),
            "put it under its own year",
        ),
        (
            in_years({"year": 2026, "holidays": ["2025-12-31"]}),
            ("years", 0, "holidays", 0),
            "outside the published range",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused_where_it_does(given, where, what):
    assert what in faults(given)[where]


def test_all_contradictions_are_named_at_once():
    found = faults(body(holidays=["2026-05-01", "2026-05-01", "2031-01-01"], workdays=["2026-05-08"]))
    assert set(found) == {("holidays", 1), ("holidays", 2), ("workdays", 0)}


@pytest.mark.parametrize(
    ("holiday", "what"),
    [
        ({"name": MAY}, "neither a day nor a span"),
        ({"on": "2026-05-01", "from": "2026-05-01", "to": "2026-05-02", "name": MAY}, "neither a day nor a span"),
        ({"from": "2026-05-01", "name": MAY}, "half a span"),
        ({"from": "2026-05-02", "to": "2026-05-01", "name": MAY}, "ends on or soon after its first day"),
        ({"from": "2026-01-01", "to": "2026-12-31", "name": MAY}, "ends on or soon after its first day"),
    ],
)
def test_a_holiday_is_a_day_or_a_span(holiday, what):
    assert any(what in said for said in faults(body(holidays=[holiday])).values())


@pytest.mark.parametrize("years", [7, [{"year": "x", "source": "s"}], [{"year": 99_999, "source": "s"}], ["2026"]])
def test_years_that_are_none_are_a_fault_like_any_other(years):
    assert faults({"title": {"zh": "历", "en": "C"}, "years": years})


def test_a_mapping_is_asked_for():
    assert faults("calendar")


def test_the_days_of_the_state_council_fit_the_form():
    assert OFFICIAL.kind_of(date(2026, 2, 14)) == "swapped"
    assert OFFICIAL.kind_of(date(2026, 2, 15)) == "holiday"
    assert OFFICIAL.covers(date(2026, 12, 31))
    assert not OFFICIAL.covers(date(2027, 1, 1))
