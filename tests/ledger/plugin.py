"""A pytest plugin for every test that empties tables: ``pytest_plugins = ["tests.ledger.plugin"]`` in tests/conftest.py.

Django's ``TransactionTestCase`` deletes all rows at its end, which the ledger's triggers rightly refuse. The plugin takes
the triggers away for just that moment and puts them back. The product itself has no such switch.

Only what holds a row is emptied, and what Django itself wrote of the models stays: the hundred other tables, and to write
all permissions anew, would take longer than most of these tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

_STAYS = {"django_content_type", "auth_permission"}


@cache
def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - _STAYS)


def _filled() -> list[str]:
    quote = connection.ops.quote_name
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in _tables())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


def _empty(_: TransactionTestCase) -> None:
    from amur.ledger import dialect
    from amur.search import dialect as search

    filled = _filled()
    guarded = dialect.unguarded(connection) if dialect.UNIQUE.keys() & {*filled} else nullcontext()
    # On SQLite the triggers go and come in the transaction of the rows; PostgreSQL alters no table that rows wait for.
    whole = transaction.atomic() if connection.vendor == "sqlite" else nullcontext()
    with whole, guarded, transaction.atomic(), connection.cursor() as cursor:
        for name in filled:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
    search.follow()


@pytest.fixture(scope="session", autouse=True)
def sealed_ground() -> Iterator[None]:
    """Let what transactional tests left go away past the triggers, and only so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield
