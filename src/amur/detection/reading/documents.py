"""Events in JSON documents: lists of them, objects that hold such a list, or events written over lines.

One event is held at a time, however large a document is.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

import msgspec
import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading import jsonlines
from amur.detection.reading.columns import Gathering
from amur.detection.reading.lines import LONGEST
from amur.detection.reading.shown import shown

_SHOWN, _BLOCK = 100, 2**16
_SIGN, _MARK = re.compile(r"[^ \t\r\n]"), re.compile(r'["\[\]{}]')
_INSIDE = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_LISTS = ("Records", "records", "value", "events", "logs")
_AT_ONCE = 2**20
_HOLDS = re.compile(
    r'\{\s*(?:"[^"\\]{0,999}"\s*:\s*(?:"[^"\\]{0,9999}"|[\w.+\-]{1,99})\s*,\s*){0,99}'
    rf'"(?:{"|".join(_LISTS)})"\s*:\s*\[\s*\{{'
)
"""How an object begins that holds a list of events; of one longer than so many signs they are read one by one."""
_TOO_DEEP = "nested too deeply"


def batches(stream: BinaryIO, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the events of documents; ``POSITION`` is the number of an event in them."""
    reader = jsonlines.Reader(gathering)
    for position, event in enumerate(_events(_Text(stream)), start=1):
        if isinstance(event, _Fault):
            yield Quarantined(gathering.source, position, event.offset, event.code, event.found)
        elif not isinstance(event.said, dict):
            yield Quarantined(gathering.source, position, -1, "no_event", f"no object: {shown(event.raw)}")
        elif fault := reader.take(event.raw, position) and reader.take(written(event.said), position):
            yield Quarantined(gathering.source, position, -1, *fault)
        elif gathering.is_full(rows):
            yield gathering.batch()
    if len(gathering):
        yield gathering.batch()


class _Event(NamedTuple):
    """A value, and as it was written."""

    said: Any
    raw: bytes


class _Fault(NamedTuple):
    """Where a document is broken, and what was found there."""

    offset: int
    code: str
    found: str


class _Broken(Exception):
    """What comes cannot be read, nor what is behind it."""

    def __init__(self, fault: _Fault) -> None:
        super().__init__(fault.found)
        self.fault = fault


class _Passed(_Broken):
    """A value cannot be read; what is behind it can."""


