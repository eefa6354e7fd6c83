"""Code lists: the allowed values of a field, each with the dates between which it may be chosen."""

from __future__ import annotations

import unicodedata
from datetime import date

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text


class Code(Declared):
    """One entry of a list; it stays readable after ``valid_to``, but can no longer be chosen."""

    code: str = Field(min_length=1)
    title: Text
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _may_be_typed(self) -> Code:
        """Refuse a code that cannot be told from two: where many are chosen, commas stand between them."""
        if "," in self.code or not self.code.isprintable() or unicodedata.normalize("NFC", self.code) != self.code:
            raise ValueError(f"found code {self.code!r}; a code has no comma and nothing that cannot be seen")
        return self

    def may_be_chosen(self, on: date) -> bool:
        """Say whether the code is in force on a day.

        >>> Code(code="a", title=Text(zh="甲", en="A"), valid_to=date(2020, 1, 1)).may_be_chosen(date(2021, 1, 1))
        False
        """
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class CodeList(Declared):
    """A list of codes with its source."""

    id: Identifier
    title: Text
    source: str = Field(min_length=1)
    verified: bool = False
    codes: tuple[Code, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_code_once(self) -> CodeList:
        seen: set[str] = set()
        for entry in self.codes:
            if entry.code in seen:
                raise ValueError(f"found code {entry.code!r} twice; give each code once")
            seen.add(entry.code)
        return self

    def find(self, code: str) -> Code | None:
        """Return the entry of a code, also one that is no longer in force.

        >>> both = CodeList(id="l", title=Text(zh="表", en="L"), source="demo",
        ...     codes=({"code": "a", "title": {"zh": "甲", "en": "A"}},))
        >>> both.find("a").title.en, both.find("b")
        ('A', None)
        """
        return next((entry for entry in self.codes if entry.code == code), None)
