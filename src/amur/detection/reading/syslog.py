"""Syslog: RFC 5424 with its structured data, and what systems write after RFC 3164, with a priority or without.

Fields: ``host``, ``app`` (the program), ``pid``, ``msgid``, ``severity`` and ``facility`` by name, ``message``;
``sd.ID.name`` for structured data. RFC 3164 tells no year; that is found by when the file was written (`times`). A
message that is JSON, an event of Windows or Sysmon in XML, or of pairs ``key=value`` is taken apart into fields beside
it.
"""

from __future__ import annotations

import re

from amur.detection.reading.flattening import Flat
from amur.detection.reading.messages import beside
from amur.detection.reading.texts import Events, Lines, Unreadable, clean, each, joined, most

NAME = "syslog"

_SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock", *(f"local{number}" for number in range(8))),
)
_SERVICES = {
    "sshd": "sshd",
    "sshd-session": "sshd",
    "sshd-auth": "sshd",
    "sudo": "sudo",
    "cron": "cron",
    "crond": "cron",
    "crontab": "cron",
    "anacron": "cron",
    "clamd": "clamav",
    "clamscan": "clamav",
    "clamdscan": "clamav",
    "freshclam": "clamav",
    "vsftpd": "vsftpd",
    "guacd": "guacamole",
    "guacamole": "guacamole",
    "httpd": "apache",
    "apache2": "apache",
    "nginx": "nginx",
}
"""Which service of a rule's log source a program is; any other is of the service ``syslog``."""

