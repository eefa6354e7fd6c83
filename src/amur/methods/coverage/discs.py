"""The pixels around a site, and the rays that see them: worked out once for each radius, not for each site.

A ray runs to the rim for about every pixel of it, so that no pixel lies farther than about half a pixel from the ray
that sees it. Rays are laid out in one octant and mirrored, so that ground that is turned or mirrored gives the map
turned or mirrored.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

Whole = np.ndarray[Any, np.dtype[np.int32]]
Single = np.ndarray[Any, np.dtype[np.float32]]
Double = np.ndarray[Any, np.dtype[np.float64]]
_OCTANTS = 8


class Disc(NamedTuple):
    """Pixels in the order of their rays, and along each ray by distance.

    ``rows`` and ``columns`` are from the site, ``distances_m`` from its middle, ``azimuths_deg`` clockwise from north.
    ``before`` says how many samples of the ray stand between the site and the pixel. Ray ``i`` goes by
    ``directions[i]`` (rows, columns) a step and sees pixels ``starts[i]`` to ``starts[i + 1]``.
    """

    steps: int
    rows: Whole
    columns: Whole
    distances_m: Single
    azimuths_deg: Single
    before: Whole
    starts: Whole
    directions: Double


@lru_cache(maxsize=4)
def disc_of(steps: int, pixel_m: float) -> Disc:
    """Return the pixels within so many steps of a pixel's width.

    >>> found = disc_of(2, 100.0)
    >>> len(found.rows), len(found.directions), int(found.before.max())
    (13, 8, 1)
    """
    down, across = np.mgrid[-steps : steps + 1, -steps : steps + 1].reshape(2, -1)
    inside = down**2 + across**2 <= steps**2
    down, across = down[inside], across[inside]
    directions, rays = _rays(down, across, max(1, math.ceil(2 * math.pi * steps / _OCTANTS)))
    far = np.hypot(down, across)
    order = np.lexsort((across, down, far, rays))
    down, across, far, rays = down[order], across[order], far[order], rays[order]
    found = Disc(
        steps,
        down.astype(np.int32),
        across.astype(np.int32),
        # The site's own pixel has no distance; half a pixel stands for it.
        (np.maximum(far, 0.5) * pixel_m).astype(np.float32),
        (np.degrees(np.arctan2(across, -down)) % 360.0).astype(np.float32),
        np.maximum(0, np.floor(far - 0.5)).astype(np.int32),
        np.searchsorted(rays, np.arange(len(directions) + 1)).astype(np.int32),
        directions,
    )
    for one in found[1:]:
        one.flags.writeable = False
    return found


def _rays(down: Any, across: Any, in_octant: int) -> tuple[Double, Any]:
    """Return rays by their directions, and which of them is nearest to each pixel."""
    short, long = np.minimum(abs(down), abs(across)), np.maximum(abs(down), abs(across))
    place = np.rint(np.arctan2(short, np.maximum(long, 1)) / (math.pi / 4) * in_octant)
    aside, ahead = np.sin(place * math.pi / 4 / in_octant), np.cos(place * math.pi / 4 / in_octant)
    ahead[place == in_octant] = aside[place == in_octant] = math.sqrt(0.5)
    is_steep = abs(down) > abs(across)
    along_rows, along_columns = np.where(is_steep, ahead, aside), np.where(is_steep, aside, ahead)
    # Adding nothing turns a zero with a sign into one without.
    ways = np.stack([along_rows * np.sign(down) + 0.0, along_columns * np.sign(across) + 0.0], axis=1)
    ways[(down == 0) & (across == 0)] = (0.0, 1.0)
    directions, rays = np.unique(ways, axis=0, return_inverse=True)
    return directions, rays.reshape(-1)
