"""Rules made ready to be matched: atoms numbered, conditions over these numbers, and which atom leads to which rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial

from amur.detection.events import KIND
from amur.detection.matching.nodes import Node, compiled
from amur.detection.matching.values import ValueMatcher
from amur.detection.sigma.atoms import MANY, ONE, WHOLE, Atom, Op, split
from amur.detection.sigma.logsources import ways_of
from amur.detection.sigma.rules import Rule
from amur.detection.sigma.trees import atoms_of, necessary

_GATE, _OFTEN, _SOMETIMES = 1e6, 1e4, 50.0


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition of one variant of a rule; ``rule`` and ``way`` are places."""

    rule: int
    way: int
    node: Node


@dataclass(slots=True)
class Compiled:
    """Rules, compiled. ``leads`` says which conditions an atom makes worth asking; ``always`` are asked of each event.

    ``made`` are the matchers of fields, once somebody has asked for them.
    """

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...] = ()
    atoms: dict[str, dict[int, Atom]] = field(default_factory=dict)
    leads: dict[int, tuple[int, ...]] = field(default_factory=dict)
    always: tuple[int, ...] = ()
    others: frozenset[str] = frozenset()
    made: dict[str, ValueMatcher] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        """Return every field that a rule looks at."""
        return frozenset({*self.atoms, *self.others} - {WHOLE, KIND})

    def matchers(self) -> dict[str, ValueMatcher]:
        """Return what finds the atoms of each field, for one thread; patterns are compiled once."""
        self.made = self.made or {name: ValueMatcher(atoms) for name, atoms in self.atoms.items()}
        return {name: one.another() for name, one in self.made.items()}


def compile_rules(rules: Iterable[Rule]) -> Compiled:
    """Return rules made ready; patterns are compiled when somebody matches with them.

    >>> compile_rules([]).fields
    frozenset()
    """
    made, numbers = Compiled(tuple(rules)), dict[Atom, int]()
    conditions: list[Condition] = []
    leads: dict[int, list[int]] = {}
    always: list[int] = []

    def number(atom: Atom) -> int:
        found = numbers.setdefault(atom, len(numbers))
        made.atoms.setdefault(atom.field, {})[found] = atom
        return found

    others = set()
    for place, rule in enumerate(made.rules):
        gates = {atom for way in ways_of(rule.source) for atom in atoms_of(way.gate)}
        for at, variant in enumerate(rule.variants):
            others |= {
                name for atom in atoms_of(variant.tree) if atom.op is Op.FIELD for name in (atom.field, atom.value)
            }
            needed = necessary(variant.tree, partial(_cost, gates))
            for atom in needed or ():
                leads.setdefault(number(atom), []).append(len(conditions))
            if needed is None:
                always.append(len(conditions))
            conditions.append(Condition(place, at, compiled(variant.tree, number)))
    made.conditions, made.always, made.others = tuple(conditions), tuple(always), frozenset(others)
    made.leads = {name: tuple(dict.fromkeys(those)) for name, those in leads.items()}
    return made


def _cost(gates: Collection[Atom], atom: Atom) -> float:
    return _GATE if atom in gates else cost(atom)


def cost(atom: Atom) -> float:
    """Return how often an atom is likely to hold, in no unit: it only orders them.

    >>> cost(Atom("Image", Op.LIKE, MANY + "mimikatz.exe")) < cost(Atom("Image", Op.LIKE, MANY + ".exe"))
    True
    """
    if atom.op in {Op.PRESENT, Op.COMPARE, Op.PART}:
        return _OFTEN
    if atom.op not in {Op.LIKE, Op.CASED}:
        return _SOMETIMES
    longest = max((len(part) for part in split(atom.value) if part not in {MANY, ONE}), default=0)
    return 100 / (1 + longest)
