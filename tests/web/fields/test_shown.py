"""How values are drawn, whatever their type and however old they are."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings

from amur.base.fields import TYPES
from amur.web.fields import NOTHING, value_shown
from tests.base.field_strategies import JSON, LOOKUPS, declare
from tests.base.fields.test_faces import VALUES

KINDS = {
    "identifier": "code",
    "number": "number",
    "money": "number",
    "quantity": "number",
    "computed": "number",
    "date": "day",
    "instant": "moment",
    "period": "period",
    "point": "number",
    "shape": "shape",
    "texts": "texts",
    "contact": "link",
    "group": "table",
}


def drawn(kind: str, value, language: str = "en", **options) -> str:
    with translation.override(language):
        shown = value_shown(declare(kind, **options), value, language, LOOKUPS)
        return render_to_string("components/value.html", {"value": shown}).strip()


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_drawn_as_what_it_is(kind):
    shown = value_shown(declare(kind), VALUES[kind], "en", LOOKUPS)
    assert shown.kind == KINDS.get(kind, "text")
    assert shown.text
    assert drawn(kind, VALUES[kind])
    assert value_shown(declare(kind), None, "en", LOOKUPS) is NOTHING


@pytest.mark.parametrize("kind", TYPES)
@given(value=JSON)
@settings(max_examples=15, deadline=None)
def test_whatever_is_kept_is_drawn(kind, value):
    assert isinstance(drawn(kind, value), str)


def test_days_and_instants_are_times():
    assert drawn("period", VALUES["period"], "zh-hans") == (
        '<time datetime="2026-03-09">2026年3月9日</time> 至 <time datetime="2026-04-01">2026年4月1日</time>'
    )
    open_ = drawn("period", {"from": "2026-03-09", "to": None}, may_be_open=True)
    assert open_ == 'from <time datetime="2026-03-09">9 March 2026</time>'
    assert 'datetime="2026-03-09T01:30:00' in drawn("instant", VALUES["instant"])


@pytest.mark.parametrize(
    ("medium", "value", "address"),
    [
        ("url", "https://example.org/?a=1&b=2", "https://example.org/?a=1&amp;b=2"),
        ("email", "name@example.org", "mailto:name@example.org"),
        ("telephone", "0451 8888000", "tel:04518888000"),
    ],
)
def test_a_contact_leads_to_where_it_says(medium, value, address):
    assert f'href="{address}"' in drawn("contact", value, medium=medium)


@pytest.mark.parametrize(("medium", "value"), [("address", "中山路 1 号"), ("url", "javascript:alert(1)")])
def test_what_leads_nowhere_is_no_link(medium, value):
    assert "href" not in drawn("contact", value, medium=medium)


def test_a_group_is_a_table_with_an_empty_cell_where_nothing_was_given():
    table = drawn("group", [{"name": "<b>甲</b>", "share": "0.50"}, {"name": "乙"}])
    assert table.count("<tr>") == 3
    assert "&lt;b&gt;" in table
    assert 'data-label="Share"' in table
    assert "Not given" in table


def test_an_outline_is_said_in_words_and_stands_whole_below():
    shown = drawn("shape", "POLYGON ((126 45, 127 45, 127 46, 126 45))")
    assert "Area of 4 points" in shown
    assert "POLYGON ((126 45" in shown.partition("<details")[2]


def test_the_other_languages_stand_below_the_readers_own():
    shown = drawn("texts", {"zh": "名", "en": "Name"}, "en")
    assert shown.index("Name") < shown.index('lang="zh"')


def test_a_value_of_an_older_declaration_is_shown_as_plain_words():
    assert drawn("number", "twelve") == '<span class="amur-lines">twelve</span>'
    assert drawn("date", "0") == '<span class="amur-lines">0</span>'
    assert drawn("period", {"from": "0", "to": None}) == '<span class="amur-lines">from 0</span>'
    assert drawn("group", "none") == '<span class="amur-lines">none</span>'
