"""The named values of one path, each with where the Recommendation defines it: ITU-R P.1812-8, Annex.

Every stage of the kernel reads and writes them in one record, so that what is traced is what was computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Record = Any
"""One row of named numbers, as NumPy and Numba give it: ``values["loss_db"]``."""

VALUES = {
    "length_km": "§ 3.1",
    "sea_share": "(1)",
    "longest_land_km": "§ 3.6",
    "longest_inland_km": "§ 3.6",
    "inland_factor": "(3)",
    "anomalous_percent": "(5)",
    "radius_km": "(7a)",
    "radius_b0_km": "(7b)",
    "antenna_t_m": "Table 5",
    "antenna_r_m": "Table 5",
    "smooth_t_m": "(85)",
    "smooth_r_m": "(86)",
    "diffraction_base_t_m": "(89)",
    "diffraction_base_r_m": "(89)",
    "diffraction_height_t_m": "(37a)",
    "diffraction_height_r_m": "(37b)",
    "elevation_t_mrad": "(76) to (78)",
    "elevation_r_mrad": "(79) to (81)",
    "angle_mrad": "(82)",
    "horizon_t_km": "(78)",
    "horizon_r_km": "(81a)",
    "ducting_base_t_m": "(90a)",
    "ducting_base_r_m": "(90b)",
    "ducting_height_t_m": "(92a)",
    "ducting_height_r_m": "(92b)",
    "roughness_m": "(93)",
    "free_space_db": "(8)",
    "sight_db": "(10)",
    "sight_b0_db": "(11)",
    "bullington_median_db": "(21)",
    "smooth_bullington_median_db": "(21)",
    "spherical_median_db": "(27)",
    "diffraction_median_db": "(39)",
    "bullington_b0_db": "(21)",
    "smooth_bullington_b0_db": "(21)",
    "spherical_b0_db": "(27)",
    "diffraction_b0_db": "(39)",
    "time_factor": "(40)",
    "diffraction_db": "(41)",
    "diffracted_median_db": "(42)",
    "diffracted_db": "(43)",
    "scattered_db": "(44)",
    "ducted_db": "(46)",
    "angle_factor": "(57)",
    "distance_factor": "(58)",
    "least_sight_db": "(59)",
    "least_ducted_db": "(60)",
    "enhanced_db": "(61)",
    "modified_db": "(62)",
    "median_location_db": "(63)",
    "location_db": "§ 4.7",
    "loss_db": "(69)",
    "field_dbuvm": "(70)",
    "received_field_dbuvm": "(70), for the power and the gains that are given",
}
"""What is traced, and the number of the equation that gives it; losses in decibels, heights above sea level but for
those named height, which are above the smooth ground under them."""

TRACE = np.dtype([(name, np.float64) for name in VALUES])
