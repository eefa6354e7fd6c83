"""A survey of coverage from its declaration: an object of plain values that names files, packages of data and numbers.

::

    sites: {file: sites.csv, datum: GCJ-02, defaults: {power_dbm: 46}}    # or {simulate: 200, seed: 1}
    heights: [{file: n45.tif}]                                            # or flat, for level ground that is made up
    counties: {package: some-maps, file: data/district.geojson, code: gb, name: name, strip: "156", within: "23"}
    census: {file: census.csv, columns: {people: 人口}, joins: [{code: a, into: b, because: it lies there}]}
    settlements: {package: some-places, file: data/places.json, where: {countrycode: XX}, zero_is_unknown: true}
    villages: {file: villages.csv}                                        # or {simulate: {file: counts.csv}, seed: 1}
    places: {file: places.csv}
    definitions: [{id: near, source: a rule, site_within_km: 5}]          # or a file that says so
    radio: {bands: ["28", "700-900"], pixel_m: 100, radius_m: 10000}

Without ``settlements`` people are spread over cells alone; without ``definitions`` three published ones are taken;
without ``heights`` or ``sites`` there is no survey. Paths begin in the folder of the declaration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

import numpy as np
import shapely
import yaml

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.census import Counted, Join, joined
from amur.methods.coverage.counties import Counties, cells_of
from amur.methods.coverage.deviations import Model, Sample
from amur.methods.coverage.people import Rule, Settlements, spread
from amur.methods.coverage.sites import COLUMNS, Antennas, read_antennas
from amur.methods.coverage.villages import Points, Villages, Words
from amur.methods.filing.columns import Column
from amur.methods.filing.tables import read_table
from amur.methods.filing.texts import text_of
from amur.methods.filing.worded import worded
from amur.methods.surveys.asked import Asked, Parameters, Source, band_of
from amur.methods.surveys.reading.definitions import definitions_of
from amur.methods.surveys.reading.ground import MARKED, census_from, counties_from, settlements_from
from amur.methods.surveys.reading.heights import heights_of
from amur.methods.surveys.reading.references import Reference, reference_of
from amur.methods.surveys.reading.said import Said, wrong
from amur.methods.surveys.reading.villages import datum_of, read_villages
from amur.methods.surveys.simulated import VillageCount, made_up_sites, made_up_villages
from amur.methods.surveys.wording import INPUTS, sentence
from amur.methods.terrain import Box

MOST_DECLARED = 2**20
"""How many bytes a declaration has at most."""
_COUNTS = (
    Column("county", ("code", "区划代码", "县"), kind="text", is_unique=True),
    Column("villages", ("村数", "行政村数"), least=0, is_whole=True),
    Column("households", ("户数", "家庭户数"), least=0, is_whole=True),
    Column("people", ("population", "人口"), least=0, default=0, is_whole=True),
)
_ROOM_DEG = 0.5
"""How far from the bounds of all counties a site may be that reaches into one."""
_RING = 5
"""The resolution of the grid that things are made up over: cells of 250 square kilometres."""


def declared(file: Path) -> dict[str, Any]:
    """Return the declaration in a file of JSON or YAML.

    Raises:
        AmurError: if it cannot be read, is larger than a megabyte, or is no object.
    """
    found = _plain(file)
    if not isinstance(found, dict):
        raise wrong(file.name, found, "an object with fields")
    return found


def _plain(file: Path) -> Any:
    """Return what a file of JSON or YAML says, as plain values."""
    text = text_of(file)
    if len(text) > MOST_DECLARED:
        raise AmurError(
            "huge_declaration",
            f"{file.name}: it has {len(text)} bytes, more than {MOST_DECLARED}",
            file=file.name,
            bytes=len(text),
            most=MOST_DECLARED,
        )
    try:
        return json.loads(text) if text.lstrip()[:1] in {b"{", b"["} else _yaml(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise AmurError(
            "unreadable_declaration",
            f"{file.name}: it is neither JSON nor YAML: {error}",
            file=file.name,
            error=str(error)[:300],
        ) from None


def definitions_in(file: Path) -> Any:
    """Return the list of definitions in a file of JSON or YAML: the whole of it, or its field ``definitions``.

    Raises:
        AmurError: if it cannot be read, is larger than a megabyte, or is neither JSON nor YAML.
    """
    found = _plain(file)
    return found.get("definitions", found) if isinstance(found, dict) else found


def _yaml(text: bytes) -> Any:
    """Return what YAML says, without references from place to place, of which a short file could make a huge one."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.CSafeLoader)):
        raise yaml.YAMLError("there is an alias, which a declaration has none of")
    return yaml.load(text, yaml.CSafeLoader)


