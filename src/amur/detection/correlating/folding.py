"""Correlations as a fold by key, so that several processes or a cluster share them.

Each correlation is worked out for itself, together with those below it on whose findings it stands: a *family*. The
values by which its events belong together are traced down to the rules that are looked at first; they are the key by
which hits are dealt out. Where that leads to a key that is not the same for all events of a window, as where two ways
lead to one correlation and each calls the value otherwise, the family has one key and is worked out in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from amur.compute.kernel import Fold, Kernel, Transform
from amur.detection.correlating.engine import Correlator, Finding, Seen, Windows, group_of, name_in
from amur.detection.sigma.rules import Correlation

Correlations = tuple[Correlation, ...]

ENTRIES = pa.schema(
    {
        "family": pa.utf8(),
        "key": pa.utf8(),
        "member": pa.int32(),
        "rule": pa.utf8(),
        "time": pa.timestamp("us", tz="UTC"),
        "source": pa.utf8(),
        "position": pa.int64(),
        "values": pa.utf8(),
    }
)
"""A hit on its way into one correlation of a family: the family by the id of the correlation it is about, its key."""

FINDINGS = pa.schema(
    {
        "correlation": pa.utf8(),
        "group": pa.utf8(),
        "began": pa.timestamp("us", tz="UTC"),
        "ended": pa.timestamp("us", tz="UTC"),
        "count": pa.float64(),
        "events": pa.utf8(),
    }
)
"""What a correlation found; the group is a list of values, the events a list of source and position, as JSON."""

ORDER = ("time", "source", "position", "rule", "member")
"""In which order a fold takes the rows of ``ENTRIES``."""

Trace = tuple[str, ...]
"""What the values of a key are called by a member."""


@dataclass(frozen=True, slots=True)
class Family:
    """A correlation, named by its id, and those on whose findings it stands, all in the order in which they are known.

    A family with one key for all says so by traces that name nothing.
    """

    id: str
    members: Correlations
    traces: tuple[Trace, ...]

    def entries(self, seen: Seen) -> Iterator[tuple[int, str]]:
        """Yield which members take a hit, and the key of that."""
        for place, (one, trace) in enumerate(zip(self.members, self.traces, strict=True)):
            if seen.rule in one.rules and group_of(one, seen) is not None:  # else it belongs to no group
                values = (seen.values.get(name_in(one, name, seen.rule)) for name in trace)
                yield place, _json([(value or "").lower() for value in values])


def family_of(root: Correlation, correlations: Mapping[str, Correlation]) -> Family:
    """Return the family of a correlation.

    >>> from amur.detection.sigma.rules import Said
    >>> low = Correlation(Said("low", ""), "event_count", ("r",), 60, group=("user", "host"))
    >>> top = Correlation(Said("top", ""), "event_count", ("low",), 60, group=("h",), aliases=(("h", "low", "host"),))
    >>> family_of(top, {"low": low, "top": top}).traces
    (('host',), ('h',))
    """
    below: dict[str, Correlation] = {}
    _below(root, correlations, below)
    traces = {root.said.id: root.group}
    is_one = False
    for upper in reversed(below.values()):
        for name in upper.rules:
            if name in below:
                found = tuple(name_in(upper, each, name) for each in traces[upper.said.id])
                is_one |= traces.setdefault(name, found) != found
    members = [one for name, one in correlations.items() if name in below]
    return Family(root.said.id, tuple(members), tuple(() if is_one else traces[one.said.id] for one in members))


def _below(one: Correlation, correlations: Mapping[str, Correlation], members: dict[str, Correlation]) -> None:
    """Gather a correlation after those on which it stands; whose findings it cannot group it does not stand on."""
    for name in one.rules:
        lower = correlations.get(name)
        if lower is not None and name not in members and _can_group(one, lower):
            _below(lower, correlations, members)
    members[one.said.id] = one


def _can_group(upper: Correlation, lower: Correlation) -> bool:
    return all(name_in(upper, name, lower.said.id) in lower.group for name in upper.group)


def families(correlations: Iterable[Correlation]) -> list[Family]:
    """Return the family of each correlation."""
    known = {one.said.id: one for one in correlations}
    return [family_of(one, known) for one in known.values()]


def entering(correlations: Correlations, hits: pa.Schema) -> Kernel[Correlations]:
    """Return the kernel that makes entries of hits: rows that say a rule, an event, and values for correlations."""
    return Kernel("entering", hits, ENTRIES, correlations, _entered)


def _entered(correlations: Correlations) -> Transform:
    of_rule: dict[str, list[Family]] = {}
    for one in families(correlations):
        for rule in {name for member in one.members for name in member.rules}:
            of_rule.setdefault(rule, []).append(one)

    def work(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows, added = [], []
        looked = batch.filter(pc.and_(batch.column("values").is_valid(), batch.column("time").is_valid()))
        for row, seen in enumerate(_seen(looked)):
            for one in of_rule.get(seen.rule, ()):
                for place, key in one.entries(seen):
                    rows.append(row)
                    added.append((one.id, key, place))
        return _with(looked.take(pa.array(rows, pa.int64())), added)

    return work


def _with(taken: pa.RecordBatch, added: Sequence[tuple[str, str, int]]) -> pa.RecordBatch:
    own = dict(zip(ENTRIES.names, zip(*added, strict=True), strict=False)) if added else {}
    columns = [
        pa.array(own.get(one.name, ()), one.type) if one.name in ENTRIES.names[:3] else taken.column(one.name)
        for one in ENTRIES
    ]
    return pa.RecordBatch.from_arrays(columns, schema=ENTRIES)


def _seen(batch: pa.RecordBatch) -> Iterator[Seen]:
    instants = batch.column("time").cast(pa.int64()).to_pylist()
    columns = [batch.column(name).to_pylist() for name in ("rule", "source", "position", "values")]
    for at, rule, source, position, values in zip(instants, *columns, strict=True):
        yield Seen(rule, at, msgspec.json.decode(values), ((source, position),))


def correlating(correlations: Correlations) -> Fold[Correlations, Open]:
    """Return the fold that says what entries amount to; it takes them in ``ORDER``."""
    return Fold("correlating", ENTRIES, FINDINGS, correlations, Correlating, keys=("family", "key"))


@dataclass(slots=True)
class Open:
    """The windows of each family that are open; pickled as plain values alone, so that a stream reads them back."""

    of: dict[str, Windows] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, list[Any]]:
        """Return it as plain values."""
        return {
            family: [
                (place, group, [(one.rule, one.at, dict(one.values), one.events) for one in window])
                for (place, group), window in windows.items()
                if window
            ]
            for family, windows in self.of.items()
        }

    def __setstate__(self, state: dict[str, list[Any]]) -> None:
        """Take plain values back."""
        self.of = {
            family: {(place, group): [Seen(*one) for one in window] for place, group, window in windows}
            for family, windows in state.items()
        }


class Correlating:
    """The fold, opened."""

    def __init__(self, correlations: Correlations) -> None:
        """Make it of correlations."""
        self._correlators = {one.id: Correlator(one.members) for one in families(correlations)}

    def begin(self) -> Open:
        """Return that no window is open."""
        return Open()

    def fold(self, state: Open, batch: pa.RecordBatch) -> tuple[Open, pa.RecordBatch]:
        """Take entries, and return what came to hold with them."""
        found: list[Finding] = []
        ways = zip(batch.column("family").to_pylist(), batch.column("member").to_pylist(), strict=True)
        for (family, member), seen in zip(ways, _seen(batch), strict=True):
            correlator = self._correlators[family]
            correlator.windows = state.of.setdefault(family, {})
            found += (one for one in correlator.enter(member, seen) if one.correlation.said.id == family)
        return state, _told(found)

    def end(self, state: Open) -> pa.RecordBatch:
        """Return what holds of the windows that are still open."""
        found: list[Finding] = []
        for family, windows in state.of.items():
            correlator = self._correlators[family]
            correlator.windows = windows
            found += (one for one in correlator.end() if one.correlation.said.id == family)
        return _told(found)


def _told(found: Sequence[Finding]) -> pa.RecordBatch:
    rows = [
        (one.correlation.said.id, _json(one.group), one.began_at, one.ended_at, one.count, _json(one.events))
        for one in found
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(FINDINGS)
    return pa.RecordBatch.from_arrays(
        [pa.array(list(column), one.type) for column, one in zip(columns, FINDINGS, strict=True)], schema=FINDINGS
    )


def findings(batches: Iterable[pa.RecordBatch], correlations: Iterable[Correlation]) -> list[Finding]:
    """Return rows of ``FINDINGS`` as findings, in the order of time: the same whoever found them."""
    known = {one.said.id: one for one in correlations}
    found = []
    for batch in batches:
        instants = [batch.column(name).cast(pa.int64()).to_pylist() for name in ("began", "ended")]
        columns = [batch.column(name).to_pylist() for name in ("correlation", "group", "count", "events")]
        for began, ended, name, group, count, events in zip(*instants, *columns, strict=True):
            values, where = msgspec.json.decode(group), msgspec.json.decode(events)
            told = tuple((source, position) for source, position in where)
            found.append(Finding(known[name], tuple(values), began, ended, count, told))
    return sorted(found, key=in_order)


def in_order(one: Finding) -> tuple[Any, ...]:
    """Return by what findings are put in order."""
    return one.ended_at, one.correlation.said.id, one.group, one.began_at


def _json(said: object) -> str:
    return msgspec.json.encode(said).decode()
