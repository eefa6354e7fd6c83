"""The records of the audit log of Linux are joined to events, and their values are read as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading import auditd
from amur.detection.reading.times import instant

_AT = "msg=audit(1767225600.243:24287):"
_RECORDS = [
    (f'type=SYSCALL {_AT} arch=c000003e syscall=59 success=yes exit=0 a0=55d0 a1=7ffd a2=0 a3=8 items=2 ppid=1 pid=2 auid=1000 '
    'ses=3 comm="cat" exe="/usr/bin/cat" key="exec"\x1dARCH=x86_64 SYSCALL=execve AUID="ann"'),
    f'type=EXECVE {_AT} argc=3 a0="cat" a1="/etc/passwd" a2=612062',
    f'type=CWD {_AT} cwd="/home/ann"',
    f'type=PATH {_AT} item=0 name="/usr/bin/cat" inode=1 nametype=NORMAL',
    f"type=PATH {_AT} item=1 name=2F746D702F6120E799BB inode=2 nametype=NORMAL",
    f"type=PROCTITLE {_AT} proctitle=636174002F6574632F706173737764",
    f"type=EOE {_AT} ",
]  # fmt: skip


def read(*lines):
    return list(
        auditd.events([(number, 10 * number, line.encode()) for number, line in enumerate(lines, 1)], "audit.log")
    )


def one(*lines):
    [(_, _, flat, _)] = read(*lines)
    return flat


def test_the_records_of_one_event_are_one_event_with_the_fields_of_all():
    [(number, offset, flat, raw)] = read(*_RECORDS)
    assert (number, offset, raw.decode().split("\n")) == (1, 10, _RECORDS)
    assert flat.fields["type"].split(SEVERAL) == ["SYSCALL", "EXECVE", "CWD", "PATH", "PROCTITLE", "EOE"]
    assert flat.fields["name"] == f"/usr/bin/cat{SEVERAL}/tmp/a 登"
    assert flat.fields["nametype"] == "NORMAL"
    assert (flat.fields["cwd"], flat.fields["exe"], flat.fields["key"]) == ("/home/ann", "/usr/bin/cat", "exec")
    assert (flat.fields["SYSCALL"], flat.fields["AUID"], flat.fields["syscall"]) == ("execve", "ann", "59")
    assert flat.kind == "linux//auditd"
    assert instant(flat.at).isoformat() == "2026-01-01T00:00:00.243000+00:00"


def test_the_arguments_of_a_program_stand_for_the_numbers_of_its_call_and_are_its_command_line():
    fields = one(*_RECORDS).fields
    assert (fields["a0"], fields["a1"], fields["a2"], fields["a3"]) == ("cat", "/etc/passwd", "a b", "8")
    assert fields["CommandLine"] == "cat /etc/passwd a b"
    assert fields["proctitle"] == "cat /etc/passwd"


def test_arguments_may_come_in_several_records_and_in_parts():
    fields = one(
        f'type=EXECVE {_AT} argc=12 a0="x" a1_len=8 a1[0]=61616161 a1[1]=62626262 a10="k"',
        f'type=EXECVE {_AT} a2="c" a11="l"',
    ).fields
    assert fields["a1"] == "aaaabbbb"
    assert fields["CommandLine"] == "x aaaabbbb c k l"


def test_what_a_program_says_of_itself_is_read_inside_its_message():
    fields = one(
        f"type=USER_CMD {_AT} pid=7 uid=1000 auid=1000 ses=3 msg='cwd=\"/root\" cmd=6C73202D6C terminal=pts/0 res=success'"
    ).fields
    assert (fields["cwd"], fields["cmd"], fields["terminal"], fields["res"]) == ("/root", "ls -l", "pts/0", "success")
    assert fields["msg"] == 'cwd="/root" cmd=6C73202D6C terminal=pts/0 res=success'


def test_digits_are_text_only_where_text_stands():
    fields = one(f"type=SYSCALL {_AT} a0=6162 pid=6162 comm=6162 saddr=02000050 key=(null) name=abc").fields
    assert fields == {
        "type": "SYSCALL", "a0": "6162", "pid": "6162", "comm": "ab", "saddr": "02000050", "key": "(null)", "name": "abc",
    }  # fmt: skip


def test_the_end_of_a_string_parts_words_and_is_none_itself():
    assert one(f"type=PROCTITLE {_AT} proctitle=6C73002D6C00").fields["proctitle"] == "ls -l"


def test_an_event_may_have_several_keys():
    assert one(f"type=SYSCALL {_AT} key={b'a'.hex()}01{b'b'.hex()}").fields["key"] == f"a{SEVERAL}b"


def test_events_that_stand_mixed_are_told_apart_by_number_time_and_node():
    found = read(
        "type=CWD msg=audit(1.5:7): cwd=2F61", "type=CWD msg=audit(1.5:8): cwd=2F62",
        "node=n1 type=CWD msg=audit(1.5:7): cwd=2F63", "type=CWD msg=audit(2.5:7): cwd=2F64",
        "type=PATH msg=audit(1.5:7): name=2F65", "type=EOE msg=audit(1.5:8):",
    )  # fmt: skip
    assert [(number, flat.fields["cwd"], flat.fields.get("name")) for number, _, flat, _ in found] == [
        (2, "/b", None), (1, "/a", "/e"), (3, "/c", None), (4, "/d", None),
    ]  # fmt: skip
    assert found[2][2].fields["node"] == "n1"


def test_no_more_than_so_many_events_wait():
    def lines():
        for number in range(1, 3 * auditd.OPEN):
            seen.append(number)
            yield number, 0, b"type=CWD msg=audit(1.5:%d): cwd=2F" % number

    seen = []
    found = auditd.events(lines(), "audit.log")
    assert next(found)[0] == 1
    assert len(seen) == auditd.OPEN + 1
    assert [event[0] for event in found] == list(range(2, 3 * auditd.OPEN))


def test_an_event_that_never_ends_is_cut_and_nothing_of_it_lost():
    line = f"type=PATH {_AT} name=" + "a" * (auditd.LARGEST // 4) + "-"
    found = read(*[line] * 10)
    assert len(found) > 1
    assert sum(raw.count(b"name=") for *_, raw in found) == 10
    assert max(len(raw) for *_, raw in found) <= auditd.LARGEST + len(line) + 10


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no record", "no_record"),
        ("type=CWD msg=audit(x:7): cwd=2F", "no_record"),
        (f'type=CWD {_AT} cwd="/hom', "open_quote"),
        (f"type=USER_CMD {_AT} msg='cwd=1", "open_quote"),
    ],
)
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(line, code):
    bad, (number, _, flat, _) = read(line, "type=CWD msg=audit(1.5:7): cwd=2F61")
    assert isinstance(bad, Quarantined)
    assert (bad.source, bad.position, bad.offset, bad.code) == ("audit.log", 1, 10, code)
    assert (number, flat.fields["cwd"]) == (2, "/a")


_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x1f\0"), min_size=1, max_size=20)


def _written(value):
    """As the kernel does it: in quotes, or in digits if a quote, a space or anything beyond ASCII is in it."""
    plain = all("!" <= sign <= "~" and sign != '"' for sign in value)
    return f'"{value}"' if plain else value.encode().hex().upper()


@given(st.lists(_VALUES, min_size=1, max_size=4), _VALUES)
def test_what_the_kernel_writes_comes_back(arguments, name):
    said = " ".join(f"a{number}={_written(value)}" for number, value in enumerate(arguments))
    fields = one(f"type=EXECVE {_AT} argc={len(arguments)} {said}", f"type=PATH {_AT} name={_written(name)}").fields
    assert [fields[f"a{number}"] for number in range(len(arguments))] == arguments
    assert fields["CommandLine"] == " ".join(arguments)
    assert fields["name"] == name


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60))
def test_no_line_stops_the_reading(line):
    for begun in ("", f"type=EXECVE {_AT} ", f"type=EXECVE {_AT} a0=", f"type=USER {_AT} msg='"):
        assert len(read(begun + line)) == 1
