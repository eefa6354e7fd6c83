"""Tables of Zeek are read by their heads, and what does not fit its head is set aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading import zeek
from amur.detection.reading.times import instant

_HEAD = r"""#separator \x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	dns
#open	2026-05-01-08-00-00
#fields	ts	uid	id.orig_h	id.orig_p	query	rejected	answers	TTLs	flags
#types	time	string	addr	port	string	bool	vector[string]	vector[interval]	set[bool]"""
_GOOD = "1767225600.096535	C1	10.0.0.1	53	a.cn	T	1.2.3.4,b.cn	60.0,-	(empty)"


def read(*lines):
    whole = [line for text in lines for line in text.split("\n")]
    return list(zeek.events([(number, 0, line.encode()) for number, line in enumerate(whole, 1)], "dns.log"))


def test_a_table_is_read_by_its_head():
    [(number, _, flat, raw)] = read(_HEAD, _GOOD, "#close	2026-05-01-09-00-00")
    assert flat.fields == {
        "ts": "1767225600.096535", "uid": "C1", "id.orig_h": "10.0.0.1", "id.orig_p": "53", "query": "a.cn",
        "rejected": "true", "answers": f"1.2.3.4{SEVERAL}b.cn", "TTLs": "60.0", "flags": "",
    }  # fmt: skip
    assert (number, flat.kind, raw) == (9, "zeek//dns", _GOOD.encode())
    assert instant(flat.at).isoformat() == "2026-01-01T00:00:00.096535+00:00"


def test_what_is_not_set_is_no_field_and_what_is_escaped_is_set():
    [(_, _, flat, _)] = read(_HEAD, r"1.0	C1	-	-	\x2d	F	\x28empty)	-	T,F")
    assert flat.fields == {
        "ts": "1.0", "uid": "C1", "query": "-", "rejected": "false", "answers": "(empty)",
        "flags": f"true{SEVERAL}false",
    }  # fmt: skip


def test_escapes_are_undone_and_bytes_are_text_together():
    [(_, _, flat, _)] = read(_HEAD, r"1.0	C\\1	-	-	\xe7\x99\xbb\x09\x0a	F	a\x2cb,c	-	-")
    assert flat.fields["uid"] == r"C\1"
    assert flat.fields["query"] == "登\t\n"
    assert flat.fields["answers"] == f"a,b{SEVERAL}c"


def test_a_file_may_have_more_than_one_head():
    dns, conn = read(_HEAD, _GOOD, "#separator ;\n#path;conn\n#fields;uid;ts\n#types;string;time\nC2;7.5")
    assert (dns[2].kind, dns[2].fields["uid"]) == ("zeek//dns", "C1")
    assert conn[2] == ({"uid": "C2", "ts": "7.5"}, "zeek//conn", "7.5")


def test_a_head_without_types_and_an_event_without_time_are_read():
    [(_, _, flat, _)] = read("#path	x509\n#fields	id	tags\na	b,c")
    assert flat == ({"id": "a", "tags": "b,c"}, "zeek//x509", None)


def test_a_head_forgets_the_types_of_the_one_before():
    whole, plain = read("#fields	a\n#types	bool\nT\n#fields	a\nT")
    assert (whole[2].fields["a"], plain[2].fields["a"]) == ("true", "T")


@pytest.mark.parametrize(
    ("line", "code"),
    [(_GOOD + "\tone more", "columns"), ("1.0	C1", "columns"), ("no table", "columns")],
)
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, (number, _, flat, _) = read(_HEAD, line, _GOOD)
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.code) == ("dns.log", 9, code)
    assert (number, flat.fields["uid"]) == (10, "C1")


def test_a_line_without_a_head_is_set_aside():
    [bad] = read("1.0	C1")
    assert bad.code == "no_head"


def test_the_sign_between_values_may_be_that_of_the_table_and_is_none_of_a_value():
    [(_, _, flat, _)] = read("#separator \\x1f\n#path\x1fx\n#fields\x1fa\x1fb\n#types\x1fstring\x1fstring\n1\x1f\\x1f2")
    assert flat.fields == {"a": "1", "b": " 2"}


_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=12)


def _written(value, parting):
    """As Zeek does it: a backslash twice, what no one can see and what parts values in hexadecimal digits."""
    if value == "":
        return "(empty)"
    found = "".join(
        "\\\\" if sign == "\\"
        else "".join(f"\\x{byte:02x}" for byte in sign.encode()) if sign in parting or ord(sign) < 32 else sign
        for sign in value
    )  # fmt: skip
    return f"\\x{ord(found[0]):02x}{found[1:]}" if found in {"-", "(empty)"} or found[0] == "#" else found


@given(_VALUES, st.lists(_VALUES, min_size=1, max_size=4))
def test_what_is_written_as_zeek_comes_back(one, many):
    said = ",".join(_written(value, ",") for value in many)
    [(_, _, flat, _)] = read(f"#fields\ta\tb\n#types\tstring\tset[string]\n{_written(one, '')}\t{said}")
    assert flat.fields == {"a": one, "b": SEVERAL.join(many)}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30), max_size=6))
def test_no_lines_stop_the_reading(lines):
    for begun in ("", "#", "#separator ", "#fields\ta\n#types\t", "#set_separator\t\n"):
        read(*(begun + line for line in lines))
