"""A package that others wrote in plain Python comes to the same, but for three faults of its own.

- In sight, it takes the height of the last point but one for that of the receiver.
- It goes on with a troposcatter that it has found not to be defined.
- It fails, or computes with no number, where the formula of the round earth has no value.
"""

from __future__ import annotations

import numpy as np
import pytest

from amur.methods.propagation.itm import Caution, Inputs, Way, area, losses
from amur.methods.propagation.paths import Paths
from tests.methods.propagation.itm import itmlogic_says
from tests.methods.propagation.itm.drawn import drawn

pytestmark = pytest.mark.filterwarnings("ignore:(invalid|divide).*:RuntimeWarning:itmlogic")
COUNT = 250


def own(values, at):
    """Return the inputs of one path as plain numbers."""
    one = {name: column[at] for name, column in values.items()}
    return {name: value if name == "quantiles" else value.item() for name, value in one.items()}


def beyond(found):
    return found.loss_db - found.details.free_space_db


def compared(found, theirs):
    """Return by how much they differ, of the paths that the third and the second fault do not touch."""
    known = (found.cautions & Caution.NO_ROUND_EARTH != 0) | (found.ways != Way.LINE_OF_SIGHT) & (
        found.details.effective_m.max(axis=1) < 3
    )
    assert known.mean() < 0.2
    return abs(np.array(theirs) - beyond(found))[~known]


def test_of_the_terrain_that_we_looked_over_it_loses_the_same():
    paths, values = drawn(COUNT, seed=5)
    found = losses(paths, Inputs(**values), details=True)
    details = found.details
    names = ("refractivity", "delta_h_m", "effective_m", "horizons_m", "angles")
    said = [
        itmlogic_says.beyond_free_space_of_terrain(
            own(values, at), length, {name: getattr(details, name)[at].tolist() for name in names}
        )
        for at, length in enumerate(paths.lengths_km)
    ]
    differ = compared(found, [whole for _, whole in said])
    assert np.median(differ) < 0.002
    assert differ.max() < 0.15


def whole(paths, values):
    said = []
    for at in range(len(paths)):
        heights = paths.heights_m[slice(*paths.starts[at : at + 2])].tolist()
        step_m = paths.lengths_km[at] * 1000 / (len(heights) - 1)
        said.append(itmlogic_says.beyond_free_space(own(values, at), step_m, heights))
    return said


def test_over_profiles_that_end_level_it_loses_the_same():
    paths, values = drawn(COUNT, seed=6)
    heights = paths.heights_m.copy()
    heights[paths.starts[1:] - 1] = heights[paths.starts[1:] - 2]
    level = Paths(paths.starts, paths.distances_km, heights)
    differ = compared(losses(level, Inputs(**values), details=True), whole(level, values))
    assert np.median(differ) < 0.002
    assert differ.max() < 0.15


def test_over_other_profiles_it_differs_in_sight_and_by_how_much_is_told(record_property):
    paths, values = drawn(COUNT, seed=7)
    found = losses(paths, Inputs(**values), details=True)
    differ = abs(np.array(whole(paths, values)) - beyond(found))
    record_property("differs by more than 1 dB", f"{(differ > 1).mean():.1%}, most {differ.max():.1f} dB")
    hidden = (found.ways != Way.LINE_OF_SIGHT) & (found.details.effective_m.max(axis=1) >= 3)
    assert differ[hidden].max() < 0.15
    assert np.median(differ) < 0.01


def test_in_areas_it_loses_the_same():
    dice = np.random.default_rng(8)
    _, values = drawn(COUNT, seed=8)
    distance, delta_h = np.exp(dice.uniform(0, 6, COUNT)), dice.choice([0.0, 10, 90, 300], COUNT)
    sitings = dice.integers(0, 3, (2, COUNT))
    found = area(
        Inputs(**values), distance, delta_h, transmitter_siting=sitings[0], receiver_siting=sitings[1], details=True
    )
    theirs = [
        itmlogic_says.beyond_free_space_of_area(own(values, at), distance[at], delta_h[at], sitings[:, at])
        for at in range(COUNT)
    ]
    differ = compared(found, theirs)
    assert np.median(differ) < 0.002
    assert differ.max() < 0.15
