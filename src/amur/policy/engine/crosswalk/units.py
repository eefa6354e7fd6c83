"""The passages that are compared, and the place of each under the printed numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Sort = Literal["part", "clause", "paragraph", "item"]
TITLES: frozenset[Sort] = frozenset({"part", "clause"})
"""Of these the title is compared, and only with titles."""

Place: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage of an edition: the title of a part or a clause, a paragraph, or a numbered line below a clause.

    ``order`` is its place in the edition and names it; ``part``, ``clause`` and ``serial`` are as printed or counted;
    ``above`` are the orders of the clause and the part that it stands in, zero where there is none.
    """

    order: int
    sort: Sort
    part: str
    clause: str
    serial: str
    text: str
    above: tuple[int, int] = (0, 0)

    @property
    def is_title(self) -> bool:
        """Say whether it is a title."""
        return self.sort in TITLES


def places(units: Sequence[Unit], *, by_part: bool) -> list[Place]:
    """Return where each unit stands; where the numbers of clauses begin again in each part, the part belongs to it.

    >>> one = Unit(2, "paragraph", "1", "3", "2", "甲。")
    >>> places([one], by_part=False), places([one], by_part=True)
    ([('', '3', 'paragraph', '2')], [('1', '3', 'paragraph', '2')])
    """
    return [(unit.part if by_part or not unit.clause else "", unit.clause, unit.sort, unit.serial) for unit in units]


def restarts(units: Iterable[Unit]) -> bool:
    """Say whether two clauses of an edition have the same number, as where they are counted anew in each part.

    >>> restarts([Unit(1, "paragraph", "1", "1", "1", "甲", (5, 1)), Unit(2, "paragraph", "2", "1", "1", "乙", (9, 7))])
    True
    """
    clauses = {(unit.clause, unit.above[0]) for unit in units if unit.clause and unit.above[0]}
    return any(number > 1 for number in Counter(clause for clause, _ in clauses).values())


def refs(units: Sequence[Unit]) -> dict[int, str]:
    """Return by order how people write a passage: ``3.2`` is a paragraph of clause 3, ``3(2)`` a numbered line of it.

    A title is ``3`` for a clause and ``P2`` for a part. What would not be unique is written by its order, as ``#41``.

    >>> lamps = [Unit(2, "paragraph", "1", "3", "2", "甲。"), Unit(3, "item", "1", "3", "1", "乙；")]
    >>> refs([*lamps, Unit(1, "part", "1", "", "", "总则"), Unit(4, "clause", "1", "4", "", "灯")])
    {2: '3.2', 3: '3(1)', 1: 'P1', 4: '4'}
    >>> refs([lamps[0], Unit(9, "paragraph", "1", "3", "2", "丙。")])
    {2: '#2', 9: '#9'}
    """
    by_part = restarts(units)
    written = {unit.order: _written(unit, by_part=by_part) for unit in units}
    times = Counter(written.values())
    return {order: name if name and times[name] == 1 else f"#{order}" for order, name in written.items()}


def _written(unit: Unit, *, by_part: bool) -> str:
    if unit.sort == "part":
        return f"P{unit.part}" if unit.part else ""
    within = {"clause": "", "paragraph": f".{unit.serial}", "item": f"({unit.serial})"}[unit.sort]
    above = f"{unit.part}/" if by_part and unit.part else ""
    return f"{above}{unit.clause or '0'}{within}"
