"""Logs of web servers in the common and the combined format, with the virtual host before them or without.

Fields have the names by which rules know them: ``c-ip``, ``cs-username``, ``cs-method``, ``cs-uri``, ``cs-uri-stem``,
``cs-uri-query``, ``cs-version``, ``sc-status``, ``sc-bytes``, ``cs-referer``, ``cs-user-agent``, ``cs-host``,
``s-port``. Most rules look for paths in ``cs-uri-query``, so it holds the query *and* the whole of what was asked for.
A hyphen is no field. A request that is no request of HTTP is all in ``cs-uri``.
"""

from __future__ import annotations

import re

from amur.detection.events import SEVERAL
from amur.detection.reading.flattening import Flat
from amur.detection.reading.texts import Events, Lines, Unreadable, clean, decoded, each, most

NAME = "access"
KIND = "/webserver/"

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_LINE = re.compile(
    r"(?:(?P<vhost>[^\s:]+):(?P<port>\d{1,5}) )?(?P<ip>\S+) (?P<ident>\S+) (?P<user>\S.*?|) \[(?P<time>[^\]]{1,40})\] "
    + _QUOTED.replace("(", "(?P<request>", 1)
    + r" (?P<status>\d{3}|-) (?P<bytes>\d+|-)(?P<rest> .*|)$",
    re.DOTALL,
)
_REST = re.compile(rf" {_QUOTED} {_QUOTED}(?= |$)", re.DOTALL)
_TIME = re.compile(r"(\d{1,2})/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d\d)(\d\d)")
_REQUEST = re.compile(r"([A-Za-z_\-]{1,32}) (\S.*?)(?: (HTTP/\d(?:\.\d)?))?", re.DOTALL)
_ESCAPED = re.compile(r"((?:\\x[0-9A-Fa-f]{2})+)|\\([\"\\nrtvbf])")
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "b": "\b", "f": "\f"}


def fits(head: bytes) -> bool:
    """Say whether the beginning of a file is a log of a web server.

    >>> fits(b'192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 23'), fits(b'a "GET / HTTP/1.0"')
    (True, False)
    """
    return most(head, lambda line: (found := _LINE.match(line)) and _TIME.fullmatch(found["time"]))


def events(lines: Lines, source: str) -> Events:
    """Yield the events of lines of such a log.

    >>> line = b'192.0.2.1 - ann [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.0" 200 -'
    >>> [event] = events([(1, 0, line)], "x")
    >>> event[2].fields["cs-uri-stem"], event[2].at
    ('/a', '2000-10-10T13:55:36-07:00')
    """
    return each(lines, source, _event)


def _event(text: str) -> Flat:
    found = _LINE.match(text)
    if not found:
        raise Unreadable("no_request", "not as the common format of a web server is", text)
    time = _TIME.fullmatch(found["time"])
    if not time or time[2] not in _MONTHS:
        raise Unreadable("time", f"a time of {found['time']!r}", text)
    day, month, year, clock, hours, minutes = time.groups()
    said = {
        "cs-host": found["vhost"],
        "s-port": found["port"],
        "c-ip": found["ip"],
        "cs-username": found["user"],
        **_request(_plain(found["request"])),
        "sc-status": found["status"],
        "sc-bytes": found["bytes"],
    }
    if more := _REST.match(found["rest"]):
        said |= {"cs-referer": _plain(more[1]), "cs-user-agent": _plain(more[2])}
    fields = {name: value for name, value in said.items() if value is not None and value != "-"}
    return Flat(fields, KIND, f"{year}-{_MONTHS[month]:02}-{int(day):02}T{clock}{hours}:{minutes}")


def _request(request: str) -> dict[str, str]:
    found = _REQUEST.fullmatch(request)
    if not found:
        return {"cs-uri": request}
    method, target, version = found.groups()
    stem, mark, query = target.partition("?")
    said = {"cs-method": method, "cs-uri": target, "cs-uri-stem": stem}
    said["cs-uri-query"] = f"{query}{SEVERAL}{target}" if mark else target
    return said | ({"cs-version": version} if version else {})


def _plain(value: str) -> str:
    r"""Return a quoted value without its escapes.

    >>> _plain(r"a\"b \xe7\x99\xbb \q")
    'a"b 登 \\q'
    """
    return clean(_ESCAPED.sub(_sign, value) if "\\" in value else value)


def _sign(found: re.Match[str]) -> str:
    if found[1]:
        return decoded(bytes.fromhex(found[1].replace("\\x", "")))
    return _SIGNS.get(found[2], found[2])
