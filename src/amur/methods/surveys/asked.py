"""What a survey of coverage takes, as plain values: who sends, over which ground, to whom, and what counts as covered.

All of it can be pickled, so that processes and machines share it: of the ground there are the files, not their heights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal

import numpy as np

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.budgets import BANDS
from amur.methods.coverage.census import Counted, Join
from amur.methods.coverage.counties import Counties
from amur.methods.coverage.definitions import Definition
from amur.methods.coverage.deviations import Sample
from amur.methods.coverage.people import Rule, Settlements
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import Villages, Words
from amur.methods.terrain import Mosaic, Sheet, Tiles, open_geotiff, open_hgt, open_tiles

RANGES: Mapping[str, tuple[float, float]] = {
    "clutter_db": (0.0, 100.0),
    "building_db": (0.0, 80.0),
    "location_deviation_db": (0.0, 50.0),
    "edge_probability": (0.001, 0.999),
    "simplify_m": (0.0, 50_000.0),
}
_FINEST = 15


@dataclass(frozen=True, slots=True)
class HeightFile:
    """A file of heights, or a folder of tiles with what its tiles are; ``words`` say what it is to people."""

    path: Path
    kind: Literal["geotiff", "hgt", "tiles"]
    words: str = ""
    tiles: Tiles | None = None

    def sheets(self) -> tuple[Sheet, ...]:
        """Return its sheets.

        Raises:
            AmurError: if it cannot be read, or is a folder of tiles of which nobody said what they are.
        """
        if self.kind == "geotiff":
            return (open_geotiff(self.path, self.words),)
        if self.kind == "hgt":
            return (open_hgt(self.path, self.words or "SRTM"),)
        if self.tiles is None:
            raise AmurError(
                "no_tiles", f"{self.path.name}: say what its tiles are: zoom, colours, names", file=self.path.name
            )
        return open_tiles(self.path, self.tiles, self.words or self.path.name)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something that went in comes from: what it is, whose, of when, on which terms, how fine."""

    what: str
    origin: str
    date: str = ""
    licence: str = ""
    resolution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How a survey is made: the link, the grid, and how people are spread. Lengths in metres, levels in decibels.

    ``bands_mhz`` are the bands that count, each from and to; without any, all do. ``clutter_db`` is what stands around
    a receiver, ``building_db`` walls where signal is asked for indoors. ``location_deviation_db`` is how the median of
    a pixel scatters over its places; None takes what ITU-R P.1812-8 § 4.7 says of the frequency and the pixel. With
    ``counts_errors`` the error of the fast mode against the full model widens it. ``cell_resolution`` is that of H3.
    ``simplify_m`` is below which size bends of borders are left out of the map for the web.
    """

    bands_mhz: tuple[tuple[float, float], ...] = ()
    pixel_m: float = 100.0
    radius_m: float = 10_000.0
    receiver_m: float = 1.5
    clutter_db: float = 0.0
    building_db: float = 0.0
    location_deviation_db: float | None = None
    counts_errors: bool = True
    edge_probability: float = 0.9
    delta_n: float = 45.0
    refractivity_n0: float = 320.0
    cell_resolution: int = 7
    rule: Rule = field(default_factory=lambda: Rule(share_without_number=0.5, rings_of_town=1))
    sample: Sample = field(default_factory=Sample)
    simplify_m: float = 1000.0

    def __post_init__(self) -> None:
        """Refuse what no survey can be made with; the grid and the link are looked at where they are made.

        Raises:
            AmurError: it says which number, what was found and what is allowed.
        """
        for name, (least, most) in RANGES.items():
            found = getattr(self, name)
            if found is not None and not least <= found <= most:
                raise AmurError(
                    "out_of_range",
                    f"{name} is {found:g}, not {least:g} to {most:g}",
                    name=name,
                    found=f"{found:g}",
                    least=f"{least:g}",
                    most=f"{most:g}",
                )
        if not 0 <= self.cell_resolution <= _FINEST:
            raise AmurError(
                "out_of_range",
                f"cell_resolution is {self.cell_resolution}, not 0 to {_FINEST}",
                name="cell_resolution",
                found=self.cell_resolution,
                least=0,
                most=_FINEST,
            )
        for least, most in self.bands_mhz:
            if not 0 < least <= most:
                raise AmurError(
                    "bad_band",
                    f"found the band {least:g} to {most:g} MHz; wanted from less to more",
                    typed=f"{least:g}-{most:g}",
                )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """One survey: its inputs and parameters.

    ``names`` of antennas' sites are in ``antennas``; ``settlement_names`` has a name for each settlement, and
    ``village_names`` one for each village. ``joins`` say which districts of the census lie in the shape of another.
    ``titles`` are those of definitions by their ids, and language. ``simulated`` are sentences, each of which says what
    is made up, and ``simulated_of`` names the input of each; ``coarse`` likewise, what is coarser than coverage is
    computed elsewhere. ``files`` are all that went in, for the manifest.
    """

    antennas: Antennas
    heights: tuple[HeightFile, ...]
    counties: Counties
    census: Sequence[Counted]
    settlements: Settlements
    settlement_names: Words
    definitions: tuple[Definition, ...]
    parameters: Parameters = field(default_factory=Parameters)
    villages: Villages | None = None
    village_names: Words | None = None
    joins: tuple[Join, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    simulated: tuple[Text, ...] = ()
    simulated_of: tuple[str, ...] = ()
    coarse: tuple[Text, ...] = ()
    files: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a survey that lacks what it is about.

        Raises:
            AmurError: it says what.
        """
        if not self.heights:
            raise AmurError("no_terrain", "a survey needs a file of heights, and there is none")
        if not self.definitions:
            raise AmurError("no_definition", "a survey needs a definition of what counts as covered, and there is none")
        ids = [one.id for one in self.definitions]
        again = [one for row, one in enumerate(ids) if one in ids[:row]]
        if again:
            raise AmurError(
                "definition_twice", f"two definitions are called {again[0]!r}; each needs its own id", id=again[0]
            )
        for what, names, count in (
            ("settlements", self.settlement_names, len(self.settlements.ids)),
            ("villages", self.village_names, None if self.villages is None else len(self.villages)),
        ):
            if (None if names is None else len(names)) != count:
                raise AmurError("uneven_names", f"each of the {what} needs a name, and nothing else does")

    def mosaic(self) -> Mosaic:
        """Return the heights, opened in this process.

        Raises:
            AmurError: if a file cannot be read.
        """
        return Mosaic(tuple(sheet for one in self.heights for sheet in one.sheets()))


