"""What is only known of an event as a whole: two of its fields compared, and keywords anywhere in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow as pa

from amur.detection.events import RAW, SEVERAL
from amur.detection.matching.nodes import Node
from amur.detection.sigma.atoms import Atom, compare_fields


class Row:
    """One event of a batch."""

    __slots__ = ("_batch", "_row")

    def __init__(self, batch: pa.RecordBatch, row: int) -> None:
        """Name it by the number of its row."""
        self._batch, self._row = batch, row

    def value(self, name: str) -> str | None:
        """Return a field of it, or None."""
        at = self._batch.schema.get_field_index(name)
        found: str | None = self._batch.column(at)[self._row].as_py() if at >= 0 else None
        return found

    def compare(self, atom: Atom) -> bool:
        """Say whether two of its fields are as an atom wants them; of several values, whether any two are."""
        ours, theirs = self.value(atom.field), self.value(atom.value)
        if ours is None or theirs is None:
            return False
        others = theirs.split(SEVERAL)
        return any(compare_fields(atom, one, other) for one in ours.split(SEVERAL) for other in others)

    def text(self) -> str:
        """Return all its values, each on a line of its own: the text in which keywords are looked for."""
        return whole_text(self.value(RAW) or "")


def whole_text(raw: str) -> str:
    r"""Return the values of an event that came as JSON, each on a line of its own; a line of a log is its own text.

    >>> whole_text('{"a": ["C:\\\\x", 1], "b": {"c": null}}'), whole_text("Nov 1 host sshd: x")
    ('C:\\x\n1', 'Nov 1 host sshd: x')
    """
    if not raw.lstrip().startswith(("{", "[")):
        return raw
    try:
        return "\n".join(_values(msgspec.json.decode(raw)))
    except (msgspec.DecodeError, RecursionError):
        return raw


def _values(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for one in found.values():
            yield from _values(one)
    elif isinstance(found, list):
        for one in found:
            yield from _values(one)
    elif isinstance(found, bool):
        yield str(found).lower()
    elif found is not None:
        yield str(found)


def compares(node: Node) -> bool:
    """Say whether a condition compares two fields.

    >>> compares(Node("not", parts=(Node("late"),)))
    True
    """
    return node.kind == "late" or any(compares(part) for part in node.parts)
