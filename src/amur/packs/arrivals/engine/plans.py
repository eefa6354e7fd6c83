"""Who comes when, by which course, late or not: the whole year of one file as plain values; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from amur.base.legal_time import WorkCalendar
from amur.packs.arrivals.declarations import ArrivalsDeclaration, Burst, Course, Rhythm
from amur.packs.arrivals.engine.choices import dated, weighed
from amur.packs.arrivals.engine.timing import at_hour, burst, spread, weights_of
from amur.packs.declarations import File
from amur.packs.year.declarations import LateRule

_WHOLE = 100
_LONG_AGO_DAYS = 45
"""What came longer ago has had the time to be late."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A case that comes: when, from which pool, how it is filled in and which way it goes."""

    file: str
    serial: int
    arrives_at: datetime
    course: Course
    who: str
    channel: str
    form: Mapping[str, Any]
    files: Mapping[str, File]
    is_late: bool = False
    cause: str = ""

    @property
    def name(self) -> str:
        """Return what it is called in keys and errors."""
        return f"{self.file}:{self.serial}"


@dataclass(frozen=True, slots=True)
class Over:
    """The time that is played: so many days up to the last, by a calendar, and nothing after ``until``.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> over = Over(date(2026, 3, 2), 9, calendar, datetime(2026, 3, 2, 12))
    >>> [over.by_then(datetime(2026, 3, 2, hour)).isoformat() for hour in (11, 13)]
    ['2026-03-02T11:00:00', '2026-03-01T13:00:00']
    """

    last: date
    days: int
    calendar: WorkCalendar
    until: datetime | None = None

    def by_then(self, moment: datetime) -> datetime:
        """Return a moment that has come, a day earlier if it has not."""
        return moment if self.until is None or moment <= self.until else moment - timedelta(days=1)

    def between(self, oldest: int, newest: int) -> list[date]:
        """Return the days from so many to so many before the last."""
        return [self.last - timedelta(days=number) for number in range(oldest, newest - 1, -1)]

    def ago(self, day: date) -> int:
        """Return how many days a day lies before the last."""
        return (self.last - day).days


@dataclass(frozen=True, slots=True)
class _Group:
    """Cases that come in one way: how many, of which course if it is said, and from when to when if it is."""

    cases: int
    course: Course | None = None
    burst: Burst | None = None


def plan(
    declared: ArrivalsDeclaration,
    late: LateRule | None,
    over: Over,
    *,
    seed: int,
    percent: int = _WHOLE,
    carried: float = 0.0,
) -> tuple[list[Planned], float]:
    """Return the cases of a file in the order in which they come, and which share of a late case is left over.

    ``carried`` is what the file before left over, so that many small files together have as many late cases as is said.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> declared = ArrivalsDeclaration.model_validate({"id": "a", "procedure": "p", "cases": 9, "who": {"public": 1},
    ...     "told": [{"x": "1"}, {"x": "2"}], "courses": [{"id": "usual", "weight": 1, "steps": ["accept"]},
    ...     {"id": "new", "cases": 2, "days_before": [0, 1], "steps": []}],
    ...     "bursts": [{"cases": 3, "days_before": 9, "form": {"y": "1"}}]})
    >>> late = LateRule(percent=50, causes={"busy": 1})
    >>> over = Over(date(2026, 12, 1), 300, calendar)
    >>> found, left = plan(declared, late, over, seed=1)
    >>> len(found), [one.course.id for one in found[-2:]], sum(one.is_late for one in found), left
    (9, ['new', 'new'], 4, 0.5)
    >>> found == plan(declared, late, over, seed=1)[0]
    True
    >>> len(plan(declared, None, over, seed=1, percent=10)[0])
    3
    """
    chance = Random(f"{seed}/{declared.id}")  # noqa: S311 - chance that can be repeated, and no secret
    coming = sorted(_coming(declared, over, percent, chance), key=lambda one: one[0])
    told = list(declared.told) or [{}]
    chance.shuffle(told)
    found = []
    for serial, (moment, course, group) in enumerate(coming, start=1):
        own = dict(group.burst.form) if group.burst else {}
        found.append(
            Planned(
                file=declared.id,
                serial=serial,
                arrives_at=moment,
                course=course,
                who=course.who or weighed(declared.who, chance),
                channel=weighed(declared.channels, chance),
                form=dated({**declared.form, **told[serial % len(told)], **course.form, **own}, over.last),
                files={**declared.files, **course.files},
            )
        )
    return _with_late_ones(found, late, over, carried, chance)