class _Text:
    """The text of a stream, of which not more is held than the value that is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._decode = stream, codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._text, self._at, self._passed, self._ended = "", 0, 0, False
        self._value = json.JSONDecoder().raw_decode

    def sign(self) -> str:
        """Return the next sign that is not blank, which is not taken; an empty text at the end."""
        while not (found := _SIGN.search(self._text, self._at)):
            self._at = len(self._text)
            if not self._more():
                return ""
        self._at = found.start()
        return self._text[self._at]

    def take(self, wanted: str) -> None:
        """Take a sign that must come."""
        if self.sign() != wanted:
            raise self.broken(f"found what is no {wanted!r}")
        self._at += 1

    def value(self, *, is_outer: bool = False) -> _Event:
        """Return the next value; an outer one with a list of events is read at once only if it is short."""
        self.sign()
        while True:
            try:
                found, end = self._value(self._text, self._at)
            except RecursionError:
                raise self._passed_over("not_json", _TOO_DEEP) from None
            except ValueError as error:
                place = error.pos if isinstance(error, json.JSONDecodeError) else self._at
                if not self._more():
                    raise self.broken(getattr(error, "msg", str(error)), place) from None
            else:
                if end < len(self._text) or not self._more():  # a number may go on
                    begin, self._at = self._at, end
                    return _Event(found, self._text[begin:end].encode("utf-8", "replace"))
            if len(self._text) > LONGEST or (is_outer and self._holds_a_list()):
                raise _TooLong

    def _holds_a_list(self) -> bool:
        return len(self._text) > _AT_ONCE and _HOLDS.match(self._text, self._at) is not None

    def skip(self, code: str, found: str) -> _Passed:
        """Take the next value without reading it, and return what is said of it."""
        return self._passed_over(code, found)

    def broken(self, found: str, place: int | None = None) -> _Broken:
        """Return that the text is broken, and where."""
        at = self._at if place is None else min(place, len(self._text))
        begun = self._text[at : at + _SHOWN].encode("utf-8", "replace")
        return _Broken(_Fault(self._offset(at), "not_json", f"{found}: {shown(begun)}"))

    def _offset(self, at: int) -> int:
        return self._passed + len(self._text[:at].encode("utf-8", "replace"))

    def _passed_over(self, code: str, found: str) -> _Passed:
        fault = _Fault(self._offset(self._at), code, found)
        depth, is_inside = 0, False
        while True:
            at = self._inside() if is_inside else self._mark()
            sign = self._text[at]
            self._at = at + 1
            is_inside = sign == '"' and not is_inside
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign, 0)
            if depth <= 0 and not is_inside:
                return _Passed(fault)

    def _mark(self) -> int:
        """Return where the next bracket or quote is."""
        while not (found := _MARK.search(self._text, self._at)):
            self._at = len(self._text)
            if not self._more():
                raise self.broken("it ends inside of a value")
        return found.start()

    def _inside(self) -> int:
        """Return where a text ends that has begun."""
        while True:
            found = _INSIDE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._text[self._at : self._at + 1] == '"':
                return self._at
            if not self._more():
                raise self.broken("it ends inside of a text")

    def _more(self) -> bool:
        """Read on, twice as much as is held; say whether there was more."""
        if self._ended:
            return False
        self._passed = self._offset(self._at)
        rest = self._text[self._at :]
        block = self._stream.read(max(_BLOCK, len(rest)))
        self._ended = not block
        self._text, self._at = rest + self._decode(block, final=self._ended), 0
        return True


class _TooLong(Exception):
    """A value is longer than an event may be; it was not taken."""


def _events(text: _Text) -> Iterator[_Event | _Fault]:
    """Yield the events of documents that stand one after another."""
    try:
        while sign := text.sign():
            yield from _members(text) if sign == "[" else _of_one(text)
    except _Broken as broken:
        yield broken.fault


def _of_one(text: _Text) -> Iterator[_Event | _Fault]:
    """Yield the events of an object, or what stands in place of one."""
    try:
        found = text.value(is_outer=True)
    except _Passed as passed:
        yield passed.fault
    except _TooLong:
        yield from _inside(text)
    else:
        members = listed(found.said)
        yield from [found] if members == [found.said] else (_Event(one, written(one)) for one in members)


def _members(text: _Text) -> Iterator[_Event | _Fault]:
    """Yield the members of a list; of what is no event and too long it is only said that it was there."""
    text.take("[")
    while text.sign() != "]":
        try:
            yield text.value()
        except _Passed as passed:
            yield passed.fault
        except _TooLong:
            yield text.skip("too_long", f"an event of more than {LONGEST} signs; so many are read").fault
        if text.sign() != "]":
            text.take(",")
    text.take("]")


def _inside(text: _Text) -> Iterator[_Event | _Fault]:
    """Yield the events of the lists that an object holds which is too long to be read at once."""
    if text.sign() != "{":
        yield text.skip("too_long", f"a value of more than {LONGEST} signs").fault
        return
    text.take("{")
    while text.sign() != "}":
        name = _name(text)
        text.take(":")
        if name in _LISTS and text.sign() == "[":
            yield from _members(text)
        else:
            yield from _left(text, name)
        if text.sign() != "}":
            text.take(",")
    text.take("}")


def _name(text: _Text) -> str:
    try:
        found = text.value()
    except _TooLong:
        raise text.skip("too_long", f"a name of more than {LONGEST} signs") from None
    return str(found.said)


def _left(text: _Text, name: str) -> Iterator[_Fault]:
    """Leave out what stands beside the events of a long object; tell what is too long for an event itself."""
    try:
        text.value()
    except _Passed as passed:
        yield passed.fault
    except _TooLong:
        said = (
            f"an object with more than {LONGEST} signs in {name[:_SHOWN]!r}, which is no list of events that is known"
        )
        yield text.skip("too_long", said).fault


def written(event: Any) -> bytes:
    r"""Return an event as JSON; half of a pair of signs, which JSON can say and UTF-8 cannot, by its number.

    >>> written({"a": "\ud800"})
    b'{"a": "\\ud800"}'
    """
    try:
        return msgspec.json.encode(event)
    except UnicodeEncodeError:
        return json.dumps(event).encode()


def listed(found: Any) -> list[Any]:
    """Return the events that a document says.

    >>> listed({"Records": [{"a": 1}]}), listed({"a": 1})
    ([{'a': 1}], [{'a': 1}])
    """
    if isinstance(found, Mapping):
        inside = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), None)
        if inside and all(isinstance(one, dict) for one in inside):
            return list(inside)
    return [found]
