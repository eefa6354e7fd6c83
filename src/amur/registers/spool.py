"""Where the rows of an import wait between being checked and being entered: one line of JSON a row, on this machine.

The file is deleted when the import is done or dropped; nobody else may read it, since rows may hold personal data.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple
from uuid import UUID

from django.conf import settings

from amur.base.canonical import Json


class Waiting(NamedTuple):
    """A row that waits: its number in the file, and what is to be written."""

    number: int
    key: str
    values: dict[str, Json]
    valid_from: str
    valid_to: str | None
    reason: str
    source: str


def path_of(import_id: UUID) -> Path:
    """Return where the rows of an import wait."""
    return folder() / f"{import_id}.jsonl"


def folder() -> Path:
    """Return the folder of all that wait, made where it is new."""
    path = Path(settings.DATA) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def create(import_id: UUID) -> IO[str]:
    """Begin a file that only we may read."""
    return os.fdopen(os.open(path_of(import_id), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8")


def put(file: IO[str], row: Waiting) -> None:
    """Let a row wait."""
    file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def waiting(import_id: UUID, offset: int) -> Iterator[tuple[Waiting, int]]:
    """Yield the rows that wait from a place on, each with the place of the next.

    Raises:
        FileNotFoundError: if they wait no more.
    """
    with path_of(import_id).open("rb") as file:
        file.seek(offset)
        while line := file.readline():
            yield Waiting(*json.loads(line)), file.tell()


def remove(import_id: UUID) -> None:
    """Delete what waits; where there is nothing it was deleted before."""
    path_of(import_id).unlink(missing_ok=True)
