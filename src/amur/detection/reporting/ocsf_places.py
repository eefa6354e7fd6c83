"""Where OCSF has a place for what an event is about, and what it has none for.

A place is a path of names joined by dots; ``device`` is an attribute of the finding, all else of its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from typing import Any

from amur.detection.entities import ECS
from amur.detection.events import SEVERAL

Places = dict[str, str | int]

_OF_FIELD = {name: ours for ours, names in reversed(ECS.items()) for name in names} | {name: name for name in ECS}
"""The name of the schema for each field of logs; correlations group by such fields, and indicators match in them."""

_LONGEST_ADDRESS = 40
"""How long OCSF lets an address be."""

_OBSERVED = {
    "device.hostname": (1, "Hostname"),
    "device.ip": (2, "IP Address"),
    "actor.user.name": (4, "User Name"),
    "process.name": (9, "Process Name"),
    "process.parent_process.name": (9, "Process Name"),
    "src_endpoint.ip": (2, "IP Address"),
    "dst_endpoint.ip": (2, "IP Address"),
    "query.hostname": (1, "Hostname"),
    "url.url_string": (6, "URL String"),
    "file.name": (7, "File Name"),
}
"""Which places are told as observables, and of which type."""

_UNKNOWN = 0
_REGULAR_FILE = 1
_LAST_PART = re.compile(r"[^\\/]+\Z")
_HIGHEST_PORT = 65_535


@dataclass(slots=True)
class Placed:
    """What a finding says of the things that an event is about."""

    device: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    observables: list[dict[str, Any]] = field(default_factory=list)
    unmapped: dict[str, Any] = field(default_factory=dict)


def placed(about: Mapping[str, str], where: str) -> Placed:
    """Return where what an event is about stands; ``where`` says which event, and so which process of all.

    Names are those of the Elastic Common Schema or of fields of logs. A value that OCSF cannot hold in its place, such
    as an address that is none, stays under its name in ``unmapped``; so do all values of a field that has several.

    >>> placed({"source.ip": "192.0.2.1", "destination.ip": "-"}, "a:1").evidence
    {'src_endpoint': {'ip': '192.0.2.1'}}
    >>> placed({"source.ip": "192.0.2.1", "destination.ip": "-"}, "a:1").unmapped
    {'destination.ip': '-'}
    """
    found = Placed()
    places: Places = {}
    for name, text in about.items():
        values = [value for value in text.split(SEVERAL) if value.strip()]
        if not values:
            continue
        ours = _PLACES[_OF_FIELD[name]](values[0]) if name in _OF_FIELD else {}
        is_free = bool(ours) and not ours.keys() & places.keys()
        if is_free:
            places |= ours
        if len(values) > 1 or not is_free:
            found.unmapped[name] = values if len(values) > 1 else values[0]
    if "dst_endpoint.port" in places and "dst_endpoint.ip" not in places:  # OCSF has no endpoint that is a port alone
        found.unmapped["destination.port"] = places.pop("dst_endpoint.port")
    _fill(found, places, where)
    return found


def _fill(found: Placed, places: Places, where: str) -> None:
    for place, (number, kind) in _OBSERVED.items():
        if place in places:
            path = place if place.startswith("device.") else f"evidences[0].{place}"
            found.observables.append({"name": path, "type": kind, "type_id": number, "value": places[place]})
    if any(place.startswith("process.") for place in places):
        places["process.uid"] = where
    if any(place.startswith("process.parent_process.") for place in places):
        places["process.parent_process.uid"] = f"{where}#parent"
    nested = _nested(places)
    found.device = nested.pop("device", {})
    if service := nested.pop("service", None):
        nested["resources"] = [service]
    found.evidence = nested


def _host(value: str) -> Places:
    ours: Places = {"device.ip": ip} if (ip := _address(value)) else {"device.hostname": value}
    return ours | {"device.type_id": _UNKNOWN}


def _user(value: str) -> Places:
    r"""Return a user, and the domain where the name says it.

    >>> _user(r"CORP\ann"), _user("ann")
    ({'actor.user.name': 'ann', 'actor.user.domain': 'CORP'}, {'actor.user.name': 'ann'})
    """
    domain, _, user = value.partition("\\")
    if domain and user and "\\" not in user:
        return {"actor.user.name": user, "actor.user.domain": domain}
    return {"actor.user.name": value}


def _program(place: str, path: str) -> Places:
    return {f"{place}.name": _last(path)} | _file(f"{place}.file", path, _REGULAR_FILE)


def _endpoint(place: str, value: str) -> Places:
    ip = _address(value)
    return {f"{place}.ip": ip} if ip else {}


def _port(value: str) -> Places:
    """Return a port, or nothing if it is none.

    >>> _port("443"), _port("70000"), _port("https")
    ({'dst_endpoint.port': 443}, {}, {})
    """
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(_HIGHEST_PORT))
    return {"dst_endpoint.port": int(value)} if is_number and int(value) <= _HIGHEST_PORT else {}


def _file(place: str, path: str, kind: int) -> Places:
    return {f"{place}.name": _last(path), f"{place}.path": path, f"{place}.type_id": kind}


def _last(path: str) -> str:
    r"""Return the last part of a path of any system.

    >>> _last(r"C:\Windows\cmd.exe"), _last("/bin/sh"), _last("/")
    ('cmd.exe', 'sh', '/')
    """
    found = _LAST_PART.search(path)
    return found[0] if found else path


def _url(value: str) -> Places:
    """Return a whole address as such, and a part of one by its path and what it asks.

    >>> _url("/a?b=c"), _url("https://example.org/")
    ({'url.path': '/a', 'url.query_string': 'b=c'}, {'url.url_string': 'https://example.org/'})
    """
    if not value.startswith("/") or value.startswith("//"):
        return {"url.url_string": value}
    path, _, query = value.partition("?")
    found: Places = {"url.path": path}
    return found | {"url.query_string": query} if query else found


def _address(text: str) -> str:
    """Return an address in its shortest spelling, or nothing if it is none or one longer than OCSF allows.

    >>> _address("2001:DB8:0::1"), _address("::ffff:192.0.2.1"), _address("192.0.2.1:80"), _address("-")
    ('2001:db8::1', '192.0.2.1', '', '')
    """
    try:
        found = ip_address(text.strip())
    except ValueError:
        return ""
    spelled = str(getattr(found, "ipv4_mapped", None) or found)
    return spelled if len(spelled) <= _LONGEST_ADDRESS and "\n" not in spelled else ""


def _nested(places: Places) -> dict[str, Any]:
    """Return places as objects within objects.

    >>> _nested({"a.b": 1, "a.c": 2})
    {'a': {'b': 1, 'c': 2}}
    """
    found: dict[str, Any] = {}
    for path, value in places.items():
        *outer, last = path.split(".")
        inner = found
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return found


_PLACES: dict[str, Callable[[str], Places]] = {
    "host.name": _host,
    "user.name": _user,
    "process.executable": partial(_program, "process"),
    "process.command_line": lambda value: {"process.cmd_line": value},
    "process.parent.executable": partial(_program, "process.parent_process"),
    "source.ip": partial(_endpoint, "src_endpoint"),
    "destination.ip": partial(_endpoint, "dst_endpoint"),
    "destination.port": _port,
    "dns.question.name": lambda value: {"query.hostname": value},
    "url.original": _url,
    "file.path": lambda value: _file("file", value, _UNKNOWN),
    "registry.path": lambda value: {"reg_key.path": value},
    "service.name": lambda value: {"service.name": value, "service.type": "Service"},
}
"""What stands where for a value of each name of the schema; nothing if no place can hold it."""
