"""``amur cover``: who has signal under which definition, from sites and terrain to tables, maps and a raster."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from amur.config import environment
from amur.config.terminal import CommandError, errors, print_table, say, say_aside, step

if TYPE_CHECKING:
    from amur.methods.surveys.asked import Asked
    from amur.methods.surveys.surveying import Runner, Survey, Surveyed

_EVERY_SECONDS = 10.0
"""How often a log hears how far a survey is; a terminal sees it always."""
_SHOWN = 5
ONE_BY_ONE = {"spark_sql_files_openCostInBytes": "1", "spark_sql_execution_arrow_maxRecordsPerBatch": "1"}
"""What makes Spark share tiles out one by one, however small the file of all is, and give back no more at once."""
_INPUTS = ("sites", "counties", "census", "settlements", "villages", "places")
_RADIO = {
    "band": "bands",
    "pixel_m": "pixel_m",
    "clutter_db": "clutter_db",
    "building_db": "building_db",
    "deviation_db": "location_deviation_db",
    "edge": "edge_probability",
}
"""Options, and what a declaration calls them."""


class Engine(StrEnum):
    """The engines by name."""

    LOCAL = "local"
    SPARK = "spark"


class Report(StrEnum):
    """The language of a report, or none."""

    ZH = "zh"
    EN = "en"
    NONE = "none"


_AS_JSON = "a file, or a JSON object that says more of it"
Sites = Annotated[str, typer.Argument(help=f"Antennas: {_AS_JSON}, or that so many are to be simulated.")]
To = Annotated[Path, typer.Option("--to", help="Folder for the result.")]
Declared = Annotated[
    Path | None, typer.Option("--survey", help="Declaration of a survey; options stand instead of it.")
]
Terrain = Annotated[
    list[str] | None, typer.Option("--terrain", help=f"Heights: {_AS_JSON}; flat for level ground. May be repeated.")
]
Counties = Annotated[str, typer.Option("--counties", help=f"Shapes of counties (GeoJSON): {_AS_JSON}.")]
Census = Annotated[str, typer.Option("--census", help=f"People and households by county: {_AS_JSON}.")]
Settlements = Annotated[str, typer.Option("--settlements", help=f"Settlements: {_AS_JSON}.")]
Villages = Annotated[str, typer.Option("--villages", help=f"Villages and their committees: {_AS_JSON}.")]
Places = Annotated[str, typer.Option("--places", help=f"Schools, clinics and settlements of villages: {_AS_JSON}.")]
Definitions = Annotated[
    Path | None,
    typer.Option("--definitions", help="What counts as covered, as JSON or YAML [default: three published]."),
]
Bands = Annotated[list[str] | None, typer.Option("--band", help="Number of a band, FROM-TO, or MHz; may be repeated.")]
Pixel = Annotated[float | None, typer.Option("--pixel-m", help="Width of a pixel [default: 100].")]
Radius = Annotated[float | None, typer.Option("--radius-km", help="How far a site is followed [default: 10].")]
Clutter = Annotated[
    float | None, typer.Option("--clutter-db", help="What stands around a receiver takes [default: 0].")
]
Building = Annotated[float | None, typer.Option("--building-db", help="What walls take [default: 0, outdoors].")]
Deviation = Annotated[
    float | None, typer.Option("--deviation-db", help="Scatter over places [default: as ITU-R P.1812 has it].")
]
Edge = Annotated[float | None, typer.Option("--edge", help="Probability at the edge of a cell [default: 0.9].")]
Others = Annotated[
    list[str] | None,
    typer.Option("--radio", help="NAME=NUMBER: another parameter, such as receiver_m=3; may be repeated."),
]
Engines = Annotated[Engine, typer.Option("--engine", help="local: this machine; spark: a cluster.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="How many processes [default: one a core].")]
Master = Annotated[str, typer.Option("--master", help="Address of a Spark cluster [default: this machine].")]
Reports = Annotated[Report, typer.Option("--report", help="Language of the report (PDF), or none.")]

Notice = Annotated[str, typer.Option("--map-notice", help="What has to stand under maps, as the number of a review.")]


@dataclass(frozen=True, slots=True)
class _Run:
    """Where a survey is made and where it goes."""

    to: Path
    engine: Engine
    workers: int | None
    master: str
    report: Callable[[Path], bytes] | None


def cover(  # noqa: PLR0917 -- options of the command
    to: To,
    sites: Sites = "",
    declared: Declared = None,
    terrain: Terrain = None,
    counties: Counties = "",
    census: Census = "",
    settlements: Settlements = "",
    villages: Villages = "",
    places: Places = "",
    definitions: Definitions = None,
    band: Bands = None,
    pixel_m: Pixel = None,
    radius_km: Radius = None,
    clutter_db: Clutter = None,
    building_db: Building = None,
    deviation_db: Deviation = None,
    edge: Edge = None,
    radio: Others = None,
    engine: Engines = Engine.LOCAL,
    workers: Workers = None,
    master: Master = "",
    report: Reports = Report.ZH,
    map_notice: Notice = "",
) -> None:
    """Survey coverage: who has signal under which definition, county by county, and who flips between them."""
    options = locals()  # each by its name, for what reads them below
    from amur.methods.surveys.inputs import definitions_in

    if master and engine is not Engine.SPARK:
        raise CommandError(f"--master belongs to --engine spark; this run has --engine {engine}")
    said, folder = _declaration(declared, _radio(options))
    said |= {name: reference(name, options[name]) for name in _INPUTS if options[name]}
    said |= {"heights": _heights(terrain)} if terrain else {}
    said |= {"definitions": definitions_in(definitions)} if definitions else {}
    _survey(said, folder, _Run(to, engine, workers, master, _report(report, map_notice)))


def _survey(said: dict[str, Any], folder: Path, run: _Run) -> None:
    from amur.methods.surveys.files import Filing, filed
    from amur.methods.surveys.inputs import asked_of
    from amur.methods.surveys.surveying import Survey
    from amur.web import clock

    with tempfile.TemporaryDirectory(prefix="amur-cover-") as scratch:
        with step("Reading what goes in"):
            asked = asked_of(said, folder, scratch=Path(scratch))
        with step("Spreading people, looking at the ground, measuring the error"):
            survey = Survey(asked)
        filing = Filing(run.to.absolute(), clock.now(), run.report)
        with _engine(run) as runner, _telling() as tell:
            found = filed(survey, runner, filing, tell=tell)
    _show(survey, found, run.to)


def _radio(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what options say of the radio, by the names that a declaration has; None where one says nothing."""
    kilometres = options["radius_km"]
    found = {ours: options[name] for name, ours in _RADIO.items()}
    found["radius_m"] = None if kilometres is None else kilometres * 1000
    for one in options["radio"] or ():
        name, _, value = one.partition("=")
        try:
            found[name] = value == "true" if value in {"true", "false"} else float(value)
        except ValueError:
            raise CommandError(f"--radio: found {one!r}, wanted NAME=NUMBER, such as receiver_m=3") from None
    return found


