"""Datasets: what a room gives to analysis, row by row in the order of the ledger, so that it can be read at an index.

A row never changes: a newer state of a thing is a later row with the same key. Each row carries the sealed index of the
ledger entry that made it, so the rows up to an index are one consistent state of all datasets, whenever they are read.

A dataset has one openness, and what is stored of it stands in files of its own: a public one holds nothing that not
everybody may read, and a restricted one of the same things is a second dataset, named with ``__restricted``. Personal
fields are in neither.

What makes rows belongs to the rooms; files, snapshots and queries to ``indicators``. Arrow is imported when needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from amur.base.canonical import Json, digest
from amur.base.declared import Text
from amur.base.fields.column import INTEGER, TEXT, Column

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

INDEX, SUBJECT = "_index", "_subject"
"""Columns of every dataset: the sealed index of the entry that made the row, and the subject of that entry."""

VERSIONS, RESTRICTED = "__versions", "__restricted"
"""What the names of the view of all versions, and of a dataset with restricted columns, end in."""

ROWS = 2_000
"""How many rows a batch holds at most."""

T = TypeVar("T")
Openness: TypeAlias = Literal["public", "restricted"]
Row: TypeAlias = "tuple[int, str, Mapping[str, Any]]"
"""Sealed index, subject, and values by column."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a dataset looks like, as far as declarations say; ``key`` names a thing of which rows are the versions.

    The version that stands is the last by ``order``, among those that have begun on the day where ``begins`` names the
    column of their first day. Where ``versioned`` is false every row is a thing of its own.
    """

    name: str
    title: Text
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    openness: Openness
    versioned: bool = True
    order: tuple[str, ...] = (INDEX,)
    begins: str = ""

    @property
    def all_columns(self) -> dict[str, Column]:
        """Return the columns of every dataset and those of this one.

        >>> lamps = Shape("lamps", Text(zh="灯", en="Lamps"), {"number": TEXT}, ("number",), "public")
        >>> list(lamps.all_columns)
        ['_index', '_subject', 'number']
        """
        return {INDEX: INTEGER, SUBJECT: TEXT, **self.columns}

    @property
    def views(self) -> tuple[str, ...]:
        """Return under which names a query finds it: as it stands, and with all versions.

        >>> Shape("lamps", Text(zh="灯", en="Lamps"), {}, (), "public").views
        ('lamps', 'lamps__versions')
        """
        return (self.name, f"{self.name}{VERSIONS}") if self.versioned else (self.name,)

    def schema(self) -> Schema:
        """Return the Arrow schema."""
        import pyarrow as pa  # noqa: PLC0415  # a web server that only shows pages never loads it

        from amur.base.fields.arrow import arrow_type  # noqa: PLC0415  # it loads Arrow

        return pa.schema([pa.field(name, arrow_type(column)) for name, column in self.all_columns.items()])

    def fingerprint(self) -> str:
        """Return a hash that differs when columns, key or openness do.

        >>> one = Shape("lamps", Text(zh="灯", en="Lamps"), {"number": TEXT}, ("number",), "public")
        >>> other = Shape("lamps", Text(zh="灯", en="Lamps"), {"number": INTEGER}, ("number",), "public")
        >>> one.fingerprint() == other.fingerprint()
        False
        """
        columns: Json = [[name, repr(column)] for name, column in self.all_columns.items()]
        return digest(
            {"columns": columns, "key": list(self.key), "openness": self.openness, "versions": self.versioned}
        )


@dataclass(frozen=True, slots=True)
class Dataset:
    """A shape with its rows: ``batches(after, up_to)`` gives the rows of after < index ≤ up_to.

    They come in the order of their indexes. ``basis`` names what the rows depend on beside the ledger, such as a
    calendar: where it differs, everything is read anew.
    """

    shape: Shape
    batches: Callable[[int, int], Iterator[RecordBatch]]
    basis: str = field(default="")

    @property
    def name(self) -> str:
        """Return the name."""
        return self.shape.name

    @property
    def openness(self) -> Openness:
        """Say who may read it."""
        return self.shape.openness

    @property
    def key(self) -> tuple[str, ...]:
        """Return the columns that name a thing."""
        return self.shape.key

    @property
    def schema(self) -> Schema:
        """Return the Arrow schema."""
        return self.shape.schema()


def dataset(shape: Shape, rows: Callable[[int, int], Iterable[Row]], basis: str = "") -> Dataset:
    """Return the dataset of a function that gives rows.

    >>> lamps = Shape("lamps", Text(zh="灯", en="Lamps"), {"watts": INTEGER}, (), "public")
    >>> given = dataset(lamps, lambda after, up_to: [(7, "record:1", {"watts": 12}), (8, "record:2", {})])
    >>> [batch.to_pylist() for batch in given.batches(-1, 8)][0][1]
    {'_index': 8, '_subject': 'record:2', 'watts': None}
    """

    def batches(after: int, up_to: int) -> Iterator[RecordBatch]:
        return batched(shape, rows(after, up_to))

    return Dataset(shape, batches, basis)


def batched(shape: Shape, rows: Iterable[Row], size: int = ROWS) -> Iterator[RecordBatch]:
    """Return rows as Arrow batches; a column that a row does not have is null.

    >>> lamps = Shape("lamps", Text(zh="灯", en="Lamps"), {}, (), "public")
    >>> [batch.num_rows for batch in batched(lamps, [(n, "s", {}) for n in range(5)], size=2)]
    [2, 2, 1]
    """
    import pyarrow as pa  # noqa: PLC0415  # a web server that only shows pages never loads it

    schema = shape.schema()
    waiting: list[dict[str, Any]] = []
    for index, subject, values in rows:
        waiting.append({INDEX: index, SUBJECT: subject, **values})
        if len(waiting) == size:
            yield pa.RecordBatch.from_pylist(waiting, schema=schema)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=schema)


def chunks(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Return the items in groups of a size; the last may be smaller.

    >>> list(chunks("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    waiting = iter(items)
    while some := tuple(islice(waiting, size)):
        yield some
