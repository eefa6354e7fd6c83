"""What the map of coverage is drawn of, and the public files: under a hash, so that a browser asks for each once.

A county's villages and cells are one answer: a province of them would be megabytes before the first line is drawn.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from functools import lru_cache
from math import isnan
from typing import Any, TypeVar

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from amur.base.faults import NotFound
from amur.web.limits import limited
from amur.web.portal import coverage_studies
from amur.web.portal.coverage_broken import whole_results
from amur.web.portal.coverage_results import Results, Village
from amur.web.requests import AmurRequest

Answer = TypeVar("Answer", bound=HttpResponseBase)
_YEAR = 365 * 24 * 60 * 60
_COMPRESSED_AT_MOST = 8 * 2**20
_KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".tif": "image/tiff",
}
_DRAWN = {"counties.geojson"}
"""What the map itself needs; it is there whatever else a pack makes public."""
_PACKED = {".parquet", ".pdf", ".tif"}
_DIGITS = 4


@require_safe
@limited("coverage-files", "240/m", method="GET")
@whole_results
def file(request: AmurRequest, digest: str, name: str) -> HttpResponseBase:
    """Send a public file of a survey, whole and as it was written."""
    survey = coverage_studies.of_digest(digest)
    if name not in {*survey.public_files, *_DRAWN}:
        raise NotFound("no_file", f"the survey has no public file {name!r}")
    path, ending = survey.results.path(name), f".{name.rpartition('.')[2]}"
    kind = _KINDS.get(ending, "application/octet-stream")
    if ending in _PACKED or path.stat().st_size > _COMPRESSED_AT_MOST:
        return _kept(FileResponse(path.open("rb"), content_type=kind, filename=name, as_attachment=name not in _DRAWN))
    answer = _sent(request, _file(survey.results, name), kind)
    if name not in _DRAWN:
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@limited("coverage-files", "240/m", method="GET")
@whole_results
def county(request: AmurRequest, digest: str, county: str) -> HttpResponse:
    """Send the villages and cells of a county as GeoJSON."""
    survey = coverage_studies.of_digest(digest)
    if county not in survey.results.counties:
        raise NotFound("no_county", f"the survey has no county {county!r}")
    return _sent(request, _chunk(survey.results, county), _KINDS[".geojson"])


def _sent(request: AmurRequest, packed: bytes, kind: str) -> HttpResponse:
    """Send what is kept compressed as it is, or open it for whoever cannot."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(packed, content_type=kind, headers={"Content-Encoding": "gzip"})
    else:
        answer = HttpResponse(gzip.decompress(packed), content_type=kind)
    return _kept(answer)


def _kept(answer: Answer) -> Answer:
    patch_cache_control(answer, public=True, max_age=_YEAR, immutable=True)
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


@lru_cache(maxsize=32)
def _file(found: Results, name: str) -> bytes:
    return gzip.compress(found.path(name).read_bytes(), mtime=0)


@lru_cache(maxsize=64)
def _chunk(found: Results, county: str) -> bytes:
    features = [*_cells(found, county), *(_point(one) for one in found.villages(county) if one.longitude is not None)]
    said = {"type": "FeatureCollection", "features": features}
    return gzip.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)


def _point(one: Village) -> dict[str, Any]:
    said = {"kind": "village", "id": one.id, "name": one.name, "dbm": one.signal_dbm, **_answers(one)}
    return _feature({"type": "Point", "coordinates": [one.longitude, one.latitude]}, said)


def _answers(one: Village) -> dict[str, str]:
    """Return the answers under names that no other property has."""
    return {f"is:{name}": said for name, said in one.answers.items()}


def _cells(found: Results, county: str) -> Sequence[dict[str, Any]]:
    """Return the cells of the grid with their signal; none where the library of the grid is not installed."""
    rows = found.cells(county)
    if not rows:
        return ()
    try:
        import h3  # noqa: PLC0415 -- only where surveys are computed it is certain to be there
    except ImportError:
        return ()
    return [
        _feature(
            {"type": "Polygon", "coordinates": [_ring(h3.cell_to_boundary(one["id"]))]},
            {"kind": "cell", "people": one["people"], "dbm": _level(one["signal_dbm"])},
        )
        for one in rows
    ]


def _ring(corners: Sequence[tuple[float, float]]) -> list[list[float]]:
    ring = [[round(east, _DIGITS), round(north, _DIGITS)] for north, east in corners]
    return [*ring, ring[0]]


def _level(said: float | None) -> float | None:
    """Return a level to a tenth of a decibel; not a number is none.

    >>> _level(-98.26), _level(float("nan"))
    (-98.3, None)
    """
    return None if said is None or isnan(said) else round(said, 1)


def _feature(geometry: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": said}
