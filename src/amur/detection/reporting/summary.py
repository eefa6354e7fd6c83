"""What was found in a run, summed up while it goes on; memory does not grow with the number of hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import pyarrow as pa

from amur.detection.correlating.engine import Finding
from amur.detection.sigma.rules import LEVELS, Said

MOST_SAMPLES = 20
"""How many hits of a rule are kept with their event, the first ones."""

MOST_NAMES = 10_000
"""How many different values of a name are counted, the first ones."""

MOST_HOURS = 24 * 366 * 3
"""How many hours are counted, those of each level for themselves, the first ones."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One hit: when and where, what it is about and the event as it came."""

    at: datetime | None
    source: str
    position: int
    way: str
    about: dict[str, str]
    raw: str


@dataclass(slots=True)
class OfRule:
    """What one rule found."""

    said: Said
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    samples: list[Sample] = field(default_factory=list)


@dataclass(slots=True)
class Summary:
    """What all rules found, by rule, by hour and by what it is about; and what was read."""

    rules: dict[str, OfRule] = field(default_factory=dict)
    about: dict[str, Counter[str]] = field(default_factory=dict)
    hours: dict[tuple[str, datetime], int] = field(default_factory=dict)
    events: int = 0
    files: int = 0
    bytes: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    """How many hits of indicators were left out, by the warning list that speaks of them."""

    @property
    def hits(self) -> int:
        """Return how many hits there are."""
        return sum(one.count for one in self.rules.values())

    @property
    def worst(self) -> str:
        """Return the gravest level of what was found, or an empty text."""
        return max((one.said.level for one in self.rules.values()), key=LEVELS.index, default="")

    def ordered(self) -> list[OfRule]:
        """Return what each rule found, the gravest and then the most frequent first."""
        return sorted(self.rules.values(), key=lambda one: (-LEVELS.index(one.said.level), -one.count, one.said.title))

    def take(self, said: Said, sample: Sample) -> None:
        """Take one hit."""
        one = self.rules.get(said.id)
        if one is None:
            one = self.rules[said.id] = OfRule(said)
        one.count += 1
        if len(one.samples) < MOST_SAMPLES:
            one.samples.append(sample)
        if sample.at is not None:
            one.first = sample.at if one.first is None else min(one.first, sample.at)
            one.last = sample.at if one.last is None else max(one.last, sample.at)
            hour = (said.level, sample.at.replace(minute=0, second=0, microsecond=0))
            if hour in self.hours or len(self.hours) < MOST_HOURS:
                self.hours[hour] = self.hours.get(hour, 0) + 1
        for name, value in sample.about.items():
            counted = self.about.setdefault(name, Counter())
            if value in counted or len(counted) < MOST_NAMES:
                counted[value] += 1

    def by_level(self) -> dict[str, tuple[int, int]]:
        """Return for each level how many rules found something, and how many hits; the gravest first."""
        found = dict.fromkeys(reversed(LEVELS), (0, 0))
        for one in self.rules.values():
            rules, hits = found[one.said.level]
            found[one.said.level] = (rules + 1, hits + one.count)
        return found

    def by_tactic(self) -> dict[str, Counter[str]]:
        """Return for each tactic of ATT&CK how many hits there are, by level."""
        found: dict[str, Counter[str]] = {}
        for one in self.rules.values():
            for tactic in one.said.tactics or ("",):
                found.setdefault(tactic, Counter())[one.said.level] += one.count
        return found


def samples(hits: pa.RecordBatch) -> Iterator[tuple[str, Sample]]:
    """Yield each hit of a batch of ``HITS`` with the id of its rule."""
    columns = [hits.column(name).to_pylist() for name in ("rule", "time", "source", "position", "way", "about", "raw")]
    for rule, at, source, position, way, about, raw in zip(*columns, strict=True):
        yield rule, Sample(at, source or "", position or 0, way, msgspec.json.decode(about), raw or "")


def sample_of(finding: Finding) -> Sample:
    """Return what a correlation found as a hit: when it came to hold, and at the last of its events."""
    source, position = finding.events[-1]
    about = dict(zip(finding.correlation.group, finding.group, strict=True)) | {"count": f"{finding.count:g}"}
    events = msgspec.json.encode([f"{where}:{at}" for where, at in finding.events]).decode()
    at = datetime.fromtimestamp(finding.ended_at / 1_000_000, UTC)
    return Sample(at, source, position, finding.correlation.kind, about, events)


def summed(hits: Iterable[pa.RecordBatch], rules: dict[str, Said]) -> Summary:
    """Return a summary of batches of hits."""
    summary = Summary()
    for batch in hits:
        for rule, sample in samples(batch):
            summary.take(rules[rule], sample)
    return summary
