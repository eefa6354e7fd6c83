"""One survey, from what is asked to its result: tiles through a runner, points listened to as tiles come, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely

from amur.base.faults import AmurError
from amur.compute.kernel import Kernel
from amur.methods.coverage.census import Counted, joined
from amur.methods.coverage.counties import cells_of
from amur.methods.coverage.definitions import judged_ground, judged_villages
from amur.methods.coverage.flips import answers, between, flips, shares
from amur.methods.coverage.people import People, spread, weighed
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import Numbers, Points, Villages
from amur.methods.propagation.p1812.places import location_deviations_db
from amur.methods.surveys.asked import Asked, antennas_in
from amur.methods.surveys.grids import Tile, hold_overlap, tiling_of
from amur.methods.surveys.hearing import Listening
from amur.methods.surveys.judging import Heard, Judged, hold_sums, judged, with_unplaced
from amur.methods.surveys.naming import (
    HEARD,
    NAMED,
    Named,
    heard_people,
    named_settlements,
    named_villages,
    table_of,
)
from amur.methods.surveys.sampling import Misses, hold_on_ground, missed
from amur.methods.surveys.tiles import Sky, batches_of, kernel_of, pixels_of, sky_of
from amur.methods.terrain import Box

Runner = Callable[[Kernel[Sky], Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""What runs a kernel: on this machine, or on a cluster."""
Tell = Callable[[int, int], None]
"""What is told how many tiles are done, and of how many."""
Keep = Callable[[Tile, Numbers, Numbers], None]
"""What is given each tile with its medians and its signal at the edge of a cell, in any order."""


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """What a survey finds: tables as they are written, and how far off the fast mode is.

    ``places_are`` says what the table of places is of: villages, or settlements where no villages are given.
    """

    people: People
    people_table: pa.Table
    places: pa.Table
    places_are: str
    shares: pa.Table
    answers: pa.Table
    flips: pa.Table
    between: pa.Table


