"""What the board shows, as plain values: the text, the pack's clauses and commitments, and a verdict for each.

Pure: the verdicts come computed from the trace; nothing here invents or rounds one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from amur.base.declared import Text
from amur.policy.declarations import TextSpan

if TYPE_CHECKING:
    from amur.web.board.live import Live

VERDICTS = ("automated", "assisted", "unproved", "manual", "planned", "no_duty", "boundary", "not_met", "gap")
"""In the order in which a bar and a tally show them."""

_BAR_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Printed:
    """What the imported text prints: titles of its parts and clauses by number, and each clause's paragraphs."""

    parts: Mapping[int, str]
    clauses: Mapping[int, str]
    paragraphs: Mapping[int, tuple[str, ...]]


NOTHING_PRINTED = Printed({}, {}, {})
"""No text was imported."""


@dataclass(frozen=True, slots=True)
class CarrierLink:
    """What carries a commitment out, and where it can be seen."""

    kind: str
    id: str
    title: Text
    address: str = ""


@dataclass(frozen=True, slots=True)
class ExampleState:
    """A worked example that names a commitment, and whether it passed; None where it was not run here."""

    id: str
    title: Text
    passed: bool | None
    played_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BodyName:
    """A body that answers for a commitment; ``now`` is whoever answers today for one that is no more."""

    id: str
    title: Text
    now: Text | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paragraph; ``id`` is the commitment that it names, or nothing, ``css`` that one's verdict."""

    text: str
    id: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class RecheckNote:
    """That a commitment is to be looked at again since a new edition of the text touches it."""

    id: str
    how: str
    due_on: date | None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """One thing that the policy names or requires."""

    id: str
    title: Text
    verdict: str
    reason: Text | None = None
    missing: Text | None = None
    bodies: tuple[BodyName, ...] = ()
    bodies_inferred: bool = False
    carriers: tuple[CarrierLink, ...] = ()
    examples: tuple[ExampleState, ...] = ()
    text: TextSpan | None = None
    live: Live | None = None
    rechecks: tuple[RecheckNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """One verdict's part of a bar: how many, and where it stands on a line of a thousand units."""

    verdict: str
    count: int
    start: int
    width: int

    @property
    def css(self) -> str:
        """Return the name of the verdict in the theme."""
        return css_of(self.verdict)


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause: what the imported text calls it, what the pack says of it, and its commitments."""

    number: int
    title: Text
    summary: Text
    printed_title: str
    paragraphs: tuple[str, ...]
    commitments: tuple[CommitmentView, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """Return how many commitments have which verdict."""
        return shares(one.verdict for one in self.commitments)

    @property
    def marked(self) -> tuple[tuple[Piece, ...], ...]:
        """Return the paragraphs with the passage of each commitment marked."""
        return tuple(marked(text, number, self.commitments) for number, text in enumerate(self.paragraphs, 1))


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the policy with its clauses."""

    number: int
    title: Text
    printed_title: str
    clauses: tuple[ClauseView, ...]


def marked(paragraph: str, number: int, commitments: Iterable[CommitmentView]) -> tuple[Piece, ...]:
    """Return a paragraph in pieces, those marked that commitments name; of two that overlap the later is shorter.

    >>> one = CommitmentView("1.1", Text(zh="灯", en="lamp"), "automated", text=TextSpan(paragraph=1, starts=1, ends=3))
    >>> [(piece.text, piece.id, piece.css) for piece in marked("都点灯。", 1, [one])]
    [('都', '', ''), ('点灯', '1.1', 'carried'), ('。', '', '')]
    """
    found, place = [], 0
    named = [(one.text.starts, one.text.ends, one) for one in commitments if one.text and one.text.paragraph == number]
    for starts, ends, one in sorted(named, key=_places):
        start, end = max(starts, place), min(ends, len(paragraph))
        if start >= end:
            continue
        if start > place:
            found.append(Piece(paragraph[place:start]))
        found.append(Piece(paragraph[start:end], one.id, css_of(one.verdict)))
        place = end
    if place < len(paragraph):
        found.append(Piece(paragraph[place:]))
    return tuple(found)


def _places(named: tuple[int, int, CommitmentView]) -> tuple[int, int]:
    return named[:2]


def css_of(verdict: str) -> str:
    """Return the name of a verdict in the theme.

    >>> css_of("automated"), css_of("planned")
    ('carried', 'planned')
    """
    return "carried" if verdict == "automated" else verdict


def shares(verdicts: Iterable[str]) -> tuple[Share, ...]:
    """Return each verdict's part, in the order of ``VERDICTS``; what is not there has no part.

    The parts fill the line exactly: each begins where the one before it ends.

    >>> shares(["gap", "automated", "gap"])
    (Share(verdict='automated', count=1, start=0, width=333), Share(verdict='gap', count=2, start=333, width=667))
    >>> shares([])
    ()
    """
    counted = Counter(verdicts)
    total, before, found = sum(counted.values()), 0, []
    for verdict in VERDICTS:
        if count := counted[verdict]:
            start, end = before * _BAR_WIDTH // total, (before + count) * _BAR_WIDTH // total
            found.append(Share(verdict, count, start, end - start))
            before += count
    return tuple(found)


def all_commitments(parts: Sequence[PartView]) -> tuple[CommitmentView, ...]:
    """Return the commitments of all clauses in their order."""
    return tuple(one for part in parts for clause in part.clauses for one in clause.commitments)


def running(parts: Sequence[PartView]) -> tuple[CommitmentView, ...]:
    """Return the commitments that something carries out, proved or not."""
    return tuple(one for one in all_commitments(parts) if one.carriers)


def narrowed(parts: Sequence[PartView], *, body: str, verdict: str) -> tuple[PartView, ...]:
    """Return what is left of each part where only the commitments of one body, with one verdict, are asked for.

    An empty word asks for all; clauses and parts of which nothing is left are left out.

    >>> narrowed([], body="", verdict="gap")
    ()
    """
    found = []
    for part in parts:
        clauses = []
        for clause in part.clauses:
            left = tuple(
                one
                for one in clause.commitments
                if verdict in {"", one.verdict} and (not body or body in {name.id for name in one.bodies})
            )
            if left:
                clauses.append(replace(clause, commitments=left))
        if clauses:
            found.append(replace(part, clauses=tuple(clauses)))
    return tuple(found)


def bodies_of(parts: Sequence[PartView]) -> tuple[BodyName, ...]:
    """Return the bodies that answer for anything, in the order of their ids."""
    return tuple(sorted({name.id: name for one in all_commitments(parts) for name in one.bodies}.values(), key=_id))


def _id(name: BodyName) -> str:
    return name.id


def neighbours(parts: Sequence[PartView], number: int) -> tuple[ClauseView | None, ClauseView | None]:
    """Return the clauses before and after a clause."""
    clauses = [clause for part in parts for clause in part.clauses]
    place = next(index for index, clause in enumerate(clauses) if clause.number == number)
    before = clauses[place - 1] if place else None
    return before, clauses[place + 1] if place + 1 < len(clauses) else None
