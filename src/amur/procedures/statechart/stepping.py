"""The running of a chart: from a configuration and an event to the next one, in one macrostep of SCXML."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from amur.procedures.statechart.charts import Chart
from amur.procedures.statechart.entering import NOWHERE, Entry, domain_of
from amur.procedures.statechart.ways import Way, bits

LIMIT = 1_000
"""After so many turns for one event from outside a chart is taken to run for ever."""


class Runaway(RuntimeError):
    """A chart that does not come to rest: its arrows without event, or the events that it raises, lead in a circle."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens, with what it carries."""

    name: str
    data: object = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where a chart stands: the innermost active states in document order, and what each history remembers.

    Which states are active around them follows from the chart.
    """

    active: tuple[str, ...]
    history: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an event: where the chart stands, and what has to be done in this order.

    ``taken`` says whether any arrow was taken, ``done`` whether an outermost final state is reached.
    """

    configuration: Configuration
    effects: tuple[object, ...] = ()
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    taken: bool = False
    done: bool = False


class Moment:
    """What guards and effects may see and do while a chart runs: the event, what is active, and raising of events.

    ``active`` and ``queue`` are the engine's own.
    """

    __slots__ = ("_chart", "active", "event", "queue")

    def __init__(self, chart: Chart, active: int) -> None:
        self._chart = chart
        self.active = active
        self.queue: deque[Event] = deque()
        self.event: Event | None = None

    def within(self, state: str) -> bool:
        """Say whether a state is active."""
        place = self._chart.place.get(state, 0)
        return bool(place and self.active >> place & 1)

    def raise_(self, name: str, data: object = None) -> None:
        """Let an event happen inside the chart, before any from outside."""
        self.queue.append(Event(name, data))


Holds = Callable[[object, Moment], object]
Run = Callable[[object, Moment], object]


def start(chart: Chart, *, holds: Holds | None = None, run: Run | None = None) -> Outcome:
    """Return where a chart begins, once it has come to rest.

    Raises:
        Runaway: if it does not come to rest.

    >>> from amur.procedures.statechart.nodes import Arrow, Node
    >>> chart = Chart(Node("a", children=(Node("b", enter=("ring",)),), enter=("lamp",)))
    >>> outcome = start(chart)
    >>> outcome.configuration, outcome.effects
    (Configuration(active=('b',), history={}), ('lamp', 'ring'))
    """
    running = _Running(chart, 0, {}, holds, run)
    default = chart.defaults[0]
    entry = Entry(chart, {})
    running.do(default.effects)
    entry.add(default, 0)
    running.enter(entry.states, entry.by_default, entry.instead)
    return running.to_rest()


def step(
    chart: Chart,
    configuration: Configuration,
    event: str | Event,
    *,
    holds: Holds | None = None,
    run: Run | None = None,
) -> Outcome:
    """Return what follows from an event, once the chart has come to rest.

    ``holds`` evaluates a guard (without it guards are truth values or functions of the moment); ``run`` is told each
    effect when it happens, so that later guards see what it did.

    Raises:
        Runaway: if it does not come to rest.

    >>> from amur.procedures.statechart.nodes import Arrow, Node
    >>> chart = Chart(
    ...     Node("both", "parallel", children=(
    ...         Node("fire", children=(Node("f1", arrows=(Arrow(("fire",), ("f2",)),)), Node("f2", "final"))),
    ...         Node("water", children=(Node("w1", arrows=(Arrow(("water",), ("w2",)),)), Node("w2", "final"))),
    ...     ), arrows=(Arrow(("done.state.both",), ("end",), effects=("tell",)),)),
    ...     Node("end", "final"),
    ... )
    >>> first = step(chart, start(chart).configuration, "fire")
    >>> first.configuration.active, first.done
    (('f2', 'w1'), False)
    >>> last = step(chart, first.configuration, "water")
    >>> last.configuration.active, last.effects, last.done
    (('end',), ('tell',), True)
    """
    event = event if isinstance(event, Event) else Event(event)
    if chart.is_flat and run is None:
        return _flat(chart, configuration, event, holds)
    active = 0
    place = chart.place
    for name in configuration.active:
        leaf = place[name]
        active |= chart.above[leaf] | 1 << leaf
    active &= ~1
    history = {place[name]: tuple(place[one] for one in kept) for name, kept in configuration.history.items()}
    running = _Running(chart, active, history, holds, run)
    if active & chart.ends:
        return running.outcome()
    running.take(event)
    return running.to_rest()


