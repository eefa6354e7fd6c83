"""A survey that was made before: its parameters and definitions for an explanation, and what it says of the village."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError
from amur.methods.explaining.values import Explanation
from amur.methods.explaining.vocabulary import Said, both
from amur.methods.surveys.asked import Parameters
from amur.methods.surveys.reading.results import TABLE, judges_settlements

_SKIPPED = {"rule", "sample", "bands_mhz", "simplify_m", "cell_resolution"}


@dataclass(frozen=True, slots=True)
class Like:
    """A survey: what its radio and definitions were, as a declaration has them, and the hashes of its inputs.

    ``settlements`` is its table of these, where it judged them as it had no villages.
    """

    folder: Path
    radio: Mapping[str, Any]
    definitions: Sequence[Mapping[str, Any]]
    inputs: Mapping[str, str]
    settlements: Path | None = None


def like_of(folder: Path) -> Like:
    """Return what a result folder of a survey was made with.

    Raises:
        AmurError: if there is no manifest of a survey.
    """
    file = folder / "manifest.json"
    try:
        said = json.loads(file.read_text("utf-8"))
        parameters = said["parameters"]
        names = {one.name for one in fields(Parameters)} - _SKIPPED
        radio = {name: value for name, value in parameters.items() if name in names and value is not None}
        radio["bands"] = [f"{least}-{most}" for least, most in parameters["bands_mhz"]]
        definitions = [_definition(one) for one in parameters["definitions"]]
        inputs = {one["file"]: one["sha256"] for one in said["inputs"]}
    except FileNotFoundError as error:
        raise AmurError("no_survey", f"{folder}: there is no result of a survey; name a folder of one") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AmurError("no_survey", f"{file} is no manifest of a survey: {error!r}; make the survey again") from error
    settlements = folder.absolute() / TABLE if judges_settlements(folder) else None
    return Like(folder, radio, definitions, inputs, settlements)


def _definition(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition as it is declared, from how a manifest tells it."""
    made: dict[str, Any] = {"id": told["id"], "source": told["source"]}
    if "title" in told:
        made["title"] = told["title"]
    if told["kind"] == "site_within":
        return made | {"site_within_km": told["kilometres"]}
    if told["kind"] == "signal_at":
        return made | {name: told[name] for name in ("threshold_dbm", "probability", "kinds", "least_households")}
    return made | {"any_of": [_definition(one) for one in told["parts"]]}


def compared(of: Explanation, like: Like, hashes: Mapping[str, str]) -> list[Said]:
    """Return in sentences what a survey says of the subject, where it differs, and which inputs are others now.

    Raises:
        AmurError: if the survey has no table of villages or settlements.
    """
    said: list[Said] = []
    row = _row(like.folder, of.subject.id)
    if row is None:
        said.append(both(f"no_{of.subject.thing}_surveyed"))
    else:
        levels = {"median": _dbm(row.get("signal_dbm")), "edge": _dbm(row.get("edge_dbm"))}
        said.append(both("surveyed", **levels) if row.get("signal_dbm") else both("surveyed_silent"))
        differs = [one.definition for one in of.answers if row.get(one.definition, one.answer) != one.answer]
        if differs:
            said.append(both("differs", names=", ".join(differs)))
    others = sorted(name for name, found in hashes.items() if like.inputs.get(name, found) != found)
    if others:
        said.append(both("other_inputs", names=", ".join(others)))
    return said


def _row(folder: Path, village: str) -> Mapping[str, str] | None:
    file = folder / TABLE
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AmurError("no_survey", f"{file} cannot be read: {error}; make the survey again") from error
    return next((row for row in csv.DictReader(io.StringIO(text)) if row.get("id", "").lstrip("'") == village), None)


def _dbm(said: str | None) -> str:
    try:
        return f"{float(said or ''):.1f} dBm"
    except ValueError:
        return "–"
