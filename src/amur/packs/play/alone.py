"""What the throw-away process does: play each example on its own copy of a database that holds nothing but the pack."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from amur.base.acting import system
from amur.ledger import tables
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play.example import Outcome, play_example
from amur.packs.play.stage import at_opening


def main(folder: str) -> None:
    """Play all examples of a pack and print how each went, as one line of JSON."""
    results = [asdict(outcome) for outcome in play_each(Path(folder))]
    sys.stdout.write(json.dumps(results, ensure_ascii=False) + "\n")


def play_each(folder: Path) -> Iterator[Outcome]:
    """Play each example on a fresh copy; the file of the database is exchanged between two of them."""
    examples = list(reads.load(folder).of(ExampleDeclaration))
    if not examples:
        return
    database = Path(settings.DATABASES["default"]["NAME"])
    prepared = database.with_suffix(".prepared")
    _prepare(folder, prepared, at_opening(min(example.starts_on for _, example in examples)))
    for found, example in examples:
        for left in database.parent.glob(f"{database.name}*"):
            left.unlink()
        shutil.copy(prepared, database)
        outcome = play_example(example, found.source)
        connection.close()
        yield outcome


def _prepare(folder: Path, prepared: Path, now: datetime) -> None:
    """Make the tables, sync the pack, and put a copy aside."""
    tables.make()
    acts.sync(folder, by=system("examples", client="cli"), now=now)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(str(settings.DATABASES["default"]["NAME"]), prepared)
