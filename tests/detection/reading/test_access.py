"""What web servers log of requests is read under the names by which rules know it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading import access
from amur.detection.reading.times import instant

_BEGUN = '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "'


def read(*lines):
    return list(access.events([(number, 0, line.encode()) for number, line in enumerate(lines, 1)], "access.log"))


def one(line):
    [(_, _, flat, _)] = read(line)
    return flat


def test_a_line_of_the_combined_format_gives_all_its_parts():
    flat = one(
        '203.0.113.7 - frank [10/Oct/2000:13:55:36 -0700] "POST /a/b.php?x=1&y=2?3 HTTP/1.1" 200 2326 '
        '"http://a.example/" "Mozilla/4.08 [en] (Win98)"'
    )
    assert flat.fields == {
        "c-ip": "203.0.113.7", "cs-username": "frank", "cs-method": "POST", "cs-uri": "/a/b.php?x=1&y=2?3",
        "cs-uri-stem": "/a/b.php", "cs-uri-query": f"x=1&y=2?3{SEVERAL}/a/b.php?x=1&y=2?3", "cs-version": "HTTP/1.1",
        "sc-status": "200", "sc-bytes": "2326", "cs-referer": "http://a.example/",
        "cs-user-agent": "Mozilla/4.08 [en] (Win98)",
    }  # fmt: skip
    assert flat.kind == "/webserver/"
    assert instant(flat.at).isoformat() == "2000-10-10T20:55:36+00:00"


def test_a_line_of_the_common_format_has_neither_referer_nor_agent_and_a_hyphen_is_no_field():
    fields = one(_BEGUN + 'GET /a HTTP/1.0" 304 -').fields
    assert set(fields) == {"c-ip", "cs-method", "cs-uri", "cs-uri-stem", "cs-uri-query", "cs-version", "sc-status"}
    assert fields["cs-uri-query"] == "/a"
    fields = one(_BEGUN + 'GET /a HTTP/1.0" 304 0 "-" ""').fields
    assert "cs-referer" not in fields
    assert fields["cs-user-agent"] == ""


def test_the_virtual_host_may_stand_before():
    fields = one(
        'a.example:443 2001:db8::1 - ann [10/Oct/2000:13:55:36 +0800] "GET / HTTP/2.0" 200 1 "-" "x" 0.01'
    ).fields
    assert (fields["cs-host"], fields["s-port"]) == ("a.example", "443")
    assert (fields["c-ip"], fields["cs-username"]) == ("2001:db8::1", "ann")
    assert fields["cs-user-agent"] == "x"


def test_a_name_of_a_user_may_have_spaces():
    fields = one('192.0.2.1 - ann lee [10/Oct/2000:13:55:36 +0800] "GET / HTTP/2.0" 200 1').fields
    assert (fields["c-ip"], fields["cs-username"]) == ("192.0.2.1", "ann lee")


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET /", {"cs-method": "GET", "cs-uri": "/", "cs-uri-stem": "/", "cs-uri-query": "/"}),
        ("\\x16\\x03\\x01", {"cs-uri": "\x16\x03\x01"}),
        ("", {"cs-uri": ""}),
        ("-", {}),
        ("GET /a b HTTP/1.1", {"cs-method": "GET", "cs-uri": "/a b", "cs-uri-stem": "/a b", "cs-uri-query": "/a b",
                               "cs-version": "HTTP/1.1"}),
        ('GET /\\"\\xe7\\x99\\xbb\\\\ HTTP/1.1', {"cs-method": "GET", "cs-uri": '/"登\\', "cs-uri-stem": '/"登\\',
                                                "cs-uri-query": '/"登\\', "cs-version": "HTTP/1.1"}),
    ],
)  # fmt: skip
def test_requests_of_any_make_are_read(request_line, expected):
    fields = one(f'{_BEGUN}{request_line}" 400 0').fields
    assert fields == {"c-ip": "192.0.2.1", "sc-status": "400", "sc-bytes": "0"} | expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no request", "no_request"),
        (_BEGUN + "GET /", "no_request"),
        (_BEGUN + 'GET /" 200', "no_request"),
        (_BEGUN + 'GET /" ok 1', "no_request"),
        (_BEGUN.replace("Oct", "Okt") + 'GET /" 200 1', "time"),
        (_BEGUN.replace(":13:55", "") + 'GET /" 200 1', "time"),
    ],
)
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, (number, _, flat, _) = read(line, _BEGUN + 'GET /" 200 1')
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.code) == ("access.log", 1, code)
    assert (number, flat.fields["sc-status"]) == (2, "200")


def test_a_value_cannot_be_split_by_the_sign_between_values():
    assert one(f'{_BEGUN}GET /a\\x1fb" 200 1').fields["cs-uri"] == "/a b"


_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=20)


def _written(value):
    """As nginx does it: quotes, backslashes and what no one can see in hexadecimal digits."""
    return "".join(
        "".join(f"\\x{byte:02X}" for byte in sign.encode())
        if sign in '"\\' or ord(sign) < 32 or ord(sign) > 126
        else sign
        for sign in value
    )


@given(_VALUES.filter(lambda value: value != "-"))
def test_an_agent_comes_back_as_it_was_sent(agent):
    assert one(f'{_BEGUN}GET / HTTP/1.1" 200 1 "-" "{_written(agent)}"').fields["cs-user-agent"] == agent


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60))
def test_no_line_stops_the_reading(line):
    for begun in ("", _BEGUN, '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /" 200 '):
        assert len(read(begun + line)) == 1
