"""What a message of syslog carries: JSON, an event of Windows or Sysmon in XML, pairs of keys and values."""

from __future__ import annotations

import msgspec

from amur.detection.events import SEVERAL
from amur.detection.reading.flattening import Flat, flatten
from amur.detection.reading.pairs import begin, event_of
from amur.detection.reading.winxml import Malformed, event_in

_COOKIE = "@cee:"
"""How a message begins that says that it is JSON."""
_XML = ("<Event>", "<Event ")


def beside(head: Flat) -> Flat:
    """Return an event of syslog with what its message says; a field that both have holds both values.

    >>> flat = beside(Flat({"message": '{"EventID": 1, "Channel": "Security"}'}, "linux//syslog", None))
    >>> flat.fields["EventID"], flat.kind
    ('1', 'windows//')
    """
    message = head.fields["message"]
    said = _carried(message)
    if said is None:
        return head
    fields = dict(head.fields)
    for name, value in said.fields.items():
        known = fields.get(name)
        fields[name] = value if known is None or known == value else f"{known}{SEVERAL}{value}"
    return Flat(fields, said.kind or head.kind, said.at or head.at)


def _carried(message: str) -> Flat | None:
    text = message.removeprefix(_COOKIE).strip()
    if text.startswith("{") and text.endswith("}"):
        return _of_json(text)
    if text.startswith(_XML):
        try:
            return event_in(text.encode())
        except Malformed:
            return None
    said = event_of(text)
    if said and begin(text):
        return said._replace(kind="" if said.kind != "linux/firewall/syslog" else said.kind, at=None)
    return said


def _of_json(text: str) -> Flat | None:
    try:
        found = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None
    return flatten(found) if isinstance(found, dict) else None
