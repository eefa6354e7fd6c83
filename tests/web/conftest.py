"""What tests of pages share."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.cache import cache

from tests.conftest import FrozenClock
from tests.web.house import House, build, furnish


@pytest.fixture
def house(db: None, clock: FrozenClock, now: datetime) -> House:
    """Return an authority at work: a case that waits, one that was filed, a sealed ledger, no limit used up."""
    cache.clear()
    return furnish(build(now))
