"""``amur explain-village``: why a village or settlement has signal or none, and the cheapest that would mend it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from amur.config import cover_verb as cover
from amur.config.terminal import CommandError, say, step

if TYPE_CHECKING:
    from datetime import datetime

    from amur.methods.coverage.reasons import Language
    from amur.methods.explaining import Explanation
    from amur.methods.explaining.likening import Like

_RADIO = {
    "band": "bands",
    "clutter_db": "clutter_db",
    "building_db": "building_db",
    "deviation_db": "location_deviation_db",
    "edge": "edge_probability",
}
"""Options, and what a declaration calls them."""
_TERMS = ("reach_km", "highest_m", "low_mhz", "new_site_km", "new_mast_m")
_OURS = ("profile.svg", "profile.csv", "profile-*.svg", "profile-*.csv", "explanation.pdf")
_PACKAGES = ("numba", "numpy", "pyarrow", "pyproj", "rasterio", "scipy", "typst")
"""Whose versions the manifest tells."""

_FILES = ("sites", "villages", "places", "settlements", "counties", "census")
"""Options that name what a declaration names so too."""

Village = Annotated[
    str, typer.Argument(help="Id or name of the village, or of the settlement where a survey has no villages.")
]
To = Annotated[Path, typer.Option("--to", help="Folder for the explanation.")]
Sites = Annotated[str, typer.Option("--sites", help="Antennas: a file, or a JSON object that says more of it.")]
Likely = Annotated[
    Path | None,
    typer.Option(
        "--like",
        help="Result folder of amur cover: its radio, definitions and settlements, and to compare.",
        exists=True,
    ),
]
Point = Annotated[
    str, typer.Option("--point", help="committee, school, clinic, settlement, or a number [default: the weakest].")
]
Reach = Annotated[float, typer.Option("--reach-km", help="How far away sites count.")]
Shown = Annotated[int, typer.Option("--shown", help="From how many sites ways are shown.")]
Highest = Annotated[float, typer.Option("--highest-m", help="How high a mast may become.")]
Low = Annotated[float, typer.Option("--low-mhz", help="The lower band that may be added, in MHz.")]
NewSite = Annotated[
    float, typer.Option("--new-site-km", help="How far from the village or settlement a new site may stand.")
]
NewMast = Annotated[float | None, typer.Option("--new-mast-m", help="Its mast [default: as the best site's].")]
Prices = Annotated[Path | None, typer.Option("--costs", help="Prices of remedies (JSON), each with its source.")]


def explain_village(  # noqa: PLR0917 -- options of the command
    village: Village,
    to: To,
    sites: Sites = "",
    survey: cover.Declared = None,
    terrain: cover.Terrain = None,
    villages: cover.Villages = "",
    places: cover.Places = "",
    settlements: cover.Settlements = "",
    counties: cover.Counties = "",
    census: cover.Census = "",
    definitions: cover.Definitions = None,
    like: Likely = None,
    band: cover.Bands = None,
    clutter_db: cover.Clutter = None,
    building_db: cover.Building = None,
    deviation_db: cover.Deviation = None,
    edge: cover.Edge = None,
    point: Point = "",
    reach_km: Reach = 30.0,
    shown: Shown = 3,
    highest_m: Highest = 80.0,
    low_mhz: Low = 780.0,
    new_site_km: NewSite = 5.0,
    new_mast_m: NewMast = None,
    costs: Prices = None,
    report: cover.Reports = cover.Report.ZH,
) -> None:
    """Explain a village or settlement: profiles, ridges, budgets, what definitions say, and the cheapest remedy."""
    options = locals()  # each option by its name, once, for what reads them below
    from amur.methods.explaining.telling import lines

    before = _like(like)
    said, folder = _declaration(options, before)
    with tempfile.TemporaryDirectory(prefix="amur-explain-") as scratch:
        found, read = _explained(said, folder, Path(scratch), options, before)
        told = {"radio": said["radio"], "definitions": said.get("definitions"), "terms": found.terms}
        _write(found, to, read, {found.subject.thing: village, "point": point, **told}, report)
    for line in lines(found):
        say(line)
    say(f"In {to}: the explanation, its profile and its remedies, and a manifest of what they came of.")


def _like(folder: Path | None) -> Like | None:
    from amur.methods.explaining.likening import like_of

    return like_of(folder) if folder else None


def _declaration(options: Mapping[str, Any], before: Like | None) -> tuple[dict[str, Any], Path]:
    """Return a declaration with what options say, and where its paths begin.

    What a survey was made with counts where the declaration says nothing of it, and an option counts most.
    """
    from amur.methods.surveys.inputs import declared

    file: Path | None = options["survey"]
    said = declared(file) if file else {}
    radio = said.get("radio") or {}
    if not isinstance(radio, dict):
        raise CommandError(f"--survey: radio: found {radio!r}, wanted an object")
    told = {ours: options[name] for name, ours in _RADIO.items() if options[name] is not None}
    said["radio"] = (dict(before.radio) if before else {}) | radio | told
    if options["definitions"]:
        said["definitions"] = _document("--definitions", options["definitions"])
        if isinstance(said["definitions"], dict):
            said["definitions"] = said["definitions"].get("definitions")
    elif before:
        said.setdefault("definitions", [*before.definitions])
    said |= {name: cover.reference(name, options[name]) for name in _FILES if options[name]}
    if before and before.settlements and not (said.get("villages") or said.get("settlements")):
        said["villages"] = {"file": str(before.settlements)}
    if terrain := options["terrain"]:
        said["heights"] = "flat" if terrain == ["flat"] else [cover.reference("terrain", one) for one in terrain]
    return said, (file.absolute().parent if file else Path.cwd())


def _document(option: str, file: Path) -> Any:
    """Return what a file of JSON or YAML says."""
    import yaml

    from amur.methods.filing.texts import text_of

    try:
        return yaml.safe_load(text_of(file))
    except yaml.YAMLError as error:
        raise CommandError(f"{option}: {file.name} is neither JSON nor YAML: {error}") from error


def _explained(
    said: Mapping[str, Any], folder: Path, scratch: Path, options: Mapping[str, Any], before: Like | None
) -> tuple[Explanation, list[Path]]:
    """Return the explanation, and the files that it came of."""
    from amur.methods.explaining import costs_of, explain
    from amur.methods.explaining.likening import compared
    from amur.methods.explaining.reading import inputs_of, question_of, terms_of
    from amur.methods.filing.results import hash_of

    prices = costs_of(_document("--costs", options["costs"])) if options["costs"] else None
    with step("Reading what goes in"):
        inputs = inputs_of(said, folder, scratch=scratch)
        terms = terms_of(inputs.parameters, sites=options["shown"], **{name: options[name] for name in _TERMS})
        question = question_of(inputs, options["village"], terms)
    with step(f"Looking at the ways to the {inputs.places.thing}, and at what would mend it"):
        found = explain(question, options["village"], terms, point=options["point"], costs=prices)
    read = sorted({*inputs.files, *([options["costs"]] if options["costs"] else [])})
    if before:
        more = compared(found, before, {file.name: hash_of(file) for file in inputs.files})
        found = replace(found, notes=(*found.notes, *more))
    return found, read


def _write(
    of: Explanation, to: Path, inputs: list[Path], parameters: Mapping[str, Any], language: cover.Report
) -> None:
    """Write the explanation as files; the report names them by their fingerprint, so it is made of all others."""
    from amur.methods.explaining.drawing import profile_svg
    from amur.methods.explaining.telling import as_json, profile_csv, remedies_csv
    from amur.methods.filing.results import Results
    from amur.web import clock

    spoken: Language = "en" if language is cover.Report.EN else "zh"
    contents = {"explanation.json": as_json(of), "remedies.csv": remedies_csv(of, spoken)}
    for number, way in enumerate((one for one in of.ways if one.profile is not None), start=1):
        name = "profile" if number == 1 else f"profile-{number}"
        contents |= {f"{name}.svg": profile_svg(of, way, spoken), f"{name}.csv": profile_csv(way)}
    made_at = clock.now()
    report = None if language is cover.Report.NONE else _report(of, spoken, made_at, [*contents.values()])
    results = Results(to)
    for old in (one for pattern in _OURS for one in to.glob(pattern) if one.name not in contents):
        old.unlink()  # of an explanation that was here before, of more sites or with a report
    for name, content in contents.items():
        results.write(name, content)
    if report:
        results.write("explanation.pdf", report)
    results.finish(inputs, parameters, made_at=made_at, packages=_PACKAGES)


def _report(of: Explanation, language: Language, made_at: datetime, contents: list[str]) -> bytes:
    """Return the report; what it is known by is the hash of all other files in their order."""
    from amur.methods.explaining.reporting import blocks_of, simulated_of
    from amur.methods.printing.reports import explanation_report

    village = of.subject.name or of.subject.id
    fingerprint = hashlib.sha256("\0".join(contents).encode()).hexdigest()
    return explanation_report(
        village, blocks_of(of, language), language, simulated=simulated_of(of, language), made_at=made_at,
        fingerprint=fingerprint,
    )  # fmt: skip
