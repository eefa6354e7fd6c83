"""The only writes of this room: put documents in, take them out, make the index anew, wipe what was taken out.

They belong to the transaction of whoever calls: what an act changed is found exactly if the act took place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction

from amur.base.faults import Invalid
from amur.search import dialect, engine
from amur.search.engine import Document
from amur.search.models import IndexedDocument, Residue

LONGEST_WAIT_OF_REPLACED = timedelta(days=1)
"""How long replaced text may lie in the files of the index; removed text is wiped at the next opportunity."""
_BATCH = 500
T = TypeVar("T")


@transaction.atomic
def put(documents: Iterable[Document], *, now: datetime) -> int:
    """Let documents be found, in place of what was put under the same kind and reference; return how many changed.

    Raises:
        Invalid: if a kind or reference is empty, or one of them or a label is too long.
    """
    changed = replaced = 0
    for batch in _batches(documents):
        rows = {(row.kind, row.ref): row for row in map(_row, batch)}
        new, old = dialect.put([rows[name] for name in sorted(rows)])
        changed, replaced = changed + new, replaced + old
    if replaced:
        _residue(replaced_at=now)
    return changed


@transaction.atomic
def remove(kind: str, refs: Iterable[str]) -> int:
    """Let documents be found no more; return how many there were. Their text is wiped by the next ``purge``."""
    removed = sum(dialect.remove(kind, batch) for batch in _batches(sorted(set(refs))))
    if removed:
        _residue(removed=True)
    return removed


@transaction.atomic
def remove_kind(kind: str, *, but: Iterable[str] = ()) -> int:
    """Let all documents of a kind be found no more, but some; return how many went."""
    kept = set(but)
    there = IndexedDocument.objects.filter(kind=kind).values_list("ref", flat=True)
    return remove(kind, [ref for ref in there if ref not in kept])


@transaction.atomic
def rebuild(sources: Iterable[Callable[[], Iterable[Document]]], *, now: datetime) -> int:
    """Make the index anew from what every room has to say; return how many documents it holds."""
    dialect.clear()
    _residue(removed=True)
    return sum(put(source(), now=now) for source in sources)


def purge(*, now: datetime) -> bool:
    """Wipe removed and replaced text from the files of the index, in short transactions; say whether it was due.

    Inside a transaction nothing is done, since that would hold back every writer until its end.
    """
    left = Residue.objects.first()
    if left is None or connection.in_atomic_block:
        return False
    waited = left.replaced_at is not None and not timedelta() <= now - left.replaced_at < LONGEST_WAIT_OF_REPLACED
    if not left.removed and not waited:
        return False
    Residue.objects.all().delete()
    try:
        dialect.wipe()
    except BaseException:
        _residue(removed=True)
        raise
    return True


def _row(document: Document) -> engine.Row:
    faults = {}
    for name in ("kind", "ref", "readers"):
        value = getattr(document, name)
        if not value and name != "readers":
            faults[name] = ("required", f"a document needs its {name}")
        if not _is_text(value):
            faults[name] = ("not_text", f"found {value!r}; it holds what is no character")
        if len(value) > engine.LONGEST_NAME:
            faults[name] = ("too_long", f"found {len(value)} characters; at most {engine.LONGEST_NAME} fit")
    if faults:
        raise Invalid(faults)
    return engine.row_of(document)


def _is_text(value: str) -> bool:
    """Say whether both databases can keep a value."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _residue(*, removed: bool = False, replaced_at: datetime | None = None) -> None:
    """Note what may still lie in the files; the oldest wait counts."""
    left = Residue.objects.first() or Residue()
    left.removed = left.removed or removed
    left.replaced_at = left.replaced_at or replaced_at
    left.save()