_COUNT = re.compile(r"\d{1,9} (?=<\d)")
_PRIORITY = re.compile(r"<(\d{1,3})>")
_NAMES = ("host", "app", "pid", "msgid")
_NEW = re.compile(r"1 (\S{1,64}) (\S+) (\S+) (\S+) (\S+) ")
_CLOCK = r"(?P<clock>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_YEAR = r"(?:19|20)\d\d"
_OLD = re.compile(
    rf"(?:(?P<before>{_YEAR}) )?{_MONTH} {{1,2}}(?P<day>\d{{1,2}}) (?:(?P<between>{_YEAR}) )?{_CLOCK}"
    rf"(?: (?P<after>{_YEAR})(?= |$))?:?(?: |$)"
)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)(?: |$)")
_TAG = re.compile(r"([^\s:\[\]<>]{1,255})(?:\[([^\[\]\s]{0,64})\]:?|:)(?=\s|$)")
_BEHIND = re.compile(rf"(?:\S{{1,255}} )?{_TAG.pattern}")
_CALLED = r'[^\s="\]]{1,255}'
_PARAMETER = re.compile(rf' +({_CALLED})="([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_ELEMENT = re.compile(rf"\[({_CALLED})")
_ESCAPED = re.compile(r'\\(["\\\]])')


def fits(head: bytes) -> bool:
    """Say whether the beginning of a file is syslog that carries no format of its own.

    >>> fits(b"<34>1 2003-10-11T22:14:15.003Z host su - ID47 - failed"), fits(b"a,b")
    (True, False)
    """
    return most(head, _looks)


def events(lines: Lines, source: str) -> Events:
    """Yield the events of lines of syslog.

    >>> [event] = events([(1, 0, b"<38>Oct 11 22:14:15 gate sshd[7]: Accepted")], "x")
    >>> event[2].fields["app"], event[2].fields["facility"], event[2].kind, event[2].at
    ('sshd', 'auth', 'linux//sshd', '--10-11T22:14:15')
    """
    return each(lines, source, _event)


def head_of(text: str) -> tuple[dict[str, str], str | None]:
    """Return the fields and the time of a head behind which another format begins; raises Unreadable where none is.

    >>> head_of("<13>1 2019-01-18T11:07:53Z gate ")
    ({'severity': 'notice', 'facility': 'user', 'host': 'gate'}, '2019-01-18T11:07:53Z')
    """
    fields, rest = _begun(text)
    at, end = _time(rest := rest.removeprefix("1 "))
    host = rest[end:].split(" ", 1)[0]
    if host not in {"", "-"} and not host.endswith(":"):
        fields["host"] = clean(host)
    return fields, at


def said_at(text: str) -> str | None:
    """Return a time as syslog and its kin write it, as ISO 8601; what has no year begins with two strokes.

    >>> said_at("Oct 11 2003 22:14:15.5"), said_at("Oct  1 22:14:15"), said_at("2003-10-11T22:14:15Z")
    ('2003-10-11T22:14:15.5', '--10-01T22:14:15', '2003-10-11T22:14:15Z')
    """
    return _time(text)[0]


def _looks(line: str) -> bool:
    if "CEF:" in line or "LEEF:" in line:
        return False
    rest = _without_count(line)
    end = 0 if rest[10:11] == " " else _time(rest)[1]  # a space behind an ISO date is how programs of all kinds write
    return bool(_PRIORITY.match(rest) or (end and _BEHIND.match(rest, end)))


def _without_count(text: str) -> str:
    """Return a line without the length that stands before it where it came over a stream."""
    begun = _COUNT.match(text)
    return text[begun.end() :] if begun else text


def _begun(text: str) -> tuple[dict[str, str], str]:
    """Return what the priority says, and what is behind it."""
    rest = _without_count(text)
    said = _PRIORITY.match(rest)
    return (_priority(int(said[1]), text), rest[said.end() :]) if said else ({}, rest)


def _priority(number: int, text: str) -> dict[str, str]:
    facility, severity = divmod(number, len(_SEVERITIES))
    if facility >= len(_FACILITIES):
        raise Unreadable("priority", f"a priority of {number}; 191 is the highest", text)
    return {"severity": _SEVERITIES[severity], "facility": _FACILITIES[facility]}


def _time(text: str) -> tuple[str | None, int]:
    """Return the time that begins a text, and where it ends; 0 if none begins it."""
    if found := _ISO.match(text):
        return found[1].replace(",", "."), found.end()
    if not (found := _OLD.match(text)):
        return None, 0
    year = found["before"] or found["between"] or found["after"] or "-"
    month = _MONTHS.index(found["month"]) + 1
    return f"{year}-{month:02}-{int(found['day']):02}T{found['clock'].replace(',', '.')}", found.end()


def _event(text: str) -> Flat:
    fields, rest = _begun(text)
    if fields and rest.startswith("1 "):
        return _new(rest, fields, text)
    at, end = _time(rest)
    if not end and not fields:
        raise Unreadable("no_syslog", "neither a priority nor a time begins it", text)
    return _old(rest[end:], fields, at, is_timed=bool(end))


def _new(rest: str, fields: dict[str, str], text: str) -> Flat:
    found = _NEW.match(rest)
    if not found:
        raise Unreadable("head", "not the seven parts of a head of RFC 5424", text)
    at, *said = found.groups()
    fields |= {name: clean(value) for name, value in zip(_NAMES, said, strict=True) if value != "-"}
    pairs: list[tuple[str, str]] = []
    message = _structured(rest[found.end() :], pairs, text)
    fields |= joined(pairs) | {"message": clean(message)}
    return beside(Flat(fields, _kind(fields.get("app", "")), None if at == "-" else at))


def _old(rest: str, fields: dict[str, str], at: str | None, *, is_timed: bool) -> Flat:
    """Return an event of what stands behind the time: a host, unless a tag comes at once, a tag, and the message."""
    host, space, behind = rest.partition(" ")
    if is_timed and host and space and "=" not in host and not _TAG.match(rest):
        fields["host"] = clean(host)
        rest = behind.removeprefix(": ")
    if tag := _TAG.match(rest):
        fields["app"] = clean(tag[1])
        if tag[2]:
            fields["pid"] = clean(tag[2])
        rest = rest[tag.end() :].removeprefix(" ")
    fields["message"] = clean(rest)
    return beside(Flat(fields, _kind(fields.get("app", "")), at))


def _structured(rest: str, pairs: list[tuple[str, str]], text: str) -> str:
    """Put structured data into pairs of names and values, and return the message behind them."""
    if rest == "-" or rest.startswith("- "):
        return rest[2:].removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    place = 0
    while element := _ELEMENT.match(rest, place):
        place = element.end()
        while parameter := _PARAMETER.match(rest, place):
            name = clean(f"sd.{element[1]}.{parameter[1]}")
            pairs.append((name, _ESCAPED.sub(r"\1", parameter[2])))
            place = parameter.end()
        if rest[place : place + 1] != "]":
            raise Unreadable("structured_data", f"an element {element[1]!r} that does not end", text)
        place += 1
    if not place or rest[place : place + 1] not in {"", " "}:
        raise Unreadable("structured_data", "neither elements nor a hyphen behind the head", text)
    return rest[place + 1 :].removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def _kind(app: str) -> str:
    program = app.rpartition("/")[2].lower()
    return f"linux//{_SERVICES.get(program, 'syslog')}"
