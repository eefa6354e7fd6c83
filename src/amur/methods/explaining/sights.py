"""What stands between an antenna and a receiver: the line of sight over the effective Earth, and the zone around it.

Heights are lifted by the bulge of an Earth as large as the bending of rays makes it, so that rays are straight (ITU-R
P.526-15, § 4; P.1812-8, § 4.2). The first Fresnel zone is all from where a detour is half a wave at most (P.526-15,
§ 2.1). How far a point of the ground stands over the line is told in metres, as a share of that zone's radius there,
and as the parameter of diffraction over an edge (P.526-15, § 4.1), which is √2 times that share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.paths import Numbers, Paths, Places

State: TypeAlias = Literal["blocked", "touched", "clear"]
LIGHT_M_MHZ = 299.792458
"""Wavelength in metres times frequency in megahertz."""
NOTHING_LOST = -0.78
"""From this parameter downwards an edge loses nothing: 55 % of the first zone are free (P.526-15, § 4.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sights:
    """The lines of sight over profiles, point by point in the order of the paths.

    ``tops_m`` are heights of the ground with the bulge of the Earth, ``lines_m`` those of the line, ``over_m`` how far
    the ground stands over the line (negative: under it), ``zones_m`` radii of the first Fresnel zone, ``parameters``
    those of diffraction, minus infinity at both ends. ``ridges`` has for each path the point that hinders most: it is
    the first of those between the ends whose parameter is greatest.
    """

    tops_m: Numbers
    lines_m: Numbers
    over_m: Numbers
    zones_m: Numbers
    parameters: Numbers
    ridges: Places


def sights(paths: Paths, near_m: Numbers, far_m: Numbers, frequencies_mhz: Numbers, earth_m: float) -> Sights:
    """Return the lines of sight of paths, each between an antenna and a receiver so many metres above its ends' ground.

    ``earth_m`` is the radius of the effective Earth in metres; the three others are one number a path.

    Raises:
        AmurError: if there are not as many heights and frequencies as paths, or one is not more than 0.

    >>> from amur.methods.propagation.paths import evenly, paths_of
    >>> hill = paths_of([evenly(10.0, [100, 100, 160, 100, 100])])
    >>> found = sights(hill, np.array([30.0]), np.array([30.0]), np.array([800.0]), 8.5e6)
    >>> found.ridges.tolist(), round(float(found.over_m[2]), 1), round(float(found.zones_m[2]), 1)
    ([2], 31.5, 30.6)
    """
    for name, values in (("antennas", near_m), ("receivers", far_m), ("frequencies", frequencies_mhz)):
        if np.shape(values) != (len(paths),) or not (np.asarray(values) > 0).all():
            raise AmurError("uneven_sights", f"{name}: wanted {len(paths)} numbers of more than 0; found {values}")
    counts = np.diff(paths.starts)
    firsts, lasts = paths.starts[:-1], paths.starts[1:] - 1

    def each(values: Numbers) -> Numbers:
        return np.repeat(np.asarray(values, np.float64), counts)

    to_km, length_km = paths.distances_km, each(paths.lengths_km)
    back_km = length_km - to_km
    tops = paths.heights_m + 1e6 * to_km * back_km / (2 * earth_m)
    begin, end = each(paths.heights_m[firsts] + near_m), each(paths.heights_m[lasts] + far_m)
    lines = begin + (end - begin) * to_km / length_km
    zones = np.sqrt(1000 * each(LIGHT_M_MHZ / np.asarray(frequencies_mhz)) * to_km * back_km / length_km)
    is_end = np.zeros(len(to_km), bool)
    is_end[firsts] = is_end[lasts] = True
    over = tops - lines
    parameters = np.where(is_end, -np.inf, np.sqrt(2) * over / np.where(is_end, 1.0, zones))
    return Sights(tops, lines, over, zones, parameters, _first_greatest(parameters, paths.starts))


def _first_greatest(values: Numbers, starts: Places) -> Places:
    """Return where the greatest value of each path stands first."""
    most = np.maximum.reduceat(values, starts[:-1])
    is_most = np.flatnonzero(values == np.repeat(most, np.diff(starts)))
    of = np.searchsorted(starts, is_most, side="right") - 1
    _, which = np.unique(of, return_index=True)
    found: Places = is_most[which]
    return found


def knife_edge_db(parameters: Any) -> Numbers:
    """Return what a single edge loses, in decibels, by its parameter: ITU-R P.526-15, § 4.1.

    >>> knife_edge_db(np.array([-2.0, 0.0, 1.0, 2.4])).round(2).tolist()
    [0.0, 6.03, 13.93, 20.54]
    """
    beyond = np.asarray(parameters, np.float64) - 0.1
    is_lost = beyond > NOTHING_LOST - 0.1
    held = np.where(is_lost, beyond, 0.0)
    return np.where(is_lost, 6.9 + 20 * np.log10(np.sqrt(held * held + 1) + held), 0.0)


def state_of(parameter: float) -> State:
    """Say whether the ground blocks the line, comes into the part of the zone that matters, or leaves both free.

    >>> state_of(0.2), state_of(-0.5), state_of(-0.9)
    ('blocked', 'touched', 'clear')
    """
    if parameter >= 0:
        return "blocked"
    return "touched" if parameter > NOTHING_LOST else "clear"
