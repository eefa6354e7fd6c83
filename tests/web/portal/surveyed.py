"""Made-up results of a survey of coverage, as its files are: squares for counties, villages in a row in each."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import h3
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from amur.base.acting import PUBLIC, system
from amur.methods.surveys.wording import kept, sentence
from amur.packs import reads as packs
from amur.policy import acts as policy
from amur.studies import reads
from amur.studies.models import Study
from amur.web.portal.coverage_results import COVERED, NOT_COVERED, NOT_KNOWN
from tests.web.house import PACK, House

METHOD: dict[str, Any] = {
    "id": "survey",
    "kind": "method",
    "title": {"zh": "覆盖测算", "en": "A survey of coverage"},
    "summary": {"zh": "谁有信号。", "en": "Who has signal."},
    "carries_out": ["4.2"],
    "model": "coverage",
    "inputs": [
        {"id": name, "title": {"zh": "输入", "en": "Input"}, "given": True}
        for name in ("sites", "terrain", "counties", "census", "settlements")
    ],
    "runs": ["handler"],
    "publishes": ["decider"],
    "public": {"files": ["*.csv", "*.json", "*.geojson", "people.parquet"]},
}
DEFINITIONS = ("village_rule", "edge_90", "buffer_5km")
HOSTILE = '<img src=x onerror="alert(1)">村,"一"'
_SAID = [
    {
        "id": "village_rule",
        "title": {"zh": "行政村口径", "en": "Village rule"},
        "source": {"zh": "示例文件第一条", "en": "Clause 1 of a sample"},
        "any_of": [
            {"id": "near", "source": "示例文件第一条", "site_within_km": 5},
            {
                "id": "points",
                "source": "示例文件第一条",
                "threshold_dbm": -105,
                "probability": 0.5,
                "kinds": ["committee", "school", "clinic", "settlement"],
                "least_households": 20,
            },
        ],
    },
    {"id": "edge_90", "source": "示例监管口径", "threshold_dbm": -105, "probability": 0.9},
    {"id": "buffer_5km", "source": "规划经验", "site_within_km": 5},
]
_MEASURES = {"people": 1000.0, "households": 400.0, "villages": 6.0, "area_km2": 8000.0}
_WHY = {
    COVERED: ("the nearest site is 3.94 km away", "site_near::3.94"),
    NOT_COVERED: (
        "the nearest site is 7.10 km away, too far; the school has -112.4 dBm, too weak",
        "site_far::7.10 weak:school:-112.4",
    ),
    NOT_KNOWN: ("it is not known where the committee is", "no_committee::"),
}
_VILLAGE = ("id", "name", "county", "longitude", "latitude", "people", "households")
_OF_SIGNAL = ("nearest_site", "nearest_km", "signal_dbm", "edge_dbm")


def written(folder: Path, *, counties: int = 4, villages: int = 6) -> Path:
    """Write results into a folder of their own within one, and return that."""
    made = Path(tempfile.mkdtemp(dir=folder))
    _summary(made)
    rows = [_village(county, place) for county in range(counties) for place in range(villages)]
    _write(made / "villages.csv", (*_VILLAGE, *_OF_SIGNAL, *DEFINITIONS), rows)
    answers = [
        [row[0], row[2], name, row[len(_VILLAGE) + len(_OF_SIGNAL) + place], *_WHY[str(row[11 + place])]]
        for row in rows
        for place, name in enumerate(DEFINITIONS)
    ]
    _write(made / "answers.csv", ("id", "county", "definition", "answer", "why", "why_code"), answers)
    _shares(made, counties)
    _cells(made, counties)
    return made


def publish(house: House, made: Path, *, days: int = 0, **changes: Any) -> Study:
    """Take a folder of results for the result of a study that was published some days later, and return the study."""
    _declare(house, changes)
    reads.folder().path.mkdir(parents=True, exist_ok=True)
    files, whole = reads.folder().keep_result(made)
    content_hash, declaration = reads.declared("survey")
    at = house.now + timedelta(days=days)
    entry = hashlib.sha256(f"{whole}{days}".encode()).hexdigest()
    return Study.objects.create(
        method="survey",
        declaration_hash=content_hash,
        model=declaration.model,
        model_version="1",
        title="试算",
        question=entry,
        state=Study.State.DONE,
        simulated=[{"zh": "站址是编的", "en": "Sites are made up"}],
        results=files,
        result_hash=whole,
        is_public=True,
        created_at=at,
        ended_at=at,
        published_at=at,
        created_by="planner",
        queued_entry=entry,
        ended_entry=entry,
    )


def page_of(house: House, path: str, status: int = 200) -> str:
    """Return what a stranger gets at an address."""
    answer = house.client().get(path)
    assert answer.status_code == status
    return answer.content.decode()


def files() -> str:
    """Return where the public files of the newest survey stand."""
    return f"/coverage/results/{Study.objects.latest('published_at').result_hash}"


def text_of(part: str) -> str:
    """Return a part of a page as it is read."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", part))).strip()


