"""Events of Windows as XML: one a line, one over lines, or all in one document, and those of Sysmon for Linux.

An event is what stands between ``<Event`` and ``</Event>``, and is read by itself: what is broken is set aside with its
place, the rest goes on, and no more than one event is ever held. What stands outside of events is passed over, so that
no document can declare entities; inside of one they are no XML. Fields are those of the same event in an event log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import ATTRIBUTES, Flat, flatten
from amur.detection.reading.lines import LONGEST
from amur.detection.reading.shown import shown

DEEPEST = 40
"""How many elements stand inside one another at most."""

_BLOCK = 2**20
_BEGIN, _END = re.compile(rb"<Event[\s>]"), b"</Event>"
_NEXT = re.compile(rb"<Event[\s>]|</Event>")
_TEXT = "#text"
_HEAD = re.compile(rb"<\?xml|<!DOCTYPE|<!--|<Events?[\s>]")
_LINUX = "Linux-Sysmon"
_CATEGORIES = {
    "1": "process_creation",
    "3": "network_connection",
    "5": "process_termination",
    "9": "raw_access_thread",
    "11": "file_event",
    "23": "file_delete",
}
"""Which category of a rule's log source the events of Sysmon for Linux are, by their number."""


class Malformed(Exception):
    """An event is no XML, or not as those of Windows are; says what was found."""


def fits(head: bytes) -> bool:
    """Say whether the beginning of a file is of events of Windows in XML.

    >>> fits(b'<Events><Event xmlns="x"><System>'), fits(b"<Event a='1'/>"), fits(b"<html>")
    (True, False, False)
    """
    return bool(_HEAD.match(head) and _BEGIN.search(head) and b"<System>" in head)


def batches(
    stream: BinaryIO, gathering: Gathering, rows: int, passed: int = 0
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the events of a stream; ``POSITION`` is the number of an event in it.

    ``passed`` is how many bytes were read before.
    """
    source = gathering.source
    for position, (offset, chunk, fault) in enumerate(_chunks(stream, passed), start=1):
        if fault:
            yield Quarantined(source, position, offset, fault, f"an event that does not end: {shown(chunk)}")
            continue
        try:
            flat = event_in(chunk)
        except Malformed as error:
            yield Quarantined(source, position, offset, "not_xml", f"{error}: {shown(chunk)}")
            continue
        gathering.put(flat.fields, chunk, position, flat.at, flat.kind)
        if gathering.is_full(rows):
            yield gathering.batch()
    if len(gathering):
        yield gathering.batch()


def event_in(chunk: bytes) -> Flat:
    """Return the event that some XML is; raises Malformed where it is none.

    >>> event_in(b"<Event><System><EventID>7</EventID></System><EventData><Data Name='a'>1</Data></EventData></Event>")
    Flat(fields={'EventID': '7', 'a': '1'}, kind='windows//', at=None)
    """
    tree = _Tree()
    try:
        tree.parser.Parse(chunk, True)
    except expat.ExpatError as error:
        raise Malformed(str(error)) from None
    event = tree.found.get("Event")
    if not isinstance(event, dict) or not isinstance(system := event.get("System"), dict):
        raise Malformed("no System in it")
    if isinstance(rendered := event.get("RenderingInfo"), dict):
        event["RenderingInfo"] = {name: rendered[name] for name in rendered if name not in system}
    flat = flatten({"Event": event})
    if flat.fields.get("Provider_Name") == _LINUX:
        return flat._replace(kind=f"linux/{_CATEGORIES.get(flat.fields.get('EventID', ''), '')}/sysmon")
    return flat


def _chunks(stream: BinaryIO, at: int) -> Iterator[tuple[int, bytes, str]]:
    """Yield where each event begins, its bytes, and which fault it is where it does not end."""
    held = b""
    while block := stream.read(_BLOCK):
        held += block
        place = 0
        while found := _BEGIN.search(held, place):
            after = _NEXT.search(held, found.end())
            if not after:
                place = found.start()
                break
            is_whole = after[0] == _END
            place = after.end() if is_whole else after.start()
            yield at + found.start(), held[found.start() : place], "" if is_whole else "open_event"
        else:
            place = max(place, len(held) - len(_END))
        held, at = held[place:], at + place
        if len(held) > LONGEST:
            yield at, held, "too_long"
            held, at = b"", at + len(held)
    if _BEGIN.match(held):
        yield at, held, "open_event"


class _Tree:
    """Elements as a reader of event logs gives them: members by name, attributes apart, data by what it is called."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.found: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, str], dict[str, Any], list[str]]] = [("", {}, self.found, [])]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            raise Malformed(f"more than {DEEPEST} elements inside one another")
        self._open.append((name.rpartition(":")[2], attributes, {}, []))

    def _text(self, text: str) -> None:
        self._open[-1][3].append(text)

    def _end(self, _: str) -> None:
        name, attributes, members, texts = self._open.pop()
        into = self._open[-1][2]
        text = "".join(texts)
        is_named = name == "Data" and "Name" in attributes
        if is_named:
            name, attributes = attributes["Name"], {}
        value: Any = members or text
        if not (members or attributes or name == "Data" or is_named or text.strip()):
            value = None  # as a reader of event logs has it
        elif attributes and not (members or text.strip()):
            value = {ATTRIBUTES: attributes}
        elif attributes and not members:
            value = {ATTRIBUTES: attributes, _TEXT: text}
        if name not in into:
            into[name] = value
        elif isinstance(into[name], list):
            into[name].append(value)
        else:
            into[name] = [into[name], value]
