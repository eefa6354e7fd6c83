"""The profiles and logs that Py1812, the Recommendation's reference, is validated by; they lie beside a checkout.

``AMUR_PY1812=FOLDER`` names a copy of its repository: its logs, of which there are more, are taken then.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amur.config.environment import ROOT
from amur.methods.propagation.p1812 import Inputs, middle_latitudes_deg
from amur.methods.propagation.paths import Paths, paths_of

COPY = os.environ.get("AMUR_PY1812")
FOLDER = Path(COPY) / "tests" if COPY else ROOT.parent / "shared" / "data" / "p1812"
LOGS = sorted((FOLDER / "validation_results").glob("*_log.csv"))
ABSENT = f"the validation logs are not there: {FOLDER}"


@dataclass(frozen=True)
class Profile:
    distances_km: list[float]
    heights_m: list[float]
    clutter_m: list[float]
    zones: list[int]


@dataclass(frozen=True)
class Log:
    """What a log says: a list, since names such as hst come twice, by the equation that stands beside them."""

    name: str
    profile: Profile
    values: list[tuple[str, str, float]]

    def __getitem__(self, name: str) -> float:
        """Return a value that is there once, such as what was asked."""
        (found,) = [value for said, _, value in self.values if said == name]
        return found

    @property
    def paths(self) -> Paths:
        return paths_of([(self.profile.distances_km, self.profile.heights_m)])

    def inputs(self, **other) -> Inputs:
        """Return what the log says that the model was asked."""
        ends = [self[name] for name in ("phi_t (deg)", "lam_t (deg)", "phi_r (deg)", "lam_r (deg)")]
        said = {
            "frequency_ghz": self["f (GHz)"],
            "time_percent": self["p (%)"],
            "location_percent": self["pL (%)"],
            "location_deviation_db": self["sigmaL (dB)"],
            "antenna_t_m": self["htg (m)"],
            "antenna_r_m": self["hrg (m)"],
            "polarisation": self["pol"],
            "latitude_deg": float(middle_latitudes_deg(*ends, self["d (km)"])),
            "refractivity_n0": self["N0"],
            "delta_n": self["DN"],
            "coast_t_km": self["dct (km)"],
            "coast_r_km": self["dcr (km)"],
            "power_kw": self["Ptx (kW)"],
            "gain_t_dbi": self["Gtx (dBi)"],
            "gain_r_dbi": self["Grx (dBi)"],
            "clutter_m": self.profile.clutter_m,
            "zones": self.profile.zones,
        }
        return Inputs(**{**said, **other})


def read_profile(file: Path) -> Profile:
    rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    (begin,) = [at for at, row in enumerate(rows) if row and row[0] == "Number of Points:"]
    points = rows[begin + 1 : begin + 1 + int(rows[begin][1])]
    columns = list(zip(*([float(cell) for cell in (row[0], row[1], row[3], row[4])] for row in points), strict=True))
    return Profile(*map(list, columns[:3]), [int(zone) for zone in columns[3]])


def read_log(file: Path) -> Log:
    profile = read_profile(FOLDER / "validation_profiles" / f"{file.stem.rsplit('_', 2)[0]}.csv")
    values = []
    for row in csv.reader(file.read_text("utf-8").splitlines()):
        if row and row[0] and not row[0].startswith("#"):
            *name, reference, _, value, _ = row
            values.append((", ".join(part.strip() for part in name), reference, float(value)))
    return Log(file.stem, profile, values)


def logs() -> list[Log]:
    return [read_log(file) for file in LOGS]


def resampled(profile: Profile, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a profile at so many points that stand evenly."""
    at = np.linspace(0.0, profile.distances_km[-1], points)
    return at, np.interp(at, profile.distances_km, profile.heights_m)
