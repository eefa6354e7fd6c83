"""Declarations as plain values, read field by field: what is unknown, missing or odd is told by its path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from amur.base.faults import AmurError


@dataclass(frozen=True, slots=True)
class Said:
    """An object of a declaration and where it stands; each field that is asked for is known from then on.

    >>> one = Said({"id": "edge", "probability": 0.9}, "definitions[1]")
    >>> one.text("id"), one.number("probability"), one.number("threshold_dbm", -105.0)
    ('edge', 0.9, -105.0)
    >>> one.refuse_others()
    """

    fields: Mapping[str, Any]
    where: str
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Refuse what is no object.

        Raises:
            AmurError: it says where.
        """
        if not isinstance(self.fields, Mapping):
            raise wrong(self.where, self.fields, "an object with fields")

    def has(self, name: str) -> bool:
        """Say whether something stands in a field."""
        self.known.add(name)
        return self.fields.get(name) is not None

    def value(self, name: str) -> Any:
        """Return what stands in a field, or None."""
        return self.fields.get(name) if self.has(name) else None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text.

        Raises:
            AmurError: if there is none and no default, or it is something else.
        """
        found = self.value(name)
        if found is None and default is not None:
            return default
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if not isinstance(found, str) or not found.strip():
            raise wrong(f"{self.where}.{name}", found, "a text")
        return found.strip()

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number that is finite.

        Raises:
            AmurError: if there is none and no default, or it is something else.
        """
        found = self.value(name)
        if found is None and default is not None:
            return default
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            raise wrong(f"{self.where}.{name}", found, "a number")
        return found

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a whole number.

        Raises:
            AmurError: if there is none and no default, or it is something else.
        """
        found = self.number(name, default)
        if found % 1:
            raise wrong(f"{self.where}.{name}", found, "a whole number")
        return int(found)

    def flag(self, name: str) -> bool:
        """Return true or false; false where nothing stands.

        Raises:
            AmurError: if it is something else.
        """
        found = self.value(name)
        if found is not None and not isinstance(found, bool):
            raise wrong(f"{self.where}.{name}", found, "true or false")
        return bool(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, of which one may stand for itself; none is no text.

        Raises:
            AmurError: if something in it is no text.
        """
        found = self.value(name)
        found = [] if found is None else [found] if isinstance(found, str | int) else found
        if not isinstance(found, Sequence) or not all(isinstance(one, str | int) for one in found):
            raise wrong(f"{self.where}.{name}", found, "a list of texts")
        return tuple(str(one).strip() for one in found)

    def mapping(self, name: str) -> dict[str, str]:
        """Return texts by names; none where nothing stands.

        Raises:
            AmurError: if it is something else.
        """
        found = self.value(name)
        if found is None:
            return {}
        if not isinstance(found, Mapping) or not all(isinstance(one, str | int) for one in found.values()):
            raise wrong(f"{self.where}.{name}", found, "texts by names")
        return {str(key): str(one).strip() for key, one in found.items()}

    def worded(self, name: str, default: str | Mapping[str, str] | None = None) -> str | dict[str, str]:
        """Return a text, or texts by language.

        >>> Said({"source": {"zh": "指南", "en": "guide"}}, "definitions[1]").worded("source")["zh"]
        '指南'

        Raises:
            AmurError: if there is none and no default, a language says nothing, or it is something else.
        """
        if not isinstance(self.fields.get(name), Mapping):
            if not self.has(name) and isinstance(default, Mapping):
                return dict(default)
            return self.text(name, default if isinstance(default, str) else None)
        found = self.mapping(name)
        if not found or not all(found.values()):
            raise wrong(f"{self.where}.{name}", self.fields[name], "a text, or texts by language")
        return found

    def part(self, name: str) -> Said:
        """Return an object within this one; an empty one where nothing stands."""
        return Said(self.fields[name] if self.has(name) else {}, f"{self.where}.{name}")

    def parts(self, name: str) -> Iterator[Said]:
        """Yield the objects of a list within this one.

        Raises:
            AmurError: if it is no list.
        """
        yield from listed(self.value(name) or [], f"{self.where}.{name}")

    def refuse_others(self) -> None:
        """Refuse fields that nobody asked for.

        Raises:
            AmurError: it names them, and those that there are.
        """
        odd = sorted(set(map(str, self.fields)) - self.known)
        if odd:
            there = ", ".join(sorted(self.known))
            raise AmurError(
                "unknown_field",
                f"{self.where}: there is no field {odd[0]!r}; there are {there}",
                where=self.where,
                name=odd[0],
                there=there,
            )


def listed(found: Any, where: str) -> Iterator[Said]:
    """Yield the objects of a list, each with its place.

    Raises:
        AmurError: if it is no list.
    """
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise wrong(where, found, "a list")
    for number, one in enumerate(found, start=1):
        yield Said(one, f"{where}[{number}]")


def wrong(where: str, found: Any, wanted: str) -> AmurError:
    """Return the error of what stands somewhere and should not.

    >>> wrong("radio.pixel_m", "x", "a number").message
    "radio.pixel_m: found 'x', wanted a number"
    """
    said = "nothing" if found is None else repr(found)[:80]
    return AmurError(
        "bad_declaration", f"{where}: found {said}, wanted {wanted}", where=where, found=said, wanted=wanted
    )
