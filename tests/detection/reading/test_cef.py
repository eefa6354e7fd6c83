"""CEF and LEEF are read with their heads, their escapes and a head of syslog before them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading import cef
from amur.detection.reading.times import instant


def read(*lines):
    return list(cef.events([(number, 0, line.encode()) for number, line in enumerate(lines, 1)], "gates"))


def one(line):
    [(_, _, flat, _)] = read(line)
    return flat


def test_an_event_of_cef_has_the_parts_of_its_head_and_its_keys():
    flat = one(
        "CEF:0|Security Works|threat/manager|1.0|100|worm successfully stopped|10|"
        "src=10.0.0.1 dst=2.1.2.2 spt=1232 msg=two words  cs1Label=Rule cs1=a=b"
    )
    assert flat.fields == {
        "CEFVersion": "0", "DeviceVendor": "Security Works", "DeviceProduct": "threat/manager", "DeviceVersion": "1.0",
        "DeviceEventClassID": "100", "Name": "worm successfully stopped", "Severity": "10", "src": "10.0.0.1",
        "dst": "2.1.2.2", "spt": "1232", "msg": "two words ", "cs1Label": "Rule", "cs1": "a=b",
    }  # fmt: skip
    assert flat.kind == "security_works//threat_manager"


def test_escapes_of_cef_are_undone_where_they_count():
    flat = one(r"CEF:0|a\|b|c\\d|1|2|x=y|5|path=C:\\temp\\new msg=one\=1\ntwo\rthree request=http://h/?q=1&r=2 odd=\q")
    assert (flat.fields["DeviceVendor"], flat.fields["DeviceProduct"], flat.fields["Name"]) == ("a|b", r"c\d", "x=y")
    assert flat.fields["path"] == r"C:\temp\new"
    assert flat.fields["msg"] == "one=1\ntwo\rthree"
    assert flat.fields["request"] == "http://h/?q=1&r=2"
    assert flat.fields["odd"] == r"\q"


@pytest.mark.parametrize("line", ["CEF:0|v|p|1|7|n|5", "CEF:0|v|p|1|7|n|5|", "CEF:1|v|p|1|7|n|5|  "])
def test_an_event_of_cef_may_have_no_extension(line):
    assert one(line).fields["Severity"] == "5"


def test_a_head_without_severity_leaves_the_extension_whole():
    fields = one("CEF:0|v|p|1|GLOBALPROTECT|login|rt=1767225600000 msg=a|b").fields
    assert "Severity" not in fields
    assert (fields["Name"], fields["rt"], fields["msg"]) == ("login", "1767225600000", "a|b")


def test_a_key_that_comes_twice_has_both_values():
    assert one("CEF:0|v|p|1|7|n|5|src=1 src=2 src=1").fields["src"] == f"1{SEVERAL}2"


@pytest.mark.parametrize(
    ("head", "expected", "at"),
    [
        ("", {}, None),
        ("<134>Jan 18 11:07:53 gate ", {"host": "gate", "severity": "info", "facility": "local0"}, "--01"),
        ("Jan 18 11:07:53 gate ", {"host": "gate"}, "--01"),
        ("<13>1 2019-01-18T11:07:53.52Z gate ", {"host": "gate", "severity": "notice", "facility": "user"}, "2019"),
        ("<13>1 2019-01-18T11:07:53.52Z gate app 7 - - ", {"host": "gate", "severity": "notice", "facility": "user"}, "2019"),
        ("<13>1 2019-01-18T11:07:53Z - - - - - ", {"severity": "notice", "facility": "user"}, "2019"),
        ("<134>gate ", {"host": "gate", "severity": "info", "facility": "local0"}, None),
        ("2019-01-18T11:07:53+08:00 gate ", {"host": "gate"}, "2019"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", ["CEF:0|v|p|1|7|n|5|a=1", "LEEF:1.0|v|p|1|7|a=1"])
def test_a_head_of_syslog_may_stand_before(head, expected, at, body):
    flat = one(head + body)
    assert {name: flat.fields[name] for name in ("host", "severity", "facility") if name in flat.fields} == expected
    assert (flat.at or "")[:4] == (at or "")
    assert flat.fields["a"] == "1"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("rt=1767225600123", "2026-01-01T00:00:00.123000+00:00"),
        ("rt=May 01 2026 08:00:00", "2026-05-01T08:00:00+00:00"),
        ("rt=May 01 2026 08:00:00.5 UTC", "2026-05-01T08:00:00.500000+00:00"),
        ("end=May 01 2026 08:00:00 +0800 start=1", "2026-05-01T00:00:00+00:00"),
        ("start=2026-05-01T08:00:00+08:00", "2026-05-01T00:00:00+00:00"),
        ("rt=May 01 2026 08:00:00 CST", None),
        ("rt=May 01 08:00:00", None),
        ("rt=soon", None),
        ("rt=", None),
    ],
)
def test_the_time_is_what_the_extension_says(said, at):
    found = one(f"CEF:0|v|p|1|7|n|5|{said}").at
    known = instant(found) if found else None
    assert (known.isoformat() if known else None) == at


def test_an_extension_that_says_no_time_leaves_that_of_the_head():
    assert one("<13>1 2019-01-18T11:07:53Z gate CEF:0|v|p|1|7|n|5|rt=soon").at == "2019-01-18T11:07:53Z"


def test_leef_1_has_tabs_between_attributes():
    flat = one(
        "LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tdst=172.50.123.1\tmsg=a b=c\tdevTime=1767225600000\t"
    )
    assert flat.fields == {
        "LEEFVersion": "1.0", "Vendor": "Microsoft", "Product": "MSExchange", "Version": "4.0 SP1", "EventID": "15345",
        "src": "192.0.2.0", "dst": "172.50.123.1", "msg": "a b=c", "devTime": "1767225600000",
    }  # fmt: skip
    assert (flat.kind, flat.at) == ("microsoft//msexchange", "1767225600000")


@pytest.mark.parametrize(
    ("said", "sign"), [("^", "^"), ("x5E", "^"), ("0x5e", "^"), ("x09", "\t"), ("", "\t"), (";", ";")]
)
def test_leef_2_says_what_stands_between_attributes(said, sign):
    fields = one(f"LEEF:2.0|v|p|1|41|{said}|src=1{sign}msg=a|b\\{sign}c{sign}").fields
    assert (fields["src"], fields["msg"]) == ("1", f"a|b{sign}c")


def test_leef_2_may_say_nothing_of_what_stands_between_attributes():
    fields = one("LEEF:2.0|v|p|1|41|src=1\tmsg=a|b").fields
    assert (fields["src"], fields["msg"]) == ("1", "a|b")
    assert one("LEEF:2.0|v|p|1|41|^|").fields["EventID"] == "41"
    assert one("LEEF:2.0|v|p|1|41").fields["EventID"] == "41"


def test_a_path_of_windows_keeps_its_backslashes_in_leef():
    assert one("LEEF:1.0|v|p|1|7|path=C:\\new\\run.exe").fields["path"] == "C:\\new\\run.exe"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no event", "no_cef"),
        ("CEF:x|v|p|1|7|n|5|a=1", "no_cef"),
        ("CEF:0|v|p|1|7", "head"),
        ("CEF:0|v|p|1|7|n|", "head"),
        ("CEF:0|v|p|1|7|n", "head"),
        ("LEEF:1.0|v|p", "head"),
        ("CEF:0|v|p|1|7|n|5|no key a=1", "extension"),
        ("CEF:0|v|p|1|7|n|5|no key at all", "extension"),
        ("LEEF:1.0|v|p|1|7|src=1\tno key", "attributes"),
        ("LEEF:1.0|v|p|1|7|=1", "attributes"),
        ("<999>Jan 18 11:07:53 gate CEF:0|v|p|1|7|n|5|a=1", "priority"),
    ],
)
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, (number, _, flat, _) = read(line, "CEF:0|v|p|1|7|n|5|a=1")
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.code) == ("gates", 1, code)
    assert (number, flat.fields["a"]) == (2, "1")


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=20)
_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\x1f\n\r"), max_size=20)
_KEYS = st.text("abcXYZ019_.", min_size=1, max_size=6)


def _of_cef(value):
    for sign, said in (("\\", "\\\\"), ("=", "\\="), ("\n", "\\n"), ("\r", "\\r")):
        value = value.replace(sign, said)
    return value


@given(_LINE, st.dictionaries(_KEYS, _TEXT, max_size=4))
def test_what_is_written_as_cef_comes_back(name, pairs):
    head = name.replace("\\", "\\\\").replace("|", "\\|")
    said = " ".join(f"{key}={_of_cef(value)}" for key, value in pairs.items())
    fields = one(f"CEF:0|v|p|1|7|{head}|5|{said}").fields
    assert fields["Name"] == name
    assert {key: fields[key] for key in pairs} == pairs


@given(st.sampled_from("\t^|;#æ"), st.dictionaries(_KEYS, _LINE, max_size=4))
def test_what_is_written_as_leef_comes_back(sign, pairs):
    said = sign.join(f"{key}={_of_leef(value, sign)}" for key, value in pairs.items())
    fields = one(f"LEEF:2.0|v|p|1|41|x{ord(sign):02X}|{said}").fields
    assert {key: fields[key] for key in pairs} == pairs


def _of_leef(value, sign):
    for one_sign in ("\\", "=", sign):
        value = value.replace(one_sign, f"\\{one_sign}")
    return value


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60))
def test_no_line_stops_the_reading(line):
    for begun in ("", "CEF:0|", "CEF:0|v|p|1|7|n|5|", "LEEF:2.0|v|p|1|41|", "<13>Jan 18 11:07:53 "):
        assert len(read(begun + line)) == 1
