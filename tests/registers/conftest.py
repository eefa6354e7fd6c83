from __future__ import annotations

import pytest

from tests.procedures.pack import sync
from tests.registers.samples import PERMITS_BODY


@pytest.fixture
def pack(now):
    """Sync the imaginary pack: one procedure, one register, a code list, a scheme, a calendar, two regions."""
    return sync(now)


@pytest.fixture
def permits(now):
    """Sync the imaginary pack with a register of permits, whose records have states, a term, a holder and filters."""
    return sync(now, {("register", "permits"): PERMITS_BODY}, "1.1.0")
