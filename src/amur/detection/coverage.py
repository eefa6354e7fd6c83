"""Which rules can never fire on what a unit sends: their events, or a field that they need, are not there."""

from __future__ import annotations

import pyarrow as pa

from amur.detection.matching.compiled import Compiled
from amur.detection.matching.values import ValueMatcher
from amur.detection.sigma.atoms import WHOLE, Atom, Op
from amur.detection.sigma.logsources import ways_of
from amur.detection.sigma.rules import Rule, Said
from amur.detection.sigma.trees import All, Leaf, Not, Tree, atoms_of, evaluate

_VALUES_KEPT = 200_000


class Coverage:
    """Takes batches, and says what rules can see in them."""

    def __init__(self, compiled: Compiled) -> None:
        """Begin with no event."""
        self.events = 0
        self._rules = compiled.rules
        gates = {atom for rule in compiled.rules for way in ways_of(rule.source) for atom in atoms_of(way.gate)}
        by_field: dict[str, dict[int, Atom]] = {}
        self._gates = {atom: number for number, atom in enumerate(sorted(gates))}
        for atom, number in self._gates.items():
            by_field.setdefault(atom.field, {})[number] = atom
        self._matchers = {name: ValueMatcher(atoms) for name, atoms in by_field.items()}
        self._fields: set[str] = set()
        self._together: set[frozenset[int]] = set()

    def take(self, batch: pa.RecordBatch) -> None:
        """Note which fields have values, and which conditions of log sources hold together."""
        self.events += batch.num_rows
        for name in batch.schema.names:
            if name not in self._fields and batch.column(name).null_count < batch.num_rows:
                self._fields.add(name)
        names = [name for name in self._matchers if name in batch.schema.names]
        if not names or not batch.num_rows:
            return
        table = pa.Table.from_arrays([batch.column(name).cast(pa.utf8()) for name in names], names=names)
        kinds = table.group_by(names).aggregate([]).to_pylist()
        for kind in kinds[:_VALUES_KEPT]:
            found = (number for name, value in kind.items() for number in self._matchers[name].find(value))
            self._together.add(frozenset(found))

    def blind(self) -> list[tuple[Said, str, str]]:
        """Return each rule that can never fire, what is missing – ``log`` or ``field`` – and which it is."""
        found = []
        for rule in self._rules:
            if not any(self._is_there(way.gate) for way in ways_of(rule.source)):
                found.append((rule.said, "log", str(rule.source)))
            elif missing := self._missing(rule):
                found.append((rule.said, "field", ", ".join(sorted(missing))))
        return found

    def _is_there(self, gate: Tree) -> bool:
        def holds_in(held: frozenset[int]) -> bool:
            return evaluate(gate, lambda atom: self._gates[atom] in held)

        return any(map(holds_in, self._together))

    def _missing(self, rule: Rule) -> frozenset[str]:
        """Return fields without which a rule cannot fire in any way, and of which none is there."""
        ways = [needed(variant.tree) - self._fields for variant in rule.variants]
        return min(ways, key=len) if ways and all(ways) else frozenset()


def needed(tree: Tree) -> frozenset[str]:
    """Return the fields that have to be there for a tree to hold.

    >>> sorted(needed(All((Leaf(Atom("a", Op.LIKE, "x")), Not(Leaf(Atom("b", Op.LIKE, "y")))))))
    ['a']
    """
    if isinstance(tree, Leaf):
        says_nothing = tree.atom.op is Op.ABSENT or tree.atom.field == WHOLE
        return frozenset() if says_nothing else frozenset({tree.atom.field})
    if isinstance(tree, Not) or not tree.parts:
        return frozenset()
    parts = [needed(part) for part in tree.parts]
    return frozenset().union(*parts) if isinstance(tree, All) else frozenset.intersection(*parts)