def _coming(
    declared: ArrivalsDeclaration, over: Over, percent: int, chance: Random
) -> Iterator[tuple[datetime, Course, _Group]]:
    """Yield when each case comes and which course it takes."""
    for group in _groups(declared, percent):
        days = _days_of(group, declared.rhythm, over, chance)
        names = shares({course.id: course.weight for course in declared.courses}, len(days))
        chance.shuffle(names)
        for day, name in zip(days, names, strict=True):
            moment = over.by_then(at_hour(day, declared.rhythm.hours, chance))
            yield moment, group.course or declared.course(name), group


def shares(weights: Mapping[str, int], count: int) -> list[str]:
    """Return so many of the keys, as many of each as its weight says; who is owed most of a whole one comes first.

    >>> shares({"a": 50, "b": 30, "c": 20}, 4), shares({"a": 0, "b": 0}, 1)
    (['a', 'a', 'b', 'c'], ['a'])
    """
    whole = sum(weights.values()) or 1
    owed = {name: weight * count / whole for name, weight in weights.items()}
    found = [name for name, share in owed.items() for _ in range(int(share))]
    rest = sorted(owed, key=lambda name: int(owed[name]) - owed[name])
    return sorted(
        [*found, *rest[: max(0, count - len(found))], *[next(iter(weights))] * (count - len(found) - len(rest))]
    )


def _groups(declared: ArrivalsDeclaration, percent: int) -> Iterator[_Group]:
    """Yield the cases of bursts, those that are told one by one, and the rest; of a small year some of each."""
    rest = declared.cases
    # Each draw opens as many cases as it draws; a smaller year has fewer draws.
    drawn = _some(len(declared.bursts), percent) if declared.drawn else len(declared.bursts)
    for place, one in enumerate(declared.bursts):
        rest -= one.cases
        if place >= drawn:
            continue
        yield _Group(_some(one.cases, percent), declared.course(one.course) if one.course else None, one)
    for course in declared.courses:
        if course.cases:
            rest -= course.cases
            yield _Group(_some(course.cases, percent), course)
    if rest:
        yield _Group(_some(rest, percent))


def _some(cases: int, percent: int) -> int:
    return max(1, round(cases * percent / _WHOLE))


def _days_of(group: _Group, rhythm: Rhythm, over: Over, chance: Random) -> list[date]:
    if group.burst:
        return burst(group.cases, over.last - timedelta(days=group.burst.days_before), group.burst.days)
    newest, oldest = group.course.days_before if group.course and group.course.days_before else (0, over.days)
    days = over.between(oldest, newest)
    weights = weights_of(days, rhythm.weekdays, rhythm.months, rhythm.holidays, over.calendar)
    return spread(group.cases, days, weights if any(weights) else [1] * len(days), chance)


def _with_late_ones(
    found: list[Planned], late: LateRule | None, over: Over, carried: float, chance: Random
) -> tuple[list[Planned], float]:
    """Let as many of the cases be late as the rule says, those first that came long enough ago."""
    if late is None:
        return found, carried
    wanted = len(found) * late.percent / _WHOLE + carried
    chosen = {one.serial for one in found if one.course.is_late}
    may_be = [one for one in found if one.course.is_late is None and one.course.steps]
    chance.shuffle(may_be)
    may_be.sort(key=lambda one: over.ago(one.arrives_at.date()) < _LONG_AGO_DAYS)
    chosen |= {one.serial for one in may_be[: max(0, int(wanted) - len(chosen))]}
    causes = {one.serial: weighed(late.causes, chance) for one in found}
    marked = [
        replace(one, is_late=True, cause=one.course.cause or causes[one.serial]) if one.serial in chosen else one
        for one in found
    ]
    return marked, wanted - len(chosen)
