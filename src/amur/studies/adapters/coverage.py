"""A survey of coverage, from its declaration and from files that stand in place of what it names.

``survey`` is a declaration as ``methods.surveys.inputs`` reads it; it may name packages of data, and no file. Each
other input takes the place of a part of it, and what was said of that part, such as its columns, holds for the file.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError
from amur.compute import local
from amur.methods.printing.reports import coverage_report
from amur.methods.surveys.files import Filing, filed
from amur.methods.surveys.inputs import asked_of, declared, definitions_in
from amur.methods.surveys.surveying import Survey, Surveyed
from amur.studies.adapters import Asked, Made, Step

_PARTS = ("sites", "counties", "census", "settlements", "villages", "places")
_MAY_BE_PATHS = frozenset({*_PARTS, "heights", "definitions", "simulate"})
"""Parts of a declaration in which a text is a path."""
_RADIO = (
    "pixel_m", "radius_m", "receiver_m", "clutter_db", "building_db", "location_deviation_db", "edge_probability",
    "cell_resolution", "counts_errors",
)  # fmt: skip
_MEASURES = {"people": "people_", "households": "households_", "villages": "villages_", "area_km2": "area_"}
_READ, _SPREAD = 0.02, 0.08
"""How far it is, as a share, when everything is read, and when people are spread over the ground."""


def run(asked: Asked) -> Made:
    """Write all files of a survey; the figures are those of all counties together.

    Raises:
        AmurError: for inputs that are wrong, and where a survey cannot be made of them.
    """
    said = declared(asked.inputs["survey"])
    _replace(said, asked)
    with tempfile.TemporaryDirectory(prefix="amur-survey-") as scratch:
        asked.told(0.0, Step("reading", "Reading what goes in"))
        question = asked_of(said, Path(scratch), scratch=Path(scratch))
        asked.told(_READ, Step("spreading", "Spreading people over the ground"))
        survey = Survey(question)
        report = _report(asked.text("report") or "zh")
        filing = Filing(asked.results.folder, asked.made_at, report)
        with local.Pool(int(asked.number("processes")) if "processes" in asked.parameters else None) as pool:
            found = filed(survey, pool.run, filing, tell=partial(_tell, asked))
    manifest = json.loads((asked.results.folder / "manifest.json").read_text(encoding="utf-8"))
    asked.results.written.update(manifest["results"])
    summary = json.loads((asked.results.folder / "summary.json").read_text(encoding="utf-8"))
    return Made(
        _figures(summary, found),
        simulated=tuple(summary["simulated"]),
        sources=tuple(summary["sources"]),
        read=question.files,
        parameters=manifest["parameters"],
    )


def _replace(said: dict[str, Any], asked: Asked) -> None:
    """Put the files and parameters of a study in place of what its declaration says.

    Raises:
        AmurError: if the declaration names a file.
    """
    for name, value in said.items():
        _hold_to_packages(value, name)
    for name in _PARTS:
        if name in asked.inputs:
            options = before if isinstance(before := said.get(name), Mapping) else {}
            kept = {key: value for key, value in options.items() if key not in {"package", "file", "simulate", "seed"}}
            said[name] = kept | {"file": str(asked.inputs[name])}
    if "simulate_sites" in asked.parameters:
        said["sites"] = {"simulate": int(asked.number("simulate_sites")), "seed": int(asked.number("seed", 1))}
    if "definitions" in asked.inputs:
        said["definitions"] = definitions_in(asked.inputs["definitions"])
    if "heights" in asked.inputs:
        said["heights"] = [{"file": str(asked.inputs["heights"])}]
    radio = dict(said.get("radio") or {})
    radio.update({name: asked.parameters[name] for name in _RADIO if name in asked.parameters})
    if bands := [one.strip() for one in asked.text("bands").replace("，", ",").split(",") if one.strip()]:
        radio["bands"] = bands
    said["radio"] = radio


def _hold_to_packages(value: Any, name: str) -> None:
    """Refuse a file of this machine, which no study would know by its hash, and which may be anybody's.

    Raises:
        AmurError: it says which part of the declaration names one.
    """
    is_path = isinstance(value, str) and name in _MAY_BE_PATHS and value != "flat"
    if is_path or (isinstance(value, Mapping) and "file" in value and "package" not in value):
        raise AmurError("file_in_survey", f"survey.{name}: a file is named; make it an input of the method", name=name)
    if isinstance(value, Mapping):
        for key, one in value.items():
            _hold_to_packages(one, str(key))
    for one in value if isinstance(value, list) else ():
        _hold_to_packages(one, name)


def _tell(asked: Asked, done: int, whole: int) -> None:
    step = Step("tiles", f"{done:,} / {whole:,}", {"done": done, "whole": whole})
    asked.told(_SPREAD + (1 - _SPREAD) * done / max(whole, 1) * 0.95, step)


def _report(language: str) -> Callable[[Path], bytes] | None:
    return None if language == "none" else partial(coverage_report, language=language)


def _figures(summary: Mapping[str, Any], found: Surveyed) -> dict[str, float | int | None]:
    figures: dict[str, float | int | None] = {
        "people": summary["people"]["total"],
        "households": summary["households"]["total"],
        "sites": summary["sites"],
        "counties": summary["counties"],
        "villages": summary["villages"],
        "error_p95_db": summary["error_db"]["p95"],
    }
    for row in found.shares.to_pylist():
        if not row["county"] and row["measure"] in _MEASURES:
            figures[f"{_MEASURES[row['measure']]}{row['definition']}"] = row["share"]
    return figures
