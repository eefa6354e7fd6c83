"""The ground of the bench: the profiles that ITU-R P.1812's reference is validated by, at 101 points.

They lie beside a checkout (``shared/data/p1812``) or in the folder of the peer, ``AMUR_PY1812``. Others wrote them.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared") / "data" / "p1812"
PY1812 = os.environ.get("AMUR_PY1812")
POINTS = 101


class Profile(NamedTuple):
    """Evenly standing points: how far, how high, what stands there, and the zone."""

    name: str
    distances_km: np.ndarray
    heights_m: np.ndarray
    clutter_m: np.ndarray
    zones: np.ndarray


def folder() -> Path:
    kept = SHARED / "validation_profiles"
    return kept if kept.is_dir() or not PY1812 else Path(PY1812) / "tests" / "validation_profiles"


def profiles() -> list[Profile]:
    """Return every profile: heights between points on a straight line, clutter and zones as at the nearest point."""
    return [_read(file) for file in sorted(folder().glob("*.csv"))]


def _read(file: Path) -> Profile:
    rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    begin = next(at for at, row in enumerate(rows) if row and row[0] == "Number of Points:")
    points = rows[begin + 1 : begin + 1 + int(rows[begin][1])]
    far, high, clutter, zones = np.array([[float(row[column]) for column in (0, 1, 3, 4)] for row in points]).T
    at = np.linspace(0.0, far[-1], POINTS)
    near = np.abs(far[None, :] - at[:, None]).argmin(axis=1)
    return Profile(file.stem, at, np.interp(at, far, high), clutter[near], zones[near].astype(np.int8))