def band_of(said: str) -> tuple[float, float]:
    """Return a band of frequencies in MHz: by its number (3GPP), as FROM-TO, or as one frequency.

    >>> band_of("28"), band_of("700-900"), band_of("1850")
    ((758, 803), (700.0, 900.0), (1850.0, 1850.0))

    Raises:
        AmurError: if it is none of these.
    """
    if said.strip().lower().lstrip("bn") in BANDS:
        return BANDS[said.strip().lower().lstrip("bn")]
    least, _, most = said.partition("-")
    try:
        found = float(least), float(most or least)
    except ValueError:
        found = (0.0, 0.0)
    if not 0 < found[0] <= found[1] < np.inf:
        raise AmurError(
            "bad_band",
            f"found the band {said!r}; wanted a number of {', '.join(BANDS)}, FROM-TO, or one, in MHz",
            typed=said,
        )
    return found


def antennas_in(antennas: Antennas, bands_mhz: Sequence[tuple[float, float]]) -> Antennas:
    """Return the antennas that send in some band, or all without bands.

    Raises:
        AmurError: if there are antennas, and none sends in any of them.
    """
    if not bands_mhz:
        return antennas
    mhz = antennas.frequencies_mhz
    is_in = np.zeros(len(antennas), bool)
    for least, most in bands_mhz:
        is_in |= (mhz >= least) & (mhz <= most)
    if len(antennas) and not is_in.any():
        there = ", ".join(f"{one:g}" for one in np.unique(mhz))
        raise AmurError(
            "no_such_band", f"no antenna sends in a band that is asked for; there are {there} MHz", there=there
        )
    columns = {one.name: getattr(antennas, one.name) for one in fields(antennas) if one.name != "assumed"}
    return replace(antennas, **{name: values[is_in] for name, values in columns.items()})
