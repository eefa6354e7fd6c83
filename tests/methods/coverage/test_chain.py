"""From a table of antennas and a file of heights to what a receiver measures: the parts fit together."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from amur.methods.coverage.antennas import directions, pattern_loss_db
from amur.methods.coverage.budgets import Receiver, Transmitter, rsrp_dbm
from amur.methods.coverage.sites import read_antennas
from amur.methods.propagation.p1812 import Inputs, losses
from amur.methods.terrain import Mosaic, heights_at, open_geotiff, profiles
from tests.methods.terrain.making import tiff

GEOD = pyproj.Geod(ellps="WGS84")
HERE = (126.6, 45.7)
AIR = {"latitude_deg": 45.7, "refractivity_n0": 320.0, "delta_n": 45.0}
SITES = """site,lon,lat,height_m,azimuth,tilt,frequency_mhz,power_dbm,gain_dbi,loss_db
A,126.6,45.7,40,0,3,780,46,15,2
A,126.6,45.7,40,180,3,780,46,15,2
"""


@pytest.fixture
def ground(tmp_path):
    """Give a plain at 150 m with a ridge of 120 m from west to east, 2 km north of the site."""
    heights = np.full((300, 400), 150, np.int16)
    heights[128:131] += 120
    return Mosaic(
        (open_geotiff(tiff(tmp_path / "a.tif", heights, corner=(126.4, 45.85), step=0.001, crs="EPSG:4326")),)
    ).window()


def test_the_ridge_and_the_back_of_the_antenna_are_measured(tmp_path, ground):
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")
    antennas = read_antennas(tmp_path / "sites.csv").whole()
    lons, lats, _ = GEOD.fwd([HERE[0]] * 4, [HERE[1]] * 4, [0, 90, 180, 270], [6000] * 4)
    froms, tos = np.tile(HERE, (8, 1)), np.tile(np.c_[lons, lats], (2, 1))
    which = np.repeat([0, 1], 4)
    paths = profiles(ground, froms, tos, points=101)
    path_loss = losses(paths, Inputs(frequency_ghz=0.78, antenna_t_m=40.0, antenna_r_m=1.5, **AIR)).loss_db
    seen = directions(froms, tos, heights_at(ground, froms) + 40, heights_at(ground, tos) + 1.5)
    pattern = pattern_loss_db(
        seen.bearings_deg, seen.downs_deg, azimuth_deg=antennas.azimuths_deg[which],
        beamwidth_deg=antennas.beamwidths_deg[which], tilt_deg=antennas.tilts_deg[which],
    )  # fmt: skip
    sent = Transmitter(power_dbm=46, blocks=antennas.blocks[0], gain_dbi=15, loss_db=2)
    north, south = rsrp_dbm(sent, Receiver(), path_loss, pattern).reshape(2, 4)
    assert path_loss[0] > path_loss[2] + 15
    assert (south[2] - north[2], north[0] - south[0]) == pytest.approx((25 - pattern[6], 25 - pattern[0]), abs=0.01)
    assert north[1] == pytest.approx(north[3], abs=0.1)
    assert south[2] > max(*south[[0, 1, 3]], *north)
    # In the open: 46 dBm, 10 lg 1200 and 2 dB less, 15 dBi more, free space over 6 km at 780 MHz 105.9 dB and more.
    assert -105 < south[2] < 46 - 30.8 - 2 + 15 - 105.8
