"""The Irregular Terrain Model: paths a CPU-second against itmlogic, and the NTIA's own C++ where it is named.

``AMUR_NTIA_ITM`` names the shared library of the NTIA's reference software. It is called path by path through ctypes;
what a call takes that ends at once, for a frequency that is out of range, is taken off.
"""

from __future__ import annotations

import ctypes
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from itmlogic.misc.qerfi import qerfi
from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl
from itmlogic.preparatory_subroutines.qlrps import qlrps
from itmlogic.statistics.avar import avar
from profiles import POINTS, SHARED, profiles

from amur.methods.propagation.itm import Inputs, TimeLocationSituation, losses
from amur.methods.propagation.paths import Paths, paths_of

NTIA = os.environ.get("AMUR_NTIA_ITM")
REAL = SHARED.parent / "itm" / "pfls.csv"
ASKED_OF_PEER = 2_000
AGREED_DB = 1e-6
AGREED_PART = 0.99
"""Built with fused multiplications the C++ rounds otherwise, and now and then counts a point more or less."""
FREQUENCIES = (100.0, 700.0, 800.0, 1800.0, 2600.0, 3500.0)
N_0, EPSILON, SIGMA, CLIMATE, MDVAR, POLARISATION = 301.0, 15.0, 0.005, 5, 12, 1


def grounds() -> list[tuple[float, np.ndarray]]:
    """Return length in kilometres and heights of profiles at 101 points: windows of the NTIA's real one, and P.1812's.

    The windows begin at every seventh point of its 3,680, points 100 m apart.
    """
    if not REAL.exists():
        return []
    heights = np.array([float(one) for one in REAL.read_text("ascii").partition("\n")[0].split(",")[2:]])
    windows = [(10.0, heights[first : first + POINTS]) for first in range(0, len(heights) - POINTS, 7)]
    return windows + [(float(one.distances_km[-1]), one.heights_m) for one in profiles()]


def drawn(count: int) -> tuple[Paths, dict[str, np.ndarray]]:
    """Return so many paths over the profiles in turn, and what is asked of each: antennas, bands, quantiles."""
    ground = grounds()
    turns = [ground[at % len(ground)] for at in range(count)]
    dice = np.random.default_rng(1968)
    paths = paths_of((np.linspace(0.0, length, POINTS), heights) for length, heights in turns)
    return paths, {
        "frequency_mhz": dice.choice(FREQUENCIES, count),
        "transmitter_m": dice.uniform(10.0, 200.0, count),
        "receiver_m": dice.uniform(1.5, 30.0, count),
        "time": dice.choice([10.0, 50.0, 90.0], count),
        "situation": dice.choice([50.0, 90.0], count),
    }


def ours(paths: Paths, asked: dict[str, np.ndarray]) -> tuple[float, np.ndarray]:
    """Return paths a CPU-second, inputs checked, and what was found."""
    begun = time.process_time()
    quantiles = TimeLocationSituation(asked["time"], 50.0, asked["situation"])
    radio = asked["frequency_mhz"], asked["transmitter_m"], asked["receiver_m"]
    found = losses(paths, Inputs(*radio, POLARISATION, EPSILON, SIGMA, N_0, CLIMATE, MDVAR, quantiles)).loss_db
    return len(paths) / (time.process_time() - begun), found


Profile = tuple[float, np.ndarray]
"""How far apart points are in metres, and how high."""


def cut(paths: Paths, count: int) -> list[Profile]:
    """Return the first profiles as others take them."""
    ends = zip(paths.starts[:count], paths.starts[1 : count + 1], paths.lengths_km, strict=False)
    return [(length * 1000.0 / (last - first - 1), paths.heights_m[first:last]) for first, last, length in ends]


def by_itmlogic(ready: list[Profile], asked: dict[str, np.ndarray]) -> tuple[float, np.ndarray]:
    """Return itmlogic's paths a CPU-second, and what it found; profiles stand ready as the lists that it takes."""
    lists = [[len(heights) - 1, step_m, *heights.tolist()] for step_m, heights in ready]
    rows = [{name: column[at].item() for name, column in asked.items()} for at in range(len(ready))]
    found = np.zeros(len(ready))
    begun = time.process_time()
    for at, (profile, row) in enumerate(zip(lists, rows, strict=True)):
        steps, frequency = profile[0], row["frequency_mhz"]
        tenth = int(0.1 * steps)
        inner = profile[2 + tenth : steps + 3 - tenth]
        wave, curvature, refractivity, impedance = qlrps(
            frequency, sum(inner) / len(inner), N_0, POLARISATION, EPSILON, SIGMA
        )
        prop = qlrpfl({
            "pfl": profile, "hg": [row["transmitter_m"], row["receiver_m"]], "wn": wave, "gme": curvature,
            "ens": refractivity, "zgnd": impedance, "klimx": CLIMATE, "mdvarx": MDVAR, "lvar": 5, "kwx": 0,
        })  # fmt: skip
        beyond, _ = avar(*qerfi([row["time"] / 100, 0.5, row["situation"] / 100]), prop)
        found[at] = beyond + 32.45 + 20 * np.log10(frequency) + 20 * np.log10(prop["dist"] / 1000)
    return len(ready) / (time.process_time() - begun), found


