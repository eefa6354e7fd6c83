"""Tables are read by their line of names, and a value over several lines is never taken for events."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading import csvs


def read(text):
    lines = text.encode().split(b"\n") if isinstance(text, str) else text.split(b"\n")
    return list(csvs.events([(number, 0, line) for number, line in enumerate(lines, 1) if line], "t.csv"))


def fields_of(found):
    return [event[2].fields for event in found if not isinstance(event, Quarantined)]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_is_read_whatever_stands_between_its_values(sign):
    found = read(
        sign.join(["time", '"user"', "text"]) + "\n" + sign.join(["2026-05-01T08:00:00Z", "ann", f'"a{sign}""b"""'])
    )
    [(number, _, flat, _)] = found
    assert number == 2
    assert flat == ({"time": "2026-05-01T08:00:00Z", "user": "ann", "text": f'a{sign}"b"'}, "", "2026-05-01T08:00:00Z")


def test_what_is_empty_is_no_field_and_in_quotes_an_empty_text():
    assert fields_of(read('a,b,c\n,"",1')) == [{"b": "", "c": "1"}]


def test_names_are_without_spaces_around_and_one_that_comes_twice_has_both_values():
    assert fields_of(read("a, b ,a\n1,2,3\n1,2,1")) == [{"a": f"1{SEVERAL}3", "b": "2"}, {"a": "1", "b": "2"}]


def test_a_line_of_names_may_end_with_a_sign_and_a_table_of_powershell_begin_with_a_type():
    assert fields_of(read('#TYPE System.Data\n"a","b",\n"1","2",')) == [{"a": "1", "b": "2"}]


def test_the_kind_is_known_by_the_names():
    [(_, _, flat, _)] = read("Channel,EventID,Hostname,@timestamp\nSecurity,4688,pc1,2026-05-01T08:00:00Z")
    assert (flat.kind, flat.at) == ("windows//", "2026-05-01T08:00:00Z")
    assert flat.fields["Computer"] == "pc1"
    [(_, _, flat, _)] = read("uid,id.orig_h,query\nC1,10.0.0.1,")
    assert flat.kind == "zeek//dns"


def test_a_quote_inside_a_value_without_quotes_stands_for_itself():
    assert fields_of(read('a,b\n5" disk,x')) == [{"a": '5" disk', "b": "x"}]


@pytest.mark.parametrize(("line", "code"), [("1", "columns"), ("1,2,3", "columns"), ('1,"a"b', "quote")])
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, (number, _, flat, _) = read(f"a,b\n{line}\n3,4")
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.code) == ("t.csv", 2, code)
    assert (number, flat.fields) == (3, {"a": "3", "b": "4"})


def test_what_stands_inside_a_value_over_several_lines_is_no_event():
    first, bad, last = read('a,b\n1,2\n3,"x\nforged,event\n""y""\nz"\n5,6')
    assert (first[0], last[0]) == (2, 7)
    assert (bad.position, bad.code) == (3, "over_lines")
    assert "4 lines" in bad.found


def test_a_value_that_another_follows_on_its_last_line_is_followed_on():
    bad, last = read('a,b,c\n1,"x\ny","z\nforged,event,too"\n5,6,7')
    assert (bad.position, bad.code, last[0]) == (2, "over_lines", 5)


def test_a_line_that_cannot_be_inside_of_quotes_is_read_as_its_own():
    bad, last = read('a,b\n1,"torn\n"5","6"')
    assert (bad.position, bad.code) == (2, "open_quote")
    assert last[2].fields == {"a": "5", "b": "6"}


def test_a_value_that_does_not_end_is_set_aside_and_followed_only_so_far():
    [bad] = read('a,b\n1,"torn\n3,4')
    assert (bad.position, bad.code) == (2, "open_quote")
    bad, *rest = read('a,b\n1,"torn\n' + "3,4\n" * (csvs.LONGEST + 5))
    assert (bad.position, bad.code) == (2, "open_quote")
    assert len(rest) == 6


def test_a_table_without_names_has_no_events():
    bad, *rest = read('a,"b\nc"\n1,2')
    assert bad.code == "over_lines"
    assert [one.code for one in rest] == ["no_head"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("a,b\n1,2\n3,4\n", True),
        ("a,b,c", True),
        ("a,b", False),
        ("1,2\n3,4\n", False),
        ("a,a\n1,2\n", False),
        ("a,b\n1\n2\n", False),
        ("plain text\nof several lines\n", False),
        ("Hello, world.\nThis is no table\n", False),
        ('a,"b\nc",d\n', False),
        ("#Fields: date time c-ip\n2026-05-01 08:00:00 192.0.2.1\n", False),
        ('#TYPE x\n"a b","c"\n"1","2"\n', True),
        ("", False),
    ],
)
def test_a_table_is_known_by_its_names_and_the_number_of_its_values(head, expected):
    assert csvs.fits(head.encode()) is expected


_ROWS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\x1f\n\r\0"), max_size=12), min_size=3, max_size=3
)


@given(st.lists(_ROWS, max_size=5), st.sampled_from(",;\t"))
def test_what_is_written_as_a_table_comes_back(rows, sign):
    written = io.StringIO()
    csv.writer(written, delimiter=sign, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    assert fields_of(read(written.getvalue())) == [dict(zip("abc", row, strict=True)) for row in rows]


_WIDE = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\x1f\r\0"), max_size=12), min_size=3, max_size=3
)


@given(st.lists(_WIDE, max_size=6))
def test_no_event_is_made_of_what_stands_inside_values(rows):
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    whole = [dict(zip("abc", row, strict=True)) for row in rows if not any("\n" in value for value in row)]
    assert fields_of(read(written.getvalue())) == whole


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_no_text_stops_the_reading(text):
    read("a,b\n" + text)
    csvs.fits(text.encode())
