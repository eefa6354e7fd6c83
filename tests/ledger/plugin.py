"""A pytest plugin for every test that empties tables: ``pytest_plugins = ["tests.ledger.plugin"]`` in tests/conftest.py.

Django's ``TransactionTestCase`` deletes all rows at its end, which the ledger's triggers rightly refuse. The plugin takes
the triggers away for just that moment and puts them back. The product itself has no such switch.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase


@pytest.fixture(scope="session", autouse=True)
def sealed_ground() -> Iterator[None]:
    """Let the flush of transactional tests pass the triggers, and only it."""
    from amur.ledger import dialect

    flush = TransactionTestCase._fixture_teardown

    def flush_without_guard(self: TransactionTestCase) -> None:
        with dialect.unguarded(connection):
            flush(self)

    TransactionTestCase._fixture_teardown = flush_without_guard
    yield
    TransactionTestCase._fixture_teardown = flush