def asked_of(said: Mapping[str, Any], folder: Path, *, scratch: Path | None = None) -> Asked:
    """Return what a declaration asks for; paths begin in ``folder``, and level ground is written into ``scratch``.

    Raises:
        TableError: with every row and field of a table that is wrong.
        AmurError: if a field is unknown, missing or of another kind, or something that it names is not there.
    """
    survey = Said(said, "survey")
    reading = _Reading(folder, survey)
    counties = counties_from(reading.reference("counties"))
    around = Box(*shapely.total_bounds(counties.shapes).tolist())
    parameters = parameters_of(survey.part("radio"))
    census, joins = census_from(reading.reference("census"))
    settlements, names = reading.settlements()
    heights = heights_of(survey.value("heights"), folder, around, scratch)
    reading.note(heights.sources, heights.files, heights.simulated, of="heights")
    people = _Lazily(counties, census, joins, settlements, parameters.rule)
    antennas = reading.antennas(counties, around, people)
    found = reading.villages(counties, people)
    definitions, titles = definitions_of(reading.definitions())
    survey.refuse_others()
    return Asked(
        antennas=antennas, heights=heights.heights, counties=counties, census=census, settlements=settlements,
        settlement_names=names, definitions=definitions, parameters=parameters, villages=found and found[0],
        village_names=found and found[1], joins=joins, titles=titles, sources=tuple(reading.sources),
        simulated=tuple(reading.simulated), simulated_of=tuple(reading.simulated_of), coarse=heights.coarse,
        files=tuple(dict.fromkeys(reading.files)),
    )  # fmt: skip


def parameters_of(said: Said) -> Parameters:
    """Return the parameters of a survey; what is not said is as ``Parameters`` has it.

    ``bands`` are numbers of bands, spans or frequencies in MHz; ``rule`` and ``sample`` are objects.

    Raises:
        AmurError: if a field is unknown or of another kind, or a number out of its range.

    >>> parameters_of(Said({"bands": ["28"], "radius_m": 5000}, "radio")).bands_mhz
    ((758, 803),)
    """
    found: dict[str, Any] = {"bands_mhz": tuple(band_of(one) for one in said.texts("bands"))}
    plain = Parameters()
    for name in (one.name for one in fields(Parameters)):
        if name in {"bands_mhz", "rule", "sample"} or not said.has(name):
            continue
        if isinstance(getattr(plain, name), bool):
            found[name] = said.flag(name)
        else:
            found[name] = _like(getattr(plain, name), said, name)
    for name, kind in (("rule", Rule), ("sample", Sample)):
        part, made = said.part(name), getattr(plain, name)
        told = {one.name: _like(getattr(made, one.name), part, one.name) for one in fields(kind) if part.has(one.name)}
        part.refuse_others()
        found[name] = kind(**{one.name: getattr(made, one.name) for one in fields(kind)} | told)
    said.refuse_others()
    _hold_sample(found["sample"], said.where)
    return Parameters(**found)


def _hold_sample(sample: Sample, where: str) -> None:
    if sample.model not in get_args(Model):
        raise wrong(f"{where}.sample.model", sample.model, f"one of {', '.join(get_args(Model))}")
    for name in ("ways", "seed"):
        if getattr(sample, name) < 0:
            raise wrong(f"{where}.sample.{name}", getattr(sample, name), "a whole number, 0 or more")


def _like(plain: Any, said: Said, name: str) -> Any:
    """Return a text, a whole number or any number, as the one is that stands there if nobody says any."""
    if isinstance(plain, str):
        return said.text(name)
    return said.whole(name) if isinstance(plain, int) else float(said.number(name))


@dataclass(slots=True)
class _Lazily:
    """Who lives where, over a coarse grid, when something is to be made up where people live."""

    counties: Counties
    census: Sequence[Counted]
    joins: Sequence[Join]
    settlements: Settlements
    rule: Rule

    def table(self) -> Any:
        cells = cells_of(self.counties, _RING)
        return spread(joined(self.census, self.joins), self.counties, self.settlements, cells, self.rule).table


