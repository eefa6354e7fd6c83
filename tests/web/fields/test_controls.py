"""How a declared field is asked in a browser: the control of each type, what was entered, what was wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import TYPES, FieldDeclaration, Lookups, field_of
from amur.web.fields import raw_from, view_of
from tests.base.field_strategies import LOOKUPS, declare

TITLE = Text(zh="问", en="Question")


def _codes(count: int) -> CodeList:
    codes = [{"code": f"c{n}", "title": {"zh": f"第{n}", "en": f"No {n}"}} for n in range(count)]
    return CodeList(id="list", title=TITLE, source="made up", codes=codes)


REGIONS = {
    code: Text(zh=zh, en=en)
    for code, zh, en in (
        ("230000", "省", "Province"),
        ("230100", "甲市", "First"),
        ("230102", "甲区", "Quarter"),
        ("230200", "乙市", "Second"),
    )
}


def field(kind: str, **options) -> FieldDeclaration:
    return field_of({"id": "question", "type": kind, "title": TITLE, **options})


def view(declaration: FieldDeclaration, raw: str = "", codes: int = 3, **options):
    found = Lookups(date(2026, 3, 10), codelists={"list": _codes(codes)}, regions=REGIONS)
    with translation.override("en"):
        return view_of(declaration, "en", found, raw=raw, **options)


@pytest.mark.parametrize(("count", "control"), [(2, "radios"), (7, "radios"), (8, "select")])
def test_a_few_codes_are_buttons_and_many_are_a_list(count, control):
    shown = view(field("code", codelist="list"), raw="c1", codes=count)
    assert shown.control == control
    options = shown.options or shown.groups[0].options
    assert [option.value for option in options if option.is_chosen] == ["c1"]


def test_a_code_out_of_force_is_offered_only_to_whoever_chose_it():
    old = {"code": "old", "title": {"zh": "旧", "en": "Old"}, "valid_to": "2020-01-01"}
    codes = CodeList(id="list", title=TITLE, source="made up", codes=[*_codes(1).model_dump()["codes"], old])
    found = Lookups(date(2026, 3, 10), codelists={"list": codes})
    declared = field("code", codelist="list")
    assert [o.value for o in view_of(declared, "en", found).options] == ["c0"]
    assert [o.value for o in view_of(declared, "en", found, raw="old").options] == ["c0", "old"]


def test_regions_stand_under_the_one_that_holds_them():
    groups = view(field("region"), raw="230102").groups
    assert [(group.label, [o.value for o in group.options]) for group in groups] == [
        ("Province", ["230000", "230200"]),
        ("First", ["230100", "230102"]),
    ]
    assert [o.value for group in groups for o in group.options if o.is_chosen] == ["230102"]


def test_a_region_whose_own_number_ends_in_a_nought_holds_no_other():
    titles = {code: Text(zh=code, en=code) for code in ("230000", "230100", "230110", "230111")}
    groups = view_of(field("region"), "en", Lookups(date(2026, 3, 10), regions=titles)).groups
    assert [(group.label, len(group.options)) for group in groups] == [("230000", 1), ("230100", 3)]


def test_a_region_that_is_no_more_is_offered_only_to_whoever_chose_it():
    found = Lookups(date(2026, 3, 10), regions=REGIONS, gone={"230200": ("230100",)})
    for raw, offered in (("", False), ("230200", True)):
        groups = view_of(field("region"), "en", found, raw=raw).groups
        assert ("230200" in {option.value for group in groups for option in group.options}) is offered


def test_codes_of_a_list_with_levels_stand_under_their_heading_and_below_the_one_above_them():
    heads = [{"code": code, "heading": True, "title": {"zh": code, "en": f"Group {code}"}} for code in ("A", "B")]
    codes = [{"code": f"{head}{n}", "parent": head, "title": TITLE} for head in "AB" for n in range(4)]
    below = {"code": "B3-1", "parent": "B3", "title": TITLE}
    listed = CodeList(id="list", title=TITLE, source="made up", codes=[*heads, *codes, below])
    groups = view_of(
        field("code", codelist="list"), "en", Lookups(date(2026, 3, 10), codelists={"list": listed})
    ).groups
    assert [(group.label, len(group.options)) for group in groups] == [("Group A", 4), ("Group B", 5)]
    assert [option.label for option in groups[1].options[-2:]] == ["Question", "\N{EM SPACE}Question"]


def test_every_region_can_be_chosen_exactly_once():
    chosen = sorted(option.value for group in view(field("region")).groups for option in group.options)
    assert chosen == sorted(REGIONS)


def test_a_date_is_asked_in_three_boxes_and_comes_back_as_one():
    shown = view(field("date"), raw="2026-13-")
    assert [part.value for part in shown.parts] == ["2026", "13", ""]
    sent = QueryDict("question-year=2026&question-month= 4&question-day=1")
    assert raw_from(field("date"), sent) == "2026-4-1"
    assert raw_from(field("date"), QueryDict("question-year= ")) == ""


def test_yes_and_no_stand_side_by_side():
    shown = view(field("yes_no"), raw="no")
    assert shown.is_inline
    assert [(option.value, option.is_chosen) for option in shown.options] == [("yes", False), ("no", True)]


@pytest.mark.parametrize(
    ("medium", "expected"),
    [("email", ("email", "email")), ("telephone", ("tel", "tel")), ("url", ("url", "url"))],
)
def test_a_phone_brings_the_right_keyboard_and_fills_in_what_it_knows(medium, expected):
    shown = view(field("contact", medium=medium))
    assert (shown.input_type, shown.autocomplete) == expected


def test_a_hint_says_what_the_declaration_knows():
    with translation.override("en"):
        assert view(field("text", multiline=True, max_length=50)).hint == "At most 50 characters."
        said = view(field("file", media_types=["application/pdf", "image/png"], max_bytes=2 * 2**20))
    assert said.hint == "PDF, PNG, at most 2 MB"
    assert said.accept == "application/pdf,image/png"


def test_the_error_summary_leads_to_the_first_control():
    assert view(field("yes_no"), error="x").anchor == "question-0"
    assert view(field("date"), error="x").anchor == "question-year"
    assert view(field("text"), error="x").anchor == "question"
    assert view(field("text", hint=TITLE), error="x").described_by == "question-hint question-error"


CONTROLS = {
    "text": "input",
    "texts": "boxes",
    "code": "radios",
    "identifier": "input",
    "reference": "input",
    "money": "input",
    "quantity": "input",
    "number": "input",
    "yes_no": "radios",
    "date": "date",
    "instant": "boxes",
    "period": "boxes",
    "region": "select",
    "point": "boxes",
    "shape": "shape",
    "file": "file",
    "contact": "input",
    "person": "input",
    "group": "group",
    "computed": "input",
}


def asked(declaration: FieldDeclaration, **options):
    with translation.override("en"):
        return view_of(declaration, "en", LOOKUPS, **options)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_control(kind):
    assert asked(declare(kind)).control == CONTROLS[kind]


def test_several_codes_are_ticked():
    field = declare("code", many=True)
    for raw in (["green", "old"], "green,old"):
        shown = asked(field, raw=raw)
        assert (shown.control, shown.anchor) == ("checkboxes", "item-0")
        assert [(one.value, one.is_chosen) for one in shown.options] == [("red", False), ("green", True), ("old", True)]


def test_an_amount_says_what_it_counts_and_brings_its_keyboard():
    fee = asked(declare("money"))
    assert (fee.prefix, fee.input_mode) == ("CN¥", "decimal")
    assert asked(declare("money", currency="JPY")).input_mode == "numeric"
    assert asked(declare("quantity", minimum=0)).suffix == "Mbit/s"
    assert asked(declare("number", minimum=-1)).input_mode == "", "a keyboard of digits has no minus"


@pytest.mark.parametrize(
    ("kind", "raw", "values"),
    [
        ("period", {"from": "2026-1-", "to": ""}, ["2026", "1", "", "", "", ""]),
        ("period", "2026-01-05/2026-02-06", ["2026", "01", "05", "2026", "02", "06"]),
        ("period", "soon", ["soon", "", "", "", "", ""]),
        ("instant", {"day": "2026-1-5", "time": "9:30"}, ["2026", "1", "5", "9:30"]),
        ("instant", "2026-03-09T01:30:00Z", ["2026", "03", "09", "09:30"]),
        ("point", {"lat": "45", "lon": None}, ["45", ""]),
        ("point", "45,126", ["45.000000", "126.000000"]),
        ("texts", {"zh": "名"}, ["名", ""]),
        ("texts", '{"zh": "名", "en": "Name"}', ["名", "Name"]),
        ("texts", 7, ["", ""]),
    ],
)
def test_a_value_of_several_boxes_comes_back_into_them(kind, raw, values):
    shown = asked(declare(kind), raw=raw)
    found = [
        value for box in shown.inner for value in ([part.value for part in box.parts] if box.parts else [box.value])
    ]
    assert found == values
    assert shown.anchor == shown.inner[0].anchor


def test_a_fault_in_one_box_stands_at_that_box():
    shown = asked(declare("period"), error="whole", errors={"to": "too early"})
    assert list(shown.problems) == [("item-to-year", "too early")]
    assert list(asked(declare("period"), error="whole").problems) == [("item-from-year", "whole")]


def test_an_end_that_may_be_open_says_so():
    assert asked(declare("period")).inner[1].is_required
    last = asked(declare("period", may_be_open=True)).inner[1]
    assert not last.is_required
    assert last.hint == "Leave it empty as long as the end is open."


def test_a_group_shows_its_items_and_offers_another():
    raw = [{"name": "甲", "share": "1"}, "broken", {"name": "", "share": None}]
    errors = {"0.share": "too much", "1": "odd", "2.name": "empty"}
    shown = asked(declare("group"), raw=raw, error="whole", errors=errors)
    assert [item.label for item in shown.items] == ["Item 1", "Item 2", "Item 3"]
    assert [[box.value for box in item.inner] for item in shown.items] == [["甲", "1"], ["", ""], ["", ""]]
    assert list(shown.problems) == [("item-0-share", "too much"), ("item-1", "odd"), ("item-2-name", "empty")]
    assert shown.add == "", "three are the most"
    assert [item.drop for item in shown.items] == ["item-0", "item-1", "item-2"]


def test_a_group_begins_with_as_many_items_as_it_needs():
    for raw in ("", "no JSON", []):
        assert len(asked(declare("group", least=2), raw=raw).items) == 2
    one = asked(declare("group"))
    assert (len(one.items), one.items[0].drop, one.add) == (1, "", "item")
    kept = asked(declare("group"), raw='[{"name": "甲", "share": "1.50"}]')
    assert [box.value for box in kept.items[0].inner] == ["甲", "1.50"]


def test_a_place_in_a_group_is_a_place_in_its_item():
    period = {"id": "term", "type": "period", "title": {"zh": "期限", "en": "Term"}}
    shown = asked(declare("group", fields=[period]), errors={"0.term": "whole", "0.term.to": "too early"})
    assert list(shown.problems) == [("item-0-term-to-year", "too early")]


def test_a_reference_is_chosen_among_a_few_and_else_typed_and_said_back():
    typed = asked(declare("reference"), raw="A-1")
    assert (typed.control, typed.value, typed.note) == ("input", "A-1", "That is: Company A")
    assert asked(declare("reference"), raw="A-9").note == ""
    few = replace(LOOKUPS, listed=lambda _: {"B-1": Text(zh="乙", en="B"), "C-1": Text(zh="C-1", en="C-1")})
    shown = view_of(declare("reference"), "en", few, raw="A-1")
    assert [(one.value, one.label, one.is_chosen) for one in shown.groups[0].options] == [
        ("B-1", "B (B-1)", False),
        ("C-1", "C-1", False),
        ("A-1", "Company A (A-1)", True),
    ]
    assert not any(one.is_chosen for one in view_of(declare("reference"), "en", few, raw="X").groups[0].options)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("name", ("input", "name")),
        ("address", ("input", "street-address")),
        ("telephone", ("input", "tel")),
        ("email", ("input", "email")),
        ("birth_date", ("date", "")),
        ("other", ("input", "")),
    ],
)
def test_what_is_asked_about_a_person_has_its_control_and_its_reason(of, expected):
    shown = asked(declare("person", of=of))
    assert (shown.control, shown.autocomplete) == expected
    assert shown.note.startswith("Why we ask: To reach you. It is kept for 30 days")
    assert shown.described_by == "item-note"


def test_what_was_checked_is_not_shown_again():
    field = declare("person", of="document", scheme="number", keep=False)
    shown = asked(field, raw=True)
    assert shown.value == ""
    assert shown.note.endswith("It was checked before; leave it empty unless it changed.")


def test_a_value_that_no_form_sends_is_shown_as_it_is():
    assert asked(declare("number"), raw=12).value == "12"
    assert asked(declare("number"), raw={"a": 1}).value == '{"a": 1}'
    assert asked(declare("text"), raw=5).value == "5"
