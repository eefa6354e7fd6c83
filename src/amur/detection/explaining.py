"""Why a rule fired on an event or did not: its condition as it stands, with what each test found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from amur.detection.matching.full_scan import Held
from amur.detection.matching.late import Row
from amur.detection.sigma.atoms import WHOLE, Atom
from amur.detection.sigma.rules import Rule
from amur.detection.sigma.trees import All, Leaf, Not, Tree, evaluate

_LONGEST = 120
_MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class Explained:
    """A part of a condition: what it wants, whether it holds, what was found, and the parts in it."""

    wants: str
    holds: bool
    found: str = ""
    parts: tuple[Explained, ...] = ()


def explained(rule: Rule, batch: pa.RecordBatch, row: int) -> Explained:
    """Return why a rule fires on an event of a batch, or does not."""
    event = Row(batch, row)
    ways = tuple(_with_name(_of(variant.tree, event), variant.way) for variant in rule.variants)
    return Explained(f"{rule.said.title} ({rule.said.id})", any(way.holds for way in ways), "", ways)


def _with_name(way: Explained, name: str) -> Explained:
    return Explained(f"as {name} logs it: {way.wants}", way.holds, way.found, way.parts)


def _of(tree: Tree, event: Row) -> Explained:
    if isinstance(tree, Leaf):
        return Explained(str(tree.atom), evaluate(tree, Held(event)), _found(tree.atom, event))
    if isinstance(tree, Not):
        inner = _of(tree.part, event)
        return Explained("not", not inner.holds, "", (inner,))
    parts = tuple(_of(part, event) for part in tree.parts)
    wants = "all of" if isinstance(tree, All) else "one of"
    return Explained(wants, evaluate(tree, Held(event)), "", parts)


def _found(atom: Atom, event: Row) -> str:
    if atom.field == WHOLE:
        return "the whole event"
    value = event.value(atom.field)
    if value is None:
        return "no such field"
    return repr(value[:_LONGEST]) + ("…" if len(value) > _LONGEST else "")


def lines(one: Explained, depth: int = 0) -> Iterator[str]:
    """Yield an explanation as indented lines; of many parts, first those that decide.

    >>> list(lines(Explained("all of", True, "", (Explained("Image present", True, "'a'"),))))
    ['yes  all of', "yes    Image present – found 'a'"]
    """
    said = f"{'yes' if one.holds else 'no ':3}  {'  ' * depth}{one.wants}"
    yield f"{said} – found {one.found}" if one.found else said
    decides = one.holds if one.wants.endswith("one of") else not one.holds if one.wants.endswith("all of") else None
    ordered = sorted(one.parts, key=lambda part: part.holds is not decides) if decides is not None else list(one.parts)
    for part in ordered[:_MOST_PARTS]:
        yield from lines(part, depth + 1)
    if len(ordered) > _MOST_PARTS:
        yield f"     {'  ' * (depth + 1)}… and {len(ordered) - _MOST_PARTS} more"