class Survey:
    """A survey under way. Once it is made it has looked at all it can before hours are spent; ``run`` does the work.

    ``census`` has the counts as they are spread, ``misses`` how far off the fast mode is, ``tiles`` what is worked on.
    """

    def __init__(self, asked: Asked, *, side: int | None = None) -> None:
        """Look at everything that is asked for, spread people, and measure how far off the fast mode is.

        ``side`` is that of a tile in pixels, on which no result depends.

        Raises:
            AmurError: it says what is wrong, where, and what to do.
        """
        _hold_names(asked)
        self.asked = asked
        self.antennas: Antennas = antennas_in(asked.antennas, asked.parameters.bands_mhz)
        self.census: Sequence[Counted] = joined(asked.census, asked.joins)
        self.people: People = people_of(asked, self.census)
        self._ground, self._weights = weighed(self.people)
        self._of_villages = 0 if asked.villages is None else len(asked.villages.points)
        self._points = _together(asked.villages, self._ground)
        tiling = tiling_of(asked.counties, asked.parameters.pixel_m, side)
        self.sky: Sky = sky_of(asked, self.antennas, tiling)
        self.tiles: list[Tile] = tiling.under(asked.counties, self._points)
        mosaic = asked.mosaic()
        hold_overlap(mosaic, Box(*shapely.total_bounds(asked.counties.shapes).tolist()))
        self.measured_m: float = max(one.grid.resolution_m for one in mosaic.sheets)
        hold_on_ground(self.sky, mosaic)
        self.misses: Misses = missed(self.sky, mosaic)
        self.sigma_db: Numbers = self._sigma()

    def _sigma(self) -> Numbers:
        """Return the scatter of the signal of each antenna: over places, and by what the fast mode errs."""
        asked = self.asked.parameters
        places = np.full(len(self.antennas), asked.location_deviation_db or 0.0)
        if asked.location_deviation_db is None:
            places = location_deviations_db(self.antennas.frequencies_mhz / 1000, asked.pixel_m)
        errors = self.misses.errors
        found: Numbers = np.hypot(places, errors.rms_db) if asked.counts_errors and errors.ways else places
        return found

    def run(self, runner: Runner, *, keep: Keep | None = None, tell: Tell | None = None) -> Surveyed:
        """Return what the survey finds; tiles go to ``keep`` as they come, and none of them stays here.

        Raises:
            AmurError: if a tile cannot be worked on, or some do not come back.
        """
        heard = self._listened(runner, keep, tell)
        of_ground = heard.taken(slice(self._of_villages, None))
        sites = Points(self.antennas.latitudes, self.antennas.longitudes, "sites")
        verdicts = judged(
            lambda signal: judged_ground(self.asked.definitions, self._ground, sites=sites, signal=signal), of_ground
        )
        named = self._named(heard, of_ground, verdicts, sites)
        probability = self.asked.parameters.edge_probability
        return Surveyed(
            self.people,
            heard_people(self.people, self.antennas, of_ground, verdicts, probability),
            table_of(named, self.antennas, probability),
            named.what,
            self._shares(verdicts, named),
            answers(named.verdicts, named.ids, named.counties),
            flips(named.verdicts, named.ids, named.counties),
            self._between(verdicts, named),
        )

    def _listened(self, runner: Runner, keep: Keep | None, tell: Tell | None) -> Heard:
        listening = Listening(self.sky, self._points, self.sigma_db)
        edge, whole = self.asked.parameters.edge_probability, {one.number: one for one in self.tiles}
        left = set(whole)
        if tell:
            tell(0, len(whole))
        for batch in runner(kernel_of(self.sky), batches_of(self.tiles)):
            for row, number in enumerate(batch.column("tile").to_pylist()):
                found = pixels_of(batch, row, whole[number])
                listening.hear(whole[number], found)
                if keep:
                    keep(whole[number], found.median_dbm.astype(np.float64), listening.edge_dbm(found, edge))
                left.discard(number)
            if tell:
                tell(len(whole) - len(left), len(whole))
        if left:
            raise AmurError("lost_tiles", f"{len(left)} of {len(whole)} tiles did not come back; run the survey again")
        return listening.heard

    def _named(self, heard: Heard, of_ground: Heard, verdicts: Judged, sites: Points) -> Named:
        villages, names = self.asked.villages, self.asked.village_names
        if villages is None or names is None:
            return named_settlements(self.asked, self.people, of_ground, verdicts)
        of_villages = heard.taken(slice(0, self._of_villages))
        definitions = self.asked.definitions
        said = judged(lambda one: judged_villages(definitions, villages, sites=sites, signal=one), of_villages)
        return named_villages(villages, names, of_villages, said)

    def _shares(self, verdicts: Judged, named: Named) -> pa.Table:
        counties = np.asarray(self.people.table["county"].to_pylist(), dtype=np.str_)
        of_people = with_unplaced(shares(verdicts, counties, self._weights), self.people.unplaced)
        of_named = shares(named.verdicts, named.counties, {named.what: np.ones(len(named.ids))})
        return pa.concat_tables([of_people, of_named])

    def _between(self, verdicts: Judged, named: Named) -> pa.Table:
        """Return what each two definitions make of the same, by each measure."""
        ones = np.ones(len(named.ids))
        said = [(name, between(verdicts, weights)) for name, weights in self._weights.items()]
        said.append((named.what, between(named.verdicts, ones)))
        return pa.concat_tables(
            [one.add_column(0, "measure", pa.array([name] * len(one), pa.string())) for name, one in said]
        )


def people_of(asked: Asked, census: Sequence[Counted]) -> People:
    """Return who lives where in a survey, by its settlements and cells; ``census`` has the counts after joining.

    Raises:
        AmurError: if counties and counts do not fit, or people do not add up to the count.
    """
    cells = cells_of(asked.counties, asked.parameters.cell_resolution)
    found = spread(census, asked.counties, asked.settlements, cells, asked.parameters.rule)
    hold_sums(found, census, asked.census)
    return found


def _hold_names(asked: Asked) -> None:
    reserved = {
        *HEARD,
        *(name for name, _ in NAMED),
        "kind",
        "north",
        "east",
        "urban_people",
        "is_estimated",
        "area_km2",
    }
    taken = sorted({one.id for one in asked.definitions} & reserved)
    if taken:
        raise AmurError(
            "bad_definition", f"a definition is called {taken[0]!r}, as a column of results is; rename it", id=taken[0]
        )


def _together(villages: Villages | None, ground: Points) -> Points:
    """Return the points of villages and, after them, those of people."""
    if villages is None:
        return ground
    north = np.r_[villages.points.north, ground.north]
    return Points(north, np.r_[villages.points.east, ground.east], "points of villages and people")
