"""``amur detect``: what rules find in logs, as tables, lines or files; the exit code says how grave it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from amur.config.detect_engines import BROKER, JOB, Name, Where, engine
from amur.config.detect_outputs import Outputs, form_of
from amur.config.detect_run import SHOWN_FAULTS, Run
from amur.config.terminal import CommandError, complain, errors

if TYPE_CHECKING:
    from amur.detection.deriving import Derivations
    from amur.detection.detecting import RulesAt
    from amur.detection.sigma.rules import RuleSet

CODES = {"informational": 0, "low": 10, "medium": 20, "high": 30, "critical": 40}
"""The exit code for the gravest level of what was found; 0 if nothing, 1 and 2 are for faults of the command."""

STOPPED, UNHEARD = 130, 141
"""The exit codes of a run that was stopped, and of one whose output nobody reads any more."""

Stands = tuple[tuple[str, tuple[str, ...]], ...]
"""What stands for each placeholder."""

KEPT_IN = Path.home() / ".cache" / "amur" / "rules"
"""Where compiled rules are kept."""

Rules = Annotated[list[Path] | None, typer.Option("--rules", help="Sigma rules: files, folders (by default our own).")]
Iocs = Annotated[list[Path] | None, typer.Option("--ioc", help="Indicators of compromise: files, folders.")]
Warnings = Annotated[
    list[str] | None,
    typer.Option(
        "--warning-lists", help="Lists of what is no harm, in MISP's form: files, folders, or the word installed."
    ),
]
Since = Annotated[datetime | None, typer.Option("--since", help="Leave out what happened before (UTC).")]
Kind = Annotated[str, typer.Option("--kind", help="What kind of log it is, as product/category/service.")]
Units = Annotated[
    list[Path] | None, typer.Option("--unit", help="What else can be derived of the logs of a unit: networks, lists.")
]
Placeholders = Annotated[
    list[str] | None,
    typer.Option("--placeholder", help="NAME=VALUE: what stands for %NAME% in rules; may be repeated."),
]
Cache = Annotated[Path | None, typer.Option("--cache", help="Folder of compiled rules (by default ~/.cache/amur).")]
Engines = Annotated[
    Name, typer.Option("--engine", help="local: this machine; stream: workers on NATS JetStream; spark: a cluster.")
]
Count = Annotated[int | None, typer.Option("--workers", min=0, help="How many processes (by default one a core).")]
Broker = Annotated[str, typer.Option("--broker", help="A NATS server that runs, such as nats://HOST:4222.")]
BrokerOfWorker = Annotated[
    str, typer.Option("--broker", envvar=BROKER, help="The NATS server, such as nats://HOST:4222.")
]
Credentials = Annotated[
    Path | None, typer.Option("--credentials", help="File of NATS that says who one is.", exists=True)
]
JobName = Annotated[str, typer.Option("--job", help="Name of the job on the server, the same for all its workers.")]
Master = Annotated[str, typer.Option("--master", help="Address of a Spark cluster (by default this machine).")]
Report = Annotated[Path | None, typer.Option("--report", help="Write a page of HTML to this file.")]
Navigator = Annotated[Path | None, typer.Option("--navigator", help="Write a layer of ATT&CK Navigator to this file.")]


def detect(  # noqa: PLR0917 -- options of the command
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of logs.", exists=True)],
    rules: Rules = None,
    ioc: Iocs = None,
    warning_lists: Warnings = None,
    since: Since = None,
    kind: Kind = "",
    unit: Units = None,
    placeholder: Placeholders = None,
    workers: Count = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each hit.")] = False,  # noqa: FBT002 -- an option of the command
    as_csv: Annotated[bool, typer.Option("--csv", help="A line of CSV for each hit.")] = False,  # noqa: FBT002 -- as above
    as_ocsf: Annotated[bool, typer.Option("--ocsf", help="A line of OCSF for each hit.")] = False,  # noqa: FBT002 -- as above
    report: Report = None,
    navigator: Navigator = None,
    kept_in: Cache = None,
    engine_name: Engines = Name.LOCAL,
    broker: Broker = "",
    credentials: Credentials = None,
    job: JobName = JOB,
    master: Master = "",
) -> None:
    """Look through logs for what rules describe."""
    from amur.detection.reporting.summary import Summary
    from amur.web import clock

    outputs = Outputs(form_of(json=as_json, csv=as_csv, ocsf=as_ocsf), report, navigator, clock.now())
    outputs.check()
    options = _worker_options(rules, placeholder, unit, kept_in)
    where = Where(engine_name, workers, broker, str(credentials or ""), job, master, options)
    where.check()
    at, read, fields = _loaded(rules, kept_in, placeholders_of(placeholder), unit)
    since = since.replace(tzinfo=UTC) if since else None
    run = Run(
        log_files(paths), since, kind, read, fields, _matcher(ioc, warning_lists), Summary(), engine_name is Name.SPARK
    )
    raise typer.Exit(_ended(run, at, where, outputs))


def _ended(run: Run, at: RulesAt, where: Where, outputs: Outputs) -> int:
    """Return the exit code of a run to its end; one that is stopped ends in order, and leaves no file by half."""
    try:
        _look_through(run, at, where, outputs)
        sys.stdout.flush()
    except KeyboardInterrupt:
        complain(f"Stopped after {run.summary.events:,} events and {run.summary.hits:,} hits; no file was written.")
        return STOPPED
    except BrokenPipeError:  # as `| head` does; what is left unwritten goes nowhere, also when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNHEARD
    return CODES.get(run.summary.worst, 0)


def _look_through(run: Run, at: RulesAt, where: Where, outputs: Outputs) -> None:
    from amur.detection.detecting import detection

    with engine(where, run.not_looked_at) as runner, _progress(quiet=bool(outputs.form)) as progress:
        for said, sample in run.hits(detection(at), runner, progress):
            run.summary.take(said, sample)
            outputs.hit(said, sample, is_first=run.summary.hits == 1)
    for line in run.told:
        complain(line)
    outputs.end(run)


def placeholders_of(told: list[str] | None) -> Stands:
    """Return what stands for placeholders; one that is named several times stands for any of its values.

    Raises:
        CommandError: if one is not NAME=VALUE.

    >>> placeholders_of(["admin=root", "admin=toor"])
    (('admin', ('root', 'toor')),)
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in told or ():
        name, sign, value = one.partition("=")
        name = name.strip().strip("%")
        if not (name and sign and value):
            raise CommandError(f"--placeholder: found {one!r}, wanted NAME=VALUE, such as admin_users=root")
        found[name] = (*found.get(name, ()), value)
    return tuple(found.items())


