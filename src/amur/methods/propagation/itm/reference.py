"""The reference attenuation: what of line of sight, diffraction and troposcatter there is at a distance."""

from __future__ import annotations

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.itm.diffraction import line_of_diffraction
from amur.methods.propagation.itm.geometry import Medium, Terrain, reach_of
from amur.methods.propagation.itm.line_of_sight import reference_in_sight
from amur.methods.propagation.itm.troposcatter import line_of_troposcatter

LINE_OF_SIGHT = 1
DIFFRACTION = 2
TROPOSCATTER = 3


@compiled
def reference_attenuation(terrain: Terrain, medium: Medium) -> tuple[float, int, bool]:
    """Return the reference attenuation in dB, by which way the signal goes, and whether the round earth has a part.

    Source: Algorithm, eq. 4.1.
    """
    reach = reach_of(terrain, medium)
    line, is_round = line_of_diffraction(terrain, medium, reach)
    way = LINE_OF_SIGHT
    if terrain.distance_m < reach.smooth_m:
        lost = reference_in_sight(terrain, medium, reach, line)
    else:
        scatter, takes_over = line_of_troposcatter(terrain, medium, reach, line)
        way = DIFFRACTION
        if terrain.distance_m > takes_over:
            way, line = TROPOSCATTER, scatter
        lost = line.slope * terrain.distance_m + line.intercept
    return max(lost, 0.0), way, is_round
