"""Paths and links of all sorts, drawn by number: rough and flat, short and long, over land, sea and what is between."""

from __future__ import annotations

import numpy as np

from amur.methods.propagation.p1812 import COASTAL_LAND, INLAND, SEA, Inputs
from amur.methods.propagation.paths import paths_of

_ZONES = (SEA, COASTAL_LAND, INLAND)


class Drawn:
    """So many paths with what is asked of each; ``inputs`` takes what shall be otherwise."""

    def __init__(self, seed, paths):
        self.numbers = np.random.default_rng(seed)
        self.profiles = [self._profile() for _ in range(paths)]
        points = sum(len(far) for far, _ in self.profiles)
        draw = self.numbers.uniform
        self.each = {
            "frequency_ghz": np.exp(draw(np.log(0.03), np.log(6), paths)),
            "antenna_t_m": np.exp(draw(0, 8, paths)),
            "antenna_r_m": np.exp(draw(0, 8, paths)),
            "latitude_deg": draw(-90, 90, paths),
            "refractivity_n0": draw(250, 400, paths),
            "delta_n": draw(0, 150, paths),
            "time_percent": draw(1, 50, paths),
            "location_percent": draw(1, 99, paths),
            "location_deviation_db": draw(0, 10, paths),
            "polarisation": self.numbers.integers(1, 3, paths),
            "coast_t_km": draw(0, 20, paths),
            "coast_r_km": draw(0, 20, paths),
        }
        self.points = {
            "clutter_m": draw(0, 30, points) * self.numbers.integers(2, size=points),
            "zones": np.concatenate([self._zones(len(far)) for far, _ in self.profiles]) if paths else [],
        }

    def _profile(self):
        numbers, length_km = self.numbers, np.exp(self.numbers.uniform(np.log(0.25), np.log(3000)))
        points = int(numbers.integers(3, 60))
        steps = numbers.uniform(0.2, 1, points - 1) if numbers.integers(2) else np.ones(points - 1)
        far = np.concatenate([[0.0], np.cumsum(steps)])
        rough = numbers.choice([0.0, 5.0, 100.0])
        high = np.abs(numbers.normal(0, rough, points).cumsum()) + numbers.choice([0.0, 500.0])
        return far * (length_km / far[-1]), high

    def _zones(self, points):
        return (
            self.numbers.choice(_ZONES, points)
            if self.numbers.integers(2)
            else np.full(points, self.numbers.choice(_ZONES))
        )

    @property
    def paths(self):
        return paths_of(self.profiles)

    def inputs(self, **other):
        return Inputs(**{**self.each, **self.points, **other})

    def taken(self, order):
        """Return the paths in another order, or some of them."""
        starts = self.paths.starts
        points = np.concatenate([np.arange(starts[path], starts[path + 1]) for path in order])
        paths = paths_of([self.profiles[path] for path in order])
        return paths, Inputs(
            **{name: numbers[order] for name, numbers in self.each.items()},
            **{name: numbers[points] for name, numbers in self.points.items()},
        )

    def turned(self, **other):
        """Return the paths from their receivers to their transmitters."""
        starts = self.paths.starts
        points = np.concatenate([np.arange(starts[at + 1] - 1, starts[at] - 1, -1) for at in range(len(starts) - 1)])
        paths = paths_of([(far[-1] - far[::-1], high[::-1]) for far, high in self.profiles])
        ends = {
            f"{name}_{end}_{unit}": self.each[f"{name}_{place}_{unit}"]
            for name, unit in (("antenna", "m"), ("coast", "km"))
            for end, place in (("t", "r"), ("r", "t"))
        }
        return paths, Inputs(**{**self.each, **ends, **{n: v[points] for n, v in self.points.items()}, **other})