def _flat(chart: Chart, configuration: Configuration, event: Event, holds: Holds | None) -> Outcome:
    """Return what ``step`` does where one state is active and none stands around it: the first arrow is taken."""
    leaf = chart.place[configuration.active[0]]
    moment = Moment(chart, 1 << leaf)
    moment.event = event
    is_over = bool(chart.ends >> leaf & 1)
    for way in chart.table[leaf].get(chart.known(event.name), ()):
        if _lets(way.guard, holds, moment):
            break
    else:
        return Outcome(configuration, done=is_over)
    if not way.targets:
        return Outcome(configuration, way.effects, taken=True)
    target, ids, nodes = way.targets[0], chart.ids, chart.nodes
    effects = nodes[leaf].leave + way.effects + nodes[target].enter
    ends = bool(chart.ends >> target & 1)
    return Outcome(Configuration((ids[target],)), effects, (ids[target],), (ids[leaf],), taken=True, done=ends)


def _lets(guard: object, holds: Holds | None, moment: Moment) -> bool:
    if guard is None:
        return True
    if holds:
        return bool(holds(guard, moment))
    return bool(guard(moment) if callable(guard) else guard)


class _Running:
    """One macrostep under way."""

    __slots__ = ("_chart", "_effects", "_entered", "_history", "_holds", "_left", "_moment", "_run", "_taken")

    def __init__(
        self,
        chart: Chart,
        active: int,
        history: dict[int, tuple[int, ...]],
        holds: Holds | None,
        run: Run | None,
    ) -> None:
        self._chart = chart
        self._history = history
        self._holds = holds
        self._run = run
        self._moment = Moment(chart, active)
        self._effects: list[object] = []
        self._entered: list[int] = []
        self._left: list[int] = []
        self._taken = False

    def take(self, event: Event) -> None:
        """Let one event happen: the arrows that it enables are taken together."""
        chart = self._chart
        self._moment.event = event
        known, tables = chart.known(event.name), chart.table
        self._microstep([tables[leaf].get(known, ()) for leaf in bits(self._moment.active & chart.atomic)])

    def to_rest(self) -> Outcome:
        """Take arrows without event, then events raised inside, until nothing is left to do."""
        chart, moment = self._chart, self._moment
        for _ in range(LIMIT):
            if self._is_done():
                return self.outcome()
            if chart.moves_by_itself and self._at_once():
                continue
            if not moment.queue:
                return self.outcome()
            self.take(moment.queue.popleft())
        where = ", ".join(chart.ids[one] for one in bits(moment.active & chart.atomic))
        raise Runaway(f"the chart did not come to rest in {LIMIT} turns; the last was in {where}")

    def _at_once(self) -> bool:
        at_once = self._chart.at_once
        return self._microstep([at_once[leaf] for leaf in bits(self._moment.active & self._chart.atomic)])

    def outcome(self) -> Outcome:
        """Return where it stands now and what was done."""
        chart = self._chart
        ids = chart.ids
        active = tuple([ids[one] for one in bits(self._moment.active & chart.atomic)])
        history = {ids[one]: tuple([ids[leaf] for leaf in kept]) for one, kept in self._history.items()}
        return Outcome(
            Configuration(active, history),
            tuple(self._effects),
            tuple([ids[one] for one in self._entered]),
            tuple([ids[one] for one in self._left]),
            self._taken,
            self._is_done(),
        )

    def _is_done(self) -> bool:
        return bool(self._moment.active & self._chart.ends)

    def do(self, effects: tuple[object, ...]) -> None:
        """Note effects, and tell the caller of each."""
        self._effects += effects
        if self._run:
            for effect in effects:
                self._run(effect, self._moment)

    def _microstep(self, choices: list[tuple[Way, ...]]) -> bool:
        """Take the optimal set of arrows out of those that the active states offer; say whether there were any."""
        ways = self._enabled(choices)
        if not ways:
            return False
        self._taken = True
        chart, history = self._chart, self._history
        if len(ways) == 1 and ways[0].fixed:
            way = ways[0]
            self._leave(self._exit_set(way))
            self.do(way.effects)
            self.enter(way.entry, way.by_default, {})
            return True
        leaving = 0
        for way in ways:
            leaving |= self._exit_set(way)
        domains = [domain_of(chart, way, history) for way in ways]
        self._leave(leaving)
        for way in ways:
            self.do(way.effects)
        entry = Entry(chart, history)
        for way, domain in zip(ways, domains, strict=True):
            entry.add(way, domain)
        self.enter(entry.states, entry.by_default, entry.instead)
        return True

    def _enabled(self, choices: list[tuple[Way, ...]]) -> list[Way]:
        enabled: list[Way] = []
        for offered in choices:
            for way in offered:
                # Two states can offer one arrow of a state that both are in; its guard is asked once.
                if way in enabled or _lets(way.guard, self._holds, self._moment):
                    if way not in enabled:
                        enabled.append(way)
                    break
        return enabled if len(enabled) < 2 else self._without_conflicts(enabled)  # noqa: PLR2004 -- one has no rival

    def _without_conflicts(self, enabled: list[Way]) -> list[Way]:
        """Drop arrows that would leave what another leaves too: the inner goes before the outer, then the earlier."""
        kept: list[tuple[Way, int]] = []
        for way in enabled:
            leaves = self._exit_set(way)
            rivals = [other for other, left in kept if left & leaves]
            if all(self._chart.above[way.source] >> other.source & 1 for other in rivals):
                kept = [pair for pair in kept if pair[0] not in rivals]
                kept.append((way, leaves))
        return [way for way, _ in kept]

    def _exit_set(self, way: Way) -> int:
        domain = domain_of(self._chart, way, self._history)
        return 0 if domain == NOWHERE else self._moment.active & self._chart.below[domain]

    def _leave(self, leaving: int) -> None:
        chart, moment = self._chart, self._moment
        for place in bits(leaving & chart.remembering) if chart.remembering else ():
            for history in chart.histories[place]:
                deep = chart.nodes[history].kind == "deep"
                kept = chart.below[place] & chart.atomic if deep else chart.inside[place]
                self._history[history] = tuple(bits(moment.active & kept))
        for place in reversed(list(bits(leaving))):
            self._left.append(place)
            if effects := chart.nodes[place].leave:
                self.do(effects)
            moment.active &= ~(1 << place)

    def enter(self, entering: int, by_default: int, instead: Mapping[int, Way]) -> None:
        """Enter states in their order, each with what happens then."""
        chart, moment = self._chart, self._moment
        for place in bits(entering):
            own = 1 << place
            moment.active |= own
            self._entered.append(place)
            if effects := chart.nodes[place].enter:
                self.do(effects)
            if by_default & own and (default := chart.defaults[place]).effects:
                self.do(default.effects)
            if place in instead:
                self.do(instead[place].effects)
            if own & chart.final:
                self._finished(place)

    def _finished(self, place: int) -> None:
        chart, moment = self._chart, self._moment
        ended = chart.parent[place]
        if not ended:
            return
        moment.raise_(f"done.state.{chart.ids[ended]}", chart.nodes[place].result)
        while chart.parallel >> (ended := chart.parent[ended]) & 1 and self._is_over(ended):
            moment.raise_(f"done.state.{chart.ids[ended]}")

    def _is_over(self, place: int) -> bool:
        chart = self._chart
        if chart.parallel >> place & 1:
            return all(self._is_over(region) for region in chart.children[place])
        return bool(chart.inside[place] & chart.final & self._moment.active)
