"""Each format of text knows its own files and no others, and none holds more of them than it must."""

from __future__ import annotations

import io

import pytest

from amur.detection.events import Quarantined
from amur.detection.reading import access, auditd, cef, csvs, keyvalue, syslog, texts, w3c, zeek
from amur.detection.reading.columns import Gathering
from amur.detection.reading.lines import lines_of

_FORMATS = {module.NAME: module for module in (access, auditd, cef, csvs, keyvalue, syslog, w3c, zeek)}
_SAMPLES = {
    "access": [
        '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a.php?b=1,2;3 HTTP/1.0" 200 2326\n' * 3,
        'a.cn:80 192.0.2.1 - ann [10/Oct/2000:13:55:36 -0700] "-" 408 - "-" "CEF:0|x, <13>Oct 11 22:14:15 a: b"\n',
    ],
    "auditd": [
        'type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e syscall=2 comm="a,b" exe="/bin/cat"\n' * 3,
        "node=gate type=EOE msg=audit(1364481363.243:24287): ",
    ],
    "cef": [
        "CEF:0|a|b|1|100|n,m|10|src=10.0.0.1 msg=su: failed, again\n" * 3,
        "<134>Jan 18 11:07:53 gate CEF:0|a|b|1|100|n|10|src=10.0.0.1\n",
        "<134>1 2019-01-18T11:07:53Z gate app 7 - - CEF:0|a|b|1|100|n|10|src=10.0.0.1\n",
        "Jan 18 11:07:53 gate LEEF:1.0|a|b|1|7|src=1\tdst=2\n",
        "LEEF:2.0|a|b|1|7|,|src=1,dst=2\nLEEF:2.0|a|b|1|7|,|src=1,dst=2\n",
    ],
    "csv": [
        "time,host,message\n2026-05-01T08:00:00Z,gate,sshd: failed\n2026-05-01T08:00:01Z,gate,CEF:0|a\n",
        '"type";"msg"\n"SYSCALL";"audit(1.5:7):"\n',
        "ts\tuid\tid.orig_h\n1.5\tC1\t10.0.0.1\n",
        "Channel,EventID,Computer",
    ],
    "keyvalue": [
        'devid="FG1" logid="1" type="traffic" date=2026-05-01 time=08:00:00 srcip=10.0.0.1 msg="a, b"\n' * 3,
        "2026-05-01 08:00:00 gate a=1, b=2, c=3\n2026-05-01 08:00:01 gate a=1, b=2, c=3\n",
        "时间=2026-05-01 08:00:00;用户=甲;动作=登录\n",
    ],
    "syslog": [
        "<34>1 2026-05-01T08:00:00Z gate su - ID47 - 'su root', failed\n" * 3,
        ("Oct 11 22:14:15 gate sshd[7]: Failed password for a, b\nOct 11 22:14:15 gate last message repeated 2 times\n"
        "Oct 11 22:14:16 gate sshd[7]: Failed password for a, b\n"),
        "2026-05-01T08:00:00.5+08:00 gate CRON[7]: (root) CMD (run, this)\n" * 2,
        "<13>Oct  1 22:14:15 gate audispd: type=EOE msg=audit(1.5:7):\n",
        '80 <13>Oct  1 22:14:15 gate nginx: 192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /" 200 1\n',
        "<166>May 01 2026 08:00:00: %ASA-6-302013: Built outbound, x\n",
    ],
    "w3c": [
        "#Fields: date time c-ip cs-method\n2026-05-01 08:00:00 192.0.2.1 GET\n2026-05-01 08:00:00 192.0.2.1 GET\n",
        "#Software: Microsoft Exchange Server\n#Fields: date-time,client-ip,size\n2026-05-01T08:00:00Z,192.0.2.1,7\n",
    ],
    "zeek": [
        "#separator \\x09\n#set_separator\t,\n#path\tdns\n#fields\tts\tuid\n#types\ttime\tstring\n1.5\tC1\n",
        "#separator ,\n#path,dns\n#fields,ts,uid\n#types,time,string\n1.5,C1\n",
        "#path\tdns\n#fields\tts\tuid\n1.5\tC1\n",
    ],
    "": [
        '{"a": 1, "b": 2}\n{"a": 1, "b": 2}\n',
        '<?xml version="1.0"?>\n<Events>\n<Event a="1, 2"/>\n</Events>\n',
        "2026-05-01 08:00:00 INFO start: all is well\n2026-05-01 08:00:01 INFO go: on\n",
        "To whom it may concern: this is text.\nIt goes on.\n",
        "key=value other=value\n",
        "\0\1\2\3\n\xff\xfe",
        "",
    ],
}  # fmt: skip
_CROSSED = [(name, sample, other) for name, samples in _SAMPLES.items() for sample in samples for other in _FORMATS]


@pytest.mark.parametrize(("name", "sample", "other"), _CROSSED)
def test_each_format_knows_its_own_files_and_no_others(name, sample, other):
    assert _FORMATS[other].fits(sample.encode()) is (name == other)


@pytest.mark.parametrize("name", ["access", "auditd", "cef", "syslog"])
def test_a_file_without_a_head_is_known_though_its_first_line_is_torn(name):
    sample = _SAMPLES[name][0]
    assert _FORMATS[name].fits(sample[40:].encode())


@pytest.mark.parametrize("name", _FORMATS)
def test_a_file_is_known_by_its_first_64_kib_wherever_these_end(name):
    first, *rest = _SAMPLES[name][0].splitlines(keepends=True)
    head = (first + "".join(rest) * 2_000).encode()[: 64 * 2**10]
    assert _FORMATS[name].fits(head)


@pytest.mark.parametrize("name", _FORMATS)
def test_its_events_go_into_a_batch_and_lines_that_no_one_can_read_beside_it(name):
    sample = _SAMPLES[name][0]
    stream = io.BytesIO(b"\xef\xbb\xbf" + sample.encode() + b"\n\xff\xff\n" + b"x" * 5_000 + b"\n")
    gathering = Gathering("file", None)
    faults = []
    for event in _FORMATS[name].events(lines_of(stream, "file", longest=4_000), "file"):
        if isinstance(event, Quarantined):
            faults.append(event)
        else:
            number, _, flat, raw = event
            gathering.put(flat.fields, raw, number, flat.at, flat.kind)
    assert len(gathering) >= 1
    assert len(faults) == 2
    batch = gathering.batch()
    assert batch.num_rows >= 1
    assert {line for raw in batch.column("_raw").to_pylist() for line in raw.split("\n")} <= set(sample.splitlines())


def test_the_first_lines_of_a_file_are_enough_to_know_it():
    assert texts.beginning(b"a\n" * 1_000) == ["a"] * 20
