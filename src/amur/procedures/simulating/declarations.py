"""What a scenario can say: who arrives how often, who works when and how long, which way cases go.

A scenario is a plain file and no carrier: it carries nothing out, holds guesses of one office at one time, and there
are many of them for one procedure. So it is no part of a pack or of a release, and lies where its author keeps it.
A number with a fraction stands in quotes, as everywhere in declarations.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from amur.base.declared import Declared, Identifier, Text

REST = "rest"
"""In place of an event: the case stays where it is, and nothing more is expected of it."""

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_MINUTES_AN_HOUR = 60
_MINUTES_A_DAY = 1440

Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Percent = Annotated[int, Field(ge=0, le=100)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def minutes_of(window: str) -> tuple[int, int]:
    """Return from which minute of the day to which a window lasts.

    Raises:
        ValueError: if it is none, or ends before it begins.

    >>> minutes_of("09:00-12:30"), minutes_of("13:00-24:00")
    ((540, 750), (780, 1440))
    >>> minutes_of("12:00-09:00")
    Traceback (most recent call last):
    ...
    ValueError: found '12:00-09:00'; write hours such as '09:00-17:00' in quotes
    """
    found = _HOURS.fullmatch(window)
    if found:
        hours, minutes, until, and_minutes = found.groups()
        first = int(hours) * _MINUTES_AN_HOUR + int(minutes)
        last = _MINUTES_A_DAY if until is None else int(until) * _MINUTES_AN_HOUR + int(and_minutes)
        if first < last:
            return first, last
    raise ValueError(f"found {window!r}; write hours such as '09:00-17:00' in quotes")


def _in_order(windows: tuple[str, ...]) -> tuple[str, ...]:
    for before, after in pairwise([minutes_of(window) for window in windows]):
        if after[0] < before[1]:
            raise ValueError(f"found hours that overlap in {', '.join(windows)}; write them in their order")
    return windows


OfficeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(@[a-z][a-z0-9_]*)?$")]
Hours = Annotated[tuple[str, ...], AfterValidator(_in_order)]


class Lognormal(Declared):
    """A lognormal spread by its mean and its standard deviation."""

    mean: Amount
    deviation: Amount


class Spread(Declared):
    """How long something takes: always the same, exponential by its mean, lognormal, or one of a list of real times."""

    exactly: Amount | None = None
    exponential: Amount | None = None
    lognormal: Lognormal | None = None
    any_of: tuple[Amount, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _is_one(self) -> Spread:
        said = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(said) != 1:
            raise ValueError(
                f"found {' and '.join(said) or 'nothing'}; write one of exactly, exponential, lognormal, any_of"
            )
        return self

    @property
    def mean(self) -> float:
        """Return the mean.

        >>> [Spread(any_of=(1, 3)).mean, Spread(lognormal={"mean": 5, "deviation": 2}).mean, Spread(exactly=4).mean]
        [2.0, 5.0, 4.0]
        """
        if self.any_of is not None:
            return sum(self.any_of) / len(self.any_of)
        return self.lognormal.mean if self.lognormal else (self.exactly or self.exponential or 0.0)


class Staff(Declared):
    """The people of a role, what share of their time this work has, and their hours where they are others."""

    people: int = Field(gt=0, le=10_000)
    percent: int = Field(default=100, gt=0, le=100)
    hours: Hours = ()


class Work(Declared):
    """How long the work for an event takes whoever does it, in minutes; in all states, or those that are named."""

    event: Identifier
    sources: tuple[Identifier, ...] = Field(default=(), alias="from")
    minutes: Spread


class Arrivals(Declared):
    """How cases arrive in the hours of the office: at a rate, or at the real times of a CSV file beside this one.

    ``even`` lets them arrive at the same distance; otherwise their number is a Poisson process.
    """

    per_working_day: Amount | None = None
    even: bool = False
    times_from: str = ""

    @model_validator(mode="after")
    def _is_one(self) -> Arrivals:
        if (self.per_working_day is None) == (not self.times_from):
            raise ValueError("found no rate and no times, or both; write one of per_working_day and times_from")
        return self


class Answering(Declared):
    """After how many days a body answers that is asked for its opinion, and how many of a hundred never do."""

    days: Spread
    silent_percent: Percent = 0


class Flow(Declared):
    """What is assumed of one procedure.

    ``arrivals: opened`` says that its cases come as others open them, and none by themselves. ``choices`` gives, for a
    state, how often each event follows; ``rest`` says that the case stays. ``answers`` gives, for a state, after how
    many days the applicant does what was chosen. ``signing`` is the work for a step of a chain of signatures, in
    minutes. ``opinions`` says how the bodies of a round answer. Of a hundred parties ``promise_percent`` promise and
    ``missing_percent`` bring something later; of a hundred runs of a clock ``extended_percent`` are made longer.
    """

    procedure: Identifier
    arrivals: Arrivals | Literal["opened"] | None = None
    work: tuple[Work, ...] = ()
    choices: dict[Identifier, dict[Identifier, Weight]] = Field(default_factory=dict)
    answers: dict[Identifier, Spread] = Field(default_factory=dict)
    signing: dict[Identifier, Spread] = Field(default_factory=dict)
    opinions: dict[Identifier, Answering] = Field(default_factory=dict)
    promise_percent: Percent | None = None
    missing_percent: Percent | None = None
    extended_percent: dict[Identifier, Percent] = Field(default_factory=dict)


class ScenarioDeclaration(Declared):
    """A scenario: procedures that share one staff, over some days that are played several times.

    ``staff`` is told by role; of another body than that of the first procedure as ``role@body``. What arrives within
    ``warm_up_days`` is played and not counted, as an empty office is not what is asked about.
    """

    kind: Literal["scenario"] = "scenario"
    title: Text | None = None
    procedures: tuple[Flow, ...] = Field(min_length=1)
    staff: dict[OfficeName, Staff] = Field(default_factory=dict)
    hours: Hours = ()
    starts_on: date | None = None
    days: int = Field(default=730, gt=0, le=36_525)
    warm_up_days: int = Field(default=90, ge=0)
    replications: int = Field(default=10, ge=2, le=1000)
    seed: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _is_counted(self) -> ScenarioDeclaration:
        if self.warm_up_days >= self.days:
            raise ValueError(f"found {self.warm_up_days} warm_up_days of {self.days} days; count some of them")
        names = [flow.procedure for flow in self.procedures]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found procedure {name!r} twice; say all of it once")
        return self
