"""Every value in every validation log, by the equation that the log names."""

from __future__ import annotations

import pytest

from amur.methods.propagation.p1812 import losses, traced
from tests.methods.propagation.p1812.validation import ABSENT, LOGS, logs, read_log

pytestmark = pytest.mark.skipif(not LOGS, reason=ABSENT)

NAMES = {
    ("d (km)", ""): "length_km",
    ("dlt (km)", "Eq (78)"): "horizon_t_km",
    ("dlr (km)", "Eq (81a)"): "horizon_r_km",
    ("th_t (mrad)", "Eqs (76-78)"): "elevation_t_mrad",
    ("th_r (mrad)", "Eqs (79-81)"): "elevation_r_mrad",
    ("th (mrad)", "Eq (82)"): "angle_mrad",
    ("hts (m)", ""): "antenna_t_m",
    ("hrs (m)", ""): "antenna_r_m",
    ("htc (m)", "Table 5"): "antenna_t_m",
    ("hrc (m)", "Table 5"): "antenna_r_m",
    ("w", "Table 5"): "sea_share",
    ("dtm (km)", "Sec 3.6"): "longest_land_km",
    ("dlm (km)", "Sec 3.6"): "longest_inland_km",
    ("b0 (%)", "Eq (5)"): "anomalous_percent",
    ("ae (km)", "Eq (7a)"): "radius_km",
    ("hst (m)", "Eq (85)"): "smooth_t_m",
    ("hsr (m)", "Eq (86)"): "smooth_r_m",
    ("hst (m)", "Eq (90a)"): "ducting_base_t_m",
    ("hsr (m)", "Eq (90b)"): "ducting_base_r_m",
    ("hstd (m)", "Eq (89)"): "diffraction_base_t_m",
    ("hsrd (m)", "Eq (89)"): "diffraction_base_r_m",
    ("htc (m)", "Eq (37a)"): "diffraction_height_t_m",
    ("hrc (m)", "Eq (37b)"): "diffraction_height_r_m",
    ("hte (m)", "Eq (92a)"): "ducting_height_t_m",
    ("hre (m)", "Eq (92b)"): "ducting_height_r_m",
    ("hm (m)", "Eq (93)"): "roughness_m",
    ("Fi", "Eq (40)"): "time_factor",
    ("Fj", "Eq (57)"): "angle_factor",
    ("Fk", "Eq (58)"): "distance_factor",
    ("Lbfs", "Eq (8)"): "free_space_db",
    ("Lb0p", "Eq (10)"): "sight_db",
    ("Lb0b", "Eq (11)"): "sight_b0_db",
    ("Lbulla (dB)", "Eq (21)"): "bullington_b0_db",
    ("Lbulls (dB)", "Eq (21)"): "smooth_bullington_b0_db",
    ("Ldsph (dB)", "Eq (27)"): "spherical_b0_db",
    ("Ld50 (dB)", "Eq (39)"): "diffraction_median_db",
    ("Ldb (dB)", "Eq (39)"): "diffraction_b0_db",
    ("Ldp (dB)", "Eq (41)"): "diffraction_db",
    ("Lbd50 (dB)", "Eq (42)"): "diffracted_median_db",
    ("Lbd (dB)", "Eq (43)"): "diffracted_db",
    ("Lminb0p (dB)", "Eq (59)"): "least_sight_db",
    ("Lba (dB)", "Eq (46)"): "ducted_db",
    ("Lminbap (dB)", "Eq (60)"): "least_ducted_db",
    ("Lbda (dB)", "Eq (61)"): "enhanced_db",
    ("Lbam (dB)", "Eq (62)"): "modified_db",
    ("Lbs (dB)", "Eq (44)"): "scattered_db",
    ("Lbc (dB)", "Eq (63)"): "median_location_db",
    ("Lb (dB)", "Eq (69)"): "loss_db",
    ("Ep (dBuV/m)", "Eq (70)"): "field_dbuvm",
    ("Ep (dBuV/m) w.r.t. Ptx, Gtx, Grx", ""): "received_field_dbuvm",
}
"""The names of the logs, with their equations, and ours. What they call Lbulla, Lbulls and Ldsph is for b0 % of the time."""
ASKED = {"Ptx (kW)", "Gtx (dBi)", "Grx (dBi)", "f (GHz)", "p (%)", "pL (%)", "sigmaL (dB)", "phi_t (deg)", "phi_r (deg)", "lam_t (deg)",
         "lam_r (deg)", "htg (m)", "hrg (m)", "pol", "DN", "N0", "dct (km)", "dcr (km)", "R2 (m)", "Rn-1 (m)"}  # fmt: skip
PRINTED = 1e-8
"""The logs print ten digits: how far apart two numbers may be that print nearly alike, of the greater of 1 and the number."""


@pytest.mark.parametrize("file", LOGS, ids=lambda file: file.stem)
def test_every_value_of_a_log_is_found_to_the_printed_digit(file):
    log = read_log(file)
    (found,) = traced(log.paths, log.inputs())
    wrong, seen = [], set()
    for name, equation, said in log.values:
        if name in ASKED:
            continue
        ours = log.inputs().latitude_deg if name == "phi (deg)" else found[ours_of(name, equation, found)]
        seen.add((name, equation))
        if abs(ours - said) > PRINTED * max(1.0, abs(said)):
            wrong.append(f"{name} {equation}: found {ours:.10g}, the log says {said:.10g}")
    assert wrong == []
    assert seen - {("phi (deg)", "Eq (4)")} == set(NAMES)


def ours_of(name, equation, found):
    """Return the name of our value; what the reference calls Lbd it overwrites with Lbda where ducts make that less."""
    if name == "Lbd (dB)" and found["least_ducted_db"] <= found["diffracted_db"]:
        return "enhanced_db"
    return NAMES[name, equation]


def test_all_logs_that_are_known_of_are_there():
    assert len(LOGS) in {36, 63}


def test_losses_are_those_of_the_trace():
    for log in logs():
        found = losses(log.paths, log.inputs())
        (said,) = traced(log.paths, log.inputs())
        assert found.loss_db.tolist() == [said["loss_db"]]
        assert found.field_dbuvm.tolist() == [said["received_field_dbuvm"]]
