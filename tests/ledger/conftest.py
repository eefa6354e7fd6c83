"""What the ledger's tests share: a writer, and tampering as an attacker with the owner's rights would do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from amur.base.acting import Actor
from amur.ledger import acts, dialect
from amur.ledger.models import Entry

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
OFFICER = Actor("account:officer", role="handler", body_id="bureau", client="desk", request_id="r-1")


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Any, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"


@pytest.fixture
def write() -> Callable[..., Entry]:
    """Return a function that records one entry in a transaction of its own."""
    minutes = iter(range(1_000_000))

    def record(subject: str = "case:1", kind: str = "case.submitted", **options: Any) -> Entry:
        options.setdefault("by", OFFICER)
        options.setdefault("now", NOW + timedelta(minutes=next(minutes)))
        options.setdefault("body", {"number": "受理〔2026〕1号"})
        with transaction.atomic():
            return acts.record(subject=subject, kind=kind, **options)

    return record


@pytest.fixture
def tamper() -> Callable[..., Any]:
    """Return a context in which the triggers are away, and a function to run SQL in it."""

    @contextmanager
    def unguarded() -> Iterator[Callable[..., None]]:
        def run(sql: str, *values: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)

        with dialect.unguarded(connection):
            yield run

    return unguarded
