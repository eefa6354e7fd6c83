"""Small folders of results as the verbs write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from amur.methods.filing.results import Results, csv_of

MADE_AT = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
SIMULATED = "Sites are made up: 3 masts on a grid."
DEFINITIONS = [
    {
        "id": "village_rule", "title": {"zh": "行政村口径", "en": "Village rule"}, "source": "a notice", "kind": "any_of",
        "parts": [
            {"id": "near", "source": "a notice", "kind": "site_within", "kilometres": 5},
            {
                "id": "signal", "source": "a notice", "kind": "signal_at", "threshold_dbm": -105, "probability": 0.5,
                "kinds": ["committee", "school", "clinic", "settlement"], "least_households": 20,
            },
        ],
    },
    {
        "id": "edge_90", "title": {"zh": "边缘九成", "en": "Cell edge"}, "source": "a planner", "kind": "signal_at",
        "threshold_dbm": -105.5, "probability": 0.9, "kinds": [], "least_households": 0,
    },
    {"id": "buffer_5km", "title": {}, "source": "a rule of thumb", "kind": "site_within", "kilometres": 5},
]  # fmt: skip
COUNTIES = {"230102": ("道里区", 126.0), "230103": ("南岗区", 127.0), "230104": ("道外区", 128.0)}
FLIP = {
    "county": "230103", "first": "village_rule", "second": "edge_90", "by_first": "covered", "by_second": "not covered",
    "why_first": "the nearest site is 3.20 km away", "why_second": "the settlement has -110.5 dBm, too weak",
    "why_first_code": "site_near::3.20", "why_second_code": "weak:settlement:-110.5",
}  # fmt: skip


def square(west, south, size=1.0):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def share(county, definition, measure, *, total, covered, not_known=0.0):
    return {
        "county": county, "definition": definition, "measure": measure, "total": total, "covered": covered,
        "not_known": not_known, "share": covered / total if total else None,
        "share_at_most": (covered + not_known) / total if total else None,
    }  # fmt: skip


def shares_of(codes):
    found = []
    for place, definition in enumerate(one["id"] for one in DEFINITIONS):
        for measure in ("people", "villages"):
            known = [
                share(code, definition, measure, total=1000.0, covered=990.0 - 120 * at - 30 * place)
                for at, code in enumerate(codes)
            ]
            known[-1] = share(codes[-1], definition, measure, total=1000.0, covered=100.0, not_known=800.0)
            whole = {key: sum(one[key] for one in known) for key in ("total", "covered", "not_known")}
            found += [*known, share("", definition, measure, **whole)]
    return found


def survey(folder, *, flips=60, finished=True, names=None, **summary):
    """Write the results of a survey that three counties were asked about; ``summary`` replaces what it says."""
    results = Results(folder)
    codes = [*COUNTIES]
    shares = shares_of(codes)
    results.write("shares.csv", csv_of(shares, list(shares[0])))
    rows = [{"id": f"v{at}", "name": (names or {}).get(f"v{at}", f"向阳{at}村"), **FLIP} for at in range(flips)]
    results.write(
        "villages.csv",
        csv_of([{k: row[k] for k in ("id", "name", "county")} for row in rows], ["id", "name", "county"]),
    )
    head = ["id", *FLIP]
    results.write("flips.csv", csv_of([{k: row[k] for k in head} for row in rows], head))
    features = [
        {
            "type": "Feature",
            "geometry": square(west, 45.0),
            "properties": {"code": code, "name": (names or {}).get(code, name)},
        }
        for code, (name, west) in COUNTIES.items()
    ]
    results.write("counties.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    said = {
        "definitions": DEFINITIONS,
        "people": {"total": 3000, "placed": 2990, "unplaced": 10},
        "sites": 3, "counties": 3, "villages": flips, "places_are": "villages",
        "error_db": {"rms": 3.21, "bias": -0.5, "median": 0.1, "p90": 5.0, "p95": 7.0, "ways": 1000, "against": "p1812"},
        "simulated": [SIMULATED],
        "coarse": ["Heights were measured 900 m apart; hills between are not known."],
        "sources": [{"what": "census", "from": "county_2020.csv", "date": "2020", "licence": "open", "resolution": ""}],
        "bounds": [126, 45, 129, 46], "model": "radial sweep",
    } | summary  # fmt: skip
    results.write("summary.json", json.dumps(said, ensure_ascii=False))
    if finished:
        results.finish([folder / "counties.geojson"], {"pixel_m": 100}, made_at=MADE_AT, packages=["numpy"])
    return folder