def library() -> Callable[..., int] | None:
    """Return the NTIA's function of point to point, where its library is named."""
    if not NTIA:
        return None
    function = ctypes.CDLL(NTIA).ITM_P2P_TLS
    real, whole, place = ctypes.c_double, ctypes.c_int, ctypes.c_void_p
    head = [real, real, place, whole, real, real, whole, real, real, whole]
    function.argtypes = [*head, real, real, real, place, place]
    return function


def by_ntia(
    function: Callable[..., int], ready: list[Profile], asked: dict[str, np.ndarray]
) -> tuple[float, np.ndarray]:
    """Return the C++'s paths a CPU-second, calls taken off, and what it found."""
    arrays = [np.concatenate([[len(heights) - 1, step_m], heights]) for step_m, heights in ready]
    rows = [[asked[name][at].item() for name in asked] for at in range(len(ready))]
    found = np.zeros(len(ready))
    loss, warnings = ctypes.c_double(), ctypes.c_long()
    said = ctypes.addressof(loss), ctypes.addressof(warnings)

    def spent(factor: float) -> float:
        begun = time.process_time()
        for at, (profile, (frequency, high, low, share, situation)) in enumerate(zip(arrays, rows, strict=True)):
            ground = POLARISATION, EPSILON, SIGMA, MDVAR
            asking = high, low, profile.ctypes.data, CLIMATE, N_0, frequency * factor, *ground, share, 50.0, situation
            function(*asking, *said)
            found[at] = loss.value
        return time.process_time() - begun

    calls = spent(0.0)
    return len(ready) / (spent(1.0) - calls), found


def measure(count: int, repeats: int) -> dict[str, Any] | None:
    """Return the medians, or None where the profiles are absent.

    Raises:
        SystemExit: where the NTIA's own software finds another loss.
    """
    if not grounds():
        return None
    paths, asked = drawn(max(count, ASKED_OF_PEER))
    begun = time.process_time()
    ours(paths, asked)
    first = time.process_time() - begun
    runs = [ours(paths, asked) for _ in range(repeats)]
    rate, found = statistics.median(one[0] for one in runs), runs[0][1]
    lines = [
        f"{len(paths):,} paths of {POINTS} points: {rate:,.0f} paths/cpu-s",
        f"the first batch, with compiling or what is kept of it: {first:.1f} CPU-s",
    ]
    few = {name: column[:ASKED_OF_PEER] for name, column in asked.items()}
    others = [by_itmlogic(cut(paths, ASKED_OF_PEER), few) for _ in range(repeats)]
    apart = abs(others[0][1] - found[:ASKED_OF_PEER])
    lines.append(
        f"itmlogic on {ASKED_OF_PEER:,} of them: median {np.median(apart):.4f} dB apart, "
        f"{(apart > 1).mean():.1%} more than 1 dB, at most {apart.max():.1f}"
    )
    lines.append(_against_ntia(paths, asked, found, repeats))
    peer = statistics.median(one[0] for one in others)
    return {"ours": rate, "peer": peer, "peer_name": "itmlogic", "lines": lines}


def _against_ntia(paths: Paths, asked: dict[str, np.ndarray], found: np.ndarray, repeats: int) -> str:
    function = library()
    if not function:
        return "the NTIA's C++ is not named: AMUR_NTIA_ITM"
    others = [by_ntia(function, cut(paths, len(paths)), asked) for _ in range(repeats)]
    rate, apart = statistics.median(one[0] for one in others), abs(others[0][1] - found)
    if not (apart < AGREED_DB).mean() > AGREED_PART:
        raise SystemExit(f"the NTIA's C++ finds other losses: {apart.max()} dB apart")
    ratio = statistics.median(ours(paths, asked)[0] for _ in range(repeats)) / rate
    return (
        f"the NTIA's C++ on all: {rate:,.0f} paths/cpu-s, we {ratio:.2f} times that; "
        f"{(apart >= AGREED_DB).sum()} losses apart, at most {apart.max():.1e} dB"
    )
