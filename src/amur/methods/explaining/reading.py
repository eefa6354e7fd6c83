"""A question about a village or settlement from the declaration of a survey: the same files, read as a survey does.

Counties and a census are not needed to explain one. Where the declaration has them, they are read and villages and
sites held against them, as in a survey; only so can it have sites or villages made up, and households of settlements.
As in a survey, settlements are judged where there are no villages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.budgets import Receiver
from amur.methods.coverage.definitions import Definition
from amur.methods.coverage.sites import COLUMNS, Antennas, read_antennas
from amur.methods.coverage.villages import Villages
from amur.methods.explaining.questions import Question, Terms, row_of
from amur.methods.explaining.settling import Places, nothing_given, of_result, of_survey, of_table
from amur.methods.surveys.asked import HeightFile, Parameters, antennas_in
from amur.methods.surveys.inputs import asked_of, marked_rows, parameters_of
from amur.methods.surveys.reading.definitions import definitions_of
from amur.methods.surveys.reading.ground import settlements_from
from amur.methods.surveys.reading.heights import heights_of
from amur.methods.surveys.reading.references import Reference, reference_of
from amur.methods.surveys.reading.said import Said
from amur.methods.surveys.reading.villages import datum_of, read_villages
from amur.methods.surveys.wording import INPUTS, sentence
from amur.methods.terrain import Box, Mosaic

_KM_OF_DEGREE = 110.57
"""A degree of latitude at the equator, where it is shortest on the ellipsoid of WGS 84."""
_POLE = 89.0
_NOT_ASKED = ("settlements", "census", "counties")
"""What is known of a declaration, and is not read when only a village is explained."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What a declaration names, read but for the heights, which are read around one village or settlement.

    ``titles`` are those of definitions by id and language, ``county_names`` are by code.
    """

    antennas: Antennas
    heights: tuple[HeightFile, ...]
    places: Places
    definitions: Sequence[Definition]
    parameters: Parameters
    simulated: tuple[Text, ...]
    coarse: tuple[Text, ...]
    files: tuple[Path, ...]
    titles: Mapping[str, Mapping[str, str]]
    county_names: Mapping[str, str] = field(default_factory=dict)


def inputs_of(said: Mapping[str, Any], folder: Path, *, scratch: Path | None = None) -> Inputs:
    """Return what a declaration names; paths begin in ``folder``, level ground is written into ``scratch``.

    Raises:
        TableError: with every row and field of a table that is wrong.
        AmurError: if sites, heights, or villages and settlements are not said, a field is unknown, or something is not
            there.
    """
    if not (said.get("villages") or said.get("settlements")):
        raise nothing_given()
    for name in ("sites", "heights"):
        if not said.get(name):
            raise AmurError("nothing_given", f"{name}: nothing is said; name a file")
    if said.get("places") and not said.get("villages"):
        raise AmurError("nothing_given", "villages: there are places of villages, and no villages")
    found = of_result(said.get("villages"), folder)
    if found is None:
        return _read(said, folder, scratch, None)
    if said.get("places"):
        raise AmurError(
            "no_villages", f"places: {found.files[0].name} has settlements, which have no places; leave out"
        )
    # Of the same survey everything else is read, as if it had no villages, and the places are those of its result.
    others = {name: one for name, one in said.items() if name not in {"villages", "places"}}
    read = _read(others, folder, scratch, found.places)
    told = {one.en for one in read.simulated}
    more = [one for one in found.simulated if one.en not in told]
    return replace(read, simulated=(*read.simulated, *more), files=(*read.files, *found.files))


def _read(said: Mapping[str, Any], folder: Path, scratch: Path | None, places: Places | None) -> Inputs:
    """Return what a declaration names; the places are read as well unless they are given."""
    if said.get("counties") and said.get("census"):
        return _whole(said, folder, scratch, places)
    survey, read = Said(said, "survey"), _Read(folder)
    for name in _NOT_ASKED:
        survey.value(name)
    parameters = parameters_of(survey.part("radio"))
    antennas = read.antennas(survey)
    places = places or read.places(survey)
    heights = heights_of(survey.value("heights"), folder, _bounds(places.villages), scratch)
    definitions, titles = definitions_of(survey.value("definitions"))
    survey.refuse_others()
    return Inputs(
        antennas_in(antennas, parameters.bands_mhz), heights.heights, places, definitions, parameters,
        (*read.simulated, *heights.simulated), heights.coarse, (*read.files, *heights.files),
        titles,
    )  # fmt: skip


def _whole(said: Mapping[str, Any], folder: Path, scratch: Path | None, places: Places | None) -> Inputs:
    """Return what a whole survey reads."""
    asked = asked_of(said, folder, scratch=scratch)
    if places is None and asked.villages is not None and asked.village_names is not None:
        names = dict(zip(asked.villages.ids.tolist(), asked.village_names.tolist(), strict=True))
        places = Places(asked.villages, names)
    counties = dict(zip(asked.counties.codes.tolist(), asked.counties.names.tolist(), strict=True))
    antennas = antennas_in(asked.antennas, asked.parameters.bands_mhz)
    return Inputs(
        antennas, asked.heights, places or of_survey(asked), asked.definitions, asked.parameters, asked.simulated,
        asked.coarse, asked.files, asked.titles, counties,
    )  # fmt: skip


@dataclass(slots=True)
class _Read:
    """A declaration while it is read without counties."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    simulated: list[Text] = field(default_factory=list)

    def reference(self, survey: Said, name: str) -> Reference:
        """Return what a field refers to, and note it and what of it is made up."""
        value = survey.value(name)
        if isinstance(value, Mapping) and "simulate" in value:
            raise AmurError(
                "no_counties", f"{name}: what is made up is spread over people; say counties and census too, or a file"
            )
        found = reference_of(value, self.folder, name)
        self.files += found.files
        if found.simulated:
            self.simulated.append(sentence("declared", what=INPUTS[name], how=found.simulated))
        if name != "settlements":
            self._mark(found, name, marked_rows(found.path))
        return found

    def _mark(self, found: Reference, name: str, marked: int) -> None:
        if marked:
            marks = {"count": f"{marked:,}", "file": found.path.name}
            self.simulated.append(sentence("marked", what=INPUTS[name], **marks))

    def antennas(self, survey: Said) -> Antennas:
        """Return the antennas of a table."""
        reference = self.reference(survey, "sites")
        part = reference.options.part("defaults")
        said = {one.field: part.number(one.field, np.nan) for one in COLUMNS}
        part.refuse_others()
        datum = datum_of(reference)
        reference.options.known.add("defaults")
        reference.options.refuse_others()
        given = {name: value for name, value in said.items() if not np.isnan(value)}
        return read_antennas(
            reference.path, datum=datum, defaults=given, headers=reference.columns, where=reference.where
        ).whole()

    def places(self, survey: Said) -> Places:
        """Return villages with their names or, where there are none, settlements."""
        if not survey.has("villages"):
            reference = self.reference(survey, "settlements")
            named = settlements_from(reference)
            self._mark(reference, "settlements", named.marked)
            return of_table(named)
        reference = self.reference(survey, "villages")
        places = self.reference(survey, "places") if survey.has("places") else None
        found = read_villages(reference, places)
        for one in (reference, places):
            if one is not None:
                one.options.refuse_others()
        return Places(found.villages, dict(zip(found.villages.ids.tolist(), found.names.tolist(), strict=True)))


