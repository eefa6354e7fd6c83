"""Logs of any kind are read, and whatever is wrong with a file is told with its place while the rest goes on."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import os
import zipfile
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from amur.detection.events import KIND, POSITION, RAW, SEVERAL, SOURCE, TIME, Quarantined
from amur.detection.reading import lines
from amur.detection.reading.lines import lines_of
from amur.detection.reading.opening import files_under, read
from amur.detection.reading.times import instants


def read_bytes(tmp_path, content, name="log", **more):
    file = tmp_path / name
    file.write_bytes(content)
    found = list(read(file, **more))
    batches_ = [one for one in found if not isinstance(one, Quarantined)]
    return [row for batch in batches_ for row in batch.to_pylist()], [
        one for one in found if isinstance(one, Quarantined)
    ]


def test_json_lines_become_fields(tmp_path):
    content = (
        b'{"EventID": 4688, "Channel": "Security", "Hostname": "h", "n": null, "ok": true}\n\n{"a": {"b": [1, "x"]}}\n'
    )
    rows, faults = read_bytes(tmp_path, content)
    assert faults == []
    assert (rows[0]["EventID"], rows[0]["ok"], rows[0]["Computer"], rows[0][KIND], rows[0][POSITION]) == (
        "4688",
        "true",
        "h",
        "windows//",
        1,
    )
    assert rows[0].get("n") is None
    assert (rows[1]["a.b"], rows[1][POSITION], rows[1]["EventID"]) == (f"1{SEVERAL}x", 3, None)
    assert rows[1][SOURCE].endswith("log")
    assert json.loads(rows[1][RAW]) == {"a": {"b": [1, "x"]}}


@pytest.mark.parametrize(
    ("content", "read_", "codes"),
    [
        (b"", 0, []),
        (b" \n\n", 0, []),
        (b'{"a": 1}\n{"a": \n[1]\n"x"\n{"a": 2}', 2, ["not_json", "no_event", "no_event"]),
        (b'{"a": "\xff"}\n{"a": 1}', 1, ["not_json"]),
        (b'{"a": "\\ud800"}\n{"a": 1}', 2, []),
        (b'{"a": 1, "a": 2}', 1, []),
        (b'{"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n" + b'{"a": 1}', 1, ["not_json"]),
        (b'{"a": "x\x00y"}\n{"a": 1}', 1, ["not_json"]),
        (b'[{"a": 1}, 7, {"a": 2}]', 2, ["no_event"]),
        (b'{\n "Records": [{"a": 1}, {"a": 2}]\n}', 2, []),
        (b'{\n "a": 1\n}\n{\n "a": 2\n}\n{\n "a": ', 2, ["not_json"]),
        (codecs.BOM_UTF8 + b'{"a": 1}', 1, []),
        ('{"a": "中"}\n{"a": 1}'.encode("utf-16"), 2, []),
        (b"\x7fELF\x01\x02", 0, ["unknown_format"]),
        (b"ElfFile\x00 and no more", 0, ["damaged_log"]),
        (b"ElfFile\x00" + b"\x00" * 80_000, 0, ["damaged_log"]),
        (b"PK\x03\x04 no archive", 0, ["unreadable"]),
        (b"\x1f\x8b no archive", 0, ["unreadable"]),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_goes_on(tmp_path, content, read_, codes):
    rows, faults = read_bytes(tmp_path, content)
    assert (len(rows), [one.code for one in faults]) == (read_, codes)
    assert all(one.source.endswith("log") and one.found for one in faults)


def test_a_line_without_end_fills_no_memory_and_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_BLOCK", 64)
    stream = io.BytesIO(b'{"a": 1}\n' + b"x" * 1_000 + b"\n" + b'{"a": 2}\n' + b"y" * 500)
    found = list(lines_of(stream, "log", longest=100))
    assert [(one.position, one.code) if isinstance(one, Quarantined) else one[0] for one in found] == [
        1,
        (2, "too_long"),
        3,
        (4, "too_long"),
    ]
    assert found[1].offset == 9


def test_an_archive_is_read_member_by_member(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b.jsonl", '{"a": 2}')
        archive.writestr("a/", "")
        archive.writestr("a/x.jsonl", '{"a": 1}')
    rows, faults = read_bytes(tmp_path, packed.getvalue())
    assert [(row["a"], row[SOURCE].rpartition("!")[2]) for row in rows] == [("1", "a/x.jsonl"), ("2", "b.jsonl")]
    assert faults == []
    whole = gzip.compress(b'{"a": 1}\n' * 50)
    assert len(read_bytes(tmp_path, whole)[0]) == 50
    rows, faults = read_bytes(tmp_path, whole[: len(whole) - 10])
    assert [one.code for one in faults] == ["not_json", "unreadable"]


def test_a_folder_is_read_in_order_and_a_link_out_of_it_is_not_followed(tmp_path):
    inside = tmp_path / "logs"
    (inside / "b").mkdir(parents=True)
    for name in ("b/2", "1"):
        (inside / name).write_text("{}", encoding="utf-8")
    (tmp_path / "secret").write_text("{}", encoding="utf-8")
    (inside / "out").symlink_to(tmp_path / "secret")
    (inside / "in").symlink_to(inside / "1")
    found = list(files_under([inside, tmp_path / "secret"]))
    assert [one.code if isinstance(one, Quarantined) else one.name for one in found] == [
        "1",
        "in",
        "leads_out",
        "2",
        "secret",
    ]


def test_only_the_fields_that_are_wanted_are_gathered(tmp_path):
    content = b'{"a": "1", "b": "2", "c": {"d": "3", "e": "4"}}\n' * 3
    rows, _ = read_bytes(tmp_path, content, fields=frozenset({"b", "c.d", "gone"}), rows=2, kind="own//")
    assert [set(row) - {TIME, RAW, SOURCE, POSITION, KIND} for row in rows] == [{"b", "c.d"}] * 3
    assert {row[KIND] for row in rows} == {"own//"}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2026-05-01T08:00:00+08:00", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01 00:00:00.123", "2026-05-01T00:00:00.123000+00:00"),
        ("2026-05-01T00:00:00.1234567Z", "2026-05-01T00:00:00.123456+00:00"),
        ("1777593600", "2026-05-01T00:00:00+00:00"),
        ("1777593600123", "2026-05-01T00:00:00.123000+00:00"),
        ("soon", None),
        ("", None),
    ],
)
def test_times_are_read_however_they_are_written(said, wanted):
    for together in ([said], [said, "soon"], [said, "2026-01-01T00:00:00Z"]):
        found = instants(together)[0].as_py()
        assert (found.isoformat() if found else None) == wanted
    assert instants([said]).type == pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize(
    ("written", "line", "at"),
    [
        ("2026-11-29", "Nov 29 02:10:01 gate a: b", "2026-11-29T02:10:01+00:00"),
        ("2026-11-29", "Nov 30 01:10:01 gate a: b", "2026-11-30T01:10:01+00:00"),  # a clock that is ahead
        ("2026-11-29", "Dec  1 02:10:01 gate a: b", "2025-12-01T02:10:01+00:00"),
        ("2026-01-01", "Dec 31 23:59:59 gate a: b", "2025-12-31T23:59:59+00:00"),
        ("2025-12-31", "Jan  1 03:00:00 gate a: b", "2026-01-01T03:00:00+00:00"),
        ("2026-11-29", "Feb 29 02:10:01 gate a: b", "2024-02-29T02:10:01+00:00"),
        ("2026-11-29", "Feb 31 02:10:01 gate a: b", None),
        ("1980-01-01", "Feb 29 02:10:01 gate a: b", "1976-02-29T02:10:01+00:00"),
    ],
)
def test_a_time_without_a_year_is_of_the_last_year_before_the_file_was_written(tmp_path, written, line, at):
    file = tmp_path / "log"
    file.write_text(line + "\n", encoding="utf-8")
    seconds = datetime.fromisoformat(written).replace(hour=12, tzinfo=UTC).timestamp()
    os.utime(file, (seconds, seconds))
    (batch,) = read(file)
    (found,) = batch.column(TIME).to_pylist()
    assert (found.isoformat() if found else None) == at


@pytest.mark.parametrize(
    ("content", "kind", "field", "value"),
    [
        (b"May  1 00:00:01 host sshd[12]: Failed password for root", "linux//sshd", "app", "sshd"),
        (b"<34>1 2026-05-01T00:00:00Z host app 1 ID47 - gone", "linux//syslog", "message", "gone"),
        (b"CEF:0|maker|thing|1|100|a name|9|src=10.0.0.1 act=blocked", "maker//thing", "src", "10.0.0.1"),
        (b'type=SYSCALL msg=audit(1777593600.123:7): comm="cat" exe="/bin/cat"', "linux//auditd", "exe", "/bin/cat"),
        (b'10.0.0.1 - - [01/May/2026:00:00:01 +0800] "GET /a HTTP/1.1" 200 12', "/webserver/", "cs-uri-stem", "/a"),
        (
            b"#separator \\x09\n#path\tdns\n#fields\tts\tquery\n#types\ttime\tstring\n1777593600.5\ta.cn",
            "zeek//dns",
            "query",
            "a.cn",
        ),
        (b"time,user\n2026-05-01T00:00:00Z,root", "", "user", "root"),
    ],
)
def test_each_format_of_text_is_found_by_its_content(tmp_path, content, kind, field, value):
    rows, faults = read_bytes(tmp_path, content + b"\n")
    assert faults == []
    assert [(row[KIND], row[field]) for row in rows] == [(kind, value)]
    long = read_bytes(tmp_path, content + b"\n" + b"x" * (lines.LONGEST + 1) + b"\n")
    assert [one.code for one in long[1]][-1:] == ["too_long"]
    assert long[0] == rows
