"""CEF, and LEEF 1 and 2, bare or behind a head of syslog.

The fields of the heads stand under the names of the standards without their spaces: ``CEFVersion``, ``DeviceVendor``,
``DeviceProduct``, ``DeviceVersion``, ``DeviceEventClassID``, ``Name``, ``Severity``; ``LEEFVersion``, ``Vendor``,
``Product``, ``Version``, ``EventID``. Keys of extensions keep their names. The head of syslog gives ``host``,
``severity`` and ``facility``. The kind is ``vendor//product``, in small letters, with ``_`` for a space or a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, zip_longest

from amur.detection.reading.flattening import Flat
from amur.detection.reading.syslog import head_of, said_at
from amur.detection.reading.texts import Events, Lines, Unreadable, clean, each, joined, most

NAME = "cef"

_CEF = ("CEFVersion", "DeviceVendor", "DeviceProduct", "DeviceVersion", "DeviceEventClassID", "Name", "Severity")
_LEEF = ("LEEFVersion", "Vendor", "Product", "Version", "EventID")
_TIMES = ("rt", "end", "start", "devTime")
"""Keys that say when it happened; the first that is there counts, then the head of syslog."""

_BEGIN = re.compile(r"(?:^|(?<= ))(CEF|LEEF):(?=\d)")
_FAR = 512
"""How far into a line a head of syslog reaches."""
_PART = re.compile(r"([^\\|]*(?:\\.[^\\|]*)*)\|", re.DOTALL)
_SEVERITY = re.compile(r"([^|=\\]*)(?:\||$)")
_KEY = re.compile(r"(?:^| )([\w.\-\[\]]+)=")
_HEAD_ESCAPED = re.compile(r"\\([\\|])")
_ESCAPED = re.compile(r"\\([\\=|nr])")
_ZONES = frozenset({"UTC", "GMT", "Z"})
_OFFSET = re.compile(r"[+-]\d\d:?\d\d")
_SIGNS = {"n": "\n", "r": "\r"}
_NEVER = frozenset("\\=")
"""What never stands between attributes, since it stands inside of them."""
_HEX = re.compile(r"(?:0?x)([0-9A-Fa-f]{1,4})")


def fits(head: bytes) -> bool:
    """Say whether the beginning of a file is CEF or LEEF.

    >>> fits(b"<13>Jan 18 11:07:53 gate CEF:0|v|p|1|7|n|5|src=1"), fits(b"LEEF:1.0|v|p|1|7|"), fits(b"CEF is used")
    (True, True, False)
    """
    return most(head, lambda line: _BEGIN.search(line, 0, _FAR))


def events(lines: Lines, source: str) -> Events:
    r"""Yield the events of lines of CEF and LEEF.

    >>> [event] = events([(1, 0, rb"CEF:0|Acme|Gate|1|7|a \| b|5|msg=x\=y src=10.0.0.1")], "x")
    >>> event[2].fields["Name"], event[2].fields["msg"], event[2].fields["src"], event[2].kind
    ('a | b', 'x=y', '10.0.0.1', 'acme//gate')
    """
    return each(lines, source, _event)


def _event(text: str) -> Flat:
    found = _BEGIN.search(text, 0, _FAR)
    if not found:
        raise Unreadable("no_cef", "neither CEF: nor LEEF: in it", text)
    fields, at = head_of(text[: found.start()]) if found.start() else ({}, None)
    if found[1] == "CEF":
        parts, rest = _cef(text, found.end())
        fields |= zip(_CEF, parts, strict=False)
        pairs = _extension(rest, text)
    else:
        parts, rest = _leef(text, found.end())
        fields |= zip(_LEEF, parts, strict=True)
        pairs = _attributes(*_delimited(parts[0], rest), text)
    fields = joined(chain(fields.items(), ((clean(name), value) for name, value in pairs)))
    return Flat(fields, _kind(parts), _at(fields) or at)


def _cef(text: str, place: int) -> tuple[list[str], str]:
    """Return the parts of a head and the extension; some devices leave the severity out."""
    parts, place = _parts(text, place, len(_CEF) - 1)
    if len(parts) < len(_CEF) - 1 or place == len(text):
        raise Unreadable("head", f"{len(parts)} parts of the {len(_CEF)} of a head", text)
    if not (severity := _SEVERITY.match(text, place)):
        return parts, text[place:]
    return [*parts, clean(severity[1].strip())], text[severity.end() :]


def _leef(text: str, place: int) -> tuple[list[str], str]:
    """Return the parts of a head and what is behind it; behind the last there may be an end instead of a bar."""
    parts, place = _parts(text, place, len(_LEEF))
    if len(parts) == len(_LEEF):
        return parts, text[place:]
    if len(parts) < len(_LEEF) - 1 or place == len(text):
        raise Unreadable("head", f"{len(parts)} parts of the {len(_LEEF)} of a head", text)
    return [*parts, clean(_HEAD_ESCAPED.sub(r"\1", text[place:].rstrip(" ")))], ""


def _parts(text: str, place: int, count: int) -> tuple[list[str], int]:
    """Return not more than so many parts behind each of which there is a bar, and where they end."""
    parts: list[str] = []
    while len(parts) < count and (part := _PART.match(text, place)):
        parts.append(clean(_HEAD_ESCAPED.sub(r"\1", part[1])))
        place = part.end()
    return parts, place


def _extension(rest: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield keys and values; a value has spaces, so that it ends only where the next key begins."""
    keys = list(_KEY.finditer(rest))
    if (rest[: keys[0].start()] if keys else rest).strip():
        raise Unreadable("extension", "no key begins the extension", text)
    for key, after in zip_longest(keys, keys[1:]):
        yield key[1], _ESCAPED.sub(_sign, rest[key.end() : after.start() if after else len(rest)])


