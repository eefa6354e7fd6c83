"""Clocks of a case: what a pack says of one, and what follows from that and from a run of it; pure.

How legal time is counted stands in ``base.legal_time``; which state starts, pauses and stops a clock, in ``engine``;
rows are written by ``acts``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from pydantic import Field, model_validator

from amur.base.acting import Scope
from amur.base.declared import Basis, Declared, Identifier, Text
from amur.base.faults import Refused
from amur.base.legal_time import Extension, LastDay, Pause, Period, RunningClock, Term, Unit, WorkCalendar
from amur.procedures.permission import CaseFacts, permit
from amur.procedures.reminders.declarations import Rung

_UNITS: tuple[Unit, ...] = ("working_days", "days", "hours", "months", "years")
_ROUGH_DAYS: dict[Unit, float] = {"working_days": 1.4, "days": 1, "hours": 1 / 24, "months": 30.4, "years": 365}


class Message(Declared):
    """What a party is told, in the words of the pack; places in braces are filled (see ``wording``)."""

    subject: Text
    body: Text
    short: Text | None = None


class ClockExtension(Declared):
    """By how much a clock may be made longer, in its own unit and once only; who may do it, and what the party is told.

    The reason is always asked for, and told.
    """

    at_most: int = Field(gt=0, le=4000)
    by: tuple[Identifier, ...] = Field(min_length=1)
    basis: tuple[Basis, ...] = Field(min_length=1)
    notice: Message


class Clock(Declared):
    """A statutory period: it starts when a state is entered, waits in some, and stops in others.

    It has one unit. A period in days, months or years says what becomes of a last day that is a rest day. A clock in
    days may end earlier: with that day of the form which ``until`` names, such as the last day of a licence.
    """

    id: Identifier
    title: Text
    working_days: int | None = Field(default=None, gt=0, le=400)
    days: int | None = Field(default=None, gt=0, le=4000)
    hours: int | None = Field(default=None, gt=0, le=10_000)
    months: int | None = Field(default=None, gt=0, le=240)
    years: int | None = Field(default=None, gt=0, le=50)
    last_day: LastDay | None = None
    until: Identifier | None = None
    start: tuple[Identifier, ...] = Field(min_length=1)
    pause: tuple[Identifier, ...] = ()
    stop: tuple[Identifier, ...] = Field(min_length=1)
    promise_working_days: int | None = Field(default=None, gt=0)
    extension: ClockExtension | None = None
    remind: tuple[Rung, ...] = ()
    basis: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_period(self) -> Clock:
        units = [unit for unit in _UNITS if getattr(self, unit) is not None]
        if len(units) != 1:
            found = " and ".join(units) or "no period"
            raise ValueError(f"found {found} in clock {self.id!r}; write one of {', '.join(_UNITS)}")
        movable = units[0] in {"days", "months", "years"}
        if movable and self.last_day is None:
            raise ValueError(
                f"found no last_day in clock {self.id!r}; say what becomes of a last day that is a rest day: "
                "as_is, next_working_day or previous_working_day"
            )
        if not movable and self.last_day is not None:
            raise ValueError(f"found last_day in clock {self.id!r}; its last day is never a rest day, so take it out")
        if self.until and (units[0] != "days" or self.pause or self.extension):
            raise ValueError(
                f"found until in clock {self.id!r}; only a clock in days that neither waits nor is extended has one"
            )
        if units[0] == "hours" and self.promise_working_days is not None:
            raise ValueError(f"found promise_working_days in clock {self.id!r}, which counts hours; take it out")
        return self

    @property
    def period(self) -> Period:
        """Return how long it is, without an extension."""
        unit = next(unit for unit in _UNITS if getattr(self, unit) is not None)
        return Period(getattr(self, unit), unit)

    @property
    def rough_days(self) -> float:
        """Return about how many days it is, for comparing clocks of different units.

        >>> from tests.procedures.samples import LICENCE
        >>> LICENCE.clocks[0].rough_days, LICENCE.clocks[0].promised_days
        (28.0, 14.0)
        """
        return self.period.amount * _ROUGH_DAYS[self.period.unit]

    @property
    def promised_days(self) -> float:
        """Return about how many days are promised, or else given by law."""
        if self.promise_working_days is not None:
            return self.promise_working_days * _ROUGH_DAYS["working_days"]
        return self.rough_days

    @property
    def term(self) -> Term:
        """Return what the law says of the period."""
        return Term(self.period, self.last_day or "as_is", self.extension.at_most if self.extension else 0)

    def term_from(self, started: date, until: date | None) -> Term:
        """Return what the law says of a run, which ends with a day of the form where that comes first.

        >>> from tests.procedures.samples import LICENCE
        >>> clock = LICENCE.clocks[0].model_copy(update={"working_days": None, "days": 60})
        >>> clock.term_from(date(2026, 3, 10), date(2026, 3, 20)).period
        Period(amount=10, unit='days')
        >>> clock.term_from(date(2026, 3, 10), date(2026, 9, 1)).period.amount
        60
        """
        left = (until - started).days if until else self.period.amount
        return replace(self.term, period=Period(max(left, 0), "days")) if left < self.period.amount else self.term


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which a run waited, and the words of the pack for why; still waiting where ``until`` is None."""

    since: date
    until: date | None = None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a run when it was counted. All of it is empty while the clock waits."""

    due_on: date | None = None
    due_at: datetime | None = None
    provisional: bool = False
    promise_on: date | None = None


def running(
    clock: Clock,
    started: date,
    waits: Iterable[Wait],
    zone: tzinfo,
    *,
    extension: Extension | None = None,
    ended: date | None = None,
    until: date | None = None,
) -> RunningClock:
    """Return a run as a value of legal time. Moments are days, or instants where the clock counts hours.

    ``until`` is the day of the form with which it ends, where the clock names one.

    >>> from datetime import UTC
    >>> from tests.procedures.samples import CALENDAR, LICENCE
    >>> clock = LICENCE.clocks[0]
    >>> running(clock, date(2026, 3, 9), [Wait(date(2026, 3, 10), date(2026, 3, 12))], UTC).due(CALENDAR).on
    datetime.date(2026, 4, 9)
    """
    pauses = tuple(Pause(one.since, one.until, str(place), one.reason) for place, one in enumerate(waits))
    return RunningClock(clock.term_from(started, until), started, pauses, extension, ended, zone)


def counted(clock: Clock, run: RunningClock, calendar: WorkCalendar) -> Counted:
    """Return when a run is due by law, and for when it was promised.

    A promise waits with its clock and is not extended with it.

    >>> from datetime import UTC
    >>> from tests.procedures.samples import CALENDAR, LICENCE
    >>> clock = LICENCE.clocks[0]
    >>> counted(clock, running(clock, date(2026, 3, 10), (), UTC), CALENDAR)
    Counted(due_on=datetime.date(2026, 4, 8), due_at=None, provisional=False, promise_on=datetime.date(2026, 3, 24))
    >>> counted(clock, running(clock, date(2026, 3, 10), [Wait(date(2026, 3, 11))], UTC), CALENDAR)
    Counted(due_on=None, due_at=None, provisional=False, promise_on=None)
    """
    due = run.due(calendar)
    promised = None
    if clock.promise_working_days is not None:
        term = Term(Period(clock.promise_working_days))
        promised = replace(run, term=term, extension=None).due(calendar)
    return Counted(
        due_on=due.on if due else None,
        due_at=due.at if due else None,
        provisional=due.provisional if due else False,
        promise_on=promised.on if promised else None,
    )


def why_not_extend(clock: Clock, scope: Scope, facts: CaseFacts, actor_id: str = "") -> Refused | None:
    """Return why somebody may not make a clock longer, or None if they may; whether it still can be is another matter.

    >>> from amur.base.acting import Grant
    >>> from tests.procedures.samples import LICENCE
    >>> clock = LICENCE.clocks[0]
    >>> decider = Scope("office", "5", grants=(Grant("decider", "bureau", "230000"),))
    >>> facts = CaseFacts(body_id="bureau", region="230100")
    >>> why_not_extend(clock, decider, facts) is None
    True
    >>> why_not_extend(clock, Scope("public"), facts).code
    'wrong_role'
    """
    if clock.extension is None:
        return Refused("not_extendable", "nothing allows this period to be extended", clock=clock.id)
    roles = clock.extension.by
    wrong = Refused("wrong_role", f"only {' or '.join(roles)} of the body may extend this", clock=clock.id)
    found = permit(scope, roles, facts, actor_id=actor_id, otherwise=wrong)
    return found if isinstance(found, Refused) else None
