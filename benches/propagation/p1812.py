"""ITU-R P.1812-8: paths a CPU-second against Py1812, the Recommendation's reference in Python, which has to agree."""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
from profiles import POINTS, PY1812, profiles

from amur.methods.propagation.p1812 import Inputs, losses
from amur.methods.propagation.paths import Paths, paths_of

ASKED_OF_PEER = 600
AGREED_DB = 1e-6
LATITUDE_DEG = 46.0
GROUND_KM_DEG = 6371.0 * np.pi / 180.0


def drawn(count: int) -> tuple[Paths, dict[str, Any]]:
    """Return so many paths over the profiles in turn, and what is asked of each: drawn antennas, bands and times."""
    ground = profiles()
    numbers = np.random.default_rng(1812)
    turns = [ground[at % len(ground)] for at in range(count)]
    return paths_of([(one.distances_km, one.heights_m) for one in turns]), {
        "frequency_ghz": numbers.choice([0.1, 0.7, 0.8, 1.8, 2.6, 3.5], count),
        "time_percent": numbers.choice([1.0, 10.0, 50.0], count),
        "location_percent": numbers.choice([50.0, 90.0], count),
        "location_deviation_db": np.full(count, 5.5),
        "antenna_t_m": numbers.uniform(10.0, 200.0, count),
        "antenna_r_m": numbers.uniform(1.5, 30.0, count),
        "polarisation": numbers.integers(1, 3, count),
        "latitude_deg": np.full(count, LATITUDE_DEG),
        "refractivity_n0": np.full(count, 325.0),
        "delta_n": np.full(count, 45.0),
        "clutter_m": np.concatenate([one.clutter_m for one in turns]),
        "zones": np.concatenate([one.zones for one in turns]),
    }


def ours(paths: Paths, asked: dict[str, Any], *, by_profile: bool) -> tuple[float, np.ndarray]:
    """Return paths a CPU-second, inputs checked, and what was found."""
    begun = time.process_time()
    found = losses(paths, Inputs(**asked), by_profile=by_profile).loss_db
    return len(paths) / (time.process_time() - begun), found


def peer() -> Any | None:
    """Return the peer's module, without the maps that it reads at its start and that are not asked here."""
    if not PY1812:
        return None
    sys.path.append(str(Path(PY1812) / "src"))
    nothing = contextlib.nullcontext(SimpleNamespace(files=()))
    with mock.patch.object(np, "load", return_value=nothing):
        from Py1812 import P1812
    return P1812


def theirs(module: Any, paths: Paths, asked: dict[str, Any]) -> tuple[float, np.ndarray]:
    """Return the peer's paths a CPU-second, and what it found; both ends stand on a meridian about the middle."""
    found = np.zeros(ASKED_OF_PEER)
    spent = 0.0
    for path in range(ASKED_OF_PEER):
        part = slice(paths.starts[path], paths.starts[path + 1])
        half_deg = paths.lengths_km[path] / 2 / GROUND_KM_DEG
        one = {name: numbers[path] for name, numbers in asked.items() if len(numbers) == len(paths)}
        begun = time.process_time()
        found[path], _ = module.bt_loss(
            one["frequency_ghz"], one["time_percent"], paths.distances_km[part], paths.heights_m[part],
            asked["clutter_m"][part], asked["zones"][part], one["antenna_t_m"], one["antenna_r_m"],
            one["polarisation"], LATITUDE_DEG - half_deg, LATITUDE_DEG + half_deg, 126.0, 126.0,
            pL=one["location_percent"], sigmaL=one["location_deviation_db"],
            DN=one["delta_n"], N0=one["refractivity_n0"],
        )  # fmt: skip
        spent += time.process_time() - begun
    return ASKED_OF_PEER / spent, found


def measure(count: int, repeats: int) -> dict[str, Any] | None:
    """Return the medians, or None where the profiles are absent.

    Raises:
        SystemExit: where the peer finds another loss.
    """
    if not profiles():
        return None
    paths, asked = drawn(max(count, ASKED_OF_PEER))
    begun = time.process_time()
    ours(paths, asked, by_profile=True)
    first = time.process_time() - begun
    runs = [[ours(paths, asked, by_profile=way) for way in (True, False)] for _ in range(repeats)]
    rates = [statistics.median(run[way][0] for run in runs) for way in (0, 1)]
    module = peer()
    other = [theirs(module, paths, asked) for _ in range(repeats)] if module else []
    said = f"{len(paths):,} paths of {POINTS} points: {rates[0]:,.0f} paths/cpu-s, {rates[1]:,.0f} by Attachment 4"
    lines = [said, f"the first batch, with compiling or what is kept of it: {first:.1f} CPU-s"]
    if other:
        apart = float(np.abs(runs[0][0][1][:ASKED_OF_PEER] - other[0][1]).max())
        lines.append(f"the peer's losses on {ASKED_OF_PEER} paths: at most {apart:.1e} dB apart")
        if not apart < AGREED_DB:
            raise SystemExit(f"Py1812 finds other losses: {apart} dB apart")
    return {
        "ours": rates[0],
        "peer": statistics.median(one[0] for one in other) if other else None,
        "peer_name": "Py1812",
        "lines": lines,
    }
