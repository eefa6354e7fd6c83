"""Files made to fill our memory, to keep us waiting or to hide something: each is told, and the rest is read."""

from __future__ import annotations

import gzip
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from amur.detection.events import POSITION, RAW, SOURCE, TIME, Quarantined
from amur.detection.reading import documents, opening
from amur.detection.reading.opening import files_under, read
from tests.detection import seeds

_ROOT = Path(__file__).resolve().parents[2]
LINE = b'{"a":1}\n'


def told(path, **more):
    """Return the rows of a file and the codes of what was set aside."""
    rows, codes = [], []
    for one in read(path, **more):
        if isinstance(one, Quarantined):
            assert one.found
            codes.append(one.code)
        else:
            rows += one.to_pylist()
    return rows, codes


def written(tmp_path, content, name="log"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_what_is_no_file_is_told_and_nobody_waits_for_it(tmp_path):
    inside = tmp_path / "logs"
    inside.mkdir()
    (inside / "a").write_bytes(LINE)
    os.mkfifo(inside / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(inside / "socket"))
        (inside / "gone").symlink_to(inside / "nowhere")
        (inside / "self").symlink_to(inside / "self")
        (inside / "loop").symlink_to(inside)
        (inside / "out").symlink_to(tmp_path)
        found = {
            Path(one.source if isinstance(one, Quarantined) else one).name: getattr(one, "code", "")
            for one in files_under([inside])
        }
    assert found == {
        "a": "", "gone": "leads_nowhere", "out": "leads_out", "pipe": "not_a_file", "self": "unreadable", "socket": "not_a_file",
    }  # fmt: skip
    assert [one.code for one in files_under([inside / "pipe", tmp_path / "not there", Path("/dev/null")])] == [
        "not_a_file", "leads_nowhere", "not_a_file",
    ]  # fmt: skip


def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert told(tmp_path / "pipe") == ([], ["not_a_file"])
    assert told(tmp_path / "not there") == ([], ["unreadable"])
    assert told(tmp_path) == ([], ["unreadable"])


@pytest.fixture
def readable():
    """Return a folder that everybody may read; those of tests are of their owner alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system knows no owners of files")
def test_what_may_not_be_read_is_told(readable):
    """Try it in a process of somebody else: who runs this may be allowed everything."""
    (readable / "closed").mkdir()
    for name in ("closed/a", "b", "c"):
        (readable / name).write_bytes(LINE)
    program = """
import os, sys
from pathlib import Path
from amur.detection.reading.opening import files_under, read
list(read(Path("c")))
for name in ("b", "closed"):
    os.chmod(name, 0)
if not os.geteuid():
    os.setuid(65534)
for one in files_under([Path("."), Path("closed/a")]):
    print(getattr(one, "code", None) or [getattr(each, "code", "read") for each in read(one)])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=readable,
        env={**os.environ, "PYTHONPATH": str(_ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (readable / "closed").chmod(0o700)
    assert done.stdout.splitlines() == ["['unreadable']", "['read']", "unreadable", "unreadable"], done.stderr


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    path.write_bytes(LINE + b"x\n")
    rows, codes = told(path)
    assert rows[0][SOURCE].endswith("\ufffd.json")
    assert codes == ["not_json"]


@pytest.mark.parametrize("blank", [b"\n" * 200_000, b" " * 200_000 + b"\r\n", b" \n" * 100_000])
def test_blanks_at_the_beginning_hide_nothing(tmp_path, blank):
    path = written(tmp_path, blank + LINE + b"x\n")
    [row], codes = told(path)
    assert row[POSITION] == blank.count(b"\n") + 1
    assert codes == ["not_json"]
    assert len(told(written(tmp_path, gzip.compress(b"\n") + gzip.compress(b" ") + gzip.compress(LINE)))[0]) == 1


@pytest.mark.parametrize(
    "unpacked",
    [
        LINE * 50_000,
        pytest.param(LINE * 500_000, marks=pytest.mark.deep),
        *(pytest.param(one, marks=pytest.mark.deep) for one in (b"\n" * 4_000_000, b"[" + b" " * 4_000_000)),
    ],
)
def test_an_archive_that_swells_is_stopped_and_told(tmp_path, monkeypatch, unpacked):
    monkeypatch.setattr(opening, "_FREE", min(2**20, len(unpacked) // 4))
    rows, codes = told(written(tmp_path, gzip.compress(unpacked, mtime=0)))
    assert codes[-1] == "swells"
    assert len(rows) < len(unpacked) // len(LINE)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in range(3):
            archive.writestr(f"{one}", unpacked)
    assert told(written(tmp_path, packed.getvalue()))[1].count("swells") >= 2


@pytest.mark.parametrize("inner", [seeds.zipped(a=LINE), gzip.compress(LINE, mtime=0)], ids=["zip", "gzip"])
def test_an_archive_in_an_archive_is_told(tmp_path, inner):
    assert told(written(tmp_path, seeds.zipped(a=inner, b=LINE)))[1] == ["nested"]
    assert told(written(tmp_path, gzip.compress(inner))) == ([], ["nested"])


def test_members_that_cannot_be_opened_do_not_stop_the_next(tmp_path):
    packed = seeds.zipped(a=LINE, b=LINE, c=LINE)
    unknown = packed.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63\x00", 1
    )
    assert unknown != packed
    rows, codes = told(written(tmp_path, unknown))
    assert (len(rows), codes) == (2, ["unreadable"])
    nameless = io.BytesIO()
    with zipfile.ZipFile(nameless, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a"), LINE)
    rows, codes = told(written(tmp_path, nameless.getvalue().replace(b"\x01\x00\x00\x00a", b"\x00\x00\x00\x00\x00")))
    assert len(rows) + len(codes) >= 1


def test_a_line_of_a_format_of_text_has_a_shorter_bound_than_one_of_json(tmp_path):
    table = b"a,b,c\n1,2,3\n" + b"," * (opening.LONGEST_TEXT + 1) + b"\n4,5,6\n"
    rows, codes = told(written(tmp_path, table))
    assert (len(rows), codes) == (2, ["too_long"])


@pytest.mark.parametrize(
    ("content", "count", "codes"),
    [
        (b'[{"a":1},{"b":2},', 2, ["not_json"]),
        (b'[{"a":1} {"b":2}]', 1, ["not_json"]),
        (b'[\n{"a":"\xff"}]', 1, []),
        (b'[\n{"a\\ud800":"\\ud800"},{"b":1}]', 2, []),
        (b'[{"a":' + b"[" * 10_000 + b"]" * 10_000 + b'},{"b":1}]', 1, ["not_json"]),
        (b"[\n" + b"[" * 10_000, 0, ["not_json"]),
        (b'{\n"Records":[{"a":1},{"b":2}],"x":1}', 2, []),
        (b'[{"a":"' + b"x" * 900 + b'"},{"b":1}]', 1, ["too_long"]),
        (b'[{"a":["' + b'\\"]' * 300 + b'"]},{"b":1}]', 1, ["too_long"]),
        (b'{\n"x":{"y":"' + b"z" * 900 + b'"},"Records":[{"a":1},{"b":2}],"y":1}\n{"c":1}', 3, ["too_long"]),
        (b'{\n"' + b"x" * 900 + b'":1}', 0, ["too_long"]),
        (b'{\n"x":[' + b"1," * 500 + b"1]}", 0, ["too_long"]),
        (b"[" + b"1," * 900 + b'{"a":1}]', 1, ["no_event"] * 900),
        (b'[\n{"a":' + b"9" * 5_000 + b"}]", 0, ["not_json"]),
        (b'{\n"a":"' + b"x" * 900, 0, ["not_json"]),
    ],
)
def test_of_a_document_what_can_be_read_is_read_and_the_rest_told(tmp_path, monkeypatch, content, count, codes):
    """Read it in blocks so small that every place is an edge of one."""
    monkeypatch.setattr(documents, "_BLOCK", 3)
    if "too_long" in codes:
        monkeypatch.setattr(documents, "LONGEST", 200)
    rows, found = told(written(tmp_path, content))
    assert (len(rows), found) == (count, codes)


@pytest.mark.parametrize("begin", [b'{"x":"y","n":1.5, "Records": [ ', b'{\n"value":['])
def test_a_long_object_with_a_list_is_read_event_by_event(tmp_path, monkeypatch, begin):
    monkeypatch.setattr(documents, "_BLOCK", 3)
    monkeypatch.setattr(documents, "_AT_ONCE", 50)
    content = (
        begin
        + b'{"a":1},' * 50
        + b'2,{"events":[{"b":1}]}],"end":{"c":[1]}} {"d":{"value":['
        + b'{"e":1},' * 30
        + b"3]}}"
    )
    rows, codes = told(written(tmp_path, b" [] " + content))
    assert (len(rows), codes) == (52, ["no_event"])
    assert b'"d"' in rows[-1][RAW].encode()


def test_signs_by_halves_and_bytes_that_are_no_text_are_replaced_and_told_apart(tmp_path):
    rows, codes = told(written(tmp_path, b'[{"a\\ud800b":"x\\ud800y\\u0000"},{"c":"\\ud83d\\ude00"}]'))
    assert (rows[0]["a\ufffdb"], rows[1]["c"], codes) == ("x\ufffdy\0", "\U0001f600", [])
    assert "ud800" in rows[0][RAW]


@pytest.mark.parametrize(
    "said",
    [
        "inf",
        "Infinity",
        "1e999",
        "-inf",
        "nan",
        "9" * 400,
        "-1",
        "0",
        "1_0",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+12:00",
    ],
)
def test_no_time_that_a_log_says_keeps_us_busy(tmp_path, said):
    rows, codes = told(written(tmp_path, b'{"timestamp":"%s"}\n' % said.encode()))
    assert codes == []
    assert rows[0][TIME] is None or said == "1_0"


WHOLE = seeds.event_log([["a", "b"], ["c"], ["d", "e"]])
_HEAD, _CHUNK = 4_096, 65_536


@pytest.mark.parametrize("chunks", [0, 1, 2, 3])
@pytest.mark.parametrize("more", [-1, 0, 1, 127, 513, 600])
def test_an_event_log_cut_off_anywhere_tells_it_and_keeps_what_is_whole(tmp_path, chunks, more):
    whole = sum([2, 1, 2][: chunks if more >= 0 else chunks - 1]) if chunks else 0
    content = WHOLE[: _HEAD + chunks * _CHUNK + more]
    rows, codes = told(written(tmp_path, content))
    assert len(rows) == whole
    assert bool(codes) is (len(content) < len(WHOLE))
    assert set(codes) <= {"cut_off", "damaged_log"}


def test_records_behind_a_damaged_one_are_not_lost_without_a_word(tmp_path):
    damaged = bytearray(WHOLE)
    damaged[_HEAD + 512 : _HEAD + 516] = bytes(4)
    path = written(tmp_path, bytes(damaged))
    assert [one.found for one in read(path) if isinstance(one, Quarantined)] == [
        "its chunks count 5 records, of which 3 were found: what is behind a damaged one is lost"
    ]
    damaged = WHOLE.replace(
        b"**\0\0" + WHOLE[_HEAD + 516 : _HEAD + 520] + b"\x01" + bytes(7),
        b"**\0\0" + WHOLE[_HEAD + 516 : _HEAD + 520] + b"\xff" * 8,
    )
    assert damaged != WHOLE
    rows, codes = told(written(tmp_path, damaged))
    assert (len(rows), codes) == (4, ["damaged_record"])


@pytest.mark.parametrize(
    "line",
    [
        b"CEF:0|a|b|1|7|n|5|" + b" a=1" * 250_000,
        b"CEF:0|" + b"\\|" * 500_000,
        b"LEEF:2.0|a|b|1|7|" + b"a=1\t" * 250_000,
        b"LEEF:1.0|a|b|1|7|" + b"\\" * 1_000_000,
        b"type=A msg=audit(1.5:8):" + b" a='b=1 '" * 100_000,
        b"type=A msg=audit(1.5:8):" + b" a[1" * 250_000,
        b'1.1.1.1 - - [x] "' + b'\\"' * 500_000,
        b"1.1.1.1 - " + b" [a] " * 200_000,
        b"<34>1 2026-05-01T00:00:00Z h a 1 I [a" + b' b="c"' * 160_000,
        b"<34>May  1 00:00:01 " + b"a[" * 500_000,
        b'a,b,c\n1,2,3\n"' + b'a"",' * 250_000,
        b"#fields\ta\tb\n#types\tset[string]\tstring\n" + b"a," * 500_000 + b"\tb",
    ],
    ids=range(12),
)
def test_no_line_of_a_megabyte_takes_long(tmp_path, line):
    began = time.process_time()
    told(written(tmp_path, line + b"\n"))
    assert time.process_time() - began < 10


@pytest.mark.deep
@pytest.mark.parametrize(
    "content",
    [
        "b'{\"a\":\"' + b'x' * 100_000_000 + b'\"}\\n'",
        "b'[\\n' + b'{\"a\":\"' + b'x' * 50_000_000 + b'\"}]'",
        "b'[\\n' + b'{\"a\":1},' * 1_500_000 + b'1]'",
        "gzip.compress(b'\\n' * 500_000_000, 1)",
        "b'a,b,c\\n1,2,3\\n' + b',' * 50_000_000",
    ],
    ids=["line", "field", "document", "swelling", "commas"],
)
def test_memory_does_not_grow_with_what_a_file_holds(tmp_path, content):
    """Make the file in one process and measure another that reads it."""
    subprocess.run(
        [sys.executable, "-c", f"import gzip, pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes({content})", str(tmp_path / "log")],
        check=True,
    )  # fmt: skip
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom amur.detection.reading.opening import read\n"
        "used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\nbegan = used()\n"
        "for one in read(Path(sys.argv[1]), fields=frozenset({'a'})):\n    pass\nprint(used() - began)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "log")],
        env={**os.environ, "PYTHONPATH": str(_ROOT / "src")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) < 250
