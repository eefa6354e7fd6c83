"""The logical column of a field: what every store and every exchange format derives its own type from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["text", "integer", "decimal", "boolean", "date", "instant", "struct", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """A kind; a decimal says how many places it has, a struct which columns it holds, a list of what it is.

    >>> Column("list", item=Column("text")).is_scalar, Column("decimal", scale=2).is_scalar
    (False, True)
    """

    kind: Kind
    scale: int = 0
    columns: tuple[tuple[str, Column], ...] = ()
    item: Column | None = None

    @property
    def is_scalar(self) -> bool:
        """Say whether a cell holds one value, which can be compared and indexed."""
        return self.kind not in {"struct", "list"}


TEXT = Column("text")
INTEGER = Column("integer")
BOOLEAN = Column("boolean")
DATE = Column("date")
INSTANT = Column("instant")
