"""Chance: how long something takes and when the next case comes, drawn from streams that can be repeated; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random

from amur.procedures.simulating.declarations import Spread

Draw = Callable[[Random], float]


def stream(*name: object) -> Random:
    """Return the stream of a name: the same for the same name, and independent of any other.

    A case draws from its own, so that it is the same case however many people work on it.

    >>> stream(1, "licence", 7).random() == stream(1, "licence", 7).random() != stream(1, "licence", 8).random()
    True
    """
    return Random("/".join(map(str, name)))  # noqa: S311 - chance that can be repeated, and no secret


def at_once(_: Random) -> float:
    """Return no time at all.

    >>> at_once(stream(1))
    0.0
    """
    return 0.0


def draw_of(spread: Spread) -> Draw:
    """Return what draws from a spread.

    >>> draw_of(Spread(exactly=5))(stream(1))
    5.0
    >>> draw_of(Spread(any_of=(2, 3)))(stream(1)) in {2.0, 3.0}
    True
    >>> chance, lognormal = stream(1), draw_of(Spread(lognormal={"mean": 10, "deviation": 5}))
    >>> round(sum(lognormal(chance) for _ in range(20_000)) / 20_000, 1)
    10.0
    """
    if spread.exactly is not None:
        always = float(spread.exactly)
        return lambda _: always
    if spread.any_of is not None:
        times = tuple(map(float, spread.any_of))
        return lambda chance: chance.choice(times)
    if spread.lognormal is not None:
        variance = math.log1p((spread.lognormal.deviation / spread.lognormal.mean) ** 2)
        middle, width = math.log(spread.lognormal.mean) - variance / 2, math.sqrt(variance)
        return lambda chance: chance.lognormvariate(middle, width)
    rate = 1 / spread.mean
    return lambda chance: chance.expovariate(rate)


def distances(mean: float, chance: Random, *, even: bool) -> Iterator[float]:
    """Yield the distances between arrivals, without end.

    >>> even = distances(30.0, stream(1), even=True)
    >>> next(even), next(even), next(distances(30.0, stream(1), even=False)) > 0
    (30.0, 30.0, True)
    """
    while True:
        yield mean if even else chance.expovariate(1 / mean)
