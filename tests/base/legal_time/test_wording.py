from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from amur.base.legal_time import amount, counted, note, span
from amur.base.legal_time.explaining import Step


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), "2026年3月2日", "2 March 2026"),
        (date(2026, 3, 2), date(2026, 3, 5), "2026年3月2日至5日", "2 to 5 March 2026"),
        (date(2026, 3, 2), date(2026, 4, 5), "2026年3月2日至4月5日", "2 March to 5 April 2026"),
        (date(2026, 12, 31), date(2027, 1, 4), "2026年12月31日至2027年1月4日", "31 December 2026 to 4 January 2027"),
        (date(2026, 3, 2), None, "2026年3月2日起", "from 2 March 2026"),
        (
            datetime(2026, 12, 31, 23, tzinfo=UTC),
            datetime(2027, 1, 1, 1, 30, tzinfo=UTC),
            "2026年12月31日 23:00至2027年1月1日 01:30",
            "31 December 2026 23:00 to 1 January 2027 01:30",
        ),
    ],
)
def test_a_span_says_nothing_twice(first, last, zh, en):
    assert (span(first, last, "zh-hans"), span(first, last, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("working_days", "1 个工作日", "1 working day"),
        ("days", "1 日", "1 day"),
        ("hours", "1 小时", "1 hour"),
        ("months", "1 个月", "1 month"),
        ("years", "1 年", "1 year"),
    ],
)
def test_one_of_each_unit_has_its_word(unit, zh, en):
    assert (amount(1, unit, "zh"), amount(1, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"), [(0, "0 小时", "0 h"), (61, "1 分 1 秒", "1 min 1 s"), (90_000, "25 小时", "25 h")]
)
def test_seconds_are_told_as_hours_and_minutes(seconds, zh, en):
    assert (counted(seconds, "seconds", "zh"), counted(seconds, "seconds", "en")) == (zh, en)


def test_a_line_without_a_name_has_no_note():
    assert note(Step(date(2026, 1, 1), date(2026, 1, 1), 0, "rest", 0), "days", "zh") == ""
