"""One run of ``amur detect``: the events of all files through an engine, and what that amounts to over time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amur.config.terminal import complain

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.progress import Progress

    from amur.compute.sessions import Work
    from amur.detection.correlating.engine import Finding
    from amur.detection.detecting import Runner
    from amur.detection.events import Quarantined
    from amur.detection.reporting.summary import Sample, Summary
    from amur.detection.sigma.rules import RuleSet, Said

    Told = tuple[Said, Sample]

SHOWN_FAULTS = 10


@dataclass(slots=True)
class Run:
    """What a run reads, and how far it is; ``is_shared`` if correlations are worked out by many as well."""

    files: list[Path]
    since: datetime | None
    kind: str
    rules: RuleSet
    fields: frozenset[str]
    matcher: Any
    summary: Summary
    is_shared: bool = False
    told: list[str] = field(default_factory=list)
    _of_indicators: deque[Told] = field(default_factory=deque)
    _said: dict[str, Said] = field(default_factory=dict)

    def hits(self, work: Work, runner: Runner, progress: Progress | None) -> Iterator[Told]:
        """Yield what rules find, what indicators match, and at the end what that amounts to over time."""
        from amur.detection.reporting.summary import sample_of, samples

        self._said = {rule.said.id: rule.said for rule in self.rules.rules}
        kept = []
        for batch in runner(work, self.batches(progress)):
            if self.rules.correlations:
                kept.append(batch.filter(batch.column("values").is_valid()).drop_columns(["raw", "about", "way"]))
            for name, sample in samples(batch):
                if name not in self.rules.silent:
                    yield self._said.get(name) or self._unknown(name), sample
            yield from self._indicators()
        yield from self._indicators()
        for finding in self._findings(kept, runner):
            if finding.correlation.said.id not in self.rules.silent:
                yield finding.correlation.said, sample_of(finding)

    def _indicators(self) -> Iterator[Told]:
        while self._of_indicators:
            yield self._of_indicators.popleft()

    def _findings(self, kept: list[pa.RecordBatch], runner: Runner) -> list[Finding]:
        if not kept:
            return []
        import pyarrow as pa

        from amur.detection.correlating.engine import Correlator
        from amur.detection.correlating.folding import in_order
        from amur.detection.detecting import correlated, folded

        correlations, hits = self.rules.correlations, pa.Table.from_batches(kept)
        if self.is_shared:
            return folded(correlations, hits, runner)
        return sorted(correlated(Correlator(correlations), hits), key=in_order)

    def _unknown(self, name: str) -> Said:
        """Return what is said of a rule that a worker has and this run has not; tell of it once."""
        from amur.detection.sigma.rules import Said

        complain(f"a worker found the rule {name}, which is not among those of this run; start it with the same rules")
        return self._said.setdefault(name, Said(name, name))

    def batches(self, progress: Progress | None) -> Iterator[pa.RecordBatch]:
        """Yield the events of all files; what cannot be read is counted, and the first of it told."""
        sizes = {file: file.stat().st_size for file in self.files}
        task = progress.add_task("", total=sum(sizes.values()) or 1, rate="") if progress else None
        started = time.monotonic()
        for file in self.files:
            for batch in self._of(file):
                if batch.num_rows:
                    yield batch
                if progress and task is not None:
                    rate = self.summary.events / max(time.monotonic() - started, 1e-3)
                    progress.update(task, description=file.name[-40:], rate=f"{rate:,.0f}/s")
            self.summary.files += 1
            self.summary.bytes += sizes[file]
            if progress and task is not None:
                progress.update(task, advance=sizes[file])

    def _of(self, file: Path) -> Iterator[pa.RecordBatch]:
        from amur.detection.events import Quarantined
        from amur.detection.reading.opening import read

        fields = self.fields | (self.matcher.fields if self.matcher else frozenset())
        for found in read(file, fields=fields, kind=self.kind):
            if isinstance(found, Quarantined):
                self.set_aside(found)
                continue
            batch = _not_before(found, self.since)
            self.summary.events += batch.num_rows
            if self.matcher:
                self._of_indicators.extend(_matched(self.matcher, batch, self.summary))
            yield batch

    def set_aside(self, found: Quarantined) -> None:
        """Count what cannot be read or looked at, and keep the first of it to tell."""
        self.summary.quarantined[found.code] += 1
        if len(self.told) < SHOWN_FAULTS:
            self.told.append(f"{found.source}:{found.position}: {found.code}: {found.found}")

    def not_looked_at(self, rows: pa.RecordBatch, why: str) -> None:
        """Count events over which workers failed."""
        from amur.detection.events import POSITION, SOURCE, Quarantined

        for source, position in zip(rows.column(SOURCE).to_pylist(), rows.column(POSITION).to_pylist(), strict=True):
            self.set_aside(Quarantined(source or "", position or 0, -1, "not_looked_at", why))


def _not_before(batch: pa.RecordBatch, since: datetime | None) -> pa.RecordBatch:
    """Return the events of a batch that did not happen before an instant; those without a time stay."""
    if since is None:
        return batch
    import pyarrow.compute as pc

    from amur.detection.events import TIME

    return batch.filter(pc.fill_null(pc.greater_equal(batch.column(TIME), since), True))


def _matched(matcher: Any, batch: pa.RecordBatch, summary: Summary) -> Iterator[Told]:
    """Yield what indicators match in a batch; what something stands against is left out, and counted by what it is."""
    import pyarrow as pa

    from amur.detection.events import POSITION, RAW, SOURCE, TIME, texts_of
    from amur.detection.reporting.summary import Sample
    from amur.detection.sigma.rules import Said

    hits = list(matcher.match(batch))
    counted = [hit for hit in hits if not hit.suppressed_by]
    summary.suppressed.update(name for hit in hits for name in hit.suppressed_by)
    there = batch.take(pa.array([hit.row for hit in counted], pa.int64()))
    columns = [there.column(name).to_pylist() for name in (TIME, POSITION)]
    texts = [texts_of(there.column(name)) for name in (SOURCE, RAW)]
    for hit, at, position, source, raw in zip(counted, *columns, *texts, strict=True):
        said = Said(hit.indicator, f"{hit.kind}: {hit.value}", level="high", tags=("ioc",))
        yield said, Sample(at, source or "", position, "ioc", {hit.field: hit.value}, raw or "")