def rows_of(page: str, table: str) -> list[list[str]]:
    """Return the cells of a table of a page, row by row."""
    body = re.findall(rf"amur-{table}.*?<tbody>(.*?)</tbody>", page, re.DOTALL)[0]
    return [
        [text_of(cell) for cell in re.split(r"<t[hd][ >]", row)[1:]]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def _declare(house: House, changes: dict[str, Any]) -> None:
    """Sync the first pack with this method in place of its own, unless it is there already."""
    if not changes and any(one.id == METHOD["id"] for one in reads.methods(PUBLIC)):
        return
    kept = [one for one in packs.load(PACK).found if one.kind.released and one.kind.name != "method"]
    items = [policy.Item(one.kind.name, one.id, one.body, one.file) for one in kept]
    items.append(policy.Item("method", "survey", {**METHOD, **changes}, "survey.method.yaml"))
    with transaction.atomic():
        policy.sync_release("heilongjiang", "9.9.9", items, by=system("sync"), now=house.now)


def code(county: int) -> str:
    """Return the code of a county by its place."""
    return f"99{county:04}"


def _summary(folder: Path) -> None:
    said = {
        "definitions": _SAID,
        "people": {"total": 4100, "placed": 4000, "unplaced": 100},
        "coarse": kept([sentence("pixel", pixel="500 m", fine="100 m")]),
        "error_db": {"rms": 4.2, "bias": -0.3, "p95": 8.1, "ways": 2000},
        "simulated": [
            {"zh": "站址为模拟：按人口随机布设", "en": "Sites are simulated: drawn by chance where people live"}
        ],
        "sources": [
            {"what": "人口普查", "from": "统计机构", "date": "2020-11-01", "licence": "MIT", "resolution": "县"}
        ],
    }
    (folder / "summary.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _village(county: int, place: int) -> list[object]:
    """Return a village: the first is covered by all, the second by one, the third by none, of the fourth nothing is known."""
    ways = [
        (COVERED, COVERED, COVERED),
        (COVERED, NOT_COVERED, NOT_COVERED),
        (NOT_COVERED,) * 3,
        (NOT_KNOWN,) * 3,
    ]
    name = HOSTILE if (county, place) == (0, 1) else f"村{place:05}"
    where = [127 + county + 0.1 + 0.8 * (place % 10) / 10, 46.1 + 0.7 * (place // 10 % 10) / 10]
    signal = ["", "", "", ""] if place % 4 == 3 else [f"s{place}", 3.94 + place % 4, -90.5 - 8 * (place % 4), -101.5]
    return [f"{code(county)}/{place}", name, code(county), *where, 200, 80, *signal, *ways[place % 4]]


def _shares(folder: Path, counties: int) -> None:
    rows: list[list[object]] = []
    features = []
    for county in range(counties):
        told: dict[str, object] = {"code": code(county), "name": f"县{county}", "people": 1000, "households": 400}
        for place, name in enumerate(DEFINITIONS):
            for measure, total in _MEASURES.items():
                share = None if (county, name) == (3, "edge_90") else min(1.0, 0.4 + 0.18 * county + 0.1 * place)
                told[f"{name}:{measure}"] = share
                at_most = None if share is None else min(1.0, share + 0.05)
                numbers = [total, total * (share or 0), total * 0.05]
                rows.append([code(county), name, measure, *numbers, share, at_most])
        west = 127 + county
        ring = [[west, 46], [west + 1, 46], [west + 1, 47], [west, 47], [west, 46]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": shape, "properties": told})
    rows += [["", name, one, 4000.0, 3000.0, 100.0, 0.75, 0.775] for name in DEFINITIONS for one in _MEASURES]
    _write(
        folder / "shares.csv",
        ("county", "definition", "measure", "total", "covered", "not_known", "share", "share_at_most"),
        rows,
    )
    said = {"type": "FeatureCollection", "features": features}
    (folder / "counties.geojson").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _cells(folder: Path, counties: int) -> None:
    rows = []
    for county in range(counties):
        for step in range(8):
            level = None if step == 7 else -80.0 - 6 * step
            cell = h3.latlng_to_cell(46.5, 127.1 + county + 0.1 * step, 6)
            rows.append({"kind": "cell", "id": cell, "county": code(county), "people": 10, "signal_dbm": level})
    pq.write_table(pa.Table.from_pylist(rows), folder / "people.parquet")


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(head)
        writer.writerows(["" if one is None else one for one in row] for row in rows)
