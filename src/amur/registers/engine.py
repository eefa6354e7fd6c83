"""The rules of records as plain values: what held on a day as it was known then, and what an event does to it.

Not here: tables, the clock, who may do it, and how values are kept.

**Two times.** Each version of a record says what holds from ``valid_from`` on (*valid time*) and since when that was
known (its number and ``recorded_at``, *recorded time*). Nothing is overwritten, so the past is corrected by a later
version with an earlier ``valid_from``. Which version speaks for a day, as far as it was known at an instant:

    of the versions recorded by then that begin on that day or before, the one that begins latest;
    of those that begin on the same day, the one recorded last.

So a version takes over from its ``valid_from`` until the next version that begins later, whenever that one was
recorded: a correction of March leaves alone what was entered for April, and to replace April too one writes a version
that begins on the same day. Where the version that speaks has ended (``valid_to`` is its last day), nothing holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from amur.base.faults import Conflict, Invalid
from amur.registers.declarations import RecordEvent, RegisterDeclaration

_DAY = timedelta(days=1)


class Version(Protocol):
    """What the two times are asked of: a version of one record."""

    @property
    def number(self) -> int:
        """Return the place in the order of recording, from 1."""

    @property
    def valid_from(self) -> date:
        """Return the first day of which it speaks."""

    @property
    def valid_to(self) -> date | None:
        """Return the last day on which it holds, or None."""

    @property
    def recorded_at(self) -> datetime:
        """Return since when it was known."""


V = TypeVar("V", bound=Version)


def speaking(versions: Iterable[V], on: date, known_at: datetime | None = None) -> V | None:
    """Return the version that speaks for a day, whether or not it has ended by then.

    >>> from types import SimpleNamespace as Row
    >>> at = datetime(2026, 1, 1)
    >>> march = Row(number=1, valid_from=date(2026, 3, 1), valid_to=None, recorded_at=at)
    >>> april = Row(number=2, valid_from=date(2026, 4, 1), valid_to=None, recorded_at=at)
    >>> again = Row(number=3, valid_from=date(2026, 3, 1), valid_to=None, recorded_at=at + timedelta(days=90))
    >>> rows = [march, april, again]
    >>> [speaking(rows, date(2026, month, 5)).number for month in (3, 4)]
    [3, 2]
    >>> speaking(rows, date(2026, 3, 5), known_at=at).number, speaking(rows, date(2026, 2, 5))
    (1, None)
    """
    begun = [one for one in versions if one.valid_from <= on and (known_at is None or one.recorded_at <= known_at)]
    return max(begun, key=lambda one: (one.valid_from, one.number), default=None)


def holding(versions: Iterable[V], on: date, known_at: datetime | None = None) -> V | None:
    """Return the version that holds on a day, or None where nothing does.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(number=1, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 9), recorded_at=datetime(2026, 1, 1))
    >>> holding([row], date(2026, 3, 9)) is row, holding([row], date(2026, 3, 10))
    (True, None)
    """
    found = speaking(versions, on, known_at)
    return None if found is None or _is_over(found, on) else found


def shown(versions: Iterable[V], today: date) -> V | None:
    """Return the version that stands for the record today: the one that speaks, else the first that is to come.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(number=1, valid_from=date(2026, 3, 1), valid_to=None, recorded_at=datetime(2026, 1, 1))
    >>> shown([row], date(2026, 1, 1)) is row, shown([], date(2026, 1, 1))
    (True, None)
    """
    rows = list(versions)
    return speaking(rows, today) or min(rows, key=lambda one: (one.valid_from, -one.number), default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands by one of its versions.

    ``state`` holds from ``valid_from`` on; after ``state_until`` the record is in ``returns_to`` again (the end of a
    suspension), and after ``valid_to`` in ``ends_as``. ``is_ended`` says that an event ended it, not only its term.
    """

    valid_from: date
    valid_to: date | None
    state: str
    state_until: date | None = None
    returns_to: str = ""
    ends_as: str = ""
    is_ended: bool = False


def state_on(standing: Standing, on: date) -> str:
    """Return the state on a day, computed from what was decided, whether or not a timer has gone off.

    >>> licence = Standing(date(2026, 1, 1), date(2026, 6, 30), "suspended", date(2026, 2, 1), "in_force", "expired")
    >>> [state_on(licence, date(2026, month, 1)) for month in (2, 3, 7)]
    ['suspended', 'in_force', 'expired']
    """
    if standing.valid_to is not None and on > standing.valid_to:
        return standing.ends_as
    if standing.state_until is not None and on > standing.state_until:
        return standing.returns_to
    return standing.state


def state_shown(standing: Standing, today: date) -> str:
    """Return the state that lists and pages show: what an event ended is ended from the day of the event on.

    Whoever reads on the day of a revocation that the licence is in force would be misled, although the law lets it
    hold until midnight.

    >>> state_shown(Standing(date(2026, 1, 1), date(2026, 6, 30), "in_force", ends_as="revoked", is_ended=True),
    ...     date(2026, 6, 30))
    'revoked'
    """
    if standing.is_ended and standing.valid_to is not None and today >= standing.valid_to:
        return standing.ends_as
    return state_on(standing, today)


def first_standing(declaration: RegisterDeclaration, valid_from: date, valid_to: date | None) -> Standing:
    """Return how a record stands when it is entered.

    Raises:
        Invalid: if it has a term, and the register does not say what becomes of a record whose term is over.
    """
    if valid_to is not None and valid_to < valid_from:
        raise Invalid({"valid_to": ("ends_before_it_begins", f"{valid_to} lies before {valid_from}")})
    expiry = declaration.expiry
    if valid_to is not None and expiry is None:
        said = f"records of {declaration.id!r} have no term; leave the end empty or declare an event that expires"
        raise Invalid({"valid_to": ("no_term", said)})
    return Standing(valid_from, valid_to, declaration.initial_state.id, ends_as=expiry.target if expiry else "")


