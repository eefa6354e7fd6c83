"""What columns a table may have: headers in English and Chinese, units, and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.filing.worded import Worded, worded

_BRACKETS = re.compile(r"\s*[（(\[]\s*([^）)\]]*?)\s*[）)\]]\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have: the field that it fills, its headers, its units, and what it may hold.

    ``kind`` is ``number``, ``text`` or ``flag``. A header may end with its unit in brackets, which has to be one of
    ``units`` then. ``default`` stands where nothing does. A column that is not needed and has none is NaN or empty.
    """

    field: str
    headers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    least: float = -np.inf
    most: float = np.inf
    default: Any = None
    is_needed: bool = True
    kind: str = "number"
    is_unique: bool = False
    is_whole: bool = False

    @property
    def is_required(self) -> bool:
        """Say whether something has to stand in each row."""
        return self.is_needed and self.default is None

    @property
    def wanted(self) -> Worded:
        """Return what to do where a number is none.

        >>> Column("height", units=("m",), least=1, most=400).wanted, Column("people", least=0).wanted
        ('write a number from 1 to 400 in m', 'write a number of 0 or more')
        """
        has_least, has_most = np.isfinite(self.least), np.isfinite(self.most)
        said = worded("write_whole" if self.is_whole else "write_number")
        if has_least or has_most:
            span = "between" if has_least and has_most else "least" if has_least else "most"
            said = worded(span, number=said, least=f"{self.least:g}", most=f"{self.most:g}")
        return worded("unit", number=said, unit=self.units[0]) if self.units else said


def fields_of(file: str, headers: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Return which header fills which field.

    Raises:
        AmurError: if one that is needed is not there, two say the same, or one is in another unit.
    """
    found: dict[str, int] = {}
    of = {plain(name): column for column in columns for name in (column.field, *column.headers)}
    for at, header in enumerate(headers):
        unit = _BRACKETS.search(header)
        column = of.get(plain(header)) or of.get(plain(header[: unit.start()] if unit else header))
        if column is None:
            continue
        if unit and column.units and plain(unit[1]) not in map(plain, column.units):
            wanted = " or ".join(column.units)
            raise AmurError(
                "other_unit", f"{file}: {header!r} is in {unit[1]}, wanted {wanted}; turn the numbers into it"
            )
        if column.field in found:
            raise AmurError(
                "header_twice", f"{file}: {headers[found[column.field]]!r} and {header!r} say the same; leave one out"
            )
        found[column.field] = at
    for column in columns:
        if column.is_required and column.field not in found:
            names = ", ".join((column.field, *column.headers))
            raise AmurError(
                "header_missing",
                f"{file}: no header for {column.field}: found {', '.join(headers)[:300]}; name one of: {names}",
                file=file,
                field=column.field,
                found=", ".join(headers)[:300],
                names=names,
            )
    return found


def headless_fields(
    file: str, first: Sequence[str], headless: Sequence[str], columns: Sequence[Column]
) -> dict[str, int]:
    """Return which place of a row without headers fills which field; ``headless`` are the headers it would have.

    Raises:
        AmurError: if the row has more or fewer cells.
    """
    known = {column.field for column in columns}
    if len(first) != len(headless):
        raise AmurError(
            "no_header",
            f"{file}: found {len(first)} columns without headers, wanted {len(headless)}: {', '.join(headless)}",
        )
    return {name: at for at, name in enumerate(headless) if name in known}


def named(columns: Sequence[Column], headers: Mapping[str, str]) -> tuple[Column, ...]:
    """Return columns that are found by the headers that are said for them, and by no other.

    Raises:
        AmurError: if there is no such field.

    >>> named([Column("people", ("population",))], {"people": "人口"})[0].headers
    ('人口',)
    """
    fields = [one.field for one in columns]
    odd = sorted(set(headers) - set(fields))
    if odd:
        raise AmurError("no_such_field", f"found a header for {odd[0]!r}; there are the fields {', '.join(fields)}")
    return tuple(replace(one, headers=(headers[one.field],)) if one.field in headers else one for one in columns)


def plain(name: str) -> str:
    """Return a header without case, blanks and signs between words.

    >>> plain(" Height_M"), plain("站点 名称")
    ('heightm', '站点名称')
    """
    return re.sub(r"[\s_\-./°%]+", "", name).casefold()
