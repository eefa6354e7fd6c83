"""How many pixels a second signal maps are made at, what the fast mode errs, and SPLAT! on one site of the same ground.

``amur bench coverage [--sites N] [--radius-km R] [--repeats N] [--json]``. README.md here.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared") / "data"
sys.path.insert(0, str(ROOT / "src"))

from amur.methods.coverage import full, grounds, sweeping  # noqa: E402 – found by the line above
from amur.methods.coverage.deviations import Sample  # noqa: E402 – likewise
from amur.methods.terrain import Box, Mosaic, Terrain, Tiles, heights_at, open_tiles, roughened, warped  # noqa: E402 – likewise

WEST, SOUTH = 128, 45
"""The corner of the degree that SPLAT! reads; ours is the same ground and a tenth of a degree around it."""
PIXEL_M, MHZ, MAST_M, RECEIVER_M = 100.0, 800.0, 30.0, 1.5
PROVINCE_SITES = 20_000
TILES = Tiles(zoom=6, red=1, green=256, blue=0, impossible_is_hole=True, name="{x}-{y}.png")
SDF = 1200
"""Pixels of a degree that SPLAT! reads, each way."""


def terrains() -> dict[str, Terrain]:
    """Return the ground as it was measured, and with what lies between measurements made up."""
    folder = SHARED / "terrain"
    if not folder.is_dir():
        return {}
    sheets = open_tiles(folder, TILES, "SRTM30_PLUS")
    coarse = Mosaic(sheets).window(Box(WEST - 0.1, SOUTH - 0.1, WEST + 1.1, SOUTH + 1.1))
    return {
        "as measured, 1.7 km, bilinear between": warped(coarse, "EPSG:32652", PIXEL_M),
        "made finer by chance: simulated": warped(roughened(coarse, times=16, seed=1), "EPSG:32652", PIXEL_M),
    }


def masts(ground: grounds.Ground, count: int, steps: int) -> grounds.Sites:
    """Return sites at random places, none so near the rim that its disc is cut."""
    rng = np.random.default_rng(20170101)
    rows = rng.integers(steps, ground.shape[0] - steps, 4 * count)
    columns = rng.integers(steps, ground.shape[1] - steps, 4 * count)
    known = np.flatnonzero(~np.isnan(ground.heights_m[rows, columns]))[:count]
    return grounds.sites(rows[known], columns[known], MAST_M, 15.0)


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def swept(ground: grounds.Ground, of: grounds.Sites, link: grounds.Link, repeats: int) -> list[float]:
    """Return how many CPU-seconds the map of all sites takes, its error apart."""
    few = Sample(ways=1)
    sweeping.best_server(ground, of.taken(np.arange(1)), link, sample=few)
    alone = statistics.median(
        cpu(lambda: sweeping.best_server(ground, of.taken(np.arange(1)), link, sample=few)) for _ in range(5)
    )
    return [cpu(lambda: sweeping.best_server(ground, of, link, sample=few)) - alone for _ in range(repeats)]


def sdf(terrain: Terrain, folder: Path) -> None:
    """Write a degree of ground as SPLAT! reads it: longitudes count to the west."""
    steps = (np.arange(SDF) + 0.5) / SDF
    lons, lats = np.meshgrid(WEST + 1 - steps, SOUTH + steps)
    heights = np.nan_to_num(heights_at(terrain, np.column_stack([lons.ravel(), lats.ravel()])))
    west = 360 - WEST - 1
    head = f"{west + 1}\n{SOUTH}\n{west}\n{SOUTH + 1}\n"
    name = folder / f"{SOUTH}:{SOUTH + 1}:{west}:{west + 1}.sdf"
    name.write_text(head + "\n".join(map(str, np.rint(heights).astype(int))) + "\n", "ascii")


def splat(program: str, terrain: Terrain, radius_km: float, repeats: int) -> float:
    """Return how many CPU-seconds SPLAT! takes for one site, less what it takes to read and write everything."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        sdf(terrain, folder)
        (folder / "site.qth").write_text(f"site\n{SOUTH + 0.5}\n{360 - WEST - 0.5}\n{MAST_M} meters\n")
        (folder / "site.lrp").write_text(f"15.000\n0.005\n301.000\n{MHZ}\n5\n1\n0.50\n0.50\n")

        def spent(kilometres: float) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            told = [
                "-t",
                "site.qth",
                "-L",
                str(RECEIVER_M),
                "-R",
                str(kilometres),
                "-metric",
                "-olditm",
                "-N",
                "-d",
                ".",
            ]
            subprocess.run([program, *told, "-o", "map"], cwd=folder, check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        return statistics.median(spent(radius_km) - spent(0.1) for _ in range(repeats))


def splat_pixels(radius_km: float) -> float:
    """Return how many pixels of SPLAT! lie in a disc."""
    down, across = 111.2 / SDF, 111.2 * np.cos(np.radians(SOUTH + 0.5)) / SDF
    return float(np.pi * radius_km**2 / (down * across))


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench coverage", description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--radius-km", type=float, default=10.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    found = terrains()
    if not found:
        print(f"absent: the tiles of heights, {SHARED / 'terrain'}; nothing was measured")
        print("bench coverage ratio=n/a ours=n/a peer=n/a unit=pixels/cpu-s")
        return 0
    ours = measured(found, given)
    return told_with_peer(ours, list(found.values())[-1], given)


def measured(found: dict[str, Terrain], given: argparse.Namespace) -> float:
    """Measure ours on each ground, print it, and return the pixels a CPU-second of the fast mode on the last."""
    link = grounds.Link(frequency_mhz=MHZ, radius_m=1000 * given.radius_km, receiver_m=RECEIVER_M)
    speed = 0.0
    for words, terrain in found.items():
        ground = grounds.Ground(terrain.heights, PIXEL_M)
        of = masts(ground, given.sites, link.steps(PIXEL_M))
        pixels = len(sweeping.disc_of(link.steps(PIXEL_M), PIXEL_M).rows)
        times = swept(ground, of, link, given.repeats)
        middle = statistics.median(times)
        speed = len(of) * pixels / middle
        print(
            f"{words}: {ground.shape[0]} x {ground.shape[1]} pixels of {PIXEL_M:g} m, {len(of)} sites, "
            f"{given.radius_km:g} km: {middle:.2f} CPU-s ({min(times):.2f} to {max(times):.2f}), "
            f"{1000 * middle / len(of):.1f} ms a site, {speed / 1e6:.2f} million pixels/CPU-s"
        )
        for model in ("p1812", "itm"):
            sample = Sample(ways=20_000, model=model)
            print(f"  error {sweeping.best_server(ground, of, link, sample=sample).errors}")
            full.full(ground, of.mast(0), link, model)
            spent = cpu(lambda g=ground, s=of, m=model: full.full(g, s.mast(1), link, m))
            print(f"  full mode by {model}: {pixels / spent:,.0f} pixels/CPU-s")
        if given.json:
            print(json.dumps({"ground": words, "seconds": times}))
    minutes = PROVINCE_SITES * pixels / speed / 60
    print(f"extrapolated from this window: {PROVINCE_SITES:,} sites take {minutes:.1f} CPU-minutes (goal: less than 5)")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return speed


def told_with_peer(ours: float, terrain: Terrain, given: argparse.Namespace) -> int:
    program = shutil.which("splat")
    if program is None:
        print("absent: splat (a package of Debian of that name); no peer was measured")
        print(f"bench coverage ratio=n/a ours={ours:.0f} peer=n/a unit=pixels/cpu-s")
        return 0
    seconds = splat(program, terrain, given.radius_km, given.repeats)
    pixels = splat_pixels(given.radius_km)
    print(f"SPLAT!, one site: {seconds:.2f} CPU-s less reading and writing, {pixels:,.0f} pixels of 3 seconds")
    peer = pixels / seconds
    print(f"bench coverage ratio={ours / peer:.1f} ours={ours:.0f} peer={peer:.0f} unit=pixels/cpu-s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
