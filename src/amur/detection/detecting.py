"""Rules over batches of events, as a kernel that any runner can carry; and what their hits amount to over time.

The kernel gives a row for each hit, with all that is needed afterwards: what the event is about, which values
correlations group and count by, and the event as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from amur.compute.kernel import Kernel, Transform
from amur.compute.sessions import Work
from amur.detection import deriving
from amur.detection.correlating.engine import Correlator, Finding, Seen
from amur.detection.correlating.folding import ENTRIES, ORDER, correlating, entering, findings
from amur.detection.deriving import Derivations, derived, sources_of
from amur.detection.entities import FIELDS, entities
from amur.detection.events import KIND, POSITION, RAW, SOURCE, TIME, schema_of
from amur.detection.matching.engine import Engine
from amur.detection.matching.keeping import Loaded, load
from amur.detection.sigma.rules import Correlation

_ROWS = 10_000
Runner = Callable[[Work, Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""Whoever runs a kernel or a fold over batches."""

HITS = pa.schema(
    {
        "rule": pa.utf8(),
        "way": pa.utf8(),
        "time": pa.timestamp("us", tz="UTC"),
        "source": pa.utf8(),
        "position": pa.int64(),
        "about": pa.utf8(),
        "values": pa.utf8(),
        "raw": pa.utf8(),
    }
)
"""A hit: the rule by its id, the way its events are logged, the event; what it is about and its values as JSON."""


@dataclass(frozen=True, slots=True)
class RulesAt:
    """Where rules are: their files, what stands for placeholders, and the folder in which they are kept compiled.

    ``units`` are files in which a unit says what else can be derived of its logs.
    """

    files: tuple[Path, ...]
    kept_in: Path | None = None
    placeholders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    units: tuple[Path, ...] = ()

    def load(self) -> Loaded:
        """Return the rules, compiled."""
        return load(self.files, self.kept_in, dict(self.placeholders))

    def derivations(self) -> Derivations:
        """Return what can be derived of events; raises Unusable, with all faults of a unit's file."""
        return deriving.load(self.units)


def detection(rules: RulesAt) -> Kernel[RulesAt]:
    """Return the kernel that finds hits of rules in events; it takes events with any fields."""
    return Kernel("detection", schema_of([]), HITS, rules, opened, takes_more=True)


def opened(rules: RulesAt) -> Transform:
    """Open the kernel in a process."""
    return Detector(rules.load(), rules.derivations()).hits


class Detector:
    """Finds the hits of rules in batches; for one thread at a time."""

    def __init__(self, loaded: Loaded, derivations: Derivations | None = None) -> None:
        """Make it of loaded rules; what the package itself declares is derived unless something else is said."""
        self.engine = Engine(loaded.compiled)
        self.correlator = Correlator(loaded.read.correlations)
        self._derivations = deriving.load() if derivations is None else derivations
        self._wanted = looked_at(loaded)

    def hits(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a row for each hit in a batch."""
        batch = derived(batch, self._wanted, self._derivations)
        found = self.engine.match(batch)
        rules = [self.engine.compiled.rules[place] for place in found.rules.tolist()]
        rows = found.rows.tolist()
        taken = pa.array(found.rows)
        names = [rule.said.id for rule in rules]
        columns = [
            pa.array(names, pa.utf8()),
            pa.array([rule.variants[way].way for rule, way in zip(rules, found.ways.tolist(), strict=True)], pa.utf8()),
            batch.column(TIME).take(taken),
            batch.column(SOURCE).take(taken).cast(pa.utf8()),
            batch.column(POSITION).take(taken),
            pa.array([_json(one) for one in entities(batch, rows)], pa.utf8()),
            pa.array([self._values(batch, row, name) for row, name in zip(rows, names, strict=True)], pa.utf8()),
            batch.column(RAW).take(taken),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=HITS)

    def _values(self, batch: pa.RecordBatch, row: int, rule: str) -> str | None:
        if not self.correlator.looks_at(rule):
            return None
        there = [name for name in self.correlator.fields_of(rule) if name in batch.schema.names]
        return _json({name: batch.column(name)[row].as_py() for name in sorted(there)})


def looked_at(loaded: Loaded) -> frozenset[str]:
    """Return which fields rules and correlations look at, the kind of a log among them."""
    correlator = Correlator(loaded.read.correlations)
    counted = (name for rule in loaded.read.rules for name in correlator.fields_of(rule.said.id))
    return frozenset({*loaded.compiled.fields, *counted, *({KIND} & loaded.compiled.atoms.keys())})


def fields_of(loaded: Loaded, derivations: Derivations | None = None) -> frozenset[str]:
    """Return which fields readers have to gather: for rules, for correlations, and to say what was found."""
    wanted = looked_at(loaded)
    sources = sources_of(wanted, deriving.load() if derivations is None else derivations)
    return frozenset({*wanted, *sources, *FIELDS} - {KIND})


def _json(said: Mapping[str, str | None]) -> str:
    return msgspec.json.encode(said).decode()


def correlated(correlator: Correlator, hits: pa.Table) -> Iterator[Finding]:
    """Yield what hits amount to over time; those whose event says no time are left out.

    ``hits`` has at least the columns rule, time, source, position and values of ``HITS``. It is the plain way, which
    ``folded`` is held against.
    """
    looked = hits.filter(pc.field("values").is_valid() & pc.field("time").is_valid())
    ordered = looked.sort_by([(name, "ascending") for name in ("time", "source", "position", "rule")])
    for row in ordered.to_batches(max_chunksize=_ROWS):
        instants = row["time"].cast(pa.int64()).to_pylist()
        for at, rule, source, position, values in zip(
            instants,
            row["rule"].to_pylist(),
            row["source"].to_pylist(),
            row["position"].to_pylist(),
            row["values"].to_pylist(),
            strict=True,
        ):
            yield from correlator.take(Seen(rule, at, msgspec.json.decode(values), ((source, position),)))
    yield from correlator.end()


def folded(correlations: tuple[Correlation, ...], hits: pa.Table, runner: Runner) -> list[Finding]:
    """Return what ``correlated`` finds, in the order of time, as a fold by key that anybody may run."""
    enter = entering(correlations, hits.schema).open()
    entered = [enter(batch) for batch in hits.to_batches(max_chunksize=_ROWS)]
    entries = pa.Table.from_batches(entered, schema=ENTRIES).sort_by([(name, "ascending") for name in ORDER])
    return findings(runner(correlating(correlations), entries.to_batches(max_chunksize=_ROWS)), correlations)
