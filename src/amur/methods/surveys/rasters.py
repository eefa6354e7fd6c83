"""The signal of a whole survey as a GeoTIFF, written tile by tile in any order, so that no memory holds all of it.

When all tiles are there it is laid out anew for the web (Cloud Optimized GeoTIFF), which also makes its bytes the same
whatever order they came in.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from amur.base.faults import AmurError
from amur.methods.coverage.villages import Numbers
from amur.methods.surveys.grids import SIDE, Tile, Tiling

NO_SITE_DBM = -200.0
"""What stands where no site is within the radius, which is known, and so no hole of the raster."""
_CACHE_MB = 64
"""What GDAL holds of a raster at once; by itself it takes a twentieth of the machine's memory."""
BANDS = ("median signal in dBm", "signal in dBm that is reached with the probability of an edge")


class Raster:
    """A raster under way; ``finished`` makes the file that is kept."""

    def __init__(self, half: Path, tiling: Tiling, tags: Mapping[str, str]) -> None:
        """Begin a file; tiles that never come stay holes.

        Raises:
            AmurError: if it cannot be written.
        """
        grid = tiling.grid
        profile: dict[str, Any] = {
            "driver": "GTiff", "count": len(BANDS), "dtype": "float32", "height": grid.rows, "width": grid.columns,
            "crs": grid.projection, "transform": grid.transform, "nodata": np.nan, "tiled": True, "blockxsize": SIDE,
            "blockysize": SIDE, "interleave": "band", "sparse_ok": True, "bigtiff": "if_safer", "compress": "deflate",
        }  # fmt: skip
        self._half = half
        try:
            self._file = rasterio.open(half, "w", **profile)
        except (RasterioError, OSError) as error:
            raise _unwritten(half, error) from None
        self._file.update_tags(no_site_dbm=f"{NO_SITE_DBM:g}", **tags)
        for number, words in enumerate(BANDS, 1):
            self._file.set_band_description(number, words)

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        self._file.close()

    def keep(self, tile: Tile, median_dbm: Numbers, edge_dbm: Numbers) -> None:
        """Write a tile.

        Raises:
            AmurError: if it cannot be written, as where the disk is full.
        """
        both = np.stack([median_dbm, edge_dbm]).astype(np.float32)
        both[np.isneginf(both)] = NO_SITE_DBM
        try:
            self._file.write(both, window=Window(tile.column, tile.row, tile.columns, tile.rows))
        except (RasterioError, OSError) as error:
            raise _unwritten(self._half, error) from None

    def finished(self, to: Path) -> None:
        """Lay the raster out for the web.

        Raises:
            AmurError: if it cannot be written.
        """
        try:
            self._file.close()
            with warnings.catch_warnings(), rasterio.Env(GDAL_CACHEMAX=_CACHE_MB):
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                rasterio.shutil.copy(
                    self._half, to, driver="COG", BLOCKSIZE=SIDE, COMPRESS="DEFLATE", PREDICTOR="YES",
                    OVERVIEW_RESAMPLING="NEAREST", BIGTIFF="IF_SAFER", NUM_THREADS=1,
                )  # fmt: skip
        except (RasterioError, OSError) as error:
            raise _unwritten(to, error) from None


def _unwritten(path: Path, error: Exception) -> AmurError:
    said = str(error.__cause__ or error)[:300]
    return AmurError(
        "no_raster", f"{path.name} cannot be written: {said}; see whether the disk is full", file=path.name
    )
