"""What is wrong with a file, in the reader's words: where, what was found there, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from amur.base.fields import ERRORS
from amur.registers.columns import KEY, columns_of
from amur.registers.declarations import RegisterDeclaration
from amur.web.portal.wording import field_error

_QUOTED = re.compile(r"'(.*)'")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as it is shown; the row is empty where the whole file is meant."""

    row: str
    column: str
    found: str
    words: str


def lines(declaration: RegisterDeclaration, faults: list[Mapping[str, Any]], language: str) -> Iterator[Line]:
    """Yield the findings of an import in the words of a language."""
    titles = {column.id: column for column in columns_of(declaration)}
    for fault in faults:
        name, code = str(fault["column"]), str(fault["code"])
        name = str(declaration.key or name) if name == KEY else name
        column = titles.get(name.partition(".")[0])
        quoted = _QUOTED.search(str(fault["found"]))
        if column and column.field and code in ERRORS:
            words = field_error(column.field, code, language)
        else:
            words = _words().get(code, str(fault["fix"]))
        title = column.title.say(language) if column else name
        yield Line(str(fault["row"] or ""), title, quoted[1] if quoted else "", words)


def _words() -> dict[str, str]:
    text = _("Save it as CSV in UTF-8, or as .xlsx.")
    one = _("Keep one sheet in the file; delete what is hidden.")
    return {
        "unknown_column": _("No field is called so. Take the names of the empty file."),
        "column_twice": _("Keep one of the columns of this name."),
        "missing_column": _("Add this column."),
        "too_many_cells": _("This cell has no column. Give it one or empty it."),
        "too_many_columns": _("There are too many columns."),
        "key_twice": _("This key stands in the file twice. Keep one row."),
        "record_exists": _("There is a record with this key. Leave it out, or let rows change records that exist."),
        "record_ended": _("The record has ended. Bring it back by an event first."),
        "empty_file": _("There is no row. Put the names of the columns into the first row and the records below."),
        "utf_16": text,
        "unknown_encoding": text,
        "old_workbook": text,
        "no_workbook": text,
        "bad_csv": _("A cell in quotes does not end. Save the file anew."),
        "bad_workbook": _("The workbook is damaged. Open it and save it anew."),
        "too_large": _("The file unpacks to too much. Send it as CSV, or in parts."),
        "hidden_sheet": one,
        "many_sheets": one,
        "merged_cells": _("Unmerge the cells and fill each one."),
        "formula": _("Here is a formula. Copy the cells and paste their values."),
        "cell_error": _("The cell shows an error. Put the value there."),
        "bad_key": _("Choose another key; this one cannot be part of an address."),
        "required": _("Give it in the row, or for the whole file."),
        "too_long": _("Shorten this."),
        "not_a_date": _("Give year, month and day of a real date."),
        "ends_before_it_begins": _("The end lies before the beginning."),
        "no_term": _("Records of this register have no end; leave this empty."),
    }
