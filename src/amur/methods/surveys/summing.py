"""A survey in short: what counts as covered, how many there are, how far off it may be, and what of it is made up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow.compute as pc
import shapely

from amur.base.declared import Text
from amur.methods.coverage.definitions import AnyOf, Definition, SignalAt, SiteWithin
from amur.methods.surveys.asked import Asked
from amur.methods.surveys.judging import COUNTED
from amur.methods.surveys.surveying import Survey, Surveyed
from amur.methods.surveys.wording import kept, sentence
from amur.methods.terrain.grids import COARSE_M

MODEL = "radial sweep: free space, Bullington's edge over terrain, smooth Earth (ITU-R P.1812-8)"


def summary_of(survey: Survey, found: Surveyed) -> dict[str, Any]:
    """Return what a survey is about and how it was made, as plain values."""
    asked = survey.asked
    table, unplaced = found.people.table, found.people.unplaced
    totals: dict[str, Any] = {}
    for name in COUNTED:
        placed, left = int(pc.sum(table[name]).as_py() or 0), sum(getattr(one, name) for one in unplaced)
        totals[name] = {"total": placed + left, "placed": placed, "unplaced": left}
    return {
        "definitions": definitions_told(asked),
        **totals,
        "unplaced": [asdict(one) for one in unplaced],
        "settlements_outside": list(found.people.outside),
        "sites": len(np.unique(survey.antennas.sites)),
        "antennas": len(survey.antennas),
        "assumed": dict(survey.antennas.assumed),
        "frequencies_mhz": np.unique(survey.antennas.frequencies_mhz).tolist(),
        "counties": len(asked.counties),
        "county_findings": [asdict(one) for one in asked.counties.findings],
        "villages": 0 if asked.villages is None else len(asked.villages),
        "places_are": found.places_are,
        "flips": len(found.flips),
        "error_db": _error(survey),
        "simulated": kept(asked.simulated),
        "simulated_of": list(asked.simulated_of),
        "coarse": kept(sentences(survey)),
        "sources": [
            {"what": one.what, "from": one.origin, "date": one.date, "licence": one.licence,
             "resolution": one.resolution}
            for one in asked.sources
        ],
        "bounds": shapely.total_bounds(asked.counties.shapes).tolist(),
        "projection": survey.sky.tiling.grid.projection,
        "model": MODEL,
    }  # fmt: skip


def _error(survey: Survey) -> dict[str, Any]:
    """Return how far the fast mode is from the full model, in decibels."""
    errors = survey.misses.errors
    return {
        "rms": _known(errors.rms_db),
        "bias": _known(errors.bias_db),
        "median": _known(errors.median_db),
        "p90": _known(errors.quantile_90_db),
        "p95": _known(survey.misses.quantile_95_db),
        "ways": errors.ways,
        "against": errors.sample.model,
        "said": str(errors),
    }


def definitions_told(asked: Asked) -> list[dict[str, Any]]:
    """Return definitions as plain values, with their titles."""
    return [{**_told(one), "title": dict(asked.titles.get(one.id, {}))} for one in asked.definitions]


def sentences(survey: Survey) -> tuple[Text, ...]:
    """Return what is coarse or left out, in sentences; without repeating one."""
    asked, parameters = survey.asked, survey.asked.parameters
    said = list(asked.coarse)
    is_level = sentence("flat") in asked.simulated
    if not said and not is_level and survey.measured_m > COARSE_M:
        what = ", ".join(dict.fromkeys(one.words or one.path.name for one in asked.heights))
        said.append(sentence("coarse", what=what, far=f"{survey.measured_m:,.0f} m"))
    if parameters.pixel_m > COARSE_M:
        said.append(sentence("pixel", pixel=f"{parameters.pixel_m:g} m", fine=f"{COARSE_M:g} m"))
    said.append(sentence("radius", radius=f"{parameters.radius_m / 1000:g} km"))
    return tuple(dict.fromkeys(said))


def _told(one: Definition) -> dict[str, Any]:
    found: dict[str, Any] = {"id": one.id, "source": one.source}
    if isinstance(one, SiteWithin):
        return found | {"kind": "site_within", "kilometres": one.kilometres}
    if isinstance(one, SignalAt):
        return found | {
            "kind": "signal_at", "threshold_dbm": one.threshold_dbm, "probability": one.probability,
            "kinds": list(one.kinds), "least_households": one.least_households,
        }  # fmt: skip
    assert isinstance(one, AnyOf)  # noqa: S101 -- there are three
    return found | {"kind": "any_of", "parts": [_told(part) for part in one.parts]}


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