def _sign(found: re.Match[str]) -> str:
    return _SIGNS.get(found[1], found[1])


def _delimited(version: str, rest: str) -> tuple[str, str]:
    """Return what stands between attributes, and the attributes; LEEF 2 says it in one more part of its head."""
    said, bar, behind = rest.partition("|")
    if not version.startswith("2") or not bar:
        return "\t", rest
    if found := _HEX.fullmatch(said):
        return chr(int(found[1], 16)), behind
    return (said or "\t", behind) if len(said) <= 1 and said not in _NEVER else ("\t", rest)


def _attributes(delimiter: str, rest: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield keys and values; a backslash before a delimiter, an equals sign, a bar or a backslash stands for it."""
    sign = re.escape(delimiter)
    escaped = re.compile(rf"\\([\\=|]|{sign})")
    for part in re.findall(rf"((?:(?!{sign})[^\\]|\\.|\\$)+)", rest, re.DOTALL):
        name, equals, value = part.partition("=")
        if not part.strip():
            continue
        if not equals or not name.strip():
            raise Unreadable("attributes", f"an attribute without a key and a value, {part[:40]!r}", text)
        yield name.strip(), escaped.sub(r"\1", value)


def _kind(parts: list[str]) -> str:
    vendor, product = (re.sub(r"[\s/]+", "_", part.strip().lower()) for part in parts[1:3])
    return f"{vendor}//{product}"


def _at(fields: dict[str, str]) -> str | None:
    """Return the time that an extension says, with its zone; one that only its maker can read is not known."""
    said = next((fields[name] for name in _TIMES if name in fields), "").strip()
    if said.replace(".", "", 1).isdigit():
        return said
    text, _, zone = said.rpartition(" ")
    if _OFFSET.fullmatch(zone):
        found = said_at(text)
        return f"{found}{zone}" if found else None
    return said_at(text) if zone in _ZONES else None if zone.isalpha() else said_at(said)
