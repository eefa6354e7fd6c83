r"""Text that says ``key=value key="a value"``, as firewalls and many programs write it: taken apart, and what it is of.

Keys are words of any script (``字段=值``). What parts the first two pairs parts them all: spaces, or a comma, a
semicolon or a bar. A value without quotes goes on until the next key, so that it may hold spaces. In quotes, ``\"``
stands for a quote, and no other backslash is touched, since paths have them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from amur.detection.reading.flattening import Flat, kind_in, time_in
from amur.detection.reading.texts import clean, joined
from amur.detection.reading.times import instant

FEW = 3
"""How many pairs a text has at least that is said to be of pairs."""
MOST = 1_000
"""How many pairs of one text are taken apart; the rest is in the text alone."""

_CALLED = r"([^\W\d][\w.\-/]{0,63})="
_FIRST = re.compile(rf"(?:^|(?<=[\s,;|(\[])){_CALLED}")
_BEHIND = {sign: re.compile(rf"{re.escape(sign)}[ \t]{{0,8}}{_CALLED}") for sign in ",;|"}
_BEHIND[""] = re.compile(rf"[\s,;|]{_CALLED}")
_QUOTED = (
    re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?=[\s,;|)\]]|$)', re.DOTALL),
    re.compile(r'"([^"]*)"(?=[\s,;|)\]]|$)'),
    re.compile(r"'([^']*)'(?=[\s,;|)\]]|$)"),
)
_BETWEEN = " \t\r\n,;|"
_FLAGS = re.compile(r"(\S+) ([A-Z]+(?: [A-Z]+)*)")
"""A value behind which the kernel of Linux tells flags, which are none of it."""
_CLOCK = re.compile(r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?")
_ZONE = re.compile(r"[+-]\d\d:?\d\d")
_ENDED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:]+\]):(\d{1,5})(?::.*)?")
_TIMES = ("eventtime", "timestamp", "time", "datetime", "event_time", "start_time", "时间", "发生时间", "日志时间")
_ENDS = {
    "src_ip": ("srcip", "src", "SRC", "sip", "source_ip", "sourceip", "源IP", "源地址"),
    "dst_ip": ("dstip", "dst", "DST", "dip", "dest_ip", "destination_ip", "destip", "目的IP", "目的地址"),
    "src_port": ("srcport", "SPT", "sport", "spt", "source_port", "源端口"),
    "dst_port": ("dstport", "DPT", "dport", "dpt", "dest_port", "destination_port", "目的端口"),
}
"""What else the ends of a connection are called by those who log them."""
_PASSED = frozenset(
    (
        "accept",
        "accepted",
        "allow",
        "allowed",
        "close",
        "forward",
        "pass",
        "passed",
        "permit",
        "permitted",
        "允许",
        "放行",
    )
)
_BLOCKED = frozenset(
    ("block", "blocked", "deny", "denied", "discard", "drop", "dropped", "reject", "rejected", "拒绝", "拦截", "阻断",
     "丢弃")
)  # fmt: skip
_ASKED = {
    "c-uri": ("url",),
    "cs-host": ("hostname", "domain"),
    "cs-method": ("method", "httpmethod", "http_method"),
    "c-useragent": ("agent", "user_agent", "ua"),
    "sc-status": ("statuscode", "status_code", "httpresponsecode"),
}
_DEVICES: tuple[tuple[frozenset[str], Callable[[Mapping[str, str]], str]], ...] = (
    (frozenset({"devid", "logid", "type"}), lambda said: f"fortigate/{_fortigate(said)}/{_word(said['type'])}"),
    (frozenset({"log_type", "log_component"}), lambda said: f"sophos/{_sophos(said)}/{_word(said['log_type'])}"),
    (frozenset({"sys", "sub", "name"}), lambda said: f"sophos/{_sophos(said)}/{_word(said['sub'])}"),
    (frozenset({"sn", "fw", "pri", "m"}), lambda _: "sonicwall/firewall/"),
    (frozenset({"IN", "OUT", "SRC", "DST"}), lambda _: "linux/firewall/syslog"),
)
"""Who writes such logs, by keys that all stand in each line of theirs."""


def pairs(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield the keys and values of a text.

    >>> list(pairs(r'a=1 msg="say \"x\"" path=C:\x y z='))
    [('a', '1'), ('msg', 'say "x"'), ('path', 'C:\\x y'), ('z', '')]
    >>> list(pairs("ann : TTY=pts/0 ; PWD=/ ; COMMAND=/bin/env A=1"))
    [('TTY', 'pts/0'), ('PWD', '/'), ('COMMAND', '/bin/env A=1')]
    """
    key, behind = _FIRST.search(text), None
    for _ in range(MOST):
        if not key:
            return
        value, end = _quoted(text, key.end())
        after = (behind or _BEHIND[""]).search(text, end)
        if behind is None and after:
            behind = _BEHIND[_sign(text[end : after.end()], after)]
            after = behind.search(text, end)
        if value is None:
            value = text[end : after.start() if after else len(text)].strip(_BETWEEN)
        yield key[1], value
        key = after


