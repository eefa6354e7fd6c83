"""What all field types share: the options of every field and its faces.

A *value* is what is kept: canonical JSON (see ``canonical``). Every type has a plain-text form, ``as_typed``, that
``parse`` reads back, so that a table of texts carries any record.
"""

from __future__ import annotations

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
from amur.base.fields.raw import FieldError, Raw, cleaned, kind_of, plain, says_something
from amur.base.identifiers import IdentifierScheme

Openness: TypeAlias = Literal["public", "restricted"]
PersonalClass: TypeAlias = Literal["none", "personal", "sensitive"]


def _no_record(_: str, __: str) -> Text | None:
    return None


def _no_records(_: str) -> Mapping[str, Text]:
    return {}


@dataclass(frozen=True, slots=True)
class Lookups:
    """What fields refer to: code lists and schemes by id, region titles by code, the day and the zone of reference.

    ``gone`` are the regions that are not in force on the day, each with the codes of those that carry on after it.
    ``records`` gives the title of a record by its register and key, or None where there is none; ``listed`` gives those
    of a register by key where they are few enough to choose from, else none.
    """

    on: date
    codelists: Mapping[str, CodeList] = field(default_factory=dict)
    schemes: Mapping[str, IdentifierScheme] = field(default_factory=dict)
    regions: Mapping[str, Text] = field(default_factory=dict)
    gone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    records: Callable[[str, str], Text | None] = _no_record
    listed: Callable[[str], Mapping[str, Text]] = _no_records
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
            text = self.clean(raw)
            return self.read(text, lookups) if text else self._left_empty()
        return self.gather(raw, lookups) if says_something(raw) else self._left_empty()

    def clean(self, raw: str) -> str:
        """Return a raw text as ``read`` wants it: without what nobody can see."""
        return cleaned(raw, keep_lines=self.keeps_lines)

    @abstractmethod
    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the value of a cleaned text that is not empty."""

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the value of composite raw input; a simple type has none."""
        del lookups
        raise FieldError("bad_shape", f"found {kind_of(raw)}, which is no {self.type}")

    def drafted(self, raw: Json, before: Json, lookups: Lookups) -> Json:
        """Return what a draft may hold of raw input; ``before`` is what it held."""
        del before, lookups
        return raw

    def read_draft(self, held: Json, lookups: Lookups) -> Json:
        """Return the value of what a draft holds: raw input, or of what is not kept that it was seen.

        Raises:
            FieldError: as ``parse`` and ``validate_value``.
        """
        if held is True:
            return self.validate_value(held, lookups)
        return self.parse(held or "", lookups)  # type: ignore[arg-type] # what is no raw input is refused

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
        """Return the value as a person reads it; an unknown code is shown as it is, never lost.

        So is what an earlier declaration of the field let in and this one does not: a page shows it and does not fail.
        """
        if value is None:
            return ""
        try:
            return self.show(value, language, lookups)
        except (ValueError, TypeError, LookupError, ArithmeticError):
            return plain(value)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return what stands for a value that is there."""
        del language, lookups
        return plain(value)

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
        """Return the constraints of the Table Schema."""
        return {"required": True} if self.required else {}

    @property
    def unit_code(self) -> str:
        """Return what an amount counts, as data sets say it: a unit, or a currency; empty for what is no amount."""
        return ""

    def index(self) -> str | None:
        """Return the kind of index by which lists can be filtered, or None where there can be none."""
        column = self.column()
        return column.kind if column.is_scalar and self.personal_class == "none" else None

    def misfit(self, value: Json) -> FieldError:
        """Return the fault of a value whose JSON type is not that of this field."""
        return FieldError("bad_shape", f"found {kind_of(value)}, which is no {self.type}")

    def _left_empty(self) -> Json:
        if self.required:
            raise FieldError("required", "nothing was entered")
        return None