def rewritten(
    declaration: RegisterDeclaration, speaking_then: Standing | None, valid_from: date, valid_to: date | None
) -> Standing:
    """Return how a record stands after its content was written anew from a day on.

    What is only content keeps state and term; a ``valid_to`` moves the term. After its end a record of a register
    without declared states begins again; one with states needs an event.

    Raises:
        Conflict: if the record had ended by then and only an event can bring it back.
        Invalid: as ``first_standing``.
    """
    if speaking_then is None:
        return first_standing(declaration, valid_from, valid_to)
    if _is_over(speaking_then, valid_from):
        if declaration.states:
            state = declaration.state(speaking_then.ends_as).title.en
            raise Conflict("record_ended", f"the record had ended by {valid_from} ({state}); bring it back by an event")
        return first_standing(declaration, valid_from, valid_to)
    if valid_to is None:
        return replace(speaking_then, valid_from=valid_from)
    first = first_standing(declaration, valid_from, valid_to)
    return replace(speaking_then, valid_from=valid_from, valid_to=valid_to, ends_as=first.ends_as, is_ended=False)


def after(
    declaration: RegisterDeclaration,
    event: RecordEvent,
    standing: Standing,
    *,
    on: date,
    until: date | None = None,
    valid_to: date | None = None,
) -> Standing:
    """Return how a record stands after an event that takes effect on a day.

    ``until`` is the last day of a suspension, ``valid_to`` the new end that a renewal sets.

    Raises:
        Conflict: if the event does not lead on from the state of that day.
        Invalid: if a day is missing, lies before what is already known, or is not asked for.
    """
    if on < standing.valid_from:
        said = f"the record has a version that begins on {standing.valid_from}; date the event then or later"
        raise Invalid({"on": ("before_last_change", said)})
    state = state_shown(standing, on)
    if state not in event.sources:
        said = f"{event.event!r} does not lead on from the state {state!r}; it leads on from {', '.join(event.sources)}"
        raise Conflict("wrong_state", said, event=event.event, state=state)
    _check_days(event, standing, on, until, valid_to)
    if event.does in {"end", "expire"}:
        last = on if standing.valid_to is None else min(on, standing.valid_to)
        return replace(standing, valid_to=last, ends_as=event.target, is_ended=True)
    is_over = _is_over(standing, on) or (standing.is_ended and standing.valid_to == on)
    term = standing.valid_to if valid_to is None and not is_over else valid_to
    expiry = declaration.expiry
    ends_as = expiry.target if expiry and term else ""
    if event.does == "suspend":
        return Standing(on, term, event.target, until, state if until else "", ends_as)
    if state == event.target and not is_over:
        return replace(standing, valid_from=on, valid_to=term, ends_as=ends_as)
    return Standing(on, term, event.target, ends_as=ends_as)


def _check_days(event: RecordEvent, standing: Standing, on: date, until: date | None, valid_to: date | None) -> None:
    """Raise Invalid for a day that the event needs and lacks, does not ask for, or that lies in the wrong order."""
    faults: dict[str, tuple[str, str]] = {}
    if event.does == "suspend":
        if until is None and not event.open_ended:
            faults["until"] = ("required", "a suspension needs its last day")
        elif until is not None and until < on:
            faults["until"] = ("ends_before_it_begins", f"{until} lies before {on}")
    elif until is not None:
        faults["until"] = ("not_asked", f"{event.event!r} has no last day")
    if event.does == "renew":
        if valid_to is None:
            faults["valid_to"] = ("required", "a renewal needs the new end")
        elif valid_to < on or (standing.valid_to is not None and valid_to <= standing.valid_to):
            faults["valid_to"] = ("not_later", f"{valid_to} is not later than the end so far")
    elif valid_to is not None:
        faults["valid_to"] = ("not_asked", f"{event.event!r} moves no end")
    if faults:
        raise Invalid(faults)


def by_itself(standing: Standing, today: date) -> tuple[str, date] | None:
    """Return what happened by itself and is not written down yet, with the day on which it took effect.

    >>> by_itself(Standing(date(2026, 1, 1), date(2026, 6, 30), "in_force", ends_as="expired"), date(2026, 7, 1))
    ('expire', datetime.date(2026, 6, 30))
    >>> by_itself(Standing(date(2026, 1, 1), None, "suspended", date(2026, 2, 1), "in_force"), date(2026, 2, 2))
    ('resume', datetime.date(2026, 2, 2))
    >>> by_itself(Standing(date(2026, 1, 1), None, "in_force"), date(2026, 7, 1))
    """
    ends = standing.valid_to
    if (
        standing.state_until is not None
        and today > standing.state_until
        and (ends is None or standing.state_until < ends)
    ):
        return "resume", standing.state_until + _DAY
    if ends is not None and today > ends and not standing.is_ended:
        return "expire", ends
    return None


def next_turn(standing: Standing, coming: date | None, today: date) -> date | None:
    """Return the next day after today on which the record changes by itself; ``coming`` is its next version's first.

    >>> next_turn(Standing(date(2026, 1, 1), date(2026, 6, 30), "in_force"), date(2026, 5, 1), date(2026, 4, 1))
    datetime.date(2026, 5, 1)
    """
    ends = (standing.state_until, standing.valid_to)
    days = [coming, standing.valid_from, *(day + _DAY for day in ends if day is not None)]
    return min((day for day in days if day is not None and day > today), default=None)


def _is_over(one: Version | Standing, on: date) -> bool:
    return one.valid_to is not None and one.valid_to < on
