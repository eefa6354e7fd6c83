"""Paths that are drawn: flat ones, rough ones and hills, with inputs over all ranges."""

from __future__ import annotations

import numpy as np

from amur.methods.propagation.itm import TimeLocationSituation
from amur.methods.propagation.paths import evenly, paths_of


class Quantiles(TimeLocationSituation):
    """Percentages of many paths, of which one can be taken."""

    def __getitem__(self, at):
        return TimeLocationSituation(self.time[at], self.location[at], self.situation[at])


def drawn(count, seed=1):
    """Return paths and their inputs, one of each for each path."""
    dice = np.random.default_rng(seed)
    profiles = []
    for _ in range(count):
        points = int(dice.integers(3, 120))
        rough = dice.choice([0.0, 0.3, 3.0, 25.0])
        heights = np.cumsum(dice.normal(0, rough, points)) + dice.uniform(0, 900)
        profiles.append(evenly((points - 1) * dice.choice([0.01, 0.1, 0.5, 5.0]), heights))
    values = {
        "frequency_mhz": np.exp(dice.uniform(np.log(20), np.log(20_000), count)),
        "transmitter_m": np.exp(dice.uniform(np.log(0.5), np.log(3000), count)),
        "receiver_m": np.exp(dice.uniform(np.log(0.5), np.log(100), count)),
        "polarisation": dice.integers(0, 2, count),
        "epsilon": dice.choice([4.0, 15.0, 25.0, 81.0], count),
        "sigma": dice.choice([0.001, 0.005, 0.02, 5.0], count),
        "n_0": dice.uniform(250, 370, count),
        "climate": dice.integers(1, 8, count),
        "mdvar": dice.integers(0, 4, count) + 10 * dice.integers(0, 4, count),
        "quantiles": Quantiles(*dice.uniform(0.01, 99.99, (3, count))),
    }
    return paths_of(profiles), values
