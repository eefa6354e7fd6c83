"""A small land for surveys: two counties on a plain with a ridge, two masts, some settlements and villages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from amur.methods.coverage.census import Counted
from amur.methods.coverage.counties import Counties
from amur.methods.coverage.definitions import AnyOf, SignalAt, SiteWithin
from amur.methods.coverage.deviations import Sample
from amur.methods.coverage.people import UNKNOWN, Settlements
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import Place, Points, villages
from amur.methods.surveys.asked import Asked, HeightFile, Parameters
from tests.methods.terrain.making import tiff

WEST, SOUTH = 129.0, 46.0
MIDDLE, EAST, NORTH = WEST + 0.1, WEST + 0.2, SOUTH + 0.1
"""Two counties side by side, each some 8 by 11 km."""
RULES = (
    SiteWithin("buffer", "a rule of thumb", 5),
    SignalAt("edge", "a regulator", -100, 0.9),
    AnyOf(
        "rule",
        "a ministry",
        (SiteWithin("rule.near", "a ministry", 3), SignalAt("rule.signal", "a ministry", -95, 0.5)),
    ),
)


def heights(path, *, holes=()):
    """Write heights of some 55 by 60 km around: a plain at 150 m and a ridge of 200 m along the middle."""
    table = np.full((300, 400), 150, np.int16)
    table[:, 215:220] = 350
    for row, column, rows, columns in holes:
        table[row : row + rows, column : column + columns] = -9999
    return tiff(path, table, corner=(WEST - 0.2, SOUTH + 0.25), step=0.0015, crs="EPSG:4326", nodata=-9999)


def antennas(places=((WEST + 0.05, SOUTH + 0.05), (EAST - 0.03, NORTH - 0.02)), frequencies=(780.0, 1850.0)):
    count = len(places)

    def each(value):
        return np.full(count, value, np.float64)

    return Antennas(
        sites=np.array([f"mast {row}" for row in range(count)]), longitudes=np.array([one[0] for one in places]),
        latitudes=np.array([one[1] for one in places]), heights_m=each(40), azimuths_deg=each(np.nan),
        beamwidths_deg=each(65), verticals_deg=each(10), tilts_deg=each(2),
        frequencies_mhz=np.resize(np.array(frequencies), count), powers_dbm=each(46), gains_dbi=each(15),
        losses_db=each(2), blocks=each(100), rows=np.arange(2, count + 2), assumed={},
    )  # fmt: skip


def counties():
    shapes = np.array([shapely.box(WEST, SOUTH, MIDDLE, NORTH), shapely.box(MIDDLE, SOUTH, EAST, NORTH)], dtype=object)
    return Counties(np.array(["1", "2"]), np.array(["West", "East"]), shapes)


def settlements():
    points = Points(np.array([SOUTH + 0.03, SOUTH + 0.08, SOUTH + 0.5]), np.array([WEST + 0.02, EAST - 0.02, WEST]))
    return Settlements(
        np.array(["s1", "s2", "far"]), points, np.array([300, UNKNOWN, 5]), np.array([True, False, False])
    )


def some_villages():
    places = [
        Place("v1", "committee", SOUTH + 0.05, WEST + 0.06),
        Place("v1", "settlement", SOUTH + 0.06, WEST + 0.07, 30),
        Place("v2", "committee", SOUTH + 0.01, EAST - 0.06),
        Place("v3", "school", SOUTH + 0.02, EAST - 0.06),
    ]
    return villages(["v1", "v2", "v3"], ["1", "2", "2"], [40, 50, 60], places, people=[100, 120, 130])


def asked(folder, **said):
    """Return a survey; what is said stands instead of what is here, of parameters as well."""
    parameters = Parameters(
        pixel_m=300, radius_m=4000, cell_resolution=7, sample=Sample(ways=60), location_deviation_db=5.5
    )
    names = [name for name in said if hasattr(parameters, name)]
    parameters = replace(parameters, **{name: said.pop(name) for name in names})
    path = folder / "heights.tif"
    given = {
        "antennas": antennas(), "heights": (HeightFile(path if path.exists() else heights(path), "geotiff", "a survey"),),
        "counties": counties(), "settlements": settlements(),
        "settlement_names": np.array(["One", "Two", "Far"]), "definitions": RULES, "parameters": parameters,
        "census": (Counted("1", "West", 1000, 400, 600), Counted("2", "East", 501, 200, 100),
                   Counted("9", "Nowhere", 99, 33, 0)),
        "villages": some_villages(), "village_names": np.array(["Vee one", "Vee two", "Vee three"]),
    }  # fmt: skip
    return Asked(**given | said)
