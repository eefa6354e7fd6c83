"""Raw input: what a person or a file sends, how it is cleaned, and how a fault in it is said.

A *raw* value is a text, or for a composite type a mapping or a list of texts. Nothing is trusted: it may be a megabyte,
nested a thousand times, or of a shape that no form sends. Not here: what a type makes of it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from amur.base.canonical import Json

Raw: TypeAlias = "str | Sequence[Raw] | Mapping[str, Raw]"


class FieldError(ValueError):
    """Raw input that a field cannot accept: a stable code that pages translate, and an English sentence.

    ``at`` leads to the place inside a composite value; ``parts`` holds all faults of one, each with its own place.
    """

    def __init__(self, code: str, message: str, *, at: tuple[str, ...] = (), parts: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.at = at
        self.parts = tuple(parts)

    def inside(self, *place: str) -> FieldError:
        """Return the same fault as seen from outside: its place begins with that of the composite's part.

        >>> FieldError("required", "nothing was entered", at=("to",)).inside("0", "period").at
        ('0', 'period', 'to')
        """
        parts = [part.inside(*place) for part in self.parts]
        return FieldError(self.code, str(self), at=(*place, *self.at), parts=parts)

    def told(self, name: str) -> dict[str, tuple[str, str]]:
        """Return code and sentence under the name of a field, and of each part under the name with its place.

        >>> FieldError("required", "nothing was entered", at=("to",)).told("term")
        {'term': ('required', 'nothing was entered'), 'term.to': ('required', 'nothing was entered')}
        """
        parts = {".".join((name, *part.at)): (part.code, str(part)) for part in self.parts or (self,)}
        return {name: (self.code, str(self))} | parts


def raise_all(faults: Sequence[FieldError], code: str = "") -> None:
    """Raise all faults of a composite value as one, if there are any; its code is that of the first unless given.

    >>> raise_all([])
    """
    if not faults:
        return
    each = [part for fault in faults for part in fault.parts or (fault,)]
    said = "; ".join(f"{'.'.join(fault.at)}: {fault}" for fault in each[:_TOLD])
    raise FieldError(code or each[0].code, said, at=each[0].at, parts=each)


ERRORS = (
    "required",
    "bad_shape",
    "control_characters",
    "too_long",
    "bad_language",
    "not_in_list",
    "no_longer_in_list",
    "bad_identifier",
    "unknown_region",
    "no_record",
    "not_a_date",
    "not_an_instant",
    "not_a_period",
    "ends_before_it_begins",
    "not_a_number",
    "too_precise",
    "too_small",
    "too_large",
    "not_yes_no",
    "not_a_point",
    "not_a_shape",
    "too_many_points",
    "bad_email",
    "bad_telephone",
    "bad_url",
    "bad_upload",
    "too_few",
    "too_many",
    "bad_item",
    "computed",
)
"""Every code that ``parse`` may raise."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd\u202a-\u202e\u2066-\u2069]")
"""Controls, halves of characters, the mark of one that was lost, and what reorders, so that a name reads as another."""
_UNSEEN_IN_LINES = re.compile(_UNSEEN.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
_OUTER = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200e\u200f\u2060\ufeff"
"""Space, and the invisible characters that stick to a text copied from a page or a sheet."""
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_DEEPEST = 12
"""Levels of raw input; the deepest declared type has four."""
_COMBINED = 30
"""Marks on one character, the limit of stream-safe text (UAX 15): more take time that grows with their square."""


def cleaned(raw: str, *, keep_lines: bool = False) -> str:
    """Return a text in NFC without outer space.

    Raises:
        FieldError: ``control_characters`` if it holds what nobody can see.

    >>> cleaned("  备案 ")
    '备案'
    """
    text = _LINE_END.sub("\n", raw).strip(_OUTER)
    if not text.isascii():
        _check_marks(text)
        text = unicodedata.normalize("NFC", text)
    if found := (_UNSEEN_IN_LINES if keep_lines else _UNSEEN).search(text):
        raise FieldError("control_characters", f"found the control character U+{ord(found[0]):04X}")
    return text if any(map(_is_seen, text)) else ""


def folded(text: str) -> str:
    """Return a text with full-width characters made plain, as numbers and codes are read.

    A text that is too long for either is left as it is: some characters become eighteen.

    >>> folded("２０２６")
    '2026'
    """
    return unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST_CODE else text


def says_something(raw: object, depth: int = 0) -> bool:
    """Say whether any part of raw input, however it is nested, holds more than space.

    Raises:
        FieldError: ``bad_shape`` if it is nested more deeply than any declaration.

    >>> says_something([{"name": " "}, {}]), says_something([{"name": "x"}])
    (False, True)
    """
    if isinstance(raw, str):
        return bool(raw.strip(_OUTER))
    if not isinstance(raw, Mapping | Sequence):
        return raw is not None
    if depth > _DEEPEST:
        raise FieldError("bad_shape", f"found more than {_DEEPEST} levels; give what the field declares")
    parts = raw.values() if isinstance(raw, Mapping) else raw
    return any(says_something(part, depth + 1) for part in parts)


def one_text(found: object) -> str:
    """Return a part of composite raw input that has to be a text; one that is absent is empty.

    Raises:
        FieldError: ``bad_shape``.

    >>> one_text(None), one_text("2026-1-5")
    ('', '2026-1-5')
    """
    if found is None or isinstance(found, str):
        return found or ""
    raise FieldError("bad_shape", f"found {kind_of(found)}; give a text")


def filled(text: str) -> str:
    """Return a cleaned text of one line that is not empty.

    Raises:
        FieldError: ``required`` or ``control_characters``.
    """
    if found := cleaned(text):
        return found
    raise FieldError("required", "nothing was entered")


def from_json(text: str) -> Any:
    """Return what a JSON text holds; None where it is none, is nested without end, or holds what is no number.

    >>> from_json('{"a": 1}'), from_json("[NaN]"), from_json("[" * 100_000)
    ({'a': 1}, None, None)
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(word: str) -> None:
    raise ValueError(word)


def kind_of(found: object) -> str:
    """Return what a sentence about a fault calls something: its kind, and if it is short what it is.

    >>> kind_of("x"), kind_of(True), kind_of([1, 2])
    ("'x'", 'True', 'list')
    """
    if isinstance(found, str):
        return repr(found[:40])
    if isinstance(found, bool) or (isinstance(found, int) and abs(found) < _SHOWN):
        return str(found)
    return "nothing" if found is None else type(found).__name__


def plain(value: Json) -> str:
    """Return any value as a text: a text as it is, all else as JSON.

    >>> plain("备案"), plain({"a": [True]})
    ('备案', '{"a": [true]}')
    """
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return kind_of(value)


_SHOWN = 10**20
_LONGEST_CODE = 1_000
_TOLD = 20
"""So many faults of one value are told in its sentence; ``parts`` holds all."""


def _check_marks(text: str) -> None:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _COMBINED:
            raise FieldError("control_characters", f"found more than {_COMBINED} marks on one character")


def _is_seen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"
