"""Which states are left and entered: the domain of an arrow and its entry set, as SCXML computes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from amur.procedures.statechart.ways import Way, bits

if TYPE_CHECKING:
    from amur.procedures.statechart.charts import Chart

NOWHERE = -1
"""The domain of an arrow without target: it leaves nothing."""


def effective(chart: Chart, targets: tuple[int, ...], history: Mapping[int, tuple[int, ...]]) -> list[int]:
    """Return where targets lead when each history stands for what it remembers, or for its default."""
    found: list[int] = []
    for target in targets:
        if not chart.nodes[target].is_history:
            found.append(target)
        elif target in history:
            found += history[target]
        else:
            found += effective(chart, chart.defaults[target].targets, history)
    return found


def domain_of(chart: Chart, way: Way, history: Mapping[int, tuple[int, ...]]) -> int:
    """Return the innermost state that an arrow does not leave, or that it goes nowhere."""
    if way.fixed:
        return way.domain
    targets = effective(chart, way.targets, history)
    if not targets:
        return NOWHERE
    common = chart.above[way.source]
    if way.internal and all(chart.above[target] >> way.source & 1 for target in targets):
        return way.source
    for target in targets:
        common &= chart.above[target]
    return (common & (chart.compound | 1)).bit_length() - 1


class Entry:
    """The states that a set of arrows enters; those among them whose default is taken; the defaults of histories."""

    __slots__ = ("asked", "by_default", "chart", "history", "instead", "states")

    def __init__(self, chart: Chart, history: Mapping[int, tuple[int, ...]]) -> None:
        self.chart = chart
        self.history = history
        self.states = 0
        self.by_default = 0
        self.instead: dict[int, Way] = {}
        self.asked = False
        """Whether a history was asked."""

    def add(self, way: Way, domain: int) -> None:
        """Add what an arrow enters, down to the last state and up to its domain."""
        for target in way.targets:
            self._down(target)
        for target in effective(self.chart, way.targets, self.history):
            self._up(target, domain)

    def _down(self, place: int) -> None:
        chart = self.chart
        if chart.nodes[place].is_history:
            self._remembered(place)
            return
        self.states |= 1 << place
        if chart.compound >> place & 1:
            self.by_default |= 1 << place
            self._all(chart.defaults[place], place)
        elif chart.parallel >> place & 1:
            self._regions(place)

    def _remembered(self, place: int) -> None:
        self.asked = True
        parent = self.chart.parent[place]
        if place not in self.history:
            default = self.chart.defaults[place]
            self.instead[parent] = default
            self._all(default, parent)
            return
        for target in self.history[place]:
            self._down(target)
        for target in self.history[place]:
            self._up(target, parent)

    def _all(self, default: Way, within: int) -> None:
        for target in default.targets:
            self._down(target)
        for target in default.targets:
            self._up(target, within)

    def _up(self, place: int, domain: int) -> None:
        above = self.chart.above[place]
        for one in reversed(list(bits(above & ~((1 << domain + 1) - 1)))):
            self.states |= 1 << one
            if self.chart.parallel >> one & 1:
                self._regions(one)

    def _regions(self, place: int) -> None:
        for child in self.chart.children[place]:
            if not self.states & self.chart.below[child]:
                self._down(child)
