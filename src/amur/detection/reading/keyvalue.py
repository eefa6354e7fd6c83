"""Logs of which each line is of pairs ``key=value``, bare or behind a time and a few words.

Fields have the names of the keys; ``message`` is what stands before them. Where a device is known by its keys, the kind
says so, and the ends of a connection are ``src_ip``, ``dst_ip``, ``src_port`` and ``dst_port`` as well.
"""

from __future__ import annotations

from amur.detection.reading import auditd
from amur.detection.reading.flattening import Flat
from amur.detection.reading.pairs import begin, event_of
from amur.detection.reading.syslog import said_at
from amur.detection.reading.texts import Events, Lines, Unreadable, clean, each, most

NAME = "keyvalue"

_FAR = 64
"""How far into a line the pairs begin at most."""


def fits(head: bytes) -> bool:
    """Say whether the beginning of a file is of pairs.

    >>> fits(b'ts=1 level=info msg="a b"'), fits("时间=1 用户=甲 动作=登录".encode()), fits(b"a=1 b=2")
    (True, True, False)
    """
    return not auditd.fits(head) and most(head, _looks)


def events(lines: Lines, source: str) -> Events:
    """Yield the events of lines of pairs.

    >>> [event] = events([(1, 0, b'2026-05-01T08:00:00Z gate: src_ip=10.0.0.1 dst_ip=10.0.0.2 action=drop')], "x")
    >>> event[2].fields["src_ip"], event[2].fields["message"], event[2].kind, event[2].at
    ('10.0.0.1', '2026-05-01T08:00:00Z gate:', '/firewall/', '2026-05-01T08:00:00Z')
    """
    return each(lines, source, _event)


def _looks(line: str) -> bool:
    return not line.startswith(("<", "{")) and 0 <= begin(line) <= _FAR and event_of(line) is not None


def _event(text: str) -> Flat:
    flat = event_of(text)
    if flat is None:
        raise Unreadable("no_pairs", "less than three pairs of a key and a value", text)
    before = text[: begin(text)].strip()
    if before:
        flat.fields.setdefault("message", clean(before))
    return flat._replace(at=flat.at or said_at(before))
