from __future__ import annotations

import pytest

from tests.procedures.pack import sync


@pytest.fixture
def pack(now):
    """Sync the imaginary pack: one procedure, one register, a code list, a scheme, a calendar, two regions."""
    return sync(now)
