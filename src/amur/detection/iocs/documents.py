"""JSON documents of indicators: bundles of STIX 2.1, and events and feeds of MISP.

Of a pattern of STIX only equality is matched, alone or joined by OR. What says more (AND, NOT, LIKE, MATCHES,
FOLLOWEDBY, WITHIN, …) is refused with what it was: an indicator that matched only a part of what it says would tell
lies.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import msgspec

from amur.detection.iocs.kinds import NotUsable
from amur.detection.iocs.shelf import Origin, Shelf
from amur.detection.iocs.spelling import refanged
from amur.detection.iocs.vocabulary import confidence_of, instant_of, kind_named, kinds_named, tlp_of

LONGEST = 1 << 28
"""The longest document, in bytes, that is read at once."""

_OWN_ID = re.compile(rb'"(?:id|uuid)"\s*:\s*"([^"\\]{1,200})"')
_TLP_BY_ID = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
"""The markings of the traffic light protocol, versions 1 and 2, by the identifiers that STIX 2.1 fixes for them."""
Document = dict[str, Any]
LONGEST_PATTERN = 1 << 20
"""The longest pattern, in characters."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<path>[A-Za-z0-9_-]+:(?:[A-Za-z0-9_-]+|'[^']*')(?:\.(?:[A-Za-z0-9_-]+|'[^']*')|\[(?:[0-9]+|\*)\])*)
    | (?P<word>[A-Za-z]+)
    | (?P<mark>\[|\]|\(|\)|,|==|=|!=|<=|>=|<|>|[^\s])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_EQUAL = {"=", "==", "ISSUBSET"}
_Token = tuple[str, str]


def read_json(raw: bytes, shelf: Shelf, origin: Origin) -> None:
    """Read a bundle of STIX, an answer of TAXII, or an event, a list or an answer of MISP; see which it is."""
    try:
        if len(raw) > LONGEST:
            raise NotUsable("large", f"the document has {len(raw)} bytes; {LONGEST} is the most; split it")  # noqa: TRY301 -- refused with the others below
        read = msgspec.json.decode(raw)
    except NotUsable as error:
        shelf.refuse(origin.file, 1, "", error)
        return
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        fault = NotUsable("json", f"it is no JSON: {error}")
        shelf.refuse(origin.file, 1, raw[:40].decode("utf-8", "replace"), fault)
        return
    lines = _Lines(raw)
    parts = read if isinstance(read, list) else [read]
    known = False
    for part in parts:
        if isinstance(part, dict) and isinstance(part.get("objects"), list):
            _Stix(part["objects"], shelf, origin, lines).read()
        elif isinstance(part, dict) and (found := [*_events(part)]):
            for event, attributes in found:
                _misp(event, attributes, shelf, origin, lines)
        else:
            continue
        known = True
    if not known:
        fault = NotUsable("document", "it is neither a bundle of STIX nor an event or a list of attributes of MISP")
        shelf.refuse(origin.file, 1, raw[:40].decode("utf-8", "replace"), fault)


class _Lines:
    r"""On which line of a document an object stands, by its identifier.

    >>> lines = _Lines(b'{"objects": [\n{"id": "a"},\n{"id": "b"}]}')
    >>> lines.of("a"), lines.of("b"), lines.of("c")
    (2, 3, 1)
    """

    def __init__(self, raw: bytes) -> None:
        self._ends = [found.start() for found in re.finditer(b"\n", raw)]
        self._starts: dict[str, int] = {}
        for found in _OWN_ID.finditer(raw):
            self._starts.setdefault(found[1].decode("utf-8", "replace"), found.start())

    def of(self, own: str) -> int:
        return bisect_left(self._ends, self._starts.get(own, 0)) + 1


