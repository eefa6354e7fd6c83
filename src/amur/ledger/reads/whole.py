"""The export of the whole log, which another party verifies without us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.ledger.models import Checkpoint, Leaf
from amur.ledger.reads.proofs import disclosed, head, published

EXPORT_FORMAT = "amur-ledger/1"
_ROWS = 5000
INTRODUCES = "ledger.key_introduced"


def export(scope: Scope, stream: IO[str], *, disclose: bool = False) -> int:
    """Write the log as JSON lines (entries in sealed order, heads where they were made) and return its size.

    Contents are left out unless ``disclose``, which is for the owner's own backup. The entries that introduce keys
    always show theirs, since without it nobody could follow a rotation.

    Raises:
        Refused: if anybody but the machine itself asks for contents.
    """
    if disclose and scope.kind != "system":
        raise Refused("ledger.not_public", "the contents of the whole log are for the owner's own backup")
    heads = iter(list(Checkpoint.objects.order_by("size")))
    last = head()
    size = last.size if last else 0
    _write(stream, {"type": "log", "format": EXPORT_FORMAT, "size": size})
    following = next(heads, None)
    for leaf in _leaves(0, size):
        entry = leaf.entry
        line = {"type": "entry", "index": leaf.index, "header": entry.header, "leaf": entry.leaf}
        if disclose or entry.kind == INTRODUCES:
            line["disclosed"] = disclosed(entry.content, ("act", "body"))
        _write(stream, line)
        if following is not None and following.size == leaf.index + 1:
            _write(stream, {"type": "checkpoint", **published(following)})
            following = next(heads, None)
    return size


def _write(stream: IO[str], value: object) -> None:
    stream.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _leaves(start: int, end: int) -> Iterator[Leaf]:
    """Read leaves by ranges of the primary key: no cursor stays open and no page costs more than the first."""
    for first in range(start, end, _ROWS):
        page = Leaf.objects.filter(index__gte=first, index__lt=min(first + _ROWS, end))
        yield from page.select_related("entry__content").order_by("index")
