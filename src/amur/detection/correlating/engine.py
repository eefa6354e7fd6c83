"""Correlations over what rules found, in the order of time.

A window slides: it ends with the event that is looked at and is as long as the rule says. Where its condition comes to
hold, that is one finding, and its events count no more, so that a flood is told by the number of its waves. Where a
rule asks for few (``lt``, ``lte``, ``eq``, ``neq``), a window begins with an event and is looked at when it is over.
An event that lacks a value by which events are grouped belongs to no group. A finding is an event for other
correlations.
"""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from amur.detection.sigma.atoms import number
from amur.detection.sigma.rules import Correlation
from amur.detection.sigma.trees import evaluate

_WHOLE = 100
MOST = 5_000
"""How many events a window holds at most, and a finding names; of more, the latest."""

_AT_ONCE = {"gte", "gt"}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
}
Event = tuple[str, int]
"""The source of an event and its position there."""
Windows = dict[tuple[int, tuple[str, ...]], "list[Seen]"]
"""The events of each window that is open, by the place of the correlation and the group."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule found: ``at`` in microseconds since 1970; ``values`` are those fields of the event that count."""

    rule: str
    at: int
    values: Mapping[str, str | None]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a correlation found: in which group, from when to when, how many, and of which events."""

    correlation: Correlation
    group: tuple[str, ...]
    began_at: int
    ended_at: int
    count: float
    events: tuple[Event, ...]

    def as_seen(self) -> Seen:
        """Return it as an event that other correlations may look at."""
        values = dict(zip(self.correlation.group, self.group, strict=True))
        return Seen(self.correlation.said.id, self.ended_at, values, self.events)


@dataclass(slots=True)
class Correlator:
    """Takes what rules found, in the order of time, and says what that amounts to."""

    correlations: Sequence[Correlation]
    windows: Windows = field(default_factory=dict)
    _of_rule: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note which correlations look at a rule."""
        for place, one in enumerate(self.correlations):
            for rule in dict.fromkeys(one.rules):
                self._of_rule.setdefault(rule, []).append(place)

    def fields_of(self, rule: str) -> frozenset[str]:
        """Return which fields of the events of a rule count; of a rule that nobody looks at there are none."""
        wanted = (self.correlations[place] for place in self._of_rule.get(rule, ()))
        return frozenset(name_in(one, name, rule) for one in wanted for name in (*one.group, *one.fields))

    def looks_at(self, rule: str) -> bool:
        """Say whether any correlation looks at a rule."""
        return rule in self._of_rule

    def take(self, seen: Seen) -> Iterator[Finding]:
        """Yield what comes to hold with an event, and what that makes hold in turn."""
        for place in self._of_rule.get(seen.rule, ()):
            yield from self.enter(place, seen)

    def enter(self, place: int, seen: Seen) -> Iterator[Finding]:
        """Yield what comes to hold with an event that only the correlation at a place takes, and so on as above."""
        one = self.correlations[place]
        group = group_of(one, seen)
        if group is not None and (finding := self._into(place, one, group, seen)):
            yield finding
            yield from self.take(finding.as_seen())

    def end(self) -> Iterator[Finding]:
        """Yield what holds of the windows that are still open, when no more events come."""
        for (place, group), window in sorted(self.windows.items()):
            one = self.correlations[place]
            if window and one.compare not in _AT_ONCE and (finding := _looked_at(one, group, window)):
                yield finding
        self.windows.clear()

    def _into(self, place: int, one: Correlation, group: tuple[str, ...], seen: Seen) -> Finding | None:
        """Put an event into its window; return what then holds, or what held of the window that it ends."""
        window = self.windows.setdefault((place, group), [])
        within = one.within * 1_000_000
        if one.compare in _AT_ONCE:
            _put(one, window, seen)
            start = next(at for at, other in enumerate(window) if other.at > seen.at - within or other is seen)
            del window[: max(start, len(window) - MOST)]
            finding = _looked_at(one, group, window)
            if finding:
                window.clear()
            return finding
        if window and seen.at >= window[0].at + within:
            finding = _looked_at(one, group, window)
            window[:] = [seen]
            return finding
        window.append(seen)
        return None


