"""Events of JSON out of the wrappings in which shippers send them, in a form that is read as it stands.

- ``_source`` of an export of Elasticsearch, ``result`` of one of Splunk: what is inside.
- Wazuh: ``data.win.system`` and ``data.win.eventdata``, whose names begin with a small letter, as ``winlog`` has them.
- Winlogbeat before version 7: ``event_data``, ``log_name``, ``event_id``, … at the top, as ``winlog`` has them.
- Splunk: ``EventCode``, ``LogName`` and ``ComputerName`` are ``EventID``, ``Channel`` and ``Computer`` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = frozenset({"_source", "result", "data", "event_data", "log_name", "EventCode", "LogName"})
"""Names at the top of an event, of which one is there in whatever is wrapped."""

_INSIDE = ("_source", "result")
_WAZUH = {
    "channel": "channel",
    "eventID": "event_id",
    "providerName": "provider_name",
    "computer": "computer_name",
    "eventRecordID": "record_id",
}
_BEATS = {
    "log_name": "channel",
    "event_id": "event_id",
    "source_name": "provider_name",
    "computer_name": "computer_name",
    "record_number": "record_id",
}
_SPLUNK = {"EventCode": "EventID", "LogName": "Channel", "ComputerName": "Computer"}


def unwrapped(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event without the wrapping of its shipper; one that has none is returned itself.

    >>> wazuh = {"data": {"win": {"system": {"eventID": "1", "channel": "S"}, "eventdata": {"commandLine": "x"}}}}
    >>> unwrapped(wazuh)["winlog"]
    {'channel': 'S', 'event_id': '1', 'event_data': {'CommandLine': 'x'}}
    >>> unwrapped({"_source": {"EventCode": 1, "LogName": "S"}})
    {'EventCode': 1, 'LogName': 'S', 'EventID': 1, 'Channel': 'S'}
    """
    if NAMES.isdisjoint(event):
        return event
    for name in _INSIDE:
        if isinstance(inside := event.get(name), Mapping):
            event = inside
    data = event.get("data")
    if isinstance(data, Mapping) and isinstance(win := data.get("win"), Mapping):
        return _of_wazuh(event, data, win)
    if isinstance(event.get("event_data"), Mapping) and "log_name" in event and "event_id" in event:
        return _of_beats(event)
    if "EventCode" in event and "LogName" in event:
        return {**event, **{ours: event[theirs] for theirs, ours in _SPLUNK.items() if theirs in event}}
    return event


def _of_wazuh(event: Mapping[str, Any], data: Mapping[str, Any], win: Mapping[str, Any]) -> Mapping[str, Any]:
    system, inside = win.get("system"), win.get("eventdata")
    if not isinstance(system, Mapping):
        return event
    shipped = {ours: system[theirs] for theirs, ours in _WAZUH.items() if theirs in system}
    shipped["event_data"] = (
        {f"{name[:1].upper()}{name[1:]}": inside[name] for name in inside} if isinstance(inside, Mapping) else {}
    )
    rest = {**event, "data": {name: data[name] for name in data if name != "win"}, "winlog": shipped}
    return {"@timestamp": system["systemTime"], **rest} if "systemTime" in system else rest


def _of_beats(event: Mapping[str, Any]) -> Mapping[str, Any]:
    shipped = {ours: event[theirs] for theirs, ours in _BEATS.items() if theirs in event}
    rest = {name: event[name] for name in event if name not in _BEATS and name not in {"event_data", "user_data"}}
    return rest | {"winlog": shipped | {name: event[name] for name in ("event_data", "user_data") if name in event}}
