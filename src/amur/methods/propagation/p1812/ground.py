"""What a kernel knows of one path while it works on it: the ground point by point, and the link over it.

Rec. ITU-R P.1812-8, Annex, § 3.2.1: what stands on the ground is added to its height, but not at both ends.
"""

from __future__ import annotations

from typing import NamedTuple

from amur.methods.propagation.compiling import compiled, swept
from amur.methods.propagation.p1812.inputs import Zones
from amur.methods.propagation.p1812.values import Record
from amur.methods.propagation.paths import Numbers, Places

WAVE_M_GHZ = 0.2998
"""Wavelength in metres times frequency in gigahertz."""


class Batch(NamedTuple):
    """All points of all paths, and where each path begins."""

    starts: Places
    distances_km: Numbers
    heights_m: Numbers
    clutter_m: Numbers
    zones: Zones


class Ground(NamedTuple):
    """The points of one path: how far they are from the transmitter and from the receiver, and how high.

    ``apart`` is one over the product of both distances, per square kilometre: slopes from both ends and the clearance
    are products with it. ``tops_m`` counts what stands on the ground, ``flat_m`` is zero, ``marks`` is there to write.
    """

    distances_km: Numbers
    back_km: Numbers
    apart: Numbers
    heights_m: Numbers
    tops_m: Numbers
    flat_m: Numbers
    marks: Numbers
    zones: Zones


class Link(NamedTuple):
    """Two antennas above some level, over an Earth of some radius, and what is sent between them."""

    near_m: float
    far_m: float
    length_km: float
    radius_km: float
    frequency_ghz: float
    wave_m: float
    polarisation: float
    sea_share: float


@swept
def lay_out(batch: Batch, first: int, ground: Ground) -> None:
    """Write what each point is asked for again and again."""
    last = len(ground.distances_km) - 1
    length_km = ground.distances_km[last]
    for point in range(last + 1):
        ground.back_km[point] = length_km - ground.distances_km[point]
        ground.tops_m[point] = ground.heights_m[point] + batch.clutter_m[first + point]
    for point in range(1, last):
        ground.apart[point] = 1.0 / (ground.distances_km[point] * ground.back_km[point])


@compiled
def take_path(batch: Batch, path: int, room: Numbers) -> Ground:
    """Return the ground of one path of a batch; what is worked out for it stands in a room that paths share."""
    first, end = batch.starts[path], batch.starts[path + 1]
    points = end - first
    ground = Ground(
        batch.distances_km[first:end],
        room[0, :points],
        room[1, :points],
        batch.heights_m[first:end],
        room[2, :points],
        room[4, :points],
        room[3, :points],
        batch.zones[first:end],
    )
    lay_out(batch, first, ground)
    return ground


@compiled
def link_over(asked: Record, values: Record, near_m: float, far_m: float, radius_km: float) -> Link:
    """Return the link between two heights over an Earth of a radius."""
    frequency_ghz = asked["frequency_ghz"]
    return Link(
        near_m,
        far_m,
        values["length_km"],
        radius_km,
        frequency_ghz,
        WAVE_M_GHZ / frequency_ghz,
        asked["polarisation"],
        values["sea_share"],
    )
