"""Opinions of other bodies in a play: when each answers, when a round is closed, and whether enough have answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.simulating.draws import Draw


@dataclass(frozen=True, slots=True)
class Asking:
    """How a round is answered: what is declared of it, after how many days a body answers, how likely none does."""

    declared: OpinionRound
    days: Draw
    silent: float


@dataclass(slots=True)
class Round:
    """What becomes of a round that was asked: when it is closed, how many answered in time, whether they are enough."""

    closes: float
    asked: int
    answered: int
    enough: bool
    closed: bool = False


def answers(asking: Asking, chance: Random) -> list[float | None]:
    """Return after how many days each body answers, None where it never does.

    >>> from tests.procedures.opinions.samples import ROUND
    >>> answers(Asking(ROUND, lambda _: 2.0, 0.0), Random(1)), answers(Asking(ROUND, lambda _: 2.0, 1.0), Random(1))
    ([2.0, 2.0, 2.0], [None, None, None])
    """
    found: list[float | None] = []
    for _ in range(asking.declared.fewest):
        said = asking.days(chance)
        found.append(None if asking.silent and chance.random() < asking.silent else said)
    return found


def closed_with(declared: OpinionRound, given: Iterable[float | None], deadline: float) -> Round:
    """Return what becomes of a round: it is closed when all have answered, or at its deadline.

    >>> from tests.procedures.opinions.samples import ROUND
    >>> closed_with(ROUND, [1.0, 3.0, 2.0], 9.0)
    Round(closes=3.0, asked=3, answered=3, enough=True, closed=False)
    >>> closed_with(ROUND, [1.0, None, 20.0], 9.0).closes, closed_with(ROUND, [None, None, None], 9.0).answered
    (9.0, 0)
    """
    said = list(given)
    in_time = [one for one in said if one is not None and one < deadline]
    deemed = len(said) - len(in_time) if declared.silence == "no_objection" else 0
    enough = len(in_time) + deemed >= declared.quorum.of(len(said))
    closes = max(in_time, default=deadline) if len(in_time) == len(said) else deadline
    return Round(closes, len(said), len(in_time), enough)
