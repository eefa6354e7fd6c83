"""``amur detect``: what rules find in logs, as a table, as JSON lines or as CSV; the exit code says how grave it is."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from amur.config.terminal import CommandError, complain, errors, print_table, say

if TYPE_CHECKING:
    import pyarrow as pa

    from amur.detection.deriving import Derivations
    from amur.detection.detecting import RulesAt
    from amur.detection.reporting.summary import Sample, Summary
    from amur.detection.sigma.rules import RuleSet, Said

CODES = {"informational": 0, "low": 10, "medium": 20, "high": 30, "critical": 40}
"""The exit code for the gravest level of what was found; 0 if nothing, 1 and 2 are for faults of the command."""

KEPT_IN = Path.home() / ".cache" / "amur" / "rules"
"""Where compiled rules are kept."""

Units = Annotated[
    list[Path] | None, typer.Option("--unit", help="What else can be derived of the logs of a unit: networks, lists.")
]
_GRAVE = ("critical", "high", "medium")
_SHOWN_FAULTS = 10
_SHOWN_RULES = 30
_COLUMNS = ("time", "level", "title", "rule", "way", "source", "position", "about")


@dataclass(slots=True)
class _Run:
    """What a run reads, and how far it is."""

    files: list[Path]
    since: datetime | None
    kind: str
    rules: RuleSet
    fields: frozenset[str]
    matcher: Any
    summary: Summary
    told: list[str] = field(default_factory=list)
    of_indicators: list[tuple[Said, Sample]] = field(default_factory=list)

    def hits(self, at: RulesAt, workers: int | None, progress: Progress | None) -> Iterator[tuple[Said, Sample]]:
        """Yield what rules find, what indicators match, and at the end what that amounts to over time."""
        import pyarrow as pa

        from amur.compute import local
        from amur.detection.correlating.engine import Correlator
        from amur.detection.detecting import correlated, detection
        from amur.detection.reporting.summary import sample_of, samples

        read = self.rules
        said = {rule.said.id: rule.said for rule in read.rules}
        kept = []
        for batch in local.run(detection(at), self.batches(progress), workers=workers):
            if read.correlations:
                kept.append(batch.filter(batch.column("values").is_valid()).drop_columns(["raw"]))
            for name, sample in samples(batch):
                if name not in read.silent:
                    yield said[name], sample
            yield from self.of_indicators
            self.of_indicators.clear()
        if kept:
            for finding in correlated(Correlator(read.correlations), pa.Table.from_batches(kept)):
                if finding.correlation.said.id not in read.silent:
                    yield finding.correlation.said, sample_of(finding)

    def batches(self, progress: Progress | None) -> Iterator[pa.RecordBatch]:
        """Yield the events of all files; what cannot be read is counted, and the first of it told."""
        from amur.detection.events import Quarantined
        from amur.detection.reading.opening import read

        fields = self.fields | (self.matcher.fields if self.matcher else frozenset())
        sizes = {file: file.stat().st_size for file in self.files}
        task = progress.add_task("", total=sum(sizes.values()) or 1, rate="") if progress else None
        started = time.monotonic()
        for file in self.files:
            for found in read(file, fields=fields, kind=self.kind):
                if isinstance(found, Quarantined):
                    self._set_aside(found)
                    continue
                batch = _not_before(found, self.since)
                self.summary.events += batch.num_rows
                if self.matcher:
                    self.of_indicators += _matched(self.matcher, batch)
                if batch.num_rows:
                    yield batch
                if progress and task is not None:
                    rate = self.summary.events / max(time.monotonic() - started, 1e-3)
                    progress.update(task, description=file.name[-40:], rate=f"{rate:,.0f}/s")
            self.summary.files += 1
            self.summary.bytes += sizes[file]
            if progress and task is not None:
                progress.update(task, advance=sizes[file])

    def _set_aside(self, found: Any) -> None:
        self.summary.quarantined[found.code] += 1
        if len(self.told) < _SHOWN_FAULTS:
            self.told.append(f"{found.source}:{found.position}: {found.code}: {found.found}")


def detect(  # noqa: PLR0917 -- options of the command
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of logs.", exists=True)],
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", help="Sigma rules: files, folders [default: our own].")
    ] = None,
    ioc: Annotated[list[Path] | None, typer.Option("--ioc", help="Indicators of compromise: files, folders.")] = None,
    since: Annotated[datetime | None, typer.Option("--since", help="Leave out what happened before (UTC).")] = None,
    kind: Annotated[str, typer.Option("--kind", help="What kind of log it is, as product/category/service.")] = "",
    unit: Units = None,
    workers: Annotated[int | None, typer.Option("--workers", help="How many processes [default: one a core].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each hit.")] = False,  # noqa: FBT002 -- an option of the command
    as_csv: Annotated[bool, typer.Option("--csv", help="A line of CSV for each hit.")] = False,  # noqa: FBT002 -- as above
    kept_in: Annotated[
        Path | None, typer.Option("--cache", help="Folder of compiled rules [default: ~/.cache/amur].")
    ] = None,
) -> None:
    """Look through logs for what rules describe."""
    from amur.detection.reporting.summary import Summary

    at, read, fields = _loaded(rules, kept_in, unit)
    since = since.replace(tzinfo=UTC) if since else None
    run = _Run(log_files(paths), since, kind, read, fields, _matcher(ioc), Summary())
    with _progress(quiet=as_json or as_csv) as progress:
        for said, sample in run.hits(at, workers, progress):
            run.summary.take(said, sample)
            if as_json:
                sys.stdout.write(_line(said, sample) + "\n")
            elif as_csv:
                _csv_line(said, sample, is_first=run.summary.hits == 1)
    for line in run.told:
        complain(line)
    if not (as_json or as_csv):
        _print(run.summary)
    raise typer.Exit(CODES.get(run.summary.worst, 0))


def _loaded(
    rules: list[Path] | None, kept_in: Path | None, units: list[Path] | None
) -> tuple[RulesAt, RuleSet, frozenset[str]]:
    """Return where rules are, what they say and which fields they need; what compiled them is left to the workers."""
    from amur.detection.detecting import RulesAt, fields_of

    derivations = derivations_of(units)
    at = RulesAt(tuple(rule_files_of(rules)), kept_in or KEPT_IN, units=tuple(units or ()))
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


def _matcher(paths: list[Path] | None) -> Any:
    if not paths:
        return None
    from amur.detection import iocs

    loaded = iocs.load(paths)
    for one in loaded.unusable[:_SHOWN_FAULTS]:
        complain(str(one))
    if len(loaded.unusable) > _SHOWN_FAULTS:
        complain(f"… and {len(loaded.unusable) - _SHOWN_FAULTS} more indicators that cannot be used")
    return iocs.Matcher(loaded)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    if quiet or not errors.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=errors) as progress:
        yield progress


def _not_before(batch: pa.RecordBatch, since: datetime | None) -> pa.RecordBatch:
    """Return the events of a batch that did not happen before an instant; those without a time stay."""
    if since is None:
        return batch
    import pyarrow.compute as pc

    from amur.detection.events import TIME

    return batch.filter(pc.fill_null(pc.greater_equal(batch.column(TIME), since), True))


def _matched(matcher: Any, batch: pa.RecordBatch) -> Iterator[tuple[Said, Sample]]:
    """Yield what indicators match in a batch; what a warning list speaks of is left out."""
    from amur.detection.events import POSITION, RAW, SOURCE, TIME
    from amur.detection.reporting.summary import Sample
    from amur.detection.sigma.rules import Said

    for hit in matcher.match(batch):
        if not hit.suppressed_by:
            at, source, position, raw = (batch.column(name)[hit.row].as_py() for name in (TIME, SOURCE, POSITION, RAW))
            said = Said(hit.indicator, f"{hit.kind}: {hit.value}", level="high", tags=("ioc",))
            yield said, Sample(at, source, position, "ioc", {hit.field: hit.value}, raw)


def _cells(said: Said, sample: Sample) -> list[Any]:
    at = sample.at.isoformat() if sample.at else None
    return [at, said.level, said.title, said.id, sample.way, sample.source, sample.position, sample.about]


def _line(said: Said, sample: Sample) -> str:
    import msgspec

    told = dict(zip(_COLUMNS, _cells(said, sample), strict=True)) | {"tags": said.tags, "event": sample.raw}
    return msgspec.json.encode(told).decode()


def _csv_line(said: Said, sample: Sample, *, is_first: bool) -> None:
    """Write a hit as a line; a value that a spreadsheet would take for a formula begins with an apostrophe."""
    writer = csv.writer(sys.stdout)
    if is_first:
        writer.writerow(_COLUMNS)
    cells = (
        " ".join(f"{name}={value}" for name, value in one.items()) if isinstance(one, dict) else one
        for one in _cells(said, sample)
    )
    writer.writerow([f"'{one}" if isinstance(one, str) and one[:1] in "=+-@\t\r" else one for one in cells])


def _print(summary: Summary) -> None:
    set_aside = sum(summary.quarantined.values())
    read = f"{summary.events:,} events in {summary.files:,} files"
    say(f"{read}; {set_aside:,} could not be read" if set_aside else read)
    levels = [(level, f"{rules:,}", f"{hits:,}") for level, (rules, hits) in summary.by_level().items() if rules]
    if not levels:
        say("Nothing was found.")
        return
    print_table("By severity", ("severity", "rules", "hits"), levels)
    tactics = sorted(summary.by_tactic().items(), key=lambda one: -one[1].total())
    rows = [
        (name or "(none)", f"{found.total():,}", *(f"{found[level]:,}" for level in _GRAVE)) for name, found in tactics
    ]
    print_table("By tactic of ATT&CK", ("tactic", "hits", *_GRAVE), rows)
    ordered = summary.ordered()
    rules = [(one.said.level, one.said.title, f"{one.count:,}", " ".join(one.said.techniques)) for one in ordered]
    print_table("By rule", ("severity", "rule", "hits", "technique"), rules[:_SHOWN_RULES])
    if len(ordered) > _SHOWN_RULES:
        say(f"… and {len(ordered) - _SHOWN_RULES} more rules; --json and --csv give all hits.")
