"""Dated values: which entry is in force on a day, and what it is worth as a typed value; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from amur.base.canonical import Json
from amur.base.declared import Basis, Text
from amur.policy.declarations import ValueDeclaration, ValueEntry, ValueType

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value as it was in force on a day.

    ``value`` is an integer, or decimal text where the type is ``decimal``; money is in minor units. ``written`` is what
    the pack says, for people.
    """

    id: str
    title: Text
    type: ValueType
    value: int | str
    written: str
    unit: Text | None
    on: date
    valid_from: date
    valid_to: date | None
    basis: Basis
    declaration_hash: str

    def as_json(self) -> dict[str, Json]:
        """Return what a decision keeps of the value that it used."""
        return {
            "id": self.id,
            "title": self.title.model_dump(mode="json"),
            "type": self.type,
            "value": self.value,
            "written": self.written,
            "unit": self.unit.model_dump(mode="json") if self.unit else None,
            "on": self.on.isoformat(),
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "basis": self.basis.model_dump(mode="json"),
            "declaration": self.declaration_hash,
        }


def in_force(declaration: ValueDeclaration, on: date, declaration_hash: str = "") -> DatedValue | None:
    """Return the value in force on a day, or None where the day lies in a gap.

    >>> from amur.policy.declarations import ValueDeclaration
    >>> fee = ValueDeclaration.model_validate({"id": "fee", "title": {"zh": "费", "en": "Fee"}, "type": "money",
    ...     "currency": "CNY", "entries": [{"valid_from": "2026-01-01", "valid_to": "2026-06-30", "value": "12.5",
    ...     "basis": {"title": {"zh": "令", "en": "Order"}}}]})
    >>> in_force(fee, date(2026, 6, 30)).value, in_force(fee, date(2026, 7, 1))
    (1250, None)
    """
    for entry in declaration.entries:
        if entry.valid_from <= on and (entry.valid_to is None or on <= entry.valid_to):
            return DatedValue(
                declaration.id,
                declaration.title,
                declaration.type,
                typed(declaration, entry),
                str(entry.value),
                _unit(declaration),
                on,
                entry.valid_from,
                entry.valid_to,
                entry.basis,
                declaration_hash,
            )
    return None


_COUNTED = {"working": Text(zh="个工作日", en="working days"), "calendar": Text(zh="日", en="days")}


def _unit(declaration: ValueDeclaration) -> Text | None:
    if declaration.currency:
        return Text(zh=declaration.currency, en=declaration.currency)
    return _COUNTED.get(declaration.counting, declaration.unit)


def typed(declaration: ValueDeclaration, entry: ValueEntry) -> int | str:
    """Return the value of an entry in its type: money in minor units, decimals as the text that was written.

    Raises:
        ValueError: if what was written is not of the type; the message says what to do after a semicolon.

    >>> rate = ValueDeclaration.model_validate({"id": "rate", "title": {"zh": "率", "en": "Rate"}, "type": "decimal",
    ...     "entries": [{"valid_from": "2026-01-01", "value": 3, "basis": {"title": {"zh": "令", "en": "Order"}}}]})
    >>> typed(rate, rate.entries[0])
    Traceback (most recent call last):
    ...
    ValueError: found 3, which is no decimal text; write it in quotes, such as "0.03"
    """
    written = entry.value
    if declaration.type in {"integer", "days"}:
        if not isinstance(written, int):
            raise ValueError(f"found {written!r}, which is no whole number; write it without quotes")
        if declaration.type == "days" and written < 0:
            raise ValueError(f"found {written} days; give none or more")
        return written
    if not isinstance(written, str) or not _DECIMAL.fullmatch(written):
        raise ValueError(f'found {written!r}, which is no decimal text; write it in quotes, such as "0.03"')
    if declaration.type == "decimal":
        return written
    minor = Decimal(written).scaleb(declaration.decimals)
    if minor != minor.to_integral_value():
        raise ValueError(f"found {written!r}; {declaration.currency} has {declaration.decimals} places here")
    return int(minor)


def overlaps(entries: Sequence[ValueEntry]) -> Iterator[tuple[int, int]]:
    """Yield the places of two entries that hold on the same day: that of the later line, and of the one before.

    >>> from amur.policy.declarations import ValueEntry
    >>> basis = {"title": {"zh": "令", "en": "Order"}}
    >>> def entry(since, until=None):
    ...     return ValueEntry.model_validate({"valid_from": since, "valid_to": until, "value": 1, "basis": basis})
    >>> list(overlaps([entry("2026-01-01", "2026-03-31"), entry("2026-04-01"), entry("2026-03-31", "2026-03-31")]))
    [(2, 0)]
    """
    for later, entry in enumerate(entries):
        for earlier, other in enumerate(entries[:later]):
            if _until(entry) >= other.valid_from and _until(other) >= entry.valid_from:
                yield later, earlier


def _until(entry: ValueEntry) -> date:
    return entry.valid_to or date.max
