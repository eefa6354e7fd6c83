"""The result of a survey as files: tables, maps, a raster, a summary, and last a manifest of what they came of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from amur.base.faults import AmurError
from amur.methods.filing.results import Results, csv_of, hash_of, parquet_of
from amur.methods.surveys.maps import counties_map, places_map, sites_map
from amur.methods.surveys.rasters import Raster
from amur.methods.surveys.summing import definitions_told, sentences, summary_of
from amur.methods.surveys.surveying import Runner, Survey, Surveyed, Tell

PACKAGES = ("h3", "numba", "numpy", "pyarrow", "pyproj", "rasterio", "scipy", "shapely")
"""Whose versions the manifest tells."""
RASTER, REPORT = "signal.tif", "report.pdf"


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a survey goes, when it is made, and what makes a report of a folder of results."""

    to: Path
    made_at: datetime
    report: Callable[[Path], bytes] | None = None


def filed(survey: Survey, runner: Runner, filing: Filing, *, tell: Tell | None = None) -> Surveyed:
    """Make a survey and write all its files; the folder has a manifest only when everything is there.

    The same inputs and parameters give the same bytes, but for when they were made.

    Raises:
        AmurError: if a tile cannot be worked on, or the folder cannot be written; no result is left then.
    """
    to = filing.to
    with _folder(to), tempfile.TemporaryDirectory(prefix=".amur-", dir=to) as half:
        with Raster(Path(half, "tiles.tif"), survey.sky.tiling, _tags(survey)) as raster:
            found = survey.run(runner, keep=raster.keep, tell=tell)
            raster.finished(Path(half, RASTER))
        contents = dict(contents_of(survey, found))
        results = Results(to)
        for name, content in contents.items():
            results.write(name, content)
        _take(results, Path(half, RASTER))
    _finish(survey, results, filing)
    if filing.report is not None:
        results.write(REPORT, filing.report(to))
        _finish(survey, results, filing)
    return found


def contents_of(survey: Survey, found: Surveyed) -> Iterator[tuple[str, bytes | str]]:
    """Yield each file of a result but the raster and the report, with its content."""
    yield "shares.csv", _csv(found.shares)
    yield "shares.parquet", parquet_of(found.shares)
    yield "villages.csv", _csv(found.places)
    yield "villages.parquet", parquet_of(found.places)
    yield "villages.geojson", places_map(found.places)
    yield "answers.csv", _csv(found.answers)
    yield "flips.csv", _csv(found.flips)
    yield "between.csv", _csv(found.between)
    yield "people.parquet", parquet_of(found.people_table)
    yield "counties.geojson", counties_map(survey.asked.counties, survey.census, found.shares, survey.asked.parameters)
    yield "sites.geojson", sites_map(survey.antennas)
    yield "summary.json", json.dumps(summary_of(survey, found), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def parameters_of(survey: Survey) -> dict[str, Any]:
    """Return the parameters of a survey as a manifest tells them."""
    asked = survey.asked
    return {
        **asdict(asked.parameters),
        "definitions": definitions_told(asked),
        "joins": [asdict(one) for one in asked.joins],
    }


def _finish(survey: Survey, results: Results, filing: Filing) -> None:
    files = sorted(set(survey.asked.files))
    results.written.pop("manifest.json", None)  # of the results before there was a report
    results.finish(files, parameters_of(survey), made_at=filing.made_at, packages=PACKAGES)


def _tags(survey: Survey) -> Mapping[str, str]:
    asked = survey.asked
    said = {
        "sources": "; ".join(f"{one.what}: {one.origin}" for one in asked.sources),
        "simulated": "; ".join(one.en for one in asked.simulated),
        "coarse": "; ".join(one.en for one in sentences(survey)),
        "edge_probability": f"{asked.parameters.edge_probability:g}",
        "error": str(survey.misses.errors),
    }
    return {name: words for name, words in said.items() if words}


@contextmanager
def _folder(to: Path) -> Iterator[None]:
    """Have a folder for the time of a block; one that was made for it and stays empty is taken away."""
    is_new = not to.exists()
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AmurError("no_folder", f"{to} cannot be made: {error.strerror}; name another") from error
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):
                to.rmdir()


def _take(results: Results, file: Path) -> None:
    """Take over a file that is whole; it is too large to be held in memory."""
    said = hash_of(file)
    file.chmod(0o644)
    file.replace(results.folder / file.name)
    results.written[file.name] = said


def _csv(table: pa.Table) -> str:
    return csv_of(table.to_pylist(), table.column_names)
