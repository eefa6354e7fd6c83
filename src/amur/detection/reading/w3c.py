"""Extended logs of the W3C: what IIS, proxies, the firewall of Windows and Exchange write under ``#Fields:``.

A head may come again anywhere and counts for what is behind it. Each field has the name that the head gives it, and the
one by which rules know it: ``cs(User-Agent)`` is also ``cs-user-agent``. Of a web server, ``cs-uri-query`` holds the
query *and* the whole of what was asked for, since rules look for paths in it. A proxy has ``c-uri``, ``c-uri-query``,
``c-uri-extension`` and ``c-useragent`` too; where addresses, ports and hosts of two ends are told, they are ``src_ip``,
``dst_ip``, ``src_port``, ``dst_port`` and ``cs-host``. A hyphen is no field. The times are UTC, as the standard has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading.csvs import cells
from amur.detection.reading.flattening import Flat
from amur.detection.reading.pairs import blocked
from amur.detection.reading.texts import Events, Lines, Unreadable, beginning, clean, texts_of

NAME = "w3c"

_FIELDS = re.compile(r"#Fields:[ \t]*", re.IGNORECASE)
_DATE = re.compile(r"#Date:[ \t]*(\d{4}-\d\d-\d\d)", re.IGNORECASE)
_HEADER = re.compile(r"([a-z]{1,3})\(([^()]+)\)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t]+")
_VALUE = re.compile(r'"([^"]*(?:""[^"]*)*)"(?=[ \t]|$)|([^ \t]+)')
_EXTENSION = re.compile(r"\.([^./?#]{1,20})$")
_CALLED = {
    "c-agent": "cs-user-agent",
    "cs-referred": "cs-referer",
    "s-operation": "cs-method",
    "cs-uri-path": "cs-uri-stem",
    "cs-uri-extension": "c-uri-extension",
    "r-host": "cs-host",
    "r-ip": "dst_ip",
    "r-port": "dst_port",
    "src-ip": "src_ip",
    "dst-ip": "dst_ip",
    "src-port": "src_port",
    "dst-port": "dst_port",
}
"""By which names rules know what heads call otherwise."""
_PROXIES = frozenset(
    ("r-host", "r-ip", "r-port", "cs-uri-scheme", "s-hierarchy", "s-action", "s-supplier-name", "sc-filter-result",
     "sc-filter-category", "cs-categories", "x-exception-id")
)  # fmt: skip
"""Fields that only a log of a proxy has."""
_WEB = frozenset({"cs-method", "cs-uri", "cs-uri-stem", "sc-status"})
_FIREWALL = frozenset({"src-ip", "dst-ip", "action"})
_AGENT, _WRITTEN_WITH_PLUS = "cs-user-agent", frozenset({"cs-user-agent", "cs-cookie"})
_TIMES = ("date-time", "datetime", "timestamp", "x-timestamp-unix")


@dataclass(slots=True)
class _Head:
    """What the last heads have said."""

    names: tuple[tuple[str, str], ...] = ()
    """Each field as the head has it, and as rules call it."""
    kind: str = ""
    sign: str = ""
    date: str = ""

    def take(self, line: str) -> None:
        """Take a line that begins with ``#``; what says nothing of how to read is passed over."""
        if found := _FIELDS.match(line):
            said = line[found.end() :].strip()
            self.sign = "," if "," in said and not _BLANKS.search(said) else ""
            names = said.split(",") if self.sign else _BLANKS.split(said)
            self.names = tuple((clean(name), _known(clean(name))) for name in names if name)
            self.kind = _kind({name.lower() for name in names})
        elif found := _DATE.match(line):
            self.date = found[1]

    def event(self, line: str) -> Flat:
        """Return the event of a line behind this head."""
        if not self.names:
            raise Unreadable("no_head", "no #Fields: before it", line)
        values, is_plus = self._values(line)
        fields: dict[str, str] = {}
        known: dict[str, str] = {}
        for (name, called), value in zip(self.names, values, strict=True):
            if value != "-" and (value or not self.sign):
                fields[name] = clean(value)
                known.setdefault(called, _shown(called, fields[name], is_plus=is_plus))
        at = _at(fields, self.date)
        if self.kind == "/firewall/":
            known |= blocked(fields.get("action", ""))
        else:
            known |= _asked(known, is_proxy=self.kind == "/proxy/")
        return Flat(fields | known, self.kind, at)

    def _values(self, line: str) -> tuple[list[str], bool]:
        """Return the values of a line, and whether a plus stands in them for a space."""
        count = len(self.names)
        if self.sign:
            values = [value for value, _ in cells(line, self.sign)]
        elif "\t" in line and len(values := line.rstrip("\r").split("\t")) == count:
            return values, False
        elif '"' in line:
            found = [(quoted.replace('""', '"') or bare or "", bare) for quoted, bare in _VALUE.findall(line)]
            values = [value for value, _ in found]
        else:
            values = _BLANKS.split(line.strip(" \t"))
        if len(values) != count:
            raise Unreadable("columns", f"{len(values)} values for {count} fields", line)
        return values, not self.sign


