"""Code lists: the allowed values of a field, each with the dates between which it may be chosen.

A list may have several levels, editions that each say from when on they are in force, and for a code that ended the
codes that carry on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import Field, model_validator

from amur.base.declared import Declared, MayCarry, Text


class Code(Declared):
    """One entry of a list; it stays readable after ``valid_to``, but can no longer be chosen.

    ``parent`` is the code above it; a ``heading`` only holds others together and is never chosen. ``edition`` is the
    one that brought the code, whose first day is its own unless it gives another. ``successors`` carry on where the
    code has ended.
    """

    code: str = Field(min_length=1)
    title: Text
    parent: str = ""
    heading: bool = False
    edition: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _may_be_typed(self) -> Code:
        """Refuse a code that cannot be told from two: where many are chosen, commas stand between them."""
        if "," in self.code or not self.code.isprintable() or unicodedata.normalize("NFC", self.code) != self.code:
            raise ValueError(f"found code {self.code!r}; a code has no comma and nothing that cannot be seen")
        return self

    def in_force(self, on: date) -> bool:
        """Say whether the code is in force on a day.

        >>> Code(code="a", title=Text(zh="甲", en="A"), valid_to=date(2020, 1, 1)).in_force(date(2021, 1, 1))
        False
        """
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def may_be_chosen(self, on: date) -> bool:
        """Say whether the code is in force on a day and more than a heading.

        >>> Code(code="a", title=Text(zh="甲", en="A"), heading=True).may_be_chosen(date(2021, 1, 1))
        False
        """
        return not self.heading and self.in_force(on)


class Edition(Declared):
    """An edition or amendment of a list: from when on it is in force, and where it was read."""

    id: str = Field(min_length=1)
    title: Text
    valid_from: date
    source: str = ""
    verified: bool = False


class CodeList(MayCarry):
    """A list of codes with its source, in the order in which they are offered."""

    summary: Text | None = None
    source: str = Field(min_length=1)
    verified: bool = False
    editions: tuple[Edition, ...] = ()
    codes: tuple[Code, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _an_edition_gives_the_first_day(cls, data: Any) -> Any:
        """Give each code that names an edition and no day the first day of that edition."""
        if not isinstance(data, Mapping) or not isinstance(data.get("editions"), list | tuple):
            return data
        first = {one.get("id"): one.get("valid_from") for one in data["editions"] if isinstance(one, Mapping)}
        codes = data.get("codes")
        return {**data, "codes": [_dated(one, first) for one in codes] if isinstance(codes, list | tuple) else codes}

    @model_validator(mode="after")
    def _each_code_once(self) -> CodeList:
        seen: set[str] = set()
        for entry in self.codes:
            if entry.code in seen:
                raise ValueError(f"found code {entry.code!r} twice; give each code once")
            seen.add(entry.code)
        return self

    @model_validator(mode="after")
    def _what_a_code_names_is_there(self) -> CodeList:
        entries = {entry.code: entry for entry in self.codes}
        editions = {edition.id for edition in self.editions}
        for entry in self.codes:
            if entry.edition and entry.edition not in editions:
                raise ValueError(f"code {entry.code!r} is of the unknown edition {entry.edition!r}; declare it")
            if entry.parent and entry.parent not in entries:
                raise ValueError(f"code {entry.code!r} lies under the unknown code {entry.parent!r}; declare it")
            if any(above.code == entry.code for above in _above(entry, entries)):
                raise ValueError(f"code {entry.code!r} lies under itself; break the circle of parents")
            for name in entry.successors:
                _check_succession(entry, entries.get(name), name)
        return self

    def find(self, code: str) -> Code | None:
        """Return the entry of a code, also one that is no longer in force.

        >>> both = CodeList(id="l", title=Text(zh="表", en="L"), source="demo",
        ...     codes=({"code": "a", "title": {"zh": "甲", "en": "A"}},))
        >>> both.find("a").title.en, both.find("b")
        ('A', None)
        """
        return next((entry for entry in self.codes if entry.code == code), None)

    def above(self, code: str) -> tuple[Code, ...]:
        """Return the entries above a code, the nearest first.

        >>> text = {"zh": "甲", "en": "A"}
        >>> levels = CodeList(id="l", title=text, source="demo", codes=({"code": "A", "title": text, "heading": True},
        ...     {"code": "A1", "title": text, "parent": "A"}, {"code": "A1-1", "title": text, "parent": "A1"}))
        >>> [entry.code for entry in levels.above("A1-1")], levels.above("A")
        (['A1', 'A'], ())
        """
        entries = {entry.code: entry for entry in self.codes}
        entry = entries.get(code)
        return tuple(_above(entry, entries)) if entry else ()

    def carried_on(self, code: str, on: date) -> tuple[str, ...]:
        """Return what stands for a code on a day: itself until it has ended, then those that carry on after it.

        >>> text = {"zh": "甲", "en": "A"}
        >>> split = CodeList(id="l", title=text, source="demo", codes=({"code": "b", "title": text},
        ...     {"code": "a", "title": text, "valid_to": "2020-12-31", "successors": ["b", "c"]},
        ...     {"code": "c", "title": text, "valid_to": "2024-12-31", "successors": ["b"]}))
        >>> split.carried_on("a", date(2020, 1, 1)), split.carried_on("a", date(2021, 1, 1))
        (('a',), ('b', 'c'))
        >>> split.carried_on("a", date(2025, 1, 1))
        ('b',)
        """
        entry = self.find(code)
        if entry is None or entry.valid_to is None or on <= entry.valid_to:
            return (code,) if entry else ()
        return tuple(dict.fromkeys(one for name in entry.successors for one in self.carried_on(name, on)))


def _dated(code: Any, first: Mapping[Any, Any]) -> Any:
    """Return a code as it was written, with the first day of its edition if it gives none."""
    if not isinstance(code, Mapping) or code.get("valid_from") or not first.get(code.get("edition")):
        return code
    return {**code, "valid_from": first[code["edition"]]}


def _above(entry: Code, entries: Mapping[str, Code]) -> Iterator[Code]:
    """Yield the entries above one, the nearest first; a circle is walked once."""
    passed: set[str] = set()
    while (above := entries.get(entry.parent)) is not None and above.code not in passed:
        passed.add(above.code)
        yield above
        entry = above


def _check_succession(entry: Code, successor: Code | None, name: str) -> None:
    if successor is None:
        raise ValueError(f"code {entry.code!r} has the unknown successor {name!r}; declare it")
    if entry.valid_to is None:
        raise ValueError(f"code {entry.code!r} has a successor and no last day; add valid_to, its last day")
    if successor.heading or (successor.valid_to is not None and successor.valid_to <= entry.valid_to):
        raise ValueError(f"{name!r} cannot carry on after {entry.code!r}; name a code that does after its last day")
