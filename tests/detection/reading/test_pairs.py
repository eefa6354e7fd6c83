"""Lines of ``key=value`` are taken apart, bare and in syslog, whoever writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import KIND, SEVERAL, Quarantined
from amur.detection.reading import keyvalue, syslog
from amur.detection.reading.opening import read as read_file
from amur.detection.reading.pairs import pairs
from amur.detection.reading.times import instant

_FORTIGATE = (
    'date=2026-05-01 time=08:00:00 devname="gate" devid="FG100" logid="0100044547" type="event" subtype="system" '
    'level="information" vd="root" tz="+0800" logdesc="Object attribute configured" user="admin" action="Add" '
    'cfgpath="system.admin" msg="Add system.admin \\"eve\\""'
)


def read(module, *lines):
    return list(module.events([(number, 0, line.encode()) for number, line in enumerate(lines, 1)], "gate.log"))


def one(module, line):
    [(_, _, flat, _)] = read(module, line)
    return flat


@pytest.mark.parametrize(
    ("module", "head"), [(keyvalue, ""), (syslog, "<189>"), (syslog, "<189>May  1 08:00:01 gate ")]
)
def test_a_firewall_of_fortinet_is_known_with_its_time_and_zone(module, head):
    flat = one(module, head + _FORTIGATE)
    assert flat.kind == "fortigate/firewall/event"
    assert (flat.fields["action"], flat.fields["cfgpath"]) == ("Add", "system.admin")
    assert flat.fields["msg"] == 'Add system.admin "eve"'
    assert instant(flat.at).isoformat() == "2026-05-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a=1 b= c='x y' d=\"\"", {"a": "1", "b": "", "c": "x y", "d": ""}),
        ("a=1, b=two words, c=http://x/?d=1;e=2", {"a": "1", "b": "two words", "c": "http://x/?d=1;e=2"}),
        ('a="C:\\" b="C:\\x\\y" c=d', {"a": "C:\\", "b": "C:\\x\\y", "c": "d"}),
        ("用户=张三;操作=登录 失败;来源=10.0.0.1", {"用户": "张三", "操作": "登录 失败", "来源": "10.0.0.1"}),
        ('a="never closed b=1 c=2', {"a": '"never closed', "b": "1", "c": "2"}),
        ("a=1|b=2|c=x y", {"a": "1", "b": "2", "c": "x y"}),
    ],
)
def test_values_of_any_make_are_read(line, expected):
    assert one(keyvalue, line).fields == expected


def test_a_key_that_comes_again_has_each_of_its_values():
    assert one(keyvalue, "a=1 a=2 b=3").fields == {"a": f"1{SEVERAL}2", "b": "3"}


@pytest.mark.parametrize(
    ("line", "kind", "expected"),
    [
        (
            (
                "<4>May  1 08:00:01 gate kernel: [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.7 DST=10.0.0.1 LEN=40 ID=0 DF PROTO=TCP "
                "SPT=51000 DPT=3389 SYN URGP=0"
            ),
            "linux/firewall/syslog",
            {"src_ip": "192.0.2.7", "dst_ip": "10.0.0.1", "dst_port": "3389", "ID": "0", "flags": f"DF{SEVERAL}SYN"},
        ),
        (
            (
                '<134>id=firewall sn=1 time="2026-05-01 08:00:00 UTC" fw=192.0.2.1 pri=6 c=1 m=97 src=10.0.0.7:5555:X0 '
                "dst=192.0.2.9:80:X1"
            ),
            "sonicwall/firewall/",
            {"src_ip": "10.0.0.7", "src_port": "5555", "dst_ip": "192.0.2.9", "dst_port": "80"},
        ),
        (
            (
                '<30>device="SFW" date=2026-05-01 time=08:00:00 log_type="Firewall" log_component="Firewall Rule" '
                "src_ip=10.0.0.7 dst_ip=192.0.2.9 dst_port=80"
            ),
            "sophos/firewall/firewall",
            {"src_ip": "10.0.0.7", "dst_port": "80"},
        ),
        (
            "<86>May  1 08:00:01 gate sudo: ann : TTY=pts/0 ; PWD=/home ; USER=#-1 ; COMMAND=/bin/env A=1",
            "linux//sudo",
            {"USER": "#-1", "COMMAND": "/bin/env A=1"},
        ),
        (
            "<38>May  1 08:00:01 gate sshd[7]: failure; logname= uid=0 rhost=192.0.2.7 user=root",
            "linux//sshd",
            {"rhost": "192.0.2.7", "host": "gate", "app": "sshd"},
        ),
        ("<13>May  1 08:00:01 gate app: a=1 host=b c=3", "linux//syslog", {"host": f"gate{SEVERAL}b", "a": "1"}),
        ("<13>May  1 08:00:01 gate app: only a=1", "linux//syslog", {"a": None, "message": "only a=1"}),
    ],
)
def test_pairs_in_a_message_of_syslog_stand_beside_it(line, kind, expected):
    flat = one(syslog, line)
    assert flat.kind == kind
    assert {name: flat.fields.get(name) for name in expected} == expected
    assert flat.fields["message"]


def test_a_log_with_chinese_keys_is_known_by_its_content(tmp_path):
    file = tmp_path / "gate.log"
    line = "时间=2026-05-01 08:00:00 源IP=10.0.0.7 目的IP=192.0.2.9 动作=阻断\n"
    file.write_bytes(line.encode("gb18030") * 3)
    [batch] = read_file(file)
    row = batch.to_pylist()[0]
    assert (row["src_ip"], row["dst_ip"], row["动作"], row[KIND]) == ("10.0.0.7", "192.0.2.9", "阻断", "/firewall/")
    assert row["blocked"] == "true"
    assert row["_time"].isoformat() == "2026-05-01T08:00:00+00:00"


def test_a_line_without_pairs_is_set_aside_and_the_rest_goes_on():
    bad, good = read(keyvalue, "no pairs", "a=1 b=2 c=3")
    assert isinstance(bad, Quarantined)
    assert (bad.position, bad.code, good[0]) == (1, "no_pairs", 2)


_KEYS = st.lists(st.from_regex(r"\A[a-z\u4e00-\u4eff][a-z0-9_]{0,5}\Z"), min_size=3, max_size=6, unique=True)


@given(_KEYS, st.data())
def test_values_in_quotes_come_back_as_they_were_written(keys, data):
    values = [data.draw(st.text(st.characters(codec="utf-8", exclude_characters='"\\\x1f'), max_size=8)) for _ in keys]
    line = " ".join(f'{key}="{value}"' for key, value in zip(keys, values, strict=True))
    assert list(pairs(line)) == list(zip(keys, values, strict=True))


@given(st.text(st.sampled_from("ab=\"' ,;|\\[\x00甲"), max_size=80))
def test_no_line_stops_the_reading(line):
    assert len(read(keyvalue, line or "x")) == 1
    assert len(read(syslog, f"<13>May  1 08:00:01 gate app: {line}")) == 1
