"""How days, instants, sizes, long codes and people's own words are written in each language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.template import Context, Template
from django.utils import translation

from amur.web import dates
from amur.web.pages import number_from

DAY = date(2026, 10, 27)


@pytest.mark.parametrize(
    ("language", "short", "words"),
    [
        ("zh-hans", False, "2026年10月27日 周二"),
        ("zh-hans", True, "10月27日"),
        ("en", False, "27 October 2026"),
        ("en", True, "27 October"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(language, short, words):
    assert dates.day(DAY, language, short=short) == words


def test_an_instant_is_told_in_the_time_of_the_place():
    instant, zone = datetime(2026, 10, 21, 0, 5, tzinfo=UTC), timezone(timedelta(hours=8))
    assert dates.moment(instant, "zh-hans", zone) == "2026年10月21日 08:05"
    assert dates.moment(instant, "en", zone) == "21 October 2026, 08:05"


def test_the_day_of_the_week_is_named():
    assert (dates.weekday(DAY, "zh-hans"), dates.weekday(DAY, "en")) == ("周二", "Tuesday")


def test_sizes_and_codes_can_be_read_aloud():
    assert [dates.size(count) for count in (900, 410_000, 3_210_000, 2**20)] == ["900 B", "400 kB", "3.1 MB", "1 MB"]
    assert dates.grouped("9f3c04d1a7") == "9f3c 04d1 a7"


@pytest.mark.parametrize(("raw", "number"), [("3", 3), ("-1", 1), ("x", 1), ("９", 1), ("9" * 30, 1), ("0", 1)])
def test_what_is_no_page_number_is_the_first_page(raw, number):
    assert number_from(raw) == number


@pytest.mark.parametrize("value", [DAY, "2026-10-27", datetime(2026, 10, 26, 23, 0, tzinfo=UTC)])
def test_a_template_puts_every_day_into_a_time_element(value):
    with translation.override("en"):
        shown = Template('{% day value %}|{% day value "short" %}|{% weekday value %}').render(
            Context({"value": value})
        )
    time = '<time datetime="2026-10-27">'
    assert shown == f"{time}27 October 2026</time>|{time}27 October</time>|Tuesday"


@pytest.mark.parametrize("value", [None, ""])
def test_a_day_that_is_not_known_is_not_shown(value):
    assert Template("{% day value %}{% moment value %}").render(Context({"value": value})) == ""


def test_a_plain_chinese_day_has_no_weekday():
    with translation.override("zh-hans"):
        assert ">2026年10月27日</time>" in Template('{% day value "plain" %}').render(Context({"value": DAY}))


def test_a_text_of_the_pack_speaks_the_language_of_the_page():
    text = {"zh": "备案", "en": "Filing"}
    for language, words in (("zh-hans", "备案"), ("en", "Filing")):
        with translation.override(language):
            assert Template("{{ text|say }}").render(Context({"text": text})) == words
    assert Template("{{ text|say }}{{ nothing|say }}").render(Context({"text": "as it is"})) == "as it is"


def test_what_was_written_in_chinese_is_read_aloud_as_chinese_on_an_english_page():
    said = Template("{{ text|spoken }}")
    with translation.override("en"):
        assert said.render(Context({"text": "<演示>"})) == '<span lang="zh-Hans">&lt;演示&gt;</span>'
        assert said.render(Context({"text": "A & B"})) == "A &amp; B"
        assert said.render(Context({"text": None})) == ""
    with translation.override("zh-hans"):
        assert said.render(Context({"text": "演示"})) == "演示"
