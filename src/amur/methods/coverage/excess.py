"""What a smooth Earth loses beyond Bullington's edge, in a table: worked out once for a link, looked up for each pixel.

ITU-R P.1812-8, Annex 1, § 4.3.4 (37) adds it to the loss over the edge that stands for the terrain. Over land, vertical
polarisation, for half of the time.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from amur.methods.coverage.discs import Single
from amur.methods.coverage.grounds import Ground, Link
from amur.methods.coverage.rays import Scene, Way
from amur.methods.propagation.compiling import fingerprint, kept
from amur.methods.propagation.p1812 import VERTICAL, spherical
from amur.methods.propagation.p1812.ground import WAVE_M_GHZ
from amur.methods.propagation.p1812.ground import Link as Heights
from amur.methods.propagation.p1812.spherical import lose_over_sphere, lose_without_profile

DISTANCES, HEIGHTS = 33, 49
LOWEST_M, HIGHEST_M = 1.0, 4000.0
"""Heights over the smooth ground are taken no lower and no higher than these; between them nodes stand by logarithm."""


def _filling(sources: int) -> Any:
    """Return what fills a table, compiled from sources with this fingerprint."""

    @kept
    def fill(table: Any, radius_km: float, earth_km: float, frequency_ghz: float) -> int:
        """Write the loss for each distance (by its square root) and for both heights."""
        distances, heights, _ = table.shape
        for far in range(1, distances):
            length_km = radius_km * (far / (distances - 1)) ** 2
            for near in range(heights):
                for other in range(heights):
                    link = Heights(
                        LOWEST_M * (HIGHEST_M / LOWEST_M) ** (near / (heights - 1)),
                        LOWEST_M * (HIGHEST_M / LOWEST_M) ** (other / (heights - 1)),
                        length_km,
                        earth_km,
                        frequency_ghz,
                        WAVE_M_GHZ / frequency_ghz,
                        float(VERTICAL),
                        0.0,
                    )
                    table[far, near, other] = max(lose_over_sphere(link) - lose_without_profile(link), 0.0)
        return sources

    return fill


_fill = _filling(fingerprint(Path(spherical.__file__).parent))


def scene_of(ground: Ground, link: Link, gains_db: Single | None = None) -> Scene:
    """Return what the fast mode sees sites by."""
    gains = np.zeros((0, 1, 1), np.float32) if gains_db is None else gains_db
    return Scene(ground.heights_m, way_of(ground.pixel_m, link), excess_of(link), gains)


def way_of(pixel_m: float, link: Link) -> Way:
    """Return what the fast mode is told of a grid and a link.

    >>> round(way_of(100.0, Link(frequency_mhz=1000, radius_m=10_000)).free_space_db, 1)
    32.4
    """
    return Way(
        pixel_m=pixel_m,
        falls_per_m2=0.5 / link.earth_m,
        wave_m=link.wave_m,
        receiver_m=link.receiver_m,
        free_space_db=32.4 - 60.0 + 20.0 * math.log10(link.frequency_mhz),
        radius_m=link.radius_m,
        lowest_m=LOWEST_M,
        nodes_per_log=(HEIGHTS - 1) / math.log(HIGHEST_M / LOWEST_M),
        last_node=HEIGHTS - 1.001,
        last_distance=DISTANCES - 1.001,
    )


@lru_cache(maxsize=8)
def excess_of(link: Link) -> Single:
    """Return the table of a link: distances by their square roots to its radius, heights of site and receiver.

    >>> excess_of(Link(frequency_mhz=800, radius_m=10_000)).shape
    (33, 49, 49)
    """
    table = np.zeros((DISTANCES, HEIGHTS, HEIGHTS), np.float32)
    _fill(table, link.radius_m / 1000.0, link.earth_m / 1000.0, link.frequency_mhz / 1000.0)
    table.flags.writeable = False
    return table
