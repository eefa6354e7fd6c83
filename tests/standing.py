"""A state of the database that many tests begin from: made once, and come back to after each of them.

It stands inside a transaction that is open from the first test that asks for it to the first that does not; what a test
does to it is rolled back to a savepoint, as Django does for the tests of one class. A fixture of session scope says how
the state is made (``GROUND.offer``); the fixture that tests ask for depends on it and hands out copies (``GROUND.given``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker


class Ground:
    """What stands in the database of this process, if anything does."""

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], Any]] = {}
        self._blocker: DjangoDbBlocker | None = None
        self._fixture = ""
        self._made: Any = None
        self._open = ExitStack()

    def offer(self, fixture: str, make: Callable[[], Any], blocker: DjangoDbBlocker) -> None:
        """Say how the state is made that a fixture gives, and make it for the test that asks first."""
        self._makers[fixture], self._blocker = make, blocker
        self._stand(fixture)

    def prepare(self, item: pytest.Item) -> None:
        """Make what a test begins from, before its own transaction; take away what it does not."""
        asked = set(getattr(item, "fixturenames", ()))
        wanted = next((fixture for fixture in self._makers if fixture in asked), "")
        if wanted:
            self._stand(wanted)
        else:
            self.clear()

    def given(self) -> Any:
        """Return a copy of what was made, so that no test sees what another did to an object in memory."""
        return deepcopy(self._made)

    def clear(self) -> None:
        """Roll back to the empty database."""
        self._fixture, self._made = "", None
        if self._blocker is not None:
            with self._blocker.unblock():
                self._open.close()

    def _stand(self, fixture: str) -> None:
        if self._fixture == fixture or self._blocker is None:
            return
        self.clear()
        with self._blocker.unblock():
            self._open.enter_context(transaction.atomic())
            self._open.callback(transaction.set_rollback, True)
            try:
                self._made = self._makers[fixture]()
            except BaseException:
                self._open.close()
                raise
        self._fixture = fixture


GROUND = Ground()