def question_of(inputs: Inputs, village: str, terms: Terms) -> Question:
    """Return the question about one village or settlement, with the ground around it.

    Raises:
        AmurError: if there is none of that id or name, nobody knows where it is, it is a settlement outside of all
            counties, or no file of heights reaches there.
    """
    places = inputs.places
    _hold_inside(places, village)
    row = row_of(places.villages, places.names, village, places.thing, inputs.county_names)
    box = around(places.villages, row, max(terms.reach_km, terms.new_site_km))
    terrain = Mosaic(tuple(sheet for one in inputs.heights for sheet in one.sheets())).window(box)
    return Question(
        terrain, inputs.antennas, places.villages, inputs.definitions, places.names, inputs.simulated, inputs.coarse,
        places.thing, inputs.county_names, inputs.titles,
    )  # fmt: skip


def _hold_inside(places: Places, said: str) -> None:
    """Hold that what is asked for is no settlement outside of all counties, unless one inside is called so too."""
    if said in places.names or said in places.names.values():
        return
    for id_, name in places.outside.items():
        if said in {id_, name}:
            raise AmurError(
                "outside", f"settlement {name} ({id_}) lies in no county of the map, so that no survey judges it; "
                "name another, or add its county",
            )  # fmt: skip


def terms_of(parameters: Parameters, **more: Any) -> Terms:
    """Return the terms that the parameters of a survey make, with others where they are said.

    Raises:
        AmurError: if a number lies outside of its range.

    >>> terms_of(Parameters(building_db=12.0), reach_km=20.0).receiver.penetration_db
    12.0
    """
    receiver = Receiver(
        clutter_db=parameters.clutter_db,
        penetration_db=parameters.building_db,
        probability=parameters.edge_probability,
    )
    return Terms(
        receiver=receiver,
        receiver_m=parameters.receiver_m,
        deviation_db=parameters.location_deviation_db,
        place_m=parameters.pixel_m,
        delta_n=parameters.delta_n,
        refractivity_n0=parameters.refractivity_n0,
        **more,
    )


def around(villages: Villages, row: int, km: float) -> Box:
    """Return a part of the Earth that has all within so many kilometres of a village's points.

    Raises:
        AmurError: if nobody knows where any point of it is.
    """
    at = np.flatnonzero(villages.of == row)
    if not len(at):
        raise AmurError("no_point", f"village {villages.ids[row]} has no point of which is known where it is")
    north, east = villages.points.north[at], villages.points.east[at]
    up = 1.01 * km / _KM_OF_DEGREE
    side = up / np.cos(np.radians(min(float(np.abs(north).max()) + up, _POLE)))
    return _box(float(east.min() - side), float(north.min() - up), float(east.max() + side), float(north.max() + up))


def _bounds(villages: Villages) -> Box:
    """Return a part of the Earth with all villages or settlements and some room."""
    points = villages.points
    if not len(points):
        raise AmurError("no_point", "of no village or settlement is known where it is; give longitudes and latitudes")
    return _box(*(float(one) for one in (points.east.min(), points.north.min(), points.east.max(), points.north.max())))


def _box(west: float, south: float, east: float, north: float) -> Box:
    room = 1e-6
    return Box(max(west - room, -180.0), max(south - room, -90.0), min(east + room, 180.0), min(north + room, 90.0))
