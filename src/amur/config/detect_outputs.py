"""What ``amur detect`` writes: a line for each hit, or tables; a report and a layer as whole files."""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amur.config.terminal import CommandError, print_table, say, say_aside

if TYPE_CHECKING:
    from amur.config.detect_run import Run
    from amur.detection.reporting.summary import Sample, Summary
    from amur.detection.sigma.rules import Said

_GRAVE = ("critical", "high", "medium")
_SHOWN_RULES, _SHOWN_LISTS = 30, 10
_COLUMNS = ("time", "level", "title", "rule", "way", "source", "position", "about")


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is wanted: lines of a form (``json``, ``csv``, ``ocsf``) or tables, and files."""

    form: str
    report: Path | None
    navigator: Path | None
    made_at: datetime

    def check(self) -> None:
        """Hold that files can be written where they are wanted, before hours of work.

        Raises:
            CommandError: if a file is a folder, or lies in none.
        """
        for option, file in (("--report", self.report), ("--navigator", self.navigator)):
            if file is not None and file.is_dir():
                raise CommandError(f"{option}: {file} is a folder; name a file")
            if file is not None and not file.parent.is_dir():
                raise CommandError(f"{option}: there is no folder {file.parent}; make it, or name another")

    def hit(self, said: Said, sample: Sample, *, is_first: bool) -> None:
        """Write one hit as a line, where lines are wanted."""
        if self.form == "csv":
            _csv_line(said, sample, is_first=is_first)
        elif self.form:
            sys.stdout.write((_line(said, sample) if self.form == "json" else self._ocsf_line(said, sample)) + "\n")

    def _ocsf_line(self, said: Said, sample: Sample) -> str:
        import msgspec

        from amur.detection.reporting.ocsf import finding

        return msgspec.json.encode(finding(said, sample, made_at=self.made_at)).decode()

    def end(self, run: Run) -> None:
        """Write what is said of all hits."""
        sys.stdout.flush()
        if not self.form:
            _print(run.summary)
        if self.report:
            _written(self.report, lambda: self._page(run), "report")
        if self.navigator:
            _written(self.navigator, lambda: self._layer(run), "layer of ATT&CK Navigator")

    def _page(self, run: Run) -> str:
        from amur.detection.reporting.page import page

        asked = len(run.rules.rules) + len(run.rules.correlations)
        return page(
            run.summary, made_at=self.made_at, read=[str(file) for file in run.files], rules=asked, faults=run.told
        )

    def _layer(self, run: Run) -> str:
        import msgspec

        from amur.detection.reporting.navigator import layer

        return msgspec.json.encode(layer(run.summary, name=f"Amur {self.made_at:%Y-%m-%d}")).decode()


def form_of(**asked: bool) -> str:
    """Return the one form of lines that is wanted, or an empty text.

    Raises:
        CommandError: if there are several.

    >>> form_of(json=True, csv=False)
    'json'
    """
    wanted = [name for name, is_wanted in asked.items() if is_wanted]
    if len(wanted) > 1:
        raise CommandError(
            f"{' and '.join(f'--{name}' for name in wanted)} exclude each other: choose one form of lines"
        )
    return "".join(wanted)


def _written(file: Path, made: Callable[[], str], what: str) -> None:
    """Write a file whole or not at all: it lies under its name only when all of it is on the disk."""
    text = made()
    handle, half = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as writing:
            writing.write(text)
            writing.flush()
            os.fsync(handle)
        Path(half).chmod(0o666 & ~_umask())
        Path(half).replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(half).unlink()
        raise
    say_aside(f"The {what} is in {file}")


def _umask() -> int:
    found = os.umask(0o077)
    os.umask(found)
    return found


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
    for name, hits in summary.suppressed.most_common(_SHOWN_LISTS):
        say(f"Hits of indicators left out, since a list speaks of them ({name}): {hits:,}")
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
