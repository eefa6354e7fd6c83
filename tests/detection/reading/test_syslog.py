"""Syslog of either standard is read, and what is no syslog is set aside with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading import syslog
from amur.detection.reading.times import instant


def read(*lines):
    numbered = [
        (number, 100 * number, line.encode() if isinstance(line, str) else line) for number, line in enumerate(lines, 1)
    ]
    return list(syslog.events(numbered, "messages"))


def one(line):
    [(_, _, flat, _)] = read(line)
    return flat


def test_a_line_of_rfc_5424_gives_its_head_its_structured_data_and_its_message():
    flat = one(
        "<165>1 2026-05-01T08:00:00.003+08:00 core-1.example evntslog 8710 ID47 "
        '[exampleSDID@32473 iut="3" eventSource="Application"][origin ip="192.0.2.1" ip="192.0.2.2"] An event'
    )
    assert flat.fields == {
        "severity": "notice", "facility": "local4", "host": "core-1.example", "app": "evntslog", "pid": "8710",
        "msgid": "ID47", "sd.exampleSDID@32473.iut": "3", "sd.exampleSDID@32473.eventSource": "Application",
        "sd.origin.ip": f"192.0.2.1{SEVERAL}192.0.2.2", "message": "An event",
    }  # fmt: skip
    assert (flat.kind, flat.at) == ("linux//syslog", "2026-05-01T08:00:00.003+08:00")


def test_what_rfc_5424_leaves_out_is_no_field():
    flat = one("<14>1 - - - - - - \ufeffонлайн")
    assert flat.fields == {"severity": "info", "facility": "user", "message": "онлайн"}
    assert flat.at is None


def test_a_message_may_be_missing_behind_structured_data():
    assert one('<14>1 - h a - - [x@1 a="b"]').fields["message"] == ""
    assert one("<14>1 - h a - - -").fields["message"] == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", ("mymachine", "su", None, "'su root' failed")),
        ("Oct  1 22:14:15 gate sshd[77]: Accepted for root", ("gate", "sshd", "77", "Accepted for root")),
        ("Oct  1 22:14:15 gate kernel: [ 1.0] eth0: up", ("gate", "kernel", None, "[ 1.0] eth0: up")),
        ("Oct  1 22:14:15 su[1]: no host at all", (None, "su", "1", "no host at all")),
        ("Oct  1 22:14:15 gate last message repeated 2 times", ("gate", None, None, "last message repeated 2 times")),
        ("Oct  1 22:14:15 fe80::1 a: b", ("fe80::1", "a", None, "b")),
        ("Oct  1 22:14:15 gate postfix/smtpd[9]: connect", ("gate", "postfix/smtpd", "9", "connect")),
        ("Oct  1 22:14:15 gate go http://a.cn/b: c", ("gate", None, None, "go http://a.cn/b: c")),
        ("<13>only a message", (None, None, None, "only a message")),
        ("<13>app[3]: no time", (None, "app", "3", "no time")),
        ("57 <13>Oct  1 22:14:15 gate a: came over a stream", ("gate", "a", None, "came over a stream")),
    ],
)  # fmt: skip
def test_lines_after_rfc_3164_are_read_as_systems_write_them(line, expected):
    flat = one(line)
    assert tuple(flat.fields.get(name) for name in ("host", "app", "pid", "message")) == expected
    assert (flat.at or "")[:5] == ("--10-" if "Oct" in line else "")


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2026-05-01T08:00:00.5+08:00 gate a: b", "2026-05-01T00:00:00.500000+00:00"),
        ("<13>2026-05-01T08:00:00Z gate a: b", "2026-05-01T08:00:00+00:00"),
        ("2026 May  1 08:00:00 gate a: b", "2026-05-01T08:00:00+00:00"),
        ("<166>May 01 2026 08:00:00.25 gate : a: b", "2026-05-01T08:00:00.250000+00:00"),
        ("May  1 08:00:00 2026 gate a: b", "2026-05-01T08:00:00+00:00"),
    ],
)
def test_the_time_is_known_where_the_line_says_the_year(line, at):
    flat = one(line)
    assert instant(flat.at).isoformat() == at
    assert (flat.fields["host"], flat.fields["app"], flat.fields["message"]) == ("gate", "a", "b")


def test_a_tag_may_come_at_once_behind_a_time_with_a_year():
    flat = one("<166>May 01 2026 08:00:00: %ASA-6-302013: Built outbound")
    assert flat.fields["app"] == "%ASA-6-302013"
    assert "host" not in flat.fields


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("sshd", "linux//sshd"), ("sshd-session", "linux//sshd"), ("sudo", "linux//sudo"), ("CRON", "linux//cron"),
        ("/usr/sbin/cron", "linux//cron"), ("crontab", "linux//cron"), ("clamd", "linux//clamav"),
        ("vsftpd", "linux//vsftpd"), ("guacd", "linux//guacamole"), ("nginx", "linux//nginx"),
        ("apache2", "linux//apache"), ("systemd", "linux//syslog"), ("named", "linux//syslog"),
    ],
)  # fmt: skip
def test_the_kind_is_that_of_the_program(program, kind):
    assert one(f"May  1 08:00:00 gate {program}[1]: x").kind == kind
    assert one(f"<13>1 - gate {program} 1 - - x").kind == kind


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no syslog at all", "no_syslog"),
        ("<192>Oct 11 22:14:15 gate su: x", "priority"),
        ("<34>1 2026-05-01T08:00:00Z gate su", "head"),
        ("<34>1 2026-05-01T08:00:00Z gate su - - message without structured data", "structured_data"),
        ('<34>1 - gate su - - [a@1 b="c', "structured_data"),
        ("<34>1 - gate su - - [a@1 b=c] x", "structured_data"),
        ('<34>1 - gate su - - [a@1 b="c"]x', "structured_data"),
    ],
)  # fmt: skip
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, (number, offset, flat, raw) = read(line, "<13>Oct 11 22:14:15 gate su: good")
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.offset, bad.code) == ("messages", 1, 100, code)
    assert line[:20] in bad.found
    assert (number, offset, flat.fields["message"], raw) == (2, 200, "good", b"<13>Oct 11 22:14:15 gate su: good")


def test_what_was_set_aside_before_stays_in_its_place():
    before = Quarantined("messages", 2, 9, "too_long", "x")
    assert list(syslog.events([before], "messages")) == [before]


def test_lines_in_gb_18030_are_read_and_kept_as_text():
    [(_, _, flat, raw)] = read("May  1 08:00:00 gate sshd[1]: 登录失败".encode("gb18030"))
    assert flat.fields["message"] == "登录失败"
    assert raw.decode().endswith("登录失败")


def test_bytes_of_no_encoding_are_replaced_and_the_sign_between_values_becomes_a_space():
    assert one(b"<13>a: \xff\xff").fields["message"] == "\ufffd\ufffd"
    assert one("<13>a: x\x1fy").fields["message"] == "x y"
    assert one('<13>1 - - - - - [a@1 b="x\x1fy"]').fields["sd.a@1.b"] == "x y"


def test_a_mark_at_the_beginning_of_a_file_is_no_part_of_its_first_line():
    assert one(b"\xef\xbb\xbf<13>a: x").fields["message"] == "x"


_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\n\x1f"), max_size=20)
_CALLED = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='="].'), min_size=1, max_size=8)


def escaped(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


@given(st.dictionaries(_CALLED, st.dictionaries(_CALLED, _VALUES, max_size=3), min_size=1, max_size=3), _VALUES)
def test_structured_data_come_back_as_they_were_written(data, message):
    fields = one(f"<13>1 - - - - - {_written(data)} {message}").fields
    expected = {f"sd.{called}.{name}": value for called, values in data.items() for name, value in values.items()}
    assert fields.pop("message") == message.removeprefix("\ufeff")
    assert {name: value for name, value in fields.items() if name.startswith("sd.")} == expected


def _written(data):
    parts = []
    for called, values in data.items():
        inside = "".join(f' {name}="{escaped(value)}"' for name, value in values.items())
        parts.append(f"[{called}{inside}]")
    return "".join(parts)


@given(st.binary(max_size=60))
def test_no_line_stops_the_reading(line):
    for begun in (b"", b"<13>", b"<13>1 - - - - - ", b"May  1 08:00:00 "):
        assert len(read(begun + line)) == 1
