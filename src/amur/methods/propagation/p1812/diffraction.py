"""Diffraction over ground and what stands on it: Bullington's loss, and what a smooth Earth loses beyond it.

Rec. ITU-R P.1812-8, Annex, § 4.3.4 and § 4.3.5, equations (37) to (43).
"""

from __future__ import annotations

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.bullington import lose_by_bullington
from amur.methods.propagation.p1812.ground import Ground, link_over
from amur.methods.propagation.p1812.normal import inverse_normal
from amur.methods.propagation.p1812.spherical import lose_over_sphere, lose_without_profile
from amur.methods.propagation.p1812.values import Record


@compiled
def lose_by_diffraction(
    asked: Record, values: Record, ground: Ground, radius_km: float
) -> tuple[float, float, float, float]:
    """Return Bullington's loss, that of a smooth Earth, the spherical one, and all together, in dB, (37) to (39)."""
    above_sea = link_over(asked, values, values["antenna_t_m"], values["antenna_r_m"], radius_km)
    near_m, far_m = values["diffraction_height_t_m"], values["diffraction_height_r_m"]
    above_smooth = link_over(asked, values, near_m, far_m, radius_km)
    actual_db = lose_by_bullington(ground, ground.tops_m, above_sea)
    if asked["by_profile"] > 0.0:
        smooth_db = lose_by_bullington(ground, ground.flat_m, above_smooth)
    else:
        smooth_db = lose_without_profile(above_smooth)
    sphere_db = lose_over_sphere(above_smooth)
    return actual_db, smooth_db, sphere_db, actual_db + max(sphere_db - smooth_db, 0.0)


@compiled
def find_diffraction(asked: Record, values: Record, ground: Ground) -> None:
    """Find the loss by diffraction for the median and for b0 % of the time, and between them for p %, (39) to (43)."""
    actual, smooth, sphere, median = lose_by_diffraction(asked, values, ground, values["radius_km"])
    values["bullington_median_db"], values["smooth_bullington_median_db"] = actual, smooth
    values["spherical_median_db"], values["diffraction_median_db"] = sphere, median
    actual, smooth, sphere, seldom = lose_by_diffraction(asked, values, ground, values["radius_b0_km"])
    values["bullington_b0_db"], values["smooth_bullington_b0_db"] = actual, smooth
    values["spherical_b0_db"], values["diffraction_b0_db"] = sphere, seldom
    factor = 1.0
    if asked["time_percent"] >= values["anomalous_percent"]:
        anomalous = inverse_normal(0.01 * values["anomalous_percent"])
        factor = inverse_normal(0.01 * asked["time_percent"]) / anomalous
    values["time_factor"] = factor
    values["diffraction_db"] = median + factor * (seldom - median)
    values["diffracted_median_db"] = values["free_space_db"] + median
    values["diffracted_db"] = values["sight_db"] + values["diffraction_db"]
