"""What messages of syslog carry is read as fields beside them."""

from __future__ import annotations

import pytest

from amur.detection.events import SEVERAL
from amur.detection.reading import syslog


def one(line):
    [(_, _, flat, _)] = list(syslog.events([(1, 0, line.encode())], "gate.log"))
    return flat


@pytest.mark.parametrize(
    "head", ["<134>May  1 08:00:01 gate agent: ", "<134>1 2026-05-01T08:00:01Z gate agent - - - @cee: "]
)
def test_json_is_fields_beside_the_message(head):
    flat = one(
        head
        + '{"EventID": 4688, "Channel": "Security", "host": "pc", "EventTime": "2026-05-01T07:59:00Z", "a": {"b": 1}}'
    )
    expected = {"EventID": "4688", "a.b": "1", "host": f"gate{SEVERAL}pc", "app": "agent"}
    assert {name: flat.fields[name] for name in expected} == expected
    assert (flat.kind, flat.at) == ("windows//", "2026-05-01T07:59:00Z")
    assert '"EventID": 4688' in flat.fields["message"]


def test_json_that_says_no_time_and_no_kind_has_those_of_its_head():
    flat = one('<38>1 2026-05-01T08:00:01Z gate sshd - - - {"user": "root"}')
    assert (flat.fields["user"], flat.kind, flat.at) == ("root", "linux//sshd", "2026-05-01T08:00:01Z")


def test_sysmon_for_linux_is_of_the_category_that_its_number_says():
    flat = one(
        "<14>May  1 08:00:01 gate sysmon: <Event><System><Provider Name='Linux-Sysmon'/><EventID>1</EventID>"
        "<Channel>Linux-Sysmon/Operational</Channel><TimeCreated SystemTime='2026-05-01T08:00:00Z'/></System>"
        "<EventData><Data Name='Image'>/usr/bin/cat</Data></EventData></Event>"
    )
    assert (flat.kind, flat.at) == ("linux/process_creation/sysmon", "2026-05-01T08:00:00Z")
    assert (flat.fields["Image"], flat.fields["host"]) == ("/usr/bin/cat", "gate")


@pytest.mark.parametrize("message", ["{not json}", "[1, 2]", "{" * 5_000 + "}", "<Event>never ends", "{}", '{"a": }'])
def test_a_message_that_is_not_what_it_looks_like_is_a_message(message):
    flat = one(f"<13>May  1 08:00:01 gate app: {message}")
    assert flat.fields == {"severity": "notice", "facility": "user", "host": "gate", "app": "app", "message": message}
