"""What the tests of the model share."""

from __future__ import annotations

import numpy as np
import pytest

from amur.methods.propagation.itm import Inputs, area, losses, terrain
from amur.methods.propagation.paths import evenly, paths_of


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    """Compile before anything is timed: a first call takes seconds, and Hypothesis asks why."""
    told, row = Inputs(800, 30, 1.5), np.arange(9.0)
    losses(paths_of([evenly(1, [1, 2, 3])]), told)
    area(told, 1, 90)
    terrain.largest(row, 3, 0.0, 8.0, 4.0)
    terrain.place_largest(row, 0, 8, 3)
    terrain.horizons(row, 100.0, (30.0, 10.0), 8.5e6, np.empty(9))
    terrain.fitted(row, 0, 8)
