"""Files of heights as a survey takes them, what is coarse about them, and level ground for whoever asks for it by name.

No heights come with Amur: none that may be passed on are fine enough to judge a valley by. So a survey without any is
refused, and one over level ground says in every result that its ground is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
import rasterio

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.surveys.asked import HeightFile, Source
from amur.methods.surveys.reading.references import Reference, reference_of
from amur.methods.surveys.reading.said import Said, wrong
from amur.methods.surveys.wording import INPUTS, sentence
from amur.methods.terrain import Box, Tiles
from amur.methods.terrain.grids import COARSE_M, DEGREES, MOST_EAST, MOST_NORTH, Grid

FLAT = "flat"
"""What to write in the place of files of heights for level ground."""
FLAT_SAID = sentence("flat")
_KINDS: dict[str, Literal["geotiff", "hgt"]] = {".tif": "geotiff", ".tiff": "geotiff", ".hgt": "hgt"}
_STEP_DEG, _AROUND_DEG = 0.25, 1.0


@dataclass(frozen=True, slots=True)
class HeightsRead:
    """Files of heights, where they come from, and what has to be said of results that come of them."""

    heights: tuple[HeightFile, ...]
    sources: tuple[Source, ...]
    files: tuple[Path, ...]
    simulated: tuple[Text, ...] = ()
    coarse: tuple[Text, ...] = ()


def heights_of(said: Any, folder: Path, around: Box, scratch: Path | None = None) -> HeightsRead:
    """Return the files of heights of a list of references, in the order in which they count.

    Files are GeoTIFF or HGT by their names; a folder is one of tiles, with ``tiles`` as ``terrain.Tiles`` has them. The
    one word ``flat`` makes level ground around a part of the Earth; its file goes into ``scratch``.

    Raises:
        AmurError: if there is none, one is not there, or of a kind that is not read.
    """
    if said == FLAT:
        if scratch is None:
            raise AmurError("no_folder", "heights: level ground is a file too; say in which folder to put it")
        made = flat_ground(around, scratch / "flat.tif")
        source = Source("heights", "level ground, made up", resolution="none")
        return HeightsRead((made,), (source,), (made.path,), (FLAT_SAID,))
    asked = [said] if isinstance(said, str | Path | dict) else () if said is None else said
    if not isinstance(asked, Sequence):
        raise wrong("heights", said, f"a list of references, or {FLAT!r}")
    if not asked:
        raise AmurError(
            "no_terrain",
            f"heights: found none; name files of heights (GeoTIFF, HGT, tiles), or write {FLAT!r} for level ground",
        )
    references = [reference_of(one, folder, f"heights[{number}]") for number, one in enumerate(asked, start=1)]
    return _read([(one, _height_file(one)) for one in references])


def _height_file(reference: Reference) -> HeightFile:
    said, path = reference.options, reference.path
    words = said.text("words", "") or reference.source.origin
    tiles = _tiles(said.part("tiles")) if said.has("tiles") else None
    said.refuse_others()
    if path.is_dir():
        return HeightFile(path, "tiles", words, tiles)
    if path.suffix.lower() not in _KINDS:
        raise AmurError(
            "no_heights",
            f"{said.where}: found {path.name}; wanted GeoTIFF (.tif), HGT (.hgt) or a folder of tiles",
            file=path.name,
        )
    return HeightFile(path, _KINDS[path.suffix.lower()], words)


def _tiles(said: Said) -> Tiles:
    numbers = {one: said.number(one) for one in ("red", "green", "blue")}
    if said.has("lowest_m"):
        numbers["lowest_m"] = said.number("lowest_m")
    made = Tiles(
        zoom=said.whole("zoom"),
        offset_m=said.number("offset_m", 0.0),
        bits=said.whole("bits", 0),
        size=said.whole("size", 256),
        name=said.text("name", "{z}/{x}/{y}.png"),
        impossible_is_hole=said.flag("impossible_is_hole"),
        **numbers,
    )
    said.known.update(one.name for one in fields(Tiles))
    said.refuse_others()
    return made


def _read(found: Sequence[tuple[Reference, HeightFile]]) -> HeightsRead:
    sources, coarse, simulated = [], [], []
    for reference, one in found:
        resolution_m = max(sheet.grid.resolution_m for sheet in one.sheets())
        said = reference.source
        fine = f"{resolution_m:,.0f} m"
        sources.append(Source("heights", said.origin, said.date, said.licence, said.resolution or fine))
        if resolution_m > COARSE_M:
            coarse.append(sentence("coarse", what=one.words, far=fine))
        if reference.simulated:
            simulated.append(sentence("declared", what=INPUTS["heights"], how=reference.simulated))
    return HeightsRead(
        tuple(one for _, one in found),
        tuple(dict.fromkeys(sources)),
        tuple(file for reference, _ in found for file in reference.files),
        tuple(simulated),
        tuple(dict.fromkeys(coarse)),
    )


def flat_ground(around: Box, path: Path) -> HeightFile:
    """Write level ground at sea level for a part of the Earth and a degree around it, and return its file.

    Raises:
        AmurError: if it cannot be written.
    """
    west, south = max(around.west - _AROUND_DEG, -MOST_EAST), max(around.south - _AROUND_DEG, -MOST_NORTH)
    east, north = min(around.east + _AROUND_DEG, MOST_EAST), min(around.north + _AROUND_DEG, MOST_NORTH)
    columns, rows = int(np.ceil((east - west) / _STEP_DEG)), int(np.ceil((north - south) / _STEP_DEG))
    grid = Grid(DEGREES, west + _STEP_DEG / 2, north - _STEP_DEG / 2, _STEP_DEG, _STEP_DEG, rows, columns)
    heights = np.zeros((rows, columns), np.int16)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with rasterio.open(
            path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="int16", crs=DEGREES,
            transform=grid.transform, compress="deflate",
        ) as file:  # fmt: skip
            file.write(heights, 1)
    except (OSError, rasterio.errors.RasterioError) as error:
        raise AmurError("unwritable", f"{path}: level ground cannot be written: {error}; name another folder") from None
    return HeightFile(path, "geotiff", "level ground, made up")
