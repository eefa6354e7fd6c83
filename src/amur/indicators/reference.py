"""The reference of datasets and queries, made from the code: what an indicator may read and what its SQL may say."""

from __future__ import annotations

from collections.abc import Iterable

from amur.base.datasets import INDEX, RESTRICTED, SUBJECT, VERSIONS, Shape
from amur.base.fields.column import Column
from amur.indicators import catalogue
from amur.indicators.engine.statements import AGGREGATES, FUNCTIONS
from amur.registers.shapes import OWN

FILE = "docs/reference/datasets.md"

_TEXT = f"""# Datasets and indicators

Made from the code by `amur docs`; a test says when it is out of date.

## What a dataset is

Each room gives its data row by row in the order of the ledger. A row never changes; a newer state of a thing is a later
row with the same key. `{INDEX}` is the sealed index of the ledger entry that made the row and `{SUBJECT}` the subject
of that entry, so the rows up to an index are one consistent state of everything, whenever they are read.

A query finds a dataset under its name, where of each thing the version stands that holds on the day of the snapshot,
and under its name with `{VERSIONS}`, where all versions stand. The table `snapshot` has one row, whose `taken_on` is
that day.

**Openness is of a whole dataset.** A public one holds nothing that not everybody may read. What more there is of a
register stands in a second dataset, named with `{RESTRICTED}`, in files of its own: a file can be given away as it
is, and no reader has to leave columns out. Personal fields, files, free texts of cases, accounts and officials are in
none. An indicator is public; of a restricted dataset its query may give aggregates only, by dimensions that are codes
of a list, regions or yes and no, and each of their values is looked up.

## Where they lie

`datasets/` in the data folder: Parquet in `<name>/<first>-<last>-<hash>.parquet`, by ranges of the sealed index, and
`manifest.json` with the signed head of the ledger at which all of them were read, and size and SHA-256 of each file.
Files are written whole, and then the manifest is replaced: whatever stops a writer, the manifest that stands names
files that are there. An erasure writes the files that hold its subject anew and deletes the old ones. The folder can be
deleted at any time: it is made again from the database.

## The datasets of every pack
"""

_SQL = """
## What SQL may say

One `SELECT`, with `WITH`, joins, sub-queries, unions, `GROUP BY` (also `GROUPING SETS`, `ROLLUP`, `CUBE`), `HAVING` and
`FILTER`. No `*` outside `count(*)`, no windows, no `LIMIT`, nothing random, no clock, no functions but these:

- of many rows: {aggregates}
- of one row: {functions}

(names of the reader, sqlglot; `median`, `quantile_cont`, `date_trunc`, `strftime`, `::` and so on are among them).

It gives a column for each dimension, by its id, and either `value`, or `numerator` and `denominator`, of which the
share is taken times `per`; `base` may say how many things a value rests on. In the row for all together every
dimension is null. A denominator or a base of nothing is `no_denominator`, a null `not_measured`: neither is nought. The
query runs in DuckDB with bounded memory, threads and time, and reaches no file but those of its datasets.
"""


def page() -> str:
    """Return the page as Markdown."""
    fixed = catalogue.shapes([])
    parts = [_TEXT, *(_table(shape.name, shape.title.en, shape.openness, _rows(shape)) for shape in fixed)]
    own = _lines(OWN.items())
    said = "its fields, by their ids"
    parts.append(_table("register_<id>", "Each register", "public or restricted", [*own, f"| … | {said} |"]))
    listed = {"aggregates": AGGREGATES, "functions": FUNCTIONS}
    return "\n".join(
        [*parts, _SQL.format(**{name: ", ".join(f"`{one}`" for one in words) for name, words in listed.items()})]
    )


def _table(name: str, title: str, openness: str, rows: Iterable[str]) -> str:
    return "\n".join([f"### `{name}`", "", f"{title}; {openness}.", "", "| column | holds |", "|---|---|", *rows, ""])


def _rows(shape: Shape) -> list[str]:
    return _lines(shape.columns.items())


def _lines(columns: Iterable[tuple[str, Column]]) -> list[str]:
    return [f"| `{name}` | {column.kind} |" for name, column in columns]
