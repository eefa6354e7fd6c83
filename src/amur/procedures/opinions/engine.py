"""How opinions are counted, and what may still be answered; pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from amur.base.expressions import Kind, Struct, Type
from amur.base.faults import Refused

Verdict = Literal["agree", "conditions", "object"]
"""What a body says: it agrees, it agrees with conditions, or it objects."""

Silence = Literal["no_objection", "none"]
"""What it means that a body says nothing in time."""

ROUND = Struct.of(
    {
        "asked": Kind.INTEGER,
        "answered": Kind.INTEGER,
        "quorum": Kind.INTEGER,
        "quorum_met": Kind.BOOLEAN,
        "closed": Kind.BOOLEAN,
        "agree": Kind.INTEGER,
        "conditions": Kind.INTEGER,
        "objections": Kind.INTEGER,
        "silent": Kind.INTEGER,
        "no_objection": Kind.INTEGER,
    }
)
"""What an expression may read of a round."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of a body; of several, the one with the highest ``turn`` stands. A late one may not count."""

    body: str
    verdict: Verdict
    turn: int = 1
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a round. While it is open, what was said can still change."""

    asked: int
    quorum: int
    agree: int
    conditions: int
    objections: int
    silent: int
    closed: bool
    silence: Silence

    @property
    def answered(self) -> int:
        """Return how many have answered, as far as it counts."""
        return self.agree + self.conditions + self.objections

    @property
    def deemed(self) -> int:
        """Return how many said nothing, and have no objection by law."""
        return self.silent if self.silence == "no_objection" else 0

    @property
    def no_objection(self) -> int:
        """Return how many agree, with conditions or without, and how many are taken to."""
        return self.agree + self.conditions + self.deemed

    @property
    def quorum_met(self) -> bool:
        """Say whether enough have answered; a silence that the law reads as an answer is one."""
        return self.answered + self.deemed >= self.quorum

    @property
    def values(self) -> Mapping[str, int | bool]:
        """Return what expressions read. What can still change has no value while the round is open.

        >>> sorted(tally(["a", "b"], [Given("a", "agree")], 1, "none", closed=False).values)
        ['answered', 'asked', 'closed', 'quorum', 'quorum_met']
        >>> tally(["a", "b"], [Given("a", "agree")], 1, "no_objection", closed=True).values["no_objection"]
        2
        """
        fixed: dict[str, int | bool] = {
            "asked": self.asked,
            "answered": self.answered,
            "quorum": self.quorum,
            "quorum_met": self.quorum_met,
            "closed": self.closed,
        }
        if not self.closed:
            return fixed
        return fixed | {
            "agree": self.agree,
            "conditions": self.conditions,
            "objections": self.objections,
            "silent": self.silent,
            "no_objection": self.no_objection,
        }


def tally(asked: Collection[str], given: Iterable[Given], quorum: int, silence: Silence, *, closed: bool) -> Tally:
    """Count what the asked bodies said; whoever was not asked does not count, and the order says nothing.

    >>> found = tally(["a", "b", "c"], [Given("b", "object", 2), Given("b", "agree"), Given("x", "agree")], 2, "none",
    ...     closed=True)
    >>> found.agree, found.objections, found.silent, found.quorum_met
    (0, 1, 2, False)
    >>> tally(["a"], [Given("a", "object", counts=False)], 1, "no_objection", closed=True).no_objection
    1
    """
    standing: dict[str, Given] = {}
    for one in given:
        before = standing.get(one.body)
        if one.body in asked and one.counts and (before is None or one.turn > before.turn):
            standing[one.body] = one
    said = [one.verdict for one in standing.values()]
    bodies = len(set(asked))
    return Tally(
        asked=bodies,
        quorum=quorum,
        agree=said.count("agree"),
        conditions=said.count("conditions"),
        objections=said.count("object"),
        silent=bodies - len(said) if closed else 0,
        closed=closed,
        silence=silence,
    )


def needed(asked: int, *, count: int | None = None, share: int | None = None) -> int:
    """Return how many of so many must answer; a share is rounded up, so that a part of one is one.

    >>> needed(3, share=50), needed(3, share=100), needed(5, count=2)
    (2, 3, 2)
    """
    return count if count is not None else -(-asked * (share or 0) // 100)


def variables(rounds: Iterable[str]) -> Struct:
    """Return what expressions may read of the rounds of a procedure.

    >>> [name for name, _ in variables(["land"]).fields]
    ['land']
    """
    found: dict[str, Type] = dict.fromkeys(rounds, ROUND)
    return Struct.of(found)


def lacking(needs: Iterable[str], found: Mapping[str, Mapping[str, object]]) -> Refused | None:
    """Return why an event that needs rounds is not possible yet, or None if each is closed with enough answers.

    >>> lacking(["land"], {}).details["state"], lacking(["land"], {"land": {"closed": False}}).details["state"]
    ('not_asked', 'open')
    >>> lacking(["land"], {"land": {"closed": True, "quorum_met": False}}).details["state"]
    'too_few'
    >>> lacking(["land"], {"land": {"closed": True, "quorum_met": True}}) is None
    True
    """
    for name in needs:
        values = found.get(name)
        if values is None:
            state, said = "not_asked", "were not asked for"
        elif values.get("closed") is not True:
            state, said = "open", "are still being given"
        elif values.get("quorum_met") is not True:
            state, said = "too_few", "are too few; ask again"
        else:
            continue
        return Refused("opinions_missing", f"the opinions of {name!r} {said}", round=name, state=state)
    return None


def why_not_answer(*, case_closed: bool, closed: bool, in_time: int, late: int) -> Refused | None:
    """Return why a body may not answer now, or None: before the round is closed as often as it likes, later once.

    ``in_time`` and ``late`` are how many answers it gave so far.

    >>> why_not_answer(case_closed=False, closed=False, in_time=3, late=0) is None
    True
    >>> why_not_answer(case_closed=False, closed=True, in_time=0, late=0) is None
    True
    >>> why_not_answer(case_closed=False, closed=True, in_time=1, late=0).code
    'round_closed'
    >>> why_not_answer(case_closed=True, closed=False, in_time=0, late=0).code
    'case_closed'
    """
    if case_closed:
        return Refused("case_closed", "the case is over; nothing is asked of anybody any more")
    if closed and (in_time or late):
        return Refused("round_closed", "the round is closed; an answer that was given stands")
    return None
