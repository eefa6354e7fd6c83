"""Conditions as trees of atoms: evaluated, renamed, and asked which of their atoms must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from amur.detection.sigma.atoms import WHOLE, Atom, Op


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test."""

    atom: Atom


@dataclass(frozen=True, slots=True)
class All:
    """Every part has to hold; of no parts that is always so."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part has to hold; of no parts that is never so."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Tree


Tree = Leaf | All | Some | Not

_SAYS_NOTHING = frozenset({Op.ABSENT, Op.FIELD})


def evaluate(tree: Tree, holds: Callable[[Atom], bool]) -> bool:
    """Say whether a tree holds where each of its atoms does or does not.

    >>> evaluate(Not(Leaf(Atom("Image", Op.PRESENT))), lambda atom: False)
    True
    """
    if isinstance(tree, Leaf):
        return holds(tree.atom)
    if isinstance(tree, Not):
        return not evaluate(tree.part, holds)
    check = all if isinstance(tree, All) else any
    return check(evaluate(part, holds) for part in tree.parts)


def every(parts: list[Tree]) -> Tree:
    """Return a tree in which all parts have to hold, as flat as it can be.

    >>> every([All(()), every([Leaf(Atom("a", Op.PRESENT))])])
    Leaf(atom=Atom(field='a', op=<Op.PRESENT: 'present'>, value='', more=''))
    """
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(dict.fromkeys(flat)))


def some(parts: list[Tree]) -> Tree:
    """Return a tree in which one part has to hold, as flat as it can be.

    >>> some([Some(()), Some(())])
    Some(parts=())
    """
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Some) else (part,))]
    return flat[0] if len(flat) == 1 else Some(tuple(dict.fromkeys(flat)))


def shared(tree: Tree, known: dict[Tree, Tree]) -> Tree:
    """Return the same tree with parts that are equal as one object, those of other trees in ``known`` among them.

    >>> known: dict[Tree, Tree] = {}
    >>> one, other = (shared(Not(Leaf(Atom("a", Op.PRESENT))), known) for _ in range(2))
    >>> one is other
    True
    """
    if isinstance(tree, Not):
        tree = Not(shared(tree.part, known))
    elif not isinstance(tree, Leaf):
        tree = type(tree)(tuple(shared(part, known) for part in tree.parts))
    return known.setdefault(tree, tree)


def depth_of(tree: Tree) -> int:
    """Return how many conditions stand one in another.

    >>> depth_of(Leaf(Atom("a", Op.PRESENT))), depth_of(Not(All((Leaf(Atom("a", Op.PRESENT)),))))
    (0, 2)
    """
    if isinstance(tree, Leaf):
        return 0
    return 1 + (depth_of(tree.part) if isinstance(tree, Not) else max(map(depth_of, tree.parts), default=0))


def atoms_of(tree: Tree) -> Iterator[Atom]:
    """Yield each atom of a tree, where it stands more than once more than once."""
    if isinstance(tree, Leaf):
        yield tree.atom
    elif isinstance(tree, Not):
        yield from atoms_of(tree.part)
    else:
        for part in tree.parts:
            yield from atoms_of(part)


def renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    """Return a tree about fields of other names.

    >>> renamed(Leaf(Atom("Image", Op.PRESENT)), {"Image": "NewProcessName"}).atom.field
    'NewProcessName'
    """
    if isinstance(tree, Leaf):
        atom = tree.atom._replace(field=names.get(tree.atom.field, tree.atom.field))
        other = atom.op is Op.FIELD and atom.value in names
        return Leaf(atom._replace(value=names[atom.value]) if other else atom)
    if isinstance(tree, Not):
        return Not(renamed(tree.part, names))
    return type(tree)(tuple(renamed(part, names) for part in tree.parts))


def necessary(tree: Tree, cost: Callable[[Atom], float]) -> frozenset[Atom] | None:
    """Return atoms of which at least one holds wherever the tree does, the rarest; None if there are none.

    ``cost`` says how often an atom is likely to hold. What is not found by the value of one field does not count. A
    tree that never holds returns the empty set.

    >>> [atom.field for atom in necessary(All((Leaf(Atom("a", Op.PRESENT)), Not(Leaf(Atom("b", Op.PRESENT))))), len)]
    ['a']
    """
    if isinstance(tree, Leaf):
        return None if tree.atom.op in _SAYS_NOTHING or tree.atom.field == WHOLE else frozenset({tree.atom})
    if isinstance(tree, Not):
        return None
    found = [necessary(part, cost) for part in tree.parts]
    if isinstance(tree, Some):
        return None if None in found else frozenset().union(*(one for one in found if one is not None))
    sets = [one for one in found if one is not None]
    return min(sets, key=lambda one: sum(map(cost, one)), default=None)
