"""Small worlds for tests: a plain at 150 m with a ridge, sites and villages on it."""

from __future__ import annotations

import numpy as np
import pyproj

from amur.methods.coverage.definitions import AnyOf, SignalAt, SiteWithin
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import Place, villages
from amur.methods.explaining import Question
from amur.methods.terrain import Grid, Terrain

GEOD = pyproj.Geod(ellps="WGS84")
SITE = (126.6, 45.7)
SOURCE = "a rule made up for tests"
NEAR_SITE = SiteWithin("near", SOURCE, 5.0)
EDGE = SignalAt("edge", SOURCE, -105.0, 0.9)
RULE = AnyOf("rule", SOURCE, (SiteWithin("rule.site", SOURCE, 2.0), SignalAt("rule.signal", SOURCE, -110.0, 0.5)))


def north_of(place, km, bearing=0.0):
    lon, lat, _ = GEOD.fwd(*place, bearing, 1000 * km)
    return float(lon), float(lat)


def terrain(ridge_m=120.0, step=0.002, size=(150, 200), *, holes=()):
    """Return a plain of 0.4 by 0.3 degrees; a ridge of so many metres runs east 4 km north of the site."""
    heights = np.full(size, 150.0, np.float32)
    row = round((45.85 - 45.736) / step)
    heights[row - 1 : row + 2] += ridge_m
    for hole in holes:
        heights[hole] = np.nan
    return Terrain(Grid("EPSG:4326", 126.4, 45.85, step, step, *size), heights, ("a survey",), 200.0)


def antennas(*sites, **said):
    """Return antennas, each (name, longitude, latitude, height), alike in all else that is not said."""
    count = len(sites)
    like = {
        "azimuths_deg": np.nan, "beamwidths_deg": 65.0, "verticals_deg": 10.0, "tilts_deg": 0.0,
        "frequencies_mhz": 1850.0, "powers_dbm": 46.0, "gains_dbi": 15.0, "losses_db": 2.0, "blocks": 100.0,
    } | said  # fmt: skip
    return Antennas(
        np.array([one[0] for one in sites], np.str_),
        *(np.array([one[at] for one in sites], np.float64) for at in (1, 2, 3)),
        **{name: np.broadcast_to(np.asarray(value, np.float64), (count,)).copy() for name, value in like.items()},
        rows=np.arange(2, count + 2),
        assumed={},
    )


def question(*, ground=None, sites=None, places=None, definitions=(NEAR_SITE, EDGE, RULE), names=None):
    """Return a question: site A, and village v 8 km north of it, behind the ridge."""
    far = north_of(SITE, 8.0)
    there = places or [Place("v", "committee", far[1], far[0])]
    ids = list(dict.fromkeys(place.village for place in there))
    without = [(one, kind) for one in ids for kind in ("school", "clinic", "settlement")]
    without = [pair for pair in without if pair not in {(place.village, place.kind) for place in there}]
    return Question(
        terrain() if ground is None else ground,
        antennas(("A", *SITE, 30.0)) if sites is None else sites,
        villages(ids, ["230102"] * len(ids), [40.0] * len(ids), there, people=[90.0] * len(ids), without=without),
        definitions,
        names or {},
    )
