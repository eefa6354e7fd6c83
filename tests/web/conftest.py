"""What tests of pages share. Rate limits are counted in the cache, which is emptied before each test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import FrozenClock
from tests.web.house import House, build, furnish


@pytest.fixture(autouse=True)
def unlimited() -> None:
    cache.clear()


@pytest.fixture
def house(db: None, clock: FrozenClock, now: datetime) -> House:
    """Return an authority at work: a case that waits, one that was filed, a sealed ledger."""
    return furnish(build(now))


@pytest.fixture
def as_(house: House) -> Callable[[str], Client]:
    """Return a function that gives the browser of somebody."""
    return house.client
