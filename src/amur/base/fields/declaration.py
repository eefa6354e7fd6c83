"""What all field types share: the options of every field, its faces, and how raw input is cleaned.

A *raw* value is what a person or a file sends: a text, or for a composite type a mapping or a list of texts. A *value*
is what is kept: canonical JSON (see ``canonical``). Every type has a plain-text form, ``as_typed``, that ``parse``
reads back, so that a table of texts carries any record.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Literal, TypeAlias

from pydantic import model_validator

from amur.base.canonical import Json
from amur.base.codelists import CodeList
from amur.base.declared import Declared, Identifier, Text
from amur.base.fields.column import TEXT, Column
from amur.base.identifiers import IdentifierScheme

Raw: TypeAlias = "str | Sequence[Raw] | Mapping[str, Raw]"
Openness: TypeAlias = Literal["public", "restricted"]
PersonalClass: TypeAlias = Literal["none", "personal", "sensitive"]


class FieldError(ValueError):
    """Raw input that a field cannot accept: a stable code that pages translate, and an English sentence.

    ``at`` leads to the place inside a composite value; ``parts`` holds all faults of one, each with its own place.
    """

    def __init__(self, code: str, message: str, *, at: tuple[str, ...] = (), parts: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.at = at
        self.parts = tuple(parts)


def _no_record(_: str, __: str) -> Text | None:
    return None


@dataclass(frozen=True, slots=True)
class Lookups:
    """What fields refer to: code lists and schemes by id, region titles by code, the day and the zone of reference.

    ``records`` gives the title of a record by its register and key, or None where there is none.
    """

    on: date
    codelists: Mapping[str, CodeList] = field(default_factory=dict)
    schemes: Mapping[str, IdentifierScheme] = field(default_factory=dict)
    regions: Mapping[str, Text] = field(default_factory=dict)
    records: Callable[[str, str], Text | None] = _no_record
    zone: tzinfo = UTC


class FieldDeclaration(Declared, ABC):
    """One field. ``openness`` says who may read it: the public, or only the party and the office.

    ``indexed`` asks for an index, so that lists can be filtered by it; ``when`` is an expression under which the field
    is asked at all.
    """

    id: Identifier
    type: str
    title: Text
    hint: Text | None = None
    required: bool = True
    openness: Openness = "restricted"
    personal: bool = False
    indexed: bool = False
    when: str = ""

    @model_validator(mode="after")
    def _what_is_personal_stays_inside(self) -> FieldDeclaration:
        if self.personal_class != "none" and self.openness == "public":
            raise ValueError(f"field {self.id!r} is personal data and public; make it restricted")
        if self.personal_class != "none" and self.indexed:
            raise ValueError(f"field {self.id!r} is personal data and indexed; nobody may search people by it")
        if self.indexed and self.index() is None:
            raise ValueError(f"field {self.id!r} is indexed, but a {self.type} cannot be; take the index away")
        return self

    @property
    def personal_class(self) -> PersonalClass:
        """Say whether the field holds personal data, and of which kind."""
        return "personal" if self.personal else "none"

    @property
    def keeps_lines(self) -> bool:
        """Say whether a text may have several lines."""
        return False

    def parse(self, raw: Raw, lookups: Lookups) -> Json:
        """Return the value of raw input, or None where an optional field was left empty.

        Raises:
            FieldError: with one of the codes in ``ERRORS``.
        """
        if isinstance(raw, str):
            text = cleaned(raw, keep_lines=self.keeps_lines)
            return self.read(text, lookups) if text else self._left_empty()
        return self.gather(raw, lookups) if _says_something(raw) else self._left_empty()

    @abstractmethod
    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the value of a cleaned text that is not empty."""

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the value of composite raw input; a simple type has none."""
        del lookups
        raise FieldError("bad_shape", f"found {type(raw).__name__}; a {self.type} is entered as one text")

    def as_typed(self, value: Json) -> str:
        """Return the text that ``parse`` reads back to the same value; empty for None.

        Raises:
            FieldError: ``bad_shape`` if the value is none of this type.
        """
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.misfit(value)
        return value

    def validate_value(self, value: Json, lookups: Lookups) -> Json:
        """Return a value as it is kept, checked as strictly as if a person had typed it.

        Raises:
            FieldError: with one of the codes in ``ERRORS``.
        """
        return self.parse(self.as_typed(value), lookups)

    def display(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the value as a person reads it; an unknown code is shown as it is, never lost."""
        return "" if value is None else self.show(value, language, lookups)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return what stands for a value that is there."""
        del language, lookups
        return str(value)

    def column(self) -> Column:
        """Return the logical column in which datasets keep the value."""
        return TEXT

    def cell(self, value: Json) -> object:
        """Return the value as that column holds it: text, int, Decimal, bool, date, datetime, dict or list."""
        return value

    def cel_column(self) -> Column:
        """Return the column that expressions see."""
        return self.column()

    def cel_cell(self, value: Json) -> object:
        """Return the value as expressions see it."""
        return self.cell(value)

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return the JSON Schema of the value."""
        del lookups
        return {"title": self.title.en, "type": "string"}

    def constraints(self) -> dict[str, Json]:
        """Return the constraints of the Table Schema, besides ``required``."""
        return {}

    def index(self) -> str | None:
        """Return the kind of index by which lists can be filtered, or None where there can be none."""
        column = self.column()
        return column.kind if column.is_scalar and self.personal_class == "none" else None

    def misfit(self, value: Json) -> FieldError:
        """Return the fault of a value whose JSON type is not that of this field."""
        return FieldError("bad_shape", f"found {type(value).__name__} {str(value)[:40]!r}, which is no {self.type}")

    def _left_empty(self) -> Json:
        if self.required:
            raise FieldError("required", "nothing was entered")
        return None


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

_UNREADABLE = frozenset("\ufffd\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The mark of a character that was lost, and those that reorder what follows, so that a name reads as another."""


def cleaned(raw: str, *, keep_lines: bool = False) -> str:
    """Return a text in NFC without outer space.

    Raises:
        FieldError: ``control_characters`` if it holds what nobody can see.

    >>> cleaned("  备案 ")
    '备案'
    """
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").strip()
    for character in text:
        unseen = unicodedata.category(character) in {"Cc", "Cs"} or character in _UNREADABLE
        if unseen and not (keep_lines and character in "\n\t"):
            raise FieldError("control_characters", f"found the control character U+{ord(character):04X}")
    return text


def folded(text: str) -> str:
    """Return a text with full-width characters made plain, as numbers and codes are read.

    >>> folded("２０２６")
    '2026'
    """
    return unicodedata.normalize("NFKC", text)


def _says_something(raw: Raw) -> bool:
    if isinstance(raw, str):
        return bool(raw.strip())
    parts = raw.values() if isinstance(raw, Mapping) else raw
    return any(_says_something(part) for part in parts)