def fits(head: bytes) -> bool:
    r"""Say whether the beginning of a file is an extended log.

    >>> fits(b"#Software: x\n#Fields: date time c-ip\n"), fits(b"#fields\tts\n"), fits(b"a,b\n")
    (True, False, False)
    """
    return any(map(_FIELDS.match, beginning(head)))


def events(lines: Lines, source: str) -> Events:
    """Yield the events of lines behind heads.

    >>> log = [b"#Fields: date time cs-uri-stem cs(User-Agent)", b"2026-05-01 08:00:00 /a Mozilla/5.0+(X11)"]
    >>> [event] = events([(number, 0, line) for number, line in enumerate(log, 1)], "x")
    >>> event[2].fields["cs-user-agent"], event[2].kind, event[2].at
    ('Mozilla/5.0 (X11)', '/webserver/', '2026-05-01T08:00:00')
    """
    head = _Head()
    for line in texts_of(lines):
        if isinstance(line, Quarantined):
            yield line
            continue
        number, offset, text, raw = line
        if text.startswith("#"):
            head.take(text)
            continue
        try:
            yield number, offset, head.event(text), raw
        except Unreadable as fault:
            yield Quarantined(source, number, offset, fault.code, fault.found)


def _known(name: str) -> str:
    """Return by which name rules know a field.

    >>> _known("cs(User-Agent)"), _known("r-ip"), _known("sc-status")
    ('cs-user-agent', 'dst_ip', 'sc-status')
    """
    found = _HEADER.fullmatch(name)
    name = f"{found[1]}-{found[2]}".lower() if found else name
    return _CALLED.get(name.lower(), name)


def _kind(names: set[str]) -> str:
    if names >= _FIREWALL:
        return "/firewall/"
    if names & _PROXIES:
        return "/proxy/"
    return "/webserver/" if names & _WEB else ""


def _shown(called: str, value: str, *, is_plus: bool) -> str:
    """Return a value as it was sent, where a space could not be written."""
    if called not in _WRITTEN_WITH_PLUS or " " in value:
        return value
    if is_plus and "+" in value:
        return value.replace("+", " ")
    return clean(unquote(value)) if called == _AGENT and "%20" in value else value


def _asked(known: dict[str, str], *, is_proxy: bool) -> dict[str, str]:
    """Return what was asked for, in each form in which rules look at it."""
    stem, query, host = (known.get(name, "") for name in ("cs-uri-stem", "cs-uri-query", "cs-host"))
    query = query.removeprefix("?")
    whole = known.get("cs-uri") or (f"{stem}?{query}" if query else stem)
    if not is_proxy:
        return {"cs-uri": whole, "cs-uri-query": f"{query}{SEVERAL}{whole}" if query else whole} if whole else {}
    if whole.startswith("/") and host:
        scheme, port = known.get("cs-uri-scheme", "http"), known.get("cs-uri-port", "")
        usual = {"http": "80", "https": "443"}.get(scheme, "")
        whole = f"{scheme}://{host}{f':{port}' if port not in {'', '0', usual} else ''}{whole}"
    path, mark, behind = whole.partition("?")
    extension = _EXTENSION.search(path.partition("://")[2].partition("/")[2] or stem)
    said = {
        "cs-uri": whole,
        "c-uri": whole,
        "c-uri-query": query or (behind if mark else ""),
        "c-uri-extension": known.get("c-uri-extension") or (extension[1] if extension else ""),
        "c-useragent": known.get(_AGENT, ""),
        "src_ip": known.get("c-ip", ""),
    }
    return {name: value for name, value in said.items() if value}


def _at(fields: dict[str, str], date: str) -> str | None:
    """Return the time of an event; one that tells the clock alone is of the day that the head tells."""
    small = {name.lower(): fields[name] for name in fields if name.lower() in {"date", "time", *_TIMES}}
    date = small.get("date", date)
    if date and "time" in small:
        return f"{date}T{small['time']}"
    return next((small[name] for name in _TIMES if name in small), None)
