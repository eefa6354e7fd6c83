"""What was found by tactics and techniques of ATT&CK, as the tags of rules name them and no further."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from amur.detection.reporting.summary import OfRule
from amur.detection.sigma.rules import LEVELS, TACTICS

MOST_CELLS = 80
"""How many techniques of a tactic are shown."""

_PART = re.compile(r"T\d{4}\.\d{3}", re.ASCII)


@dataclass(slots=True)
class Cell:
    """One technique under one tactic: hits, the gravest level, and the place of the gravest rule that names it."""

    technique: str
    rule: int
    level: str
    hits: int = 0

    @property
    def base(self) -> str:
        """Return the technique of which it is a part, or itself; what ATT&CK would not write so stands alone."""
        return self.technique.partition(".")[0] if _PART.fullmatch(self.technique) else self.technique


@dataclass(slots=True)
class Row:
    """One tactic, or none: the hits of its rules, the gravest level, and its techniques by their numbers."""

    tactic: str
    level: str = LEVELS[0]
    hits: int = 0
    rules: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def shown(self) -> list[Cell]:
        """Return the techniques that are shown: if there are too many, those with the most hits."""
        most = sorted(self.cells.values(), key=lambda cell: (-cell.hits, cell.technique))[:MOST_CELLS]
        return sorted(most, key=lambda cell: cell.technique)

    @property
    def families(self) -> list[tuple[str, list[Cell]]]:
        """Return the techniques that are shown, those of one base together."""
        return [(base, list(cells)) for base, cells in groupby(self.shown, key=lambda cell: cell.base)]


def matrix(ordered: Sequence[OfRule]) -> list[Row]:
    """Return the tactics that were met, as an attack goes through them; last what names no tactic.

    ``ordered`` holds what each rule found, the gravest first. Tags do not say which technique of a rule serves which of
    its tactics: each stands under each.
    """
    rows: dict[str, Row] = {}
    for place, one in enumerate(ordered):
        for tactic in one.said.tactics or ("",):
            row = rows.setdefault(tactic, Row(tactic))
            row.hits += one.count
            row.rules += 1
            row.level = max(row.level, one.said.level, key=LEVELS.index)
            for technique in dict.fromkeys(one.said.techniques):
                cell = row.cells.setdefault(technique, Cell(technique, place, one.said.level))
                cell.hits += one.count
    return [rows[name] for name in (*TACTICS, "") if name in rows]