def _heights(said: list[str]) -> Any:
    return "flat" if said == ["flat"] else [reference("terrain", one) for one in said]


def _declaration(file: Path | None, radio: dict[str, Any]) -> tuple[dict[str, Any], Path]:
    """Return a declaration with what options say of the radio, and where its paths begin."""
    from amur.methods.surveys.inputs import declared as read

    said = read(file) if file else {}
    told = {name: value for name, value in radio.items() if value is not None}
    before = said.get("radio") or {}
    if not isinstance(before, dict):
        raise CommandError(f"--survey: radio: found {before!r}, wanted an object")
    return said | {"radio": before | told}, (file.absolute().parent if file else Path.cwd())


def reference(name: str, said: str) -> Any:
    """Return what an option says: a path from here, or an object whose file is one."""
    if not said.lstrip().startswith("{"):
        return {"file": str(Path(said).absolute())}
    try:
        found = json.loads(said)
    except ValueError as error:
        raise CommandError(f"--{name}: this is no JSON object: {error}") from error
    if isinstance(found.get("file"), str) and "package" not in found:
        found["file"] = str(Path(found["file"]).absolute())
    return found


def _report(language: Report, map_notice: str) -> Callable[[Path], bytes] | None:
    if language is Report.NONE:
        return None
    from amur.methods.printing.reports import coverage_report

    return partial(coverage_report, language=language.value, map_notice=map_notice)


