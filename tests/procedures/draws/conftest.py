from __future__ import annotations

import pytest

from tests.procedures.draws.samples import declare, furnish


@pytest.fixture
def ready(now):
    """Declare the draw, and enter what it draws from."""
    declare(now)
    furnish(now)
