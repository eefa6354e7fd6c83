"""The order of a queue and the places in it, as pure functions: whose turn it is, when it is due, where a page ends.

A queue is read along an index, so what it is sorted by stands in columns of the case (``columns``): ``turn``,
``due_rank`` and ``looked_for``. A page begins after a *place*, the key of the last row of the page before: whoever
leafs sees no row twice and skips none, however many cases come and go meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from amur.base.legal_time import WorkCalendar
from amur.base.search_tokens import fold, parsed
from amur.procedures.declarations import ProcedureDeclaration

Turn = Literal["office", "applicant", "nobody", "closed"]
"""Who has to do something next."""
NEVER = 2**62
"""The rank of an open case of which no clock runs: after all that are due."""
ENDED = NEVER + 1
"""The rank of a closed case: after all that are open."""
MOST_CHOSEN = 200
"""Cases that one act may take together."""
MOST_SAVED = 20
"""Views that one official may keep."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_LONGEST_FORM = 600
_LONGEST_PLACE = 100
_LONGEST_NUMBER = 40


def turns_of(definition: ProcedureDeclaration) -> Mapping[str, Turn]:
    """Return whose turn it is in each state; a case that has ended in one is nobody's.

    >>> from tests.procedures.samples import LICENCE
    >>> [turns_of(LICENCE)[name] for name in ("submitted", "supplement", "granted", "refused")]
    ['office', 'applicant', 'nobody', 'closed']
    """
    office = definition.office_states
    outermost = {state.id for state in definition.states}
    found: dict[str, Turn] = {}
    for state in definition.every_state:
        if state.final and state.id in outermost:
            found[state.id] = "closed"
        elif state.needs_applicant:
            found[state.id] = "applicant"
        else:
            found[state.id] = "office" if state.id in office else "nobody"
    return found


def tick(instant: datetime) -> int:
    """Return an instant as a number that ranks are compared with: microseconds.

    >>> tick(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (instant - _EPOCH) // _TICK


def last_tick(day: date, zone: tzinfo) -> int:
    """Return the last moment of a day where the authority is.

    >>> last_tick(date(1970, 1, 1), UTC) == tick(datetime(1970, 1, 2, tzinfo=UTC)) - 1
    True
    """
    return tick(datetime.combine(day + timedelta(days=1), time(), zone)) - 1


def due_rank(due_on: date | None, due_at: datetime | None, zone: tzinfo, *, closed: bool) -> int:
    """Return by what a case is sorted: the last moment that is in time. What is due comes first, what is closed last.

    The rank of a day is odd and that of an instant even, so that the two can be told apart (``is_day``).

    >>> day, noon = date(2026, 3, 10), datetime(2026, 3, 10, 12, tzinfo=UTC)
    >>> ranks = [due_rank(day, noon, UTC, closed=False), due_rank(day, None, UTC, closed=False)]
    >>> ranks + [due_rank(None, None, UTC, closed=ended) for ended in (False, True)] == sorted(ranks) + [NEVER, ENDED]
    True
    """
    if closed:
        return ENDED
    if due_at is not None:
        return tick(due_at) // 2 * 2
    return NEVER if due_on is None else last_tick(due_on, zone)


def is_day(rank: int) -> bool:
    """Say whether a rank is that of a day, and not of an instant.

    >>> [is_day(due_rank(date(2026, 3, 10), at, UTC, closed=False)) for at in (None, _EPOCH + _TICK)]
    [True, False]
    """
    return rank % 2 == 1


def looked_for(number: str, subject: str) -> str:
    r"""Return the folded text in which a case is looked for.

    >>> looked_for("2026-LAN-00001", "移動灯")
    '|2026 |lan |00001\n移动灯'
    """
    return fold(f"{number}\n{subject}")[:_LONGEST_FORM]


def terms_of(query: str) -> tuple[str, ...]:
    """Return what must stand in that text: each piece of the query, anywhere, also inside a word or number.

    >>> terms_of("移動 LAN-1"), terms_of("？")
    (('移动', 'lan |1'), ())
    """
    return tuple(one.lstrip("|") for one in parsed(query).terms)


def last_day_within(days: int, today: date, calendar: WorkCalendar) -> date:
    """Return the last day that is so many working days away, or fewer.

    >>> from tests.procedures.samples import CALENDAR
    >>> last_day_within(1, date(2026, 3, 12), CALENDAR).isoformat()
    '2026-03-15'
    """
    day, left = today, days
    while True:
        following = day + timedelta(days=1)
        left -= calendar.is_working_day(following)
        if left < 0:
            return day
        day = following


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a queue a page ends: the key of a row, and on which side of it the wanted page lies."""

    rank: int
    at: datetime
    number: str
    before: bool = False

    def said(self) -> str:
        """Return the place as it stands in an address.

        >>> Place(5, _EPOCH, "2026-LAN-00001", before=True).said()
        'b.5.0.2026-LAN-00001'
        """
        return f"{'b' if self.before else 'a'}.{self.rank}.{tick(self.at)}.{self.number}"


def place_of(said: str) -> Place | None:
    """Return the place of an address; what cannot be read is the beginning.

    >>> place_of("a.5.0.2026-LAN-00001") == Place(5, _EPOCH, "2026-LAN-00001")
    True
    >>> [place_of(said) for said in ("", "a.5", "c.1.1.x", "a.x.1.x", "a.1.1." + "9" * 99)]
    [None, None, None, None, None]
    >>> place_of("a.99999999999999999999.1.x") is None
    True
    """
    side, rank, at, number = (*said.split(".", 3), "", "", "", "")[:4] if len(said) <= _LONGEST_PLACE else [""] * 4
    digits = rank.isascii() and rank.isdecimal() and at.isascii() and at.isdecimal()
    if side not in {"a", "b"} or not digits or not number or len(number) > _LONGEST_NUMBER or not number.isprintable():
        return None
    if int(rank) > ENDED or int(at) > tick(datetime.max.replace(tzinfo=UTC)):
        return None
    return Place(int(rank), _EPOCH + timedelta(microseconds=int(at)), number, before=side == "b")