class _Reading:
    """A declaration while it is read: what went in, whose it is, and what of it is made up."""

    def __init__(self, folder: Path, survey: Said) -> None:
        self._folder, self._survey = folder, survey
        self.sources: list[Source] = []
        self.files: list[Path] = []
        self.simulated: list[Text] = []
        self.simulated_of: list[str] = []

    def note(
        self, sources: Sequence[Source], files: Sequence[Path], simulated: Sequence[Text] = (), *, of: str = ""
    ) -> None:
        """Note what went in, and what is made up ``of`` which input."""
        self.sources += sources
        self.files += files
        self.simulated += simulated
        self.simulated_of += [of] * len(simulated)

    def reference(self, name: str) -> Reference:
        """Return what a field refers to, and note it."""
        if not self._survey.has(name):
            raise AmurError(
                "nothing_given", f"survey.{name}: nothing is said; name a file, or one of a package of data", name=name
            )
        found = reference_of(self._survey.value(name), self._folder, name)
        made_up = [sentence("declared", what=INPUTS[name], how=found.simulated)] if found.simulated else []
        self.note([found.source], found.files, made_up, of=name)
        return found

    def settlements(self) -> tuple[Settlements, Words]:
        """Return settlements and their names; none where nothing is said."""
        if self._survey.has("settlements"):
            reference = self.reference("settlements")
            found = settlements_from(reference)
            self._marked(reference, "settlements", found.marked)
            return found.settlements, found.names
        none: Any = np.zeros(0)
        empty = np.zeros(0, np.str_)
        return Settlements(empty, Points(none, none, "settlements"), none.astype(np.int64), none.astype(bool)), empty

    def definitions(self) -> Any:
        """Return the list of definitions, from a file where one is named, or None."""
        if not isinstance(self._survey.value("definitions"), str):
            return self._survey.value("definitions")
        reference = self.reference("definitions")
        return definitions_in(reference.path)

    def antennas(self, counties: Counties, around: Box, people: _Lazily) -> Antennas:
        """Return the antennas of a table, or such as are made up."""
        said = self._survey.part("sites") if isinstance(self._survey.value("sites"), Mapping) else None
        if said is not None and said.has("simulate"):
            made = made_up_sites(said.whole("simulate"), people.table(), counties, seed=_seed(said))
            self.note([Source("sites", "made up")], [], [made.said], of="sites")
            said.refuse_others()
            return made.antennas
        reference = self.reference("sites")
        options = reference.options
        defaults = {one.field: options.part("defaults").number(one.field, np.nan) for one in COLUMNS}
        given = {name: value for name, value in defaults.items() if not np.isnan(value)}
        part = options.part("defaults")
        part.known.update(defaults)
        part.refuse_others()
        datum = datum_of(reference)
        options.refuse_others()
        self._told(reference, "sites")
        room = _ROOM_DEG
        area = shapely.box(around.west - room, around.south - room, around.east + room, around.north + room)
        headers, where = reference.columns, reference.where
        return read_antennas(
            reference.path, area=area, datum=datum, defaults=given, headers=headers, where=where
        ).whole()  # fmt: skip

    def villages(self, counties: Counties, people: _Lazily) -> tuple[Villages, Words] | None:
        """Return villages with their names, from tables or made up; None where nothing is said."""
        if not self._survey.has("villages"):
            if self._survey.has("places"):
                raise AmurError(
                    "nothing_given", "survey.villages: there are places of villages, and no villages", name="villages"
                )
            return None
        said = self._survey.part("villages") if isinstance(self._survey.value("villages"), Mapping) else None
        if said is not None and said.has("simulate"):
            counts = reference_of(said.value("simulate"), self._folder, "villages.simulate")
            made = made_up_villages(village_counts(counts), people.table(), counties, seed=_seed(said))
            self.note([Source("villages", "made up"), counts.source], counts.files, [made.said], of="villages")
            said.refuse_others()
            return made.villages, made.villages.ids
        reference = self.reference("villages")
        places = self.reference("places") if self._survey.has("places") else None
        read = read_villages(reference, places, counties=counties)
        for one in (reference, places):
            if one is not None:
                one.options.refuse_others()
                self._told(one, one.what)
        return read.villages, read.names

    def _told(self, reference: Reference, what: str) -> None:
        """Note how many rows of a table are marked as made up."""
        self._marked(reference, what, marked_rows(reference.path))

    def _marked(self, reference: Reference, what: str, marked: int) -> None:
        if marked:
            marks = {"count": f"{marked:,}", "file": reference.path.name}
            self.note([], [], [sentence("marked", what=INPUTS[what], **marks)], of=what)


def _seed(said: Said) -> int:
    seed = said.whole("seed", 1)
    if seed < 0:
        raise wrong(f"{said.where}.seed", seed, "a whole number, 0 or more")
    return seed


def marked_rows(path: Path) -> int:
    """Return how many rows of a table a column ``simulated`` marks as made up.

    Raises:
        TableError: if something stands there that is neither yes nor no.
    """
    table = read_table(path, [MARKED])
    found = int(table.flags(MARKED).sum())
    table.faults.count -= table.faults.left_out  # rows that are no rows are told by who reads the rest
    table.faults.told = [one for one in table.faults.told if one.check == MARKED.field]
    table.faults.refuse()
    return found


def village_counts(reference: Reference) -> list[VillageCount]:
    """Return how many villages, households and people counties have, from a table.

    Raises:
        TableError: with every row and field that is wrong.
    """
    reference.options.refuse_others()
    table = reference.table(_COUNTS)
    villages, households = table.numbers(_COUNTS[1]), table.numbers(_COUNTS[2])
    table.faults.add(
        households < villages, "households",
        lambda at: worded("in_villages", households=f"{households[at]:.0f}", villages=f"{villages[at]:.0f}"),
        worded("enough_households"),
    )  # fmt: skip
    found = table.whole(_COUNTS)
    rows = zip(*(found[one.field] for one in _COUNTS), strict=True)
    return [VillageCount(code, int(villages), int(homes), int(people)) for code, villages, homes, people in rows]
