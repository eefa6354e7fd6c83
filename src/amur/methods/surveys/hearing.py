"""The signal at points, taken down while the tiles of a survey go by in any order; no tile is kept."""

from __future__ import annotations

import numpy as np

from amur.methods.coverage.probabilities import Signal, edge_dbm
from amur.methods.coverage.rays import Servers
from amur.methods.coverage.sweeping import NO_SERVER
from amur.methods.coverage.villages import Numbers, Points
from amur.methods.surveys.grids import Tile
from amur.methods.surveys.judging import Heard
from amur.methods.surveys.tiles import Pixels, Sky


class Listening:
    """Points of a survey, and what was heard of each so far; what lies outside of the grid is never heard of."""

    def __init__(self, sky: Sky, points: Points, sigma_db: Numbers) -> None:
        """Find the pixel of each point; ``sigma_db`` is the scatter of the signal of each antenna."""
        self._rows, self._columns = sky.tiling.pixels_of(points.east, points.north)
        tiles = sky.tiling.tiles_of(self._rows, self._columns)
        self._order = np.argsort(tiles, kind="stable")
        self._tiles = tiles[self._order]
        # The last, for where nobody serves.
        self._sigma = np.append(np.asarray(sigma_db, dtype=np.float64), 0.0)
        self._median = np.full(len(points), np.nan)
        self._servers = np.full(len(points), NO_SERVER, np.int64)
        self._is_at_least = np.zeros(len(points), bool)

    def hear(self, tile: Tile, found: Pixels) -> None:
        """Take down what is heard on a tile."""
        first, end = np.searchsorted(self._tiles, [tile.number, tile.number + 1]).tolist()
        points = self._order[first:end]
        there = self._rows[points] - tile.row, self._columns[points] - tile.column
        self._median[points] = found.median_dbm[there]
        self._servers[points] = found.servers[there]
        self._is_at_least[points] = found.is_at_least[there]

    def edge_dbm(self, found: Pixels, probability: float) -> Numbers:
        """Return what the signal of each pixel of a tile is above with a probability."""
        signal = Signal(found.median_dbm.reshape(-1).astype(np.float64), self._scatter(found.servers.reshape(-1)))
        return edge_dbm(signal, probability).reshape(found.median_dbm.shape)

    @property
    def heard(self) -> Heard:
        """Return what was heard at all points."""
        return Heard(Signal(self._median, self._scatter(self._servers)), self._servers, self._is_at_least)

    def _scatter(self, servers: Servers | np.ndarray[tuple[int], np.dtype[np.int64]]) -> Numbers:
        return self._sigma[servers]