class _Stix:
    """The indicators among the objects of a bundle."""

    def __init__(self, objects: list[Any], shelf: Shelf, origin: Origin, lines: _Lines) -> None:
        self._objects = [each for each in objects if isinstance(each, dict)]
        self._shelf = shelf
        self._origin = origin
        self._lines = lines
        self._names = {
            _text(each, "id"): _text(each, "name") for each in self._objects if each.get("type") == "identity"
        }
        self._markings = dict(_TLP_BY_ID)
        for each in self._objects:
            if each.get("type") == "marking-definition" and isinstance(each.get("definition"), dict):
                self._markings.setdefault(_text(each, "id"), _text(each["definition"], "tlp"))

    def read(self) -> None:
        for each in self._objects:
            if each.get("type") == "indicator":
                self._read(each, self._lines.of(_text(each, "id")))

    def _read(self, indicator: Document, line: int) -> None:
        pattern = _text(indicator, "pattern")
        try:
            if indicator.get("revoked") is True:
                raise NotUsable("revoked", "its author has taken it back")  # noqa: TRY301 -- refused with the others below
            if (language := indicator.get("pattern_type", "stix")) != "stix":
                raise NotUsable("language", f"its pattern is one of '{language}'; only STIX patterns are matched")  # noqa: TRY301 -- likewise
            pairs = comparisons(pattern)
            origin = self._said(indicator)
        except NotUsable as error:
            self._shelf.refuse(self._origin.file, line, pattern or _text(indicator, "id"), error)
            return
        for path, value in pairs:
            try:
                kind = kind_named(path, value)
            except NotUsable as error:
                self._shelf.refuse(self._origin.file, line, f"{path} = '{value}'", error)
            else:
                self._shelf.take(kind, value, line, origin)

    def _said(self, indicator: Document) -> Origin:
        references = indicator.get("object_marking_refs")
        marked = [each for each in references if isinstance(each, str)] if isinstance(references, list) else []
        return self._origin._replace(
            id=_text(indicator, "id"),
            source=self._names.get(_text(indicator, "created_by_ref")) or self._origin.source,
            description=_text(indicator, "name") or _text(indicator, "description"),
            valid_from=instant_of(indicator.get("valid_from")),
            valid_to=instant_of(indicator.get("valid_until")),
            tlp=tlp_of(next((found for each in marked if (found := self._markings.get(each))), "")),
            confidence=confidence_of(indicator.get("confidence")),
        )


