"""The columns of a file of records: the fields of the register, and beside them key, days, reason and source.

Columns that belong to no field begin with an underscore, which no field's name does. In a file that comes in, a column
may be called by its id or by its title in any language of the pack; what a file that went out says besides is passed
over, so that whatever was exported can be imported.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from amur.base.declared import LANGUAGES, Text
from amur.base.fields import FieldDeclaration
from amur.registers.declarations import RegisterDeclaration
from amur.registers.sheets.faults import Finding

KEY, VALID_FROM, VALID_TO, REASON, SOURCE = "_key", "_valid_from", "_valid_to", "_reason", "_source"
_TITLES = {
    KEY: Text(zh="键", en="Key"),
    VALID_FROM: Text(zh="生效日期", en="Valid from"),
    VALID_TO: Text(zh="失效日期", en="Valid to"),
    REASON: Text(zh="理由", en="Reason"),
    SOURCE: Text(zh="来源", en="Source"),
}
_PASSED_OVER = ("state", "number", "recorded_at", "entry_hash")
"""Columns of our own files that say what only the register can say."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of a field, or one of those beside the fields."""

    id: str
    title: Text
    field: FieldDeclaration | None = None


def columns_of(declaration: RegisterDeclaration) -> tuple[Column, ...]:
    """Return the columns of a file of records; the key is one of the fields where the register says so."""
    key = () if declaration.key else (Column(KEY, _TITLES[KEY]),)
    fields = (Column(field.id, field.title, field) for field in declaration.fields if field.type != "computed")
    beside = (Column(name, _TITLES[name]) for name in (VALID_FROM, VALID_TO, REASON, SOURCE))
    return (*key, *fields, *beside)


def matched(declaration: RegisterDeclaration, header: Sequence[str]) -> tuple[list[Column | None], list[Finding]]:
    """Return the column at each place of a header, None for what is passed over, and what is wrong with the header."""
    columns = columns_of(declaration)
    places: list[Column | None] = []
    findings: list[Finding] = []
    names = _names(declaration, columns)
    for place, said in enumerate(header):
        name = _plain(said)
        found = names.get(name)
        if found is None and name not in _PASSED_OVER and name:
            known = ", ".join(column.id for column in columns)
            findings.append(Finding(1, said[:60], "unknown_column", "no field is called so", f"choose from {known}"))
        elif found is not None and found in places:
            twice = f"{found.id!r} stands at place {places.index(found) + 1} and {place + 1}"
            findings.append(Finding(1, said[:60], "column_twice", twice, "keep one of them"))
        places.append(found)
    there = {column.id for column in places if column}
    for column in columns:
        needed = column.id == KEY or (column.field is not None and column.field.required)
        if needed and column.id not in there:
            findings.append(Finding(1, column.id, "missing_column", "there is no such column", "add it"))
    return places, findings


def _names(declaration: RegisterDeclaration, columns: Sequence[Column]) -> dict[str, Column]:
    """Return the columns by all that they may be called; a title that two of them have names neither."""
    names: dict[str, Column] = {}
    titles: dict[str, list[Column]] = {}
    for column in columns:
        names[column.id] = column
        for language in LANGUAGES:
            title = _plain(getattr(column.title, language))
            if title and column not in titles.setdefault(title, []):
                titles[title].append(column)
    names |= {title: found[0] for title, found in titles.items() if len(found) == 1 and title not in names}
    fields = {field.id for field in declaration.fields}
    for column in columns:
        plain = column.id.removeprefix("_")
        if column.field is None and plain not in fields:
            names.setdefault(plain, column)
    return names


def _plain(said: str) -> str:
    return unicodedata.normalize("NFKC", str(said)).strip().casefold()