def _put(one: Correlation, window: list[Seen], seen: Seen) -> None:
    """Put an event last, and take out an earlier one that says nothing beside it, so that a window stays short."""
    alike = None
    if one.kind == "value_count":
        alike = next((other for other in window if counted_in(one, other) == counted_in(one, seen)), None)
    elif one.kind == "temporal":
        alike = next((other for other in window if other.rule == seen.rule), None)
    elif one.kind == "temporal_ordered" and window and one.rules.count(seen.rule) == 1:
        alike = window[-1] if window[-1].rule == seen.rule else None
    if alike is not None:
        window.remove(alike)
        seen = replace(seen, events=(*alike.events, *seen.events)[-MOST:])
    window.append(seen)


def counted_in(one: Correlation, seen: Seen) -> tuple[str | None, ...]:
    """Return the values of an event that a correlation counts; letters count alike in either case."""
    values = (seen.values.get(name_in(one, name, seen.rule)) for name in one.fields)
    return tuple(value if value is None else value.lower() for value in values)


def name_in(one: Correlation, name: str, rule: str) -> str:
    """Return what a name of a correlation is called in the events of a rule.

    >>> from amur.detection.sigma.rules import Said
    >>> name_in(Correlation(Said("1", "A"), "temporal", ("r",), 60, aliases=(("ip", "r", "src"),)), "ip", "r")
    'src'
    """
    if not one.aliases:
        return name
    return next((field for alias, of, field in one.aliases if (alias, of) == (name, rule)), name)


def group_of(one: Correlation, seen: Seen) -> tuple[str, ...] | None:
    """Return the values by which an event belongs to a group, or None where it lacks one."""
    values = [seen.values.get(name_in(one, name, seen.rule)) for name in one.group]
    return None if None in values else tuple(value.lower() for value in values if value is not None)


def _looked_at(one: Correlation, group: tuple[str, ...], window: Sequence[Seen]) -> Finding | None:
    count = measured(one, window)
    if count is None or not _holds(one, count):
        return None
    events = tuple(dict.fromkeys(event for seen in window for event in seen.events))[-MOST:]
    return Finding(one, group, window[0].at, window[-1].at, count, events)


def _holds(one: Correlation, count: float) -> bool:
    return count > 0 if one.kind.startswith("temporal") else _COMPARED[one.compare](count, one.limit)


def measured(one: Correlation, window: Sequence[Seen]) -> float | None:
    """Return what a correlation measures in a window, or None where there is nothing to measure.

    Of a temporal one that is how many events there are where they are as it wants, and else 0.
    """
    if one.kind == "event_count":
        return len(window)
    if one.kind.startswith("temporal"):
        return len(window) if _in_time(one, [seen.rule for seen in window]) else 0
    values = [counted_in(one, seen) for seen in window]
    if one.kind == "value_count":
        return len({value for value in values if None not in value})
    numbers = [found for value in values if value and value[0] is not None and (found := number(value[0])) is not None]
    return _OF_NUMBERS[one.kind](numbers, one.percentile) if numbers else None


def _in_time(one: Correlation, rules: Sequence[str]) -> bool:
    if one.wanted is not None:
        there = set(rules)
        return evaluate(one.wanted, lambda atom: atom.field in there) and _in_order(one, rules)
    return _in_order(one, rules) if one.kind == "temporal_ordered" else set(one.rules) <= set(rules)


def _in_order(one: Correlation, rules: Iterable[str]) -> bool:
    """Say whether the rules found something in the order in which they are named; those that did not are left out."""
    if one.kind != "temporal_ordered":
        return True
    found = list(rules)
    left = iter(found)
    wanted = one.rules if one.wanted is None else [rule for rule in one.rules if rule in found]
    return all(any(rule == each for each in left) for rule in wanted)


def percentile(numbers: Sequence[float], percent: float) -> float:
    """Return the value below which so many of a hundred lie, between two of them in proportion.

    >>> percentile([1, 2, 3, 4], 50)
    2.5
    """
    ordered = sorted(numbers)
    at = (len(ordered) - 1) * percent / _WHOLE
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


_OF_NUMBERS: dict[str, Callable[[Sequence[float], float], float]] = {
    "value_sum": lambda numbers, _: sum(numbers),
    "value_avg": lambda numbers, _: statistics.fmean(numbers),
    "value_median": lambda numbers, _: statistics.median(numbers),
    "value_percentile": percentile,
}
