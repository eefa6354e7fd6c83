"""Samples beside rules, tried: what a rule has to find and what it must leave alone.

``NAME.samples.yml`` beside ``NAME.yml`` has ``positive`` and ``negative``: of a plain rule lists of events, of a
correlation lists of sequences of events. An event is ``{fields: {…}, at: instant}``; a field may have several values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from amur.detection.correlating.engine import Correlator, Finding, Seen
from amur.detection.events import SEVERAL, batch_of
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.sigma.rules import Correlation, Rule, RuleSet

ENDING = ".samples.yml"
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Tried:
    """A sample: the file, whether it was to be found, its number there, and what went wrong, if anything did."""

    file: str
    is_positive: bool
    number: int
    wrong: str = ""


def tried(read: RuleSet) -> Iterator[Tried]:
    """Try the samples of each rule that has some; rules are tried together, as a unit runs them."""
    trial = _Trial(read)
    every: list[Rule | Correlation] = [*read.rules, *read.correlations]
    for one in every:
        file = Path(one.said.file).with_suffix(ENDING)
        if file.exists():
            try:
                samples = yaml.safe_load(file.read_text("utf-8"))
                yield from trial.of(one, str(file), samples)
            except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
                yield Tried(str(file), is_positive=True, number=0, wrong=f"cannot be read as samples: {error!r}")


class _Trial:
    """Rules that were compiled once, and asked of sample after sample."""

    def __init__(self, read: RuleSet) -> None:
        self._read = read
        self._engine = Engine(compile_rules(read.rules))
        self._sources = {rule.said.id: rule.source for rule in read.rules}
        self._correlations = {one.said.id: one for one in read.correlations}

    def of(self, one: Rule | Correlation, file: str, samples: dict[str, list[Any]]) -> Iterator[Tried]:
        for is_positive, name in ((True, "positive"), (False, "negative")):
            for number, sample in enumerate(samples[name], start=1):
                found = self._found(one, sample)
                wrong = "" if bool(found) is is_positive else f"{name} {number}: {'not ' if is_positive else ''}found"
                yield Tried(file, is_positive, number, wrong)

    def _found(self, one: Rule | Correlation, sample: Any) -> list[Any]:
        if isinstance(one, Rule):
            return [rule for _, rule in self._hits([sample], one.said.id) if rule == one.said.id]
        return [finding for finding in self._findings(one, sample) if finding.correlation.said.id == one.said.id]

    def _findings(self, one: Correlation, events: Sequence[Any]) -> Iterator[Finding]:
        correlator = Correlator(self._read.correlations)
        for row, rule in self._hits(events, one.said.id):
            at = int(datetime.fromisoformat(events[row]["at"]).timestamp() * _MICRO)
            yield from correlator.take(Seen(rule, at, _fields(events[row]), (("sample", row),)))
        yield from correlator.end()

    def _hits(self, events: Sequence[Any], rule: str) -> Iterator[tuple[int, str]]:
        """Yield which rules are found in which of some events, which all come from the log of one rule."""
        while rule in self._correlations:
            rule = self._correlations[rule].rules[0]
        source = self._sources[rule]
        kind = f"{source.product}//" if source.product == "windows" else str(source)
        hits = self._engine.match(batch_of([_fields(event) for event in events], kind=kind))
        for row, place in zip(hits.rows.tolist(), hits.rules.tolist(), strict=True):
            yield row, self._engine.compiled.rules[place].said.id


def _fields(event: Any) -> dict[str, str]:
    told = event["fields"].items()
    return {name: SEVERAL.join(map(str, value)) if isinstance(value, list) else str(value) for name, value in told}