def begin(text: str) -> int:
    """Return where the first pair of a text begins; -1 if it has none.

    >>> begin("gone: a=1"), begin("gone")
    (6, -1)
    """
    found = _FIRST.search(text)
    return found.start() if found else -1


def event_of(text: str) -> Flat | None:
    """Return what a text of pairs says, or None where it has too few; no kind where it says nothing of that.

    >>> event_of('devid="FG1" logid="1" type="event" action="Add" date=2026-05-01 time=08:00:00')[1:]
    ('fortigate/firewall/event', '2026-05-01T08:00:00')
    >>> event_of("to be = or not")
    """
    if text.count("=") < FEW:
        return None
    found = list(pairs(text))
    if len(found) < FEW:
        return None
    fields = joined(_without_flags(found) if {"IN", "OUT"} <= {key for key, _ in found} else found)
    kind = kind_in(fields) or _kind(fields)
    known = _ENDS if "/firewall/" in kind else _ENDS | _ASKED if "/proxy/" in kind else {}
    for name, others in known.items():
        if name not in fields and (said := next((fields[one] for one in others if fields.get(one)), "")):
            fields[name] = said
    if "/firewall/" in kind:
        _part_ends(fields)
        fields |= blocked(fields.get("action") or fields.get("动作", ""))
    return Flat(fields, kind, _at(fields))


def blocked(action: str) -> dict[str, str]:
    """Return what an action of a firewall was, as rules ask for it; nothing where nobody can say.

    >>> blocked("ALLOW"), blocked("deny"), blocked("Add")
    ({'blocked': 'false'}, {'blocked': 'true'}, {})
    """
    said = action.lower()
    return {"blocked": "false"} if said in _PASSED else {"blocked": "true"} if said in _BLOCKED else {}


def _quoted(text: str, place: int) -> tuple[str | None, int]:
    """Return the value in quotes that begins here and where it ends, or None and where it begins."""
    if text[place : place + 1] not in {'"', "'"}:
        return None, place
    for quoted in _QUOTED:
        if found := quoted.match(text, place):
            return found[1].replace('\\"', '"'), found.end()
    return None, place


def _sign(between: str, key: re.Match[str]) -> str:
    """Return what parts pairs, of what stands behind a value up to the end of the next key."""
    gap = between[: -len(key[1]) - 1].rstrip(" \t")
    return gap[-1:] if gap[-1:] in _BEHIND else ""


def _without_flags(found: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for key, value in found:
        if flagged := _FLAGS.fullmatch(value):
            yield key, flagged[1]
            yield from (("flags", flag) for flag in flagged[2].split())
        else:
            yield key, value


def _kind(fields: Mapping[str, str]) -> str:
    for names, kind in _DEVICES:
        if all(name in fields for name in names):
            return kind(fields)
    ends = all(any(name in fields for name in (end, *_ENDS[end])) for end in ("src_ip", "dst_ip"))
    return "/firewall/" if ends and ("action" in fields or "proto" in fields or "动作" in fields) else ""


def _fortigate(said: Mapping[str, str]) -> str:
    return "proxy" if said.get("subtype") == "webfilter" else "firewall"


def _sophos(said: Mapping[str, str]) -> str:
    return "proxy" if "url" in said else "firewall"


def _word(said: str) -> str:
    return re.sub(r"[\s/]+", "_", said.strip().lower())


def _part_ends(fields: dict[str, str]) -> None:
    """Part addresses from the ports that stand behind them."""
    for end in ("src", "dst"):
        if found := _ENDED.fullmatch(fields.get(f"{end}_ip", "")):
            fields[f"{end}_ip"] = found[1].strip("[]")
            fields.setdefault(f"{end}_port", found[2])


def _at(fields: Mapping[str, str]) -> str | None:
    """Return the time that fields say, if it can be read as one; of a date and a clock, both together."""
    date, clock = fields.get("date", "").replace("/", "-"), fields.get("time", "")
    zone = next((fields[name] for name in ("tz", "timezone") if _ZONE.fullmatch(fields.get(name, ""))), "")
    both = f"{date}T{clock.replace(',', '.')}{zone}" if date and _CLOCK.fullmatch(clock) else None
    told = (fields[name] for name in _TIMES if name in fields)
    for said in (fields.get("eventtime"), both, *told, time_in(fields)):
        if said and instant(plain := clean(said).replace("/", "-").removesuffix(" UTC")):
            return plain
    return None
