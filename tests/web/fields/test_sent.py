"""What the browser sent for a field becomes raw input that the field reads."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from amur.base.fields import TYPES
from amur.web.fields import raw_from, reshaped, takes_files
from tests.base.field_strategies import declare

SENT = {
    "texts": ("item-zh=名&item-en=Name", {"zh": "名", "en": "Name"}),
    "instant": (
        "item-day-year=2026&item-day-month=1&item-day-day=5&item-time=9:30",
        {"day": "2026-1-5", "time": "9:30"},
    ),
    "period": ("item-from-year=2026&item-to-day=3", {"from": "2026--", "to": "--3"}),
    "point": ("item-lat=45&item-lon=126", {"lat": "45", "lon": "126"}),
    "date": ("item-year=2026&item-month= 4&item-day=1", "2026-4-1"),
    "group": (
        "item-count=2&item-0-name=甲&item-0-share=1&item-1-name=乙&item-2-name=丙",
        [{"name": "甲", "share": "1"}, {"name": "乙", "share": ""}],
    ),
}
EMPTY = {
    "texts": {"zh": "", "en": ""},
    "instant": {"day": "", "time": ""},
    "period": {"from": "", "to": ""},
    "point": {"lat": "", "lon": ""},
    "group": [],
}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_comes_back_from_its_boxes(kind):
    query, raw = SENT.get(kind, ("item=x", "x"))
    assert raw_from(declare(kind), QueryDict(query)) == raw
    assert raw_from(declare(kind), QueryDict("")) == EMPTY.get(kind, "")


def test_ticks_come_back_as_a_list_and_a_birthday_as_a_day():
    assert raw_from(declare("code", many=True), QueryDict("item=red&item=green")) == ["red", "green"]
    assert (
        raw_from(declare("person", of="birth_date"), QueryDict("item-year=1990&item-month=1&item-day=5")) == "1990-1-5"
    )


@pytest.mark.parametrize("count", ["", "-1", "x", "١", "9" * 9, "1e3"])
def test_a_count_that_no_page_sends_is_none(count):
    assert raw_from(declare("group"), QueryDict(f"item-count={count}&item-0-name=a")) == []


def test_one_item_too_many_is_let_through_so_that_the_field_can_say_so():
    assert len(raw_from(declare("group"), QueryDict("item-count=9999"))) == 4


def test_an_outline_comes_as_text_or_from_a_file():
    file = SimpleUploadedFile("a.geojson", "\ufeff{}".encode())
    files = MultiValueDict({"item-file": [file]})
    assert raw_from(declare("shape"), QueryDict("item=LINESTRING"), files) == "{}"
    assert raw_from(declare("shape"), QueryDict("item=LINESTRING"), MultiValueDict()) == "LINESTRING"
    broken = MultiValueDict({"item-file": [SimpleUploadedFile("a", io.BytesIO(b"\xff").read())]})
    assert raw_from(declare("shape"), QueryDict(""), broken) == "\ufffd"


def test_buttons_add_and_take_away():
    group, other = declare("group"), declare("text")
    raw = {"item": [{"name": "甲"}]}
    assert reshaped([other, group], raw, QueryDict("add=item")) == "item-1"
    assert raw == {"item": [{"name": "甲"}, {}]}
    assert reshaped([other, group], raw, QueryDict("drop=item-0")) == "item"
    assert raw == {"item": [{}]}
    assert reshaped([group], raw, QueryDict("drop=item-x")) == ""
    assert reshaped([group], raw, QueryDict("add=other")) == ""
    full = {"item": [{}, {}, {}]}
    assert reshaped([group], full, QueryDict("add=item")) == "item-2"
    assert len(full["item"]) == 3


def test_a_form_with_outlines_is_sent_in_parts():
    shape = {"id": "area", "type": "shape", "title": {"zh": "范围", "en": "Area"}}
    assert takes_files([declare("shape")])
    assert takes_files([declare("group", fields=[shape])])
    assert not takes_files([declare("group"), declare("text")])
