"""The smooth ground that fits a path best, and how high antennas stand over it.

Rec. ITU-R P.1812-8, Annex, Attachment 1, § 5.6: (85) and (86) the fit, (87) to (89) for diffraction, (90) to (93) for
ducting.
"""

from __future__ import annotations

from amur.methods.propagation.compiling import NOTHING_YET, compiled, swept
from amur.methods.propagation.p1812.ground import Ground
from amur.methods.propagation.p1812.values import Record


@swept
def weigh_ground(ground: Ground) -> tuple[float, float]:
    """Return the two sums over the ground that the straight line which fits it best is made of, § 5.6.1."""
    distances_km, heights_m = ground.distances_km, ground.heights_m
    area = moment = 0.0
    for point in range(1, len(distances_km)):
        near_km, far_km = distances_km[point - 1], distances_km[point]
        near_m, far_m = heights_m[point - 1], heights_m[point]
        width_km = far_km - near_km
        area += width_km * (far_m + near_m)
        moment += width_km * (far_m * (2.0 * far_km + near_km) + near_m * (far_km + 2.0 * near_km))
    return area, moment


@swept
def find_obstruction(ground: Ground, near_m: float, far_m: float) -> tuple[float, float, float]:
    """Return how high ground rises above the line between antennas, and its steepest slopes from both ends, § 5.6.2."""
    last = len(ground.distances_km) - 1
    near_share, far_share = near_m / ground.distances_km[last], far_m / ground.distances_km[last]
    highest_m = slope_t = slope_r = NOTHING_YET
    for point in range(1, last):
        to_t_km, to_r_km = ground.distances_km[point], ground.back_km[point]
        over_m = ground.heights_m[point] - (near_share * to_r_km + far_share * to_t_km)
        highest_m = max(highest_m, over_m)
        slope_t = max(slope_t, over_m * ground.apart[point] * to_r_km)
        slope_r = max(slope_r, over_m * ground.apart[point] * to_t_km)
    return highest_m, slope_t, slope_r


@compiled
def fit_smooth_ground(values: Record, ground: Ground) -> None:
    """Find the heights of the smooth ground at both ends: as it fits, for diffraction and for ducting."""
    length_km = values["length_km"]
    first_m, last_m = ground.heights_m[0], ground.heights_m[-1]
    near_m, far_m = values["antenna_t_m"], values["antenna_r_m"]
    area, moment = weigh_ground(ground)
    smooth_t = (2.0 * area * length_km - moment) / length_km**2
    smooth_r = (moment - area * length_km) / length_km**2
    high, from_t, from_r = find_obstruction(ground, near_m, far_m)
    lowered_t, lowered_r = smooth_t, smooth_r
    if high > 0.0:
        lowered_t -= high * from_t / (from_t + from_r)
        lowered_r -= high * from_r / (from_t + from_r)
    values["smooth_t_m"], values["smooth_r_m"] = smooth_t, smooth_r
    values["diffraction_base_t_m"] = min(lowered_t, first_m)
    values["diffraction_base_r_m"] = min(lowered_r, last_m)
    values["diffraction_height_t_m"] = near_m - values["diffraction_base_t_m"]
    values["diffraction_height_r_m"] = far_m - values["diffraction_base_r_m"]
    values["ducting_base_t_m"] = min(smooth_t, first_m)
    values["ducting_base_r_m"] = min(smooth_r, last_m)
    values["ducting_height_t_m"] = near_m - values["ducting_base_t_m"]
    values["ducting_height_r_m"] = far_m - values["ducting_base_r_m"]