def _worker_options(
    rules: list[Path] | None, placeholder: list[str] | None, units: list[Path] | None, kept_in: Path | None
) -> list[str]:
    """Return by which options another process has the same rules."""
    told = [("--rules", str(one.resolve())) for one in rules or ()]
    told += [("--placeholder", one) for one in placeholder or ()]
    told += [("--unit", str(one.resolve())) for one in units or ()]
    told += [("--cache", str((kept_in or KEPT_IN).resolve()))]
    return [part for one in told for part in one]


def _loaded(
    rules: list[Path] | None, kept_in: Path | None, placeholders: Stands, units: list[Path] | None
) -> tuple[RulesAt, RuleSet, frozenset[str]]:
    """Return where rules are, what they say and which fields they need; what compiled them is left to the workers."""
    from amur.detection.detecting import RulesAt, fields_of

    derivations = derivations_of(units)
    at = RulesAt(tuple(rule_files_of(rules)), kept_in or KEPT_IN, placeholders, tuple(units or ()))
    loaded = at.load()
    for one in loaded.read.unusable:
        complain(f"{one.file}: {one.id}: {one.why}")
    return at, loaded.read, fields_of(loaded, derivations)


def derivations_of(units: list[Path] | None) -> Derivations:
    """Return what can be derived, with the files of an option."""
    from amur.detection import deriving

    try:
        return deriving.load(units or ())
    except deriving.Unusable as error:
        raise CommandError(error.message) from error


def rule_files_of(paths: list[Path] | None) -> list[Path]:
    """Return the files of rules of an option, by default our own."""
    from amur.detection.sigma.files import OWN_RULES, rule_files

    files = rule_files(paths or [OWN_RULES])
    if not files:
        raise CommandError(
            f"there is no rule in {', '.join(map(str, paths or []))}; name a folder with .yml files of Sigma"
        )
    return files


def log_files(paths: list[Path]) -> list[Path]:
    """Return the files of logs of an argument; what leads out of a folder is told and left out."""
    from amur.detection.events import Quarantined
    from amur.detection.reading.opening import files_under

    found = []
    for one in files_under(paths):
        if isinstance(one, Quarantined):
            complain(f"{one.source}: {one.found}")
        else:
            found.append(one)
    return found


def _matcher(paths: list[Path] | None, warning_lists: list[str] | None) -> Any:
    if not paths:
        if warning_lists:
            raise CommandError("--warning-lists speak of indicators; name some with --ioc")
        return None
    from amur.detection import iocs

    loaded = iocs.load(paths)
    known = iocs.suppress(*map(_folder_of, warning_lists)) if warning_lists else None
    faults = [*loaded.unusable, *(known.unusable if known else ())]
    for one in faults[:SHOWN_FAULTS]:
        complain(str(one))
    if len(faults) > SHOWN_FAULTS:
        complain(f"… and {len(faults) - SHOWN_FAULTS} more indicators and lists that cannot be used")
    return iocs.Matcher(loaded, known)


def _folder_of(said: str) -> Path:
    """Return where warning lists are: those that the package carries, or as it is said."""
    if said != "installed":
        return Path(said)
    from amur.detection import iocs

    folder = iocs.installed_lists()
    if folder is None:
        raise CommandError("no warning lists are installed; install pymispwarninglists, or name a folder of lists")
    return folder


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    if quiet or not errors.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=errors) as progress:
        yield progress
