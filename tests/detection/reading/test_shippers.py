"""Events of Windows have their own names, whoever ships them."""

from __future__ import annotations

import json

import pytest

from amur.detection.reading import syslog
from amur.detection.reading.flattening import flatten
from amur.detection.reading.shippers import unwrapped

_TIME = "2026-05-01T08:00:00Z"
_WAZUH = {
    "timestamp": "2026-05-01T09:00:00Z",
    "agent": {"name": "pc"},
    "data": {
        "win": {
            "system": {
                "providerName": "Sysmon", "eventID": "1", "channel": "Operational", "computer": "pc", "systemTime": _TIME
            },
            "eventdata": {"image": "C:\\a.exe", "commandLine": "a -b"},
        }
    },
}  # fmt: skip
_BEATS = {
    "@timestamp": _TIME, "log_name": "Operational", "event_id": 1, "source_name": "Sysmon", "computer_name": "pc",
    "event_data": {"Image": "C:\\a.exe", "CommandLine": "a -b"},
}  # fmt: skip
_SPLUNK = {
    "EventCode": "1", "LogName": "Operational", "SourceName": "Sysmon", "ComputerName": "pc", "@timestamp": _TIME,
    "Image": "C:\\a.exe", "CommandLine": "a -b",
}  # fmt: skip
_NEW_BEATS = {
    "@timestamp": _TIME,
    "winlog": {
        "channel": "Operational", "event_id": 1, "provider_name": "Sysmon", "computer_name": "pc",
        "event_data": {"Image": "C:\\a.exe", "CommandLine": "a -b"},
    },
}  # fmt: skip
_EXPECTED = {
    "EventID": "1", "Channel": "Operational", "Provider_Name": "Sysmon", "Computer": "pc", "Image": "C:\\a.exe",
    "CommandLine": "a -b",
}  # fmt: skip


@pytest.mark.parametrize("event", [_WAZUH, _BEATS, _SPLUNK, _NEW_BEATS])
@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: {"_source": one}, lambda one: {"result": one, "offset": 0}]
)
def test_what_is_shipped_has_the_names_of_rules(event, wrap):
    wrapped = wrap(event)
    before = json.dumps(wrapped)
    flat = flatten(wrapped)
    assert {name: flat.fields.get(name) for name in _EXPECTED} == _EXPECTED
    assert (flat.kind, flat.at) == ("windows//", _TIME)
    assert json.dumps(wrapped) == before
    [(_, _, sent, _)] = syslog.events([(1, 0, f"<13>May  1 08:00:01 gate a: {before}".encode())], "x")
    assert {name: sent.fields.get(name) for name in _EXPECTED} == _EXPECTED


def test_what_else_a_shipper_tells_stays():
    assert flatten(unwrapped(_WAZUH)).fields["agent.name"] == "pc"


@pytest.mark.parametrize(
    "event",
    [
        {"a": 1}, {"data": {"win": 1}}, {"data": {"win": {"system": 1}}}, {"result": "ok"}, {"_source": 7},
        {"event_data": {}, "log_name": "x"}, {"EventCode": 1}, {"data": None, "event_data": []},
    ],
)  # fmt: skip
def test_what_is_not_wrapped_is_itself(event):
    assert unwrapped(event) is event