def _text(said: Document, name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""


def _events(part: Document) -> Iterator[tuple[Document, list[Any]]]:
    """Give the events of a document of MISP, each with its attributes, those within objects too."""
    response = part.get("response")
    if isinstance(response, list | dict):
        for each in response if isinstance(response, list) else [response]:
            if isinstance(each, dict):
                yield from _events(each)
        return
    event = part.get("Event")
    holder = event if isinstance(event, dict) else part
    if not isinstance(event, dict) and "Attribute" not in part:
        if isinstance(part.get("value"), str) and isinstance(part.get("type"), str):
            yield {}, [part]
        return
    holders = [holder, *(each for each in _list(holder, "Object") if isinstance(each, dict))]
    yield holder, [attribute for each in holders for attribute in _list(each, "Attribute")]


def _list(said: Document, name: str) -> list[Any]:
    found = said.get(name)
    return found if isinstance(found, list) else [found] if isinstance(found, dict) else []


def _misp(event: Document, attributes: list[Any], shelf: Shelf, origin: Origin, lines: _Lines) -> None:
    author = event.get("Orgc")
    said = origin._replace(
        source=(_text(author, "name") if isinstance(author, dict) else "") or origin.source,
        tlp=_marking(event),
        description=_text(event, "info"),
    )
    for attribute in attributes:
        if isinstance(attribute, dict):
            own = _text(attribute, "uuid")
            _attribute(attribute, shelf, said._replace(id=own), lines.of(own))


def _attribute(attribute: Document, shelf: Shelf, origin: Origin, line: int) -> None:
    value = refanged(_text(attribute, "value"))
    try:
        if str(attribute.get("deleted")) in {"True", "1"}:
            raise NotUsable("deleted", "its author has deleted it")  # noqa: TRY301 -- refused with the others below
        if str(attribute.get("to_ids", True)) in {"False", "0"}:
            raise NotUsable("context", "its author says that it is not for detection (to_ids)")  # noqa: TRY301 -- likewise
        kinds = kinds_named(_text(attribute, "type"), value)
    except NotUsable as error:
        shelf.refuse(origin.file, line, value, error)
        return
    said = origin._replace(
        description=_text(attribute, "comment") or origin.description, tlp=_marking(attribute) or origin.tlp
    )
    for kind, each in kinds:
        shelf.take(kind, each, line, said)


def _marking(said: Document) -> str:
    """Return the marking among the tags of an event or an attribute."""
    for tag in _list(said, "Tag"):
        name = _text(tag, "name") if isinstance(tag, dict) else ""
        if name.lower().startswith("tlp:"):
            try:
                return tlp_of(name)
            except NotUsable:  # a tag of somebody's own, such as tlp:ex:chr
                continue
    return ""


def comparisons(pattern: str) -> list[tuple[str, str]]:
    r"""Return what a pattern compares: (path of the property, value), one of which must hold.

    >>> comparisons("[domain-name:value = 'evil.example' OR file:name = 'it\\'s'] OR [file:name IN ('a', 'b')]")
    [('domain-name:value', 'evil.example'), ('file:name', "it's"), ('file:name', 'a'), ('file:name', 'b')]
    >>> comparisons("[file:name = 'a' AND file:size > 7]")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    amur.detection.iocs.kinds.NotUsable: 'AND' in a pattern is not matched; only '=', IN, ISSUBSET and OR are

    Raises:
        NotUsable: if it is not such a pattern.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise NotUsable("pattern.long", f"the pattern has {len(pattern)} characters; {LONGEST_PATTERN} is the most")
    tokens = [(found.lastgroup or "", found[found.lastgroup or 0]) for found in _TOKEN.finditer(pattern.strip())]
    tokens.reverse()
    found: list[tuple[str, str]] = []
    while True:
        _want(tokens, "[")
        while True:
            found += _comparison(tokens)
            if not _is_or(tokens):
                break
        _want(tokens, "]")
        if not tokens:
            return found
        if not _is_or(tokens):
            _refuse(tokens[-1][1])


def _comparison(tokens: list[_Token]) -> list[tuple[str, str]]:
    kind, path = _next(tokens)
    if kind != "path":
        _refuse(path)
    _, operator = _next(tokens)
    if operator.upper() in _EQUAL:
        return [(path, _quoted(tokens))]
    if operator.upper() != "IN":
        _refuse(operator)
    _want(tokens, "(")
    values = [_quoted(tokens)]
    while tokens and tokens[-1][1] == ",":
        tokens.pop()
        values.append(_quoted(tokens))
    _want(tokens, ")")
    return [(path, value) for value in values]


def _next(tokens: list[_Token]) -> _Token:
    if not tokens:
        raise NotUsable("pattern.end", "the pattern ends in the middle")
    return tokens.pop()


def _want(tokens: list[_Token], mark: str) -> None:
    _, found = _next(tokens)
    if found != mark:
        _refuse(found)


def _is_or(tokens: list[_Token]) -> bool:
    if tokens and tokens[-1][0] == "word" and tokens[-1][1].upper() == "OR":
        tokens.pop()
        return True
    return False


def _quoted(tokens: list[_Token]) -> str:
    kind, found = _next(tokens)
    if kind != "text":
        _refuse(found)
    return _ESCAPED.sub(r"\1", found[1:-1])


def _refuse(found: str) -> None:
    message = f"'{found[:60]}' in a pattern is not matched; only '=', IN, ISSUBSET and OR are"
    raise NotUsable("pattern", message, found=found[:60])
