"""Writing snapshots: what was sealed since the last one is added, and what is forgotten is taken out of the files.

A part is nothing but the rows of a range of the ledger as the rooms give them, so it can be read again at any time, and
then holds what is left after an erasure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.datasets import INDEX, SUBJECT, Dataset
from amur.base.journal import journal
from amur.indicators import sources
from amur.indicators.engine import Part, to_join
from amur.indicators.snapshots import Folder, Head, Manifest, Stored
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.ledger.models import Checkpoint

if TYPE_CHECKING:
    from pyarrow import RecordBatch

FORGOTTEN = "snapshot.forgotten"
"""The entry that says that files of the snapshot were written anew without what was erased."""

_log = journal("indicators")


def folder() -> Folder:
    """Return the folder of this installation's snapshot."""
    return Folder(Path(settings.DATA) / "datasets")


def export(
    *, at: Checkpoint | None = None, into: Folder | None = None, of: Sequence[Dataset] | None = None, wait: bool = True
) -> Manifest | None:
    """Bring the snapshot to a signed head of the ledger (the newest, if not said) and return it; None before any.

    Only what was sealed since is read, unless the columns of a dataset or what its rows depend on have changed, a file
    of it is gone or cut off, or the snapshot is of another ledger. A snapshot that is as new already stays.

    Must not be called in a transaction: what stands in the files is what is committed.

    Raises:
        Conflict: with ``wait`` false, if another process writes the snapshot.
    """
    target, head = into or folder(), at or ledger.head()
    if head is None:
        return None
    datasets = sources.datasets() if of is None else of
    with target.locked(alone=True, wait=wait):
        before = target.manifest()
        if before is not None and not _is_of_this_ledger(before):
            _log.warning("the snapshot at %s is of another ledger; it is made anew", before.index)
            before = None
        if before is not None and before.head.size > head.size:
            return before
        stored = {dataset.name: _brought_up(target, dataset, before, head.size - 1) for dataset in datasets}
        made_at = head.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        manifest = Manifest(Head(head.size, head.root, made_at), stored)
        if manifest == before:
            target.sweep(manifest)
        else:
            target.replace_manifest(manifest)
        return manifest


def _is_of_this_ledger(manifest: Manifest) -> bool:
    return Checkpoint.objects.filter(size=manifest.head.size, root=manifest.head.root).exists()


def _brought_up(target: Folder, dataset: Dataset, before: Manifest | None, up_to: int) -> Stored:
    """Write the rows that are new, and join small files; what is the same as before is not touched."""
    fresh = Stored(dataset.openness, dataset.shape.fingerprint(), dataset.basis)
    old = before.datasets.get(dataset.name) if before else None
    if before is None or old is None or replace(old, parts=()) != fresh or not all(map(target.holds, old.parts)):
        after, parts = -1, []
    else:
        after, parts = before.index, list(old.parts)
    if after < up_to and (part := _written(target, dataset, after, up_to)):
        parts.append(part)
    while span := to_join(parts):
        parts[slice(*span)] = [_joined(target, dataset, parts[slice(*span)])]
    return replace(fresh, parts=tuple(parts))


def _written(target: Folder, dataset: Dataset, after: int, up_to: int) -> Part | None:
    return target.write_part(dataset.name, after, up_to, dataset.schema, dataset.batches(after, up_to))


def _joined(target: Folder, dataset: Dataset, parts: Sequence[Part]) -> Part:
    made = target.write_part(dataset.name, parts[0].after, parts[-1].up_to, dataset.schema, _rows_of(target, parts))
    if made is None:
        raise AssertionError(f"the files of {dataset.name} are empty")
    return made


def _rows_of(target: Folder, parts: Sequence[Part]) -> Iterator[RecordBatch]:
    from pyarrow import parquet  # noqa: PLC0415  # a web server that only shows pages never loads it

    for file in target.files_of(parts):
        with parquet.ParquetFile(file) as opened:
            yield from opened.iter_batches()


def forget(subject: str, *, by: Actor, now: datetime, key: IdempotencyKey = "", into: Folder | None = None) -> int:
    """Write each file that holds a subject anew with what the rooms still tell of it; return how many have changed.

    The old files are deleted before this returns, and that it was done is recorded. Where nothing is left to be taken
    out, nothing changes and nothing is recorded. Must not be called in a transaction.
    """
    target = into or folder()
    with target.locked(alone=True):
        before = target.manifest()
        target.sweep(before)
        if before is None:
            return 0
        by_name = {dataset.name: dataset for dataset in sources.datasets()}
        stored, rewritten = {}, 0
        for name, old in before.datasets.items():
            dataset = by_name.get(name)
            if dataset is None or dataset.shape.fingerprint() != old.fingerprint:
                continue  # what is no longer declared so goes whole, and the next export reads it anew
            touched = {part for part in old.parts if _holds(target, part, subject)}
            anew = {part: _written(target, dataset, part.after, part.up_to) for part in touched}
            kept = [anew.get(part, part) for part in old.parts]
            stored[name] = replace(old, parts=tuple(part for part in kept if part is not None))
            rewritten += sum(part != after for part, after in anew.items())
        if rewritten or len(stored) < len(before.datasets):
            target.replace_manifest(Manifest(before.head, stored))
    if rewritten:
        _record(subject, rewritten, by=by, now=now, key=key)
    return rewritten


def _holds(target: Folder, part: Part, subject: str) -> bool:
    from pyarrow import parquet  # noqa: PLC0415  # a web server that only shows pages never loads it

    if not target.holds(part):
        return True  # what is gone or cut off is read again from the rooms in any case
    found = parquet.read_table(target.path / part.file, columns=[INDEX], filters=[(SUBJECT, "=", subject)])
    return bool(found.num_rows)


@transaction.atomic
def _record(subject: str, rewritten: int, *, by: Actor, now: datetime, key: IdempotencyKey) -> None:
    body: dict[str, Json] = {"subject": subject, "files": rewritten, "key": key}
    ledger_acts.record(subject="system", kind=FORGOTTEN, by=by, now=now, body=body)
