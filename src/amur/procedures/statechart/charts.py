"""The compiling of a chart: states become bits in document order, so that sets of states are whole numbers.

A parent stands before its children. Entering in rising order and leaving in falling order is what SCXML asks.
"""

from __future__ import annotations

from amur.procedures.statechart.entering import Entry, domain_of
from amur.procedures.statechart.nodes import Arrow, Node
from amur.procedures.statechart.ways import Way

ANY = "*"


class ChartError(ValueError):
    """A chart that cannot run: what is wrong, and in which state."""


class Chart:
    """A chart whose tables are made; its root is place 0 and no state of its own.

    Raises:
        ChartError: if a name is used twice or not declared, or if states could not be active together.

    >>> chart = Chart(Node("a", arrows=(Arrow(("go",), ("b",)),)), Node("b", "final"))
    >>> chart.ids
    ('', 'a', 'b')
    >>> Chart(Node("a", arrows=(Arrow(("go",), ("c",)),)))
    Traceback (most recent call last):
    ...
    amur.procedures.statechart.charts.ChartError: an arrow of 'a' leads to 'c', which is no state
    """

    def __init__(self, *nodes: Node, initial: tuple[str, ...] = (), effects: tuple[object, ...] = ()) -> None:
        root = Node("", children=nodes, initial=initial, initially=effects)
        self.nodes: list[Node] = []
        self.parent: list[int] = []
        self._lay_out(root, -1)
        self.ids = tuple(node.id for node in self.nodes)
        self.place = {name: place for place, name in enumerate(self.ids)}
        if len(self.place) < len(self.ids):
            twice = next(name for place, name in enumerate(self.ids) if self.place[name] != place)
            raise ChartError(f"there are two states {twice!r}")
        self._relations()
        self._check_nodes()
        self.defaults = {place: self._default(place) for place in range(len(self.nodes)) if self._has_default(place)}
        self.ways = [self._ways(place) for place in range(len(self.nodes))]
        self.names, self.table, self.at_once = self._tables()
        self.moves_by_itself = any(self.at_once)
        """Whether any arrow has no event."""
        self.is_flat = not (self.moves_by_itself or any(self.parent[1:]))
        """Whether no state stands in another, and none is left without an event."""
        self._plan()

    def _lay_out(self, node: Node, parent: int) -> None:
        place = len(self.nodes)
        self.nodes.append(node)
        self.parent.append(parent)
        for child in node.children:
            self._lay_out(child, place)

    def _relations(self) -> None:
        """Make the sets that the algorithm asks for again and again."""
        count = len(self.nodes)
        self.above = [0] * count
        """Of each state the proper ancestors."""
        self.below = [0] * count
        """Of each state the proper descendants, histories not among them."""
        self.inside = [0] * count
        """Of each state the children, as a set."""
        self.children: list[list[int]] = [[] for _ in range(count)]
        self.histories: list[list[int]] = [[] for _ in range(count)]
        self.atomic = self.final = self.parallel = self.compound = self.remembering = 0
        for place in range(1, count):
            node, up = self.nodes[place], self.parent[place]
            self.above[place] = self.above[up] | 1 << up
            (self.histories if node.is_history else self.children)[up].append(place)
        for place in range(count - 1, -1, -1):
            node, own = self.nodes[place], 1 << place
            for child in self.children[place]:
                self.inside[place] |= 1 << child
                self.below[place] |= self.below[child] | 1 << child
            if node.is_history:
                self.remembering |= 1 << self.parent[place]
            elif node.kind == "parallel" and self.children[place]:
                self.parallel |= own
            elif self.children[place]:
                self.compound |= own
            elif place:
                self.atomic |= own
            self.final |= own if node.kind == "final" else 0
        self.ends = self.final & self.inside[0]
        """The outermost final states: in one of them the chart has ended."""

    def _check_nodes(self) -> None:
        for place, node in enumerate(self.nodes):
            if node.kind == "final" and (node.children or node.arrows):
                raise ChartError(f"{node.id!r} is final: nothing is inside and nothing leads out")
            if node.is_history and (node.children or node.arrows or node.enter or node.leave):
                raise ChartError(f"{node.id!r} is a history: it has a default only")
            if node.is_history and not node.initial:
                raise ChartError(f"the history {node.id!r} has no default")
            if node.kind == "parallel" and node.initial:
                raise ChartError(f"{node.id!r} is parallel: it begins with all its states, not with some")
            if any(self.nodes[child].kind == "final" for child in self.children[place]) and node.kind == "parallel":
                raise ChartError(f"{node.id!r} is parallel: a final state cannot stand in it directly")
        if not self.children[0]:
            raise ChartError("there is no state")

    def _places(self, names: tuple[str, ...], said: str) -> tuple[int, ...]:
        for name in names:
            if not self.place.get(name):
                raise ChartError(f"{said} leads to {name!r}, which is no state")
        places = tuple(self.place[name] for name in names)
        for n, one in enumerate(places):
            for other in places[n + 1 :]:
                if not self.beside(one, other):
                    raise ChartError(f"{said} leads to {self.ids[one]!r} and {self.ids[other]!r}, of which one can be")
        return places

    def beside(self, one: int, other: int) -> bool:
        """Say whether two states stand in two regions of a parallel state, so that an arrow can lead to both."""
        if one == other or self.above[one] >> other & 1 or self.above[other] >> one & 1:
            return False
        return bool(self.parallel >> ((self.above[one] & self.above[other]).bit_length() - 1) & 1)

    def _has_default(self, place: int) -> bool:
        return self.nodes[place].is_history or bool(self.compound >> place & 1)

    def _default(self, place: int) -> Way:
        node = self.nodes[place]
        within = self.parent[place] if node.is_history else place
        said = f"the beginning of {node.id!r}"
        targets = self._places(node.initial, said) or (self.children[place][0],)
        for target in targets:
            if not self.above[target] >> within & 1:
                raise ChartError(f"{said} leads to {self.ids[target]!r}, which is not inside")
        return Way(place, targets, None, node.initially, internal=True)

    def _ways(self, place: int) -> list[Way]:
        return [self._way(place, arrow) for arrow in self.nodes[place].arrows]

    def _way(self, place: int, arrow: Arrow) -> Way:
        targets = self._places(arrow.targets, f"an arrow of {self.ids[place]!r}")
        internal = arrow.internal and bool(self.compound >> place & 1)
        return Way(place, targets, arrow.guard, arrow.effects, internal)

    def _tables(self) -> tuple[frozenset[str], list[dict[str, tuple[Way, ...]]], list[tuple[Way, ...]]]:
        """Return which names arrows know; by atomic state and name which arrows match; and those without event.

        An event that no arrow names whole matches what its longest known beginning matches: a finite table is enough.
        """
        heard = {_plain(event) for node in self.nodes for arrow in node.arrows for event in arrow.events}
        names = frozenset(heard | {ANY})
        table: list[dict[str, tuple[Way, ...]]] = []
        at_once: list[tuple[Way, ...]] = []
        for place in range(len(self.nodes)):
            outward = self._outward(place) if self.atomic >> place & 1 else []
            table.append({name: found for name in names if (found := _matching(outward, name))})
            at_once.append(tuple(way for arrow, way in outward if not arrow.events))
        return names, table, at_once

    def known(self, event: str) -> str:
        """Return the name by which the table knows an event: its own, its longest known beginning, or any."""
        while event not in self.names:
            event = event.rpartition(".")[0] or ANY
        return event

    def _outward(self, place: int) -> list[tuple[Arrow, Way]]:
        """Return the arrows of a state and then of those that it is in, from within to without."""
        found: list[tuple[Arrow, Way]] = []
        while place > 0:
            found += zip(self.nodes[place].arrows, self.ways[place], strict=True)
            place = self.parent[place]
        return found

    def _plan(self) -> None:
        """Find of each arrow that no history concerns what it leaves and enters, once and for all."""
        for way in (way for ways in self.ways for way in ways):
            entry = Entry(self, {})
            domain = domain_of(self, way, {})
            entry.add(way, domain)
            way.fixed, way.domain, way.entry, way.by_default = not entry.asked, domain, entry.states, entry.by_default


def _plain(event: str) -> str:
    """Return a name without the ``.*`` or ``.`` that it may end with, which changes nothing."""
    return event if event == ANY else event.removesuffix(".*").removesuffix(".")


def _matching(outward: list[tuple[Arrow, Way]], name: str) -> tuple[Way, ...]:
    found = []
    for arrow, way in outward:
        heard = [_plain(event) for event in arrow.events]
        if any(event in {ANY, name} or name.startswith(f"{event}.") for event in heard):
            found.append(way)
    return tuple(found)