@contextmanager
def _engine(run: _Run) -> Iterator[Runner]:
    if run.engine is Engine.SPARK:
        from amur.compute import spark

        spark.need_java()  # said before half a gigabyte is fetched
        environment.ensure(("spark",))
        with spark.cluster(run.master or f"local[{run.workers or '*'}]", **ONE_BY_ONE) as session:
            yield partial(spark.run, session)
    else:
        from amur.compute import local

        with local.Pool(run.workers) as pool:
            yield pool.run


@contextmanager
def _telling() -> Iterator[Callable[[int, int], None]]:
    """Show how many tiles are done, how fast, and how long it takes still; a log hears of it now and then."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    started = said = time.monotonic()
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        task = progress.add_task("Tiles of ground", total=None, rate="")

        def tell(done: int, whole: int) -> None:
            nonlocal said
            now = time.monotonic()
            rate = done / max(now - started, 1e-3)
            progress.update(task, total=whole, completed=done, rate=f"{done:,} of {whole:,}, {rate:,.1f}/s")
            if not errors.is_terminal and now - said >= _EVERY_SECONDS:
                said = now
                left = f", {(whole - done) / rate:,.0f} s left" if done else ""
                say_aside(f"{done:,} of {whole:,} tiles, {rate:,.1f}/s{left}")

        yield tell


def _show(survey: Survey, found: Surveyed, to: Path) -> None:
    from amur.methods.surveys.summing import sentences

    asked = survey.asked
    rows = {(row["definition"], row["measure"]): row for row in found.shares.to_pylist() if not row["county"]}
    measures = list(dict.fromkeys(measure for _, measure in rows))
    lines = [(one.id, *(_share(rows[one.id, measure]) for measure in measures)) for one in asked.definitions]
    print_table("Covered", ("definition", *(measure.replace("_", " ") for measure in measures)), lines)
    flipping = len(set(found.flips["id"].to_pylist()))
    say(f"{flipping:,} of {len(found.places):,} {found.places_are} flip: definitions do not agree on them.")
    say(f"Fast mode {survey.misses.errors}.")
    _aside(asked, found)
    for one in (*sentences(survey), *asked.simulated):
        say(f"{one.en[:1].upper()}{one.en[1:].removesuffix('.')}.")
    say(f"In {to}: tables, maps, a raster, a summary, and a manifest of what they came of.")


def _share(row: dict[str, Any]) -> str:
    """Return a share, and how large it is at most where not all is known."""
    if row["share"] is None:
        return "–"
    most = f" to {row['share_at_most']:.1%}" if row["not_known"] else ""
    return f"{row['share']:.1%}{most}"


def _aside(asked: Asked, found: Surveyed) -> None:
    """Say who has no place, and what was left out."""
    unplaced = found.people.unplaced
    if unplaced:
        people = sum(one.people for one in unplaced)
        say(f"{people:,} people have no place on the map: {_first([f'{one.code} {one.name}' for one in unplaced])}.")
    if found.people.outside:
        names = dict(zip(asked.settlements.ids.tolist(), asked.settlement_names.tolist(), strict=True))
        outside = _first([names[one] for one in found.people.outside])
        say(f"{len(found.people.outside):,} settlements lie in no county: {outside}.")
    for field, count in asked.antennas.assumed.items():
        say(f"{count:,} antennas do not say {field}; it is assumed.")


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
