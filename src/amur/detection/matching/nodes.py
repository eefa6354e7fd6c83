"""Conditions over numbers of atoms: the trees of rules as they are asked while events go by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from amur.detection.sigma.atoms import Atom, Op
from amur.detection.sigma.trees import All, Leaf, Not, Tree


class Node(NamedTuple):
    """A condition: ``all`` or ``some`` of numbers and parts, ``not`` of one part, or a ``late`` atom.

    What is late is not known from the values of single fields: two fields compared.
    """

    kind: str
    numbers: frozenset[int] = frozenset()
    parts: tuple[Node, ...] = ()
    late: Atom | None = None


def compiled(tree: Tree, number: Callable[[Atom], int]) -> Node:
    """Return a tree as a node; ``number`` gives each atom its number.

    >>> compiled(Not(Leaf(Atom("Image", Op.PRESENT))), lambda atom: 7).parts[0].numbers
    frozenset({7})
    """
    if isinstance(tree, Leaf):
        late = tree.atom.op is Op.FIELD
        return Node("late", late=tree.atom) if late else Node("all", frozenset({number(tree.atom)}))
    if isinstance(tree, Not):
        return Node("not", parts=(compiled(tree.part, number),))
    plain = [part.atom for part in tree.parts if isinstance(part, Leaf) and part.atom.op is not Op.FIELD]
    others = tuple(
        compiled(part, number) for part in tree.parts if not isinstance(part, Leaf) or part.atom.op is Op.FIELD
    )
    return Node("all" if isinstance(tree, All) else "some", frozenset(map(number, plain)), others)


def decide(node: Node, found: Collection[int], unknown: Collection[int]) -> bool | None:
    """Say whether a node holds where some atoms do, or None where that hangs on what is not known yet.

    >>> decide(Node("some", frozenset({1, 2})), {2}, ()), decide(Node("all", frozenset({1, 2})), {2}, {1})
    (True, None)
    """
    if node.kind == "late":
        return None
    if node.kind == "not":
        inner = decide(node.parts[0], found, unknown)
        return None if inner is None else not inner
    wanted = node.kind == "some"
    hangs = False
    for number in node.numbers:
        if number in unknown:
            hangs = True
        elif (number in found) is wanted:
            return wanted
    for part in node.parts:
        inner = decide(part, found, unknown)
        if inner is wanted:
            return wanted
        hangs = hangs or inner is None
    return None if hangs else not wanted


def holds(node: Node, found: Collection[int], late: Callable[[Atom], bool]) -> bool:
    """Say whether a node holds, with all that is late looked at.

    >>> holds(Node("late", late=Atom("User", Op.FIELD, "Owner", "is")), (), lambda atom: True)
    True
    """
    if node.kind == "late":
        return late(node.late) if node.late else False
    if node.kind == "not":
        return not holds(node.parts[0], found, late)
    check = any if node.kind == "some" else all
    return check(_parts(node, found, late))


def numbers_of(node: Node) -> Iterator[int]:
    """Yield the numbers of all atoms that a node looks at.

    >>> list(numbers_of(Node("not", parts=(Node("all", frozenset({3})),))))
    [3]
    """
    yield from node.numbers
    for part in node.parts:
        yield from numbers_of(part)


def _parts(node: Node, found: Collection[int], late: Callable[[Atom], bool]) -> Iterator[bool]:
    yield from (number in found for number in node.numbers)
    yield from (holds(part, found, late) for part in node.parts)
