"""People and papers: data about a person, with its purpose and its end, and files."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from amur.base.canonical import Json
from amur.base.declared import Identifier, Text
from amur.base.fields.column import BOOLEAN, DATE, TEXT, Column
from amur.base.fields.declaration import FieldDeclaration, Lookups, PersonalClass
from amur.base.fields.raw import FieldError, folded, says_something
from amur.base.fields.times import day_in
from amur.base.fields.words import fitting, identified, reached, schema_of

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PersonField(FieldDeclaration):
    """Data about a person: why it is asked, and for how many days it is kept after the matter has ended.

    What is not to be kept (``keep: false``), such as the number of an identity document, is checked in flight; all
    that stays is that it was seen and right.

    >>> from datetime import date
    >>> asked = {"type": "person", "title": Text(zh="姓名", en="Name"), "of": "name", "retention_days": 30}
    >>> name = PersonField(id="name", purpose=Text(zh="联系", en="To reach you"), **asked)
    >>> name.personal_class, name.parse("张 三", Lookups(date(2026, 1, 1)))
    ('personal', '张 三')
    """

    type: Literal["person"]
    of: Literal["name", "address", "telephone", "email", "birth_date", "document", "other"]
    purpose: Text
    retention_days: int = Field(gt=0, le=36_500)
    scheme: Identifier | None = None
    sensitive: bool = False
    keep: bool = True
    max_length: int = Field(default=200, gt=0, le=2_000)

    @model_validator(mode="after")
    def _a_document_has_a_scheme(self) -> PersonField:
        if (self.of == "document") != (self.scheme is not None):
            raise ValueError(f"field {self.id!r}: a document has a scheme, and nothing else has one")
        return self

    @property
    def personal_class(self) -> PersonalClass:
        """Say of which kind the personal data is."""
        return "sensitive" if self.sensitive or self.of == "document" else "personal"

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return what is kept of the text: the text itself, or that it was right.

        The sentence of a fault does not repeat the text: it may be logged, and the text may not.
        """
        try:
            value = self._checked(text, lookups)
        except FieldError as error:
            raise FieldError(error.code, f"what was entered is no {self.of} that fits") from None
        return value if self.keep else True

    def drafted(self, raw: Json, before: Json, lookups: Lookups) -> Json:
        """Return what a draft may hold: of what is not kept, that it was seen, and where nothing new came, still so."""
        if self.keep:
            return super().drafted(raw, before, lookups)
        if not says_something(raw):
            return True if before is True else ""
        try:
            return self.parse(raw, lookups)  # type: ignore[arg-type] # a shape that is no raw input is refused
        except FieldError:
            return ""

    def _checked(self, text: str, lookups: Lookups) -> str:
        if self.scheme is not None:
            return identified(self.scheme, text, lookups)
        if self.of == "birth_date":
            return day_in(text).isoformat()
        if self.of in {"telephone", "email"}:
            return reached(self.of, text)
        return fitting(text, self.max_length)

    def as_typed(self, value: Json) -> str:
        """Return the text; empty where it was not kept, since it cannot be typed again."""
        if self.keep or value is None:
            return super().as_typed(value)
        if value is not True:
            raise FieldError("bad_shape", "found what may not be kept; the value says that it was seen")
        return ""

    def validate_value(self, value: Json, lookups: Lookups) -> Json:
        """Return the value; of what was not kept, that it was seen."""
        if self.keep or value is not True:
            return super().validate_value(value, lookups)
        return True

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the text, or that it was seen."""
        if self.keep:
            return super().show(value, language, lookups)
        return _SEEN.say(language)

    def column(self) -> Column:
        """Return a text or a date, or a boolean where nothing else is kept."""
        if not self.keep:
            return BOOLEAN
        return DATE if self.of == "birth_date" else TEXT

    def cell(self, value: Json) -> object:
        """Return the text or the day, or that it was seen."""
        if self.keep and self.of == "birth_date" and isinstance(value, str):
            return date.fromisoformat(value)
        return value

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string, or that it was seen."""
        schema = super().json_schema(lookups)
        if not self.keep:
            return schema | {"type": "boolean", "const": True}
        if self.of == "birth_date":
            return schema | {"format": "date"}
        if self.of in {"telephone", "email"}:
            return schema | schema_of(self.of)
        return schema if self.of == "document" else schema | {"maxLength": self.max_length}

    def constraints(self) -> dict[str, Json]:
        """Return the constraints; the cell of what was not kept is empty."""
        return super().constraints() if self.keep else {}


class FileField(FieldDeclaration):
    """A file by the id of its upload; it is checked where it is received.

    >>> from datetime import date
    >>> plan = FileField(id="plan", type="file", title=Text(zh="方案", en="Plan"), media_types=("application/pdf",))
    >>> plan.parse("0b5a9c1e-8d6f-4f57-9a57-2f5f1f3c0a11", Lookups(date(2026, 1, 1)))
    '0b5a9c1e-8d6f-4f57-9a57-2f5f1f3c0a11'
    """

    type: Literal["file"]
    media_types: tuple[str, ...] = Field(min_length=1)
    max_bytes: int = Field(default=10 * 2**20, gt=0)

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the id of the upload."""
        del lookups
        plain = folded(text)
        if not _UUID.fullmatch(plain):
            raise FieldError("bad_upload", f"found {text[:80]!r}; give the id of a received file")
        return plain

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string that is a UUID."""
        return super().json_schema(lookups) | {"format": "uuid"}

    def index(self) -> str | None:
        """Return none: nobody looks for a file by its id."""
        return None


_SEEN = Text(zh="已核对，未留存", en="Checked, not kept")
