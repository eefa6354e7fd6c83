"""What ``NAME.arrivals.yaml`` can say: how many cases of a procedure come, when, from whom, and how they go on.

It is made-up data and part of no release: what it says is played once, before anybody uses an installation.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from amur.base.declared import Declared, Identifier
from amur.packs.arrivals.engine.choices import wrong_choices
from amur.packs.declarations import Entered, File, Step
from amur.packs.exchange_declarations import Exchanging
from amur.packs.year.declarations import LateRule, Percent, Span, Weight

APPLICANT = "applicant"
"""Whoever filed the case, in place of somebody of the cast."""
STRANGER = "public"
"""In place of a pool: somebody without an account."""
_MONTHS = range(1, 13)
_WEEKDAYS = 7


Channel = Literal["portal", "window", "hotline", "file"]


def _by_the_portal() -> dict[Channel, int]:
    return {"portal": 1}


class Rhythm(Declared):
    """When cases come: weights of the weekdays from Monday on, of months, and what is left on holidays, in percent.

    A month that is not named has the weight 100; ``"3-20"`` is that of March from its twentieth day on. ``hours`` is
    from which to which hour of the day they come.
    """

    weekdays: tuple[Weight, ...] = (100, 100, 95, 95, 85, 20, 15)
    months: dict[str, Weight] = Field(default_factory=dict)
    holidays: Percent = 10
    hours: tuple[int, int] = (8, 22)

    @model_validator(mode="after")
    def _names_days_and_months(self) -> Rhythm:
        if len(self.weekdays) != _WEEKDAYS or not any(self.weekdays):
            raise ValueError(f"found {len(self.weekdays)} weights of weekdays; write seven, Monday first, not all zero")
        for name in self.months:
            month, _, day = name.partition("-")
            if not month.isdecimal() or int(month) not in _MONTHS or not (day or "1").isdecimal():
                raise ValueError(f"found the month {name!r}; write a number from 1 to 12 in quotes, or one with a day")
        if not 0 <= self.hours[0] < self.hours[1] <= 24:  # noqa: PLR2004 -- hours of a day
            raise ValueError(f"found the hours {list(self.hours)}; write from which to which hour of a day")
        return self


class Burst(Declared):
    """Cases of one cause that come beside the others: so many, from a day on, within some days, most of them at once.

    ``form`` says what is the same in all of them; ``course`` is the one that they take, if it is one.
    """

    cases: int = Field(gt=0, le=1_000)
    days_before: int = Field(ge=0, le=400)
    days: int = Field(default=3, gt=0, le=60)
    course: Identifier | None = None
    form: dict[Identifier, Entered] = Field(default_factory=dict)


class CourseExchanging(Exchanging):
    """What another system says in a course; its values are chosen and worded as those of a form are."""

    values: dict[Identifier, Any] = Field(default_factory=dict)


class CameBy(Declared):
    """The message of another system by which cases come; ``form`` and ``told`` then say what stands in it."""

    exchange_id: Identifier = Field(alias="exchange")
    message: Identifier
    sender: str = ""


class DrawnBy(Declared):
    """The draw by which cases come: one on the first day of each burst, in the role of ``as``."""

    draw_id: Identifier = Field(alias="draw")
    by: Identifier = Field(alias="as")


class CourseStep(Step):
    """A step of a course: an event alone, or a step as in an example, with the time after which it is done.

    Without ``as`` it is done by whoever the procedure says: the applicant, or somebody who has the role in the body of
    the case. ``as`` may also name a role; ``body`` is where it is held if not in the body of the case. Of several
    ``reasons`` one is given. With ``late`` it is the step that comes too late in a late case, else the last of an
    office; ``until_lapse`` waits until the law itself moves the case. Where another system speaks, ``as`` is who of the
    office looks after it.
    """

    exchange: CourseExchanging | None = None

    after: Span | None = None
    body: Identifier | None = None
    reasons: tuple[str, ...] = ()
    late: bool = False
    until_lapse: bool = False

    @model_validator(mode="before")
    @classmethod
    def _an_event_alone(cls, given: Any) -> Any:
        return {"fire": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _does_one_thing(self) -> CourseStep:
        acts = ("submit", "fire", "sign", "join", "tie", "contest", "extend", "keep", "draw", "exchange")
        done = [name for name in acts if getattr(self, name, None) is not None]
        if self.after_working_days or self.after_days:
            raise ValueError("a step of a course lets time pass by itself; say when it is done with after:")
        if len(done) > 1:
            raise ValueError(f"a step does {' and '.join(done)}; do one thing a step")
        if not done and self.then is None and not self.until_lapse:
            raise ValueError(f"a step does nothing; {', '.join(acts)}, wait until_lapse, or expect")
        if any(getattr(self, name) for name in ("submit", "keep", "draw")) and self.by is None:
            raise ValueError("a step submits, keeps or draws without saying who; add as:")
        if self.reason and self.reasons:
            raise ValueError("a step has a reason and reasons; keep one of the two")
        return self


class _OrAnEvent:
    """Lets an editor take an event alone in place of a step."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of either."""
        return {"anyOf": [{"type": "string"}, handler(core)]}


class Course(Declared):
    """One way that cases take after they were filed: by its weight, or just so many of the cases.

    ``days_before`` is when its cases come, counted back from today, in place of the rhythm; ``form`` and ``files`` go
    before those of all. ``cause`` is why a late one is late, where that is told. What is told of ``cases`` is played
    however small the demonstration is.
    """

    id: Identifier
    weight: Weight = 0
    cases: int = Field(default=0, ge=0, le=2_000)
    days_before: tuple[int, int] | None = None
    who: Identifier | None = None
    form: dict[Identifier, Entered] = Field(default_factory=dict)
    files: dict[Identifier, File] = Field(default_factory=dict)
    steps: tuple[Annotated[CourseStep, _OrAnEvent()], ...] = ()
    is_late: bool | None = Field(default=None, alias="late")
    cause: Identifier | None = None

    @model_validator(mode="after")
    def _is_taken_by_some(self) -> Course:
        if self.weight and self.cases:
            raise ValueError(f"the course {self.id!r} has a weight and cases; give one of the two")
        if self.days_before is not None and not self.cases:
            raise ValueError(f"the course {self.id!r} says days_before and not of how many; add cases:")
        if self.days_before is not None and not 0 <= self.days_before[0] <= self.days_before[1]:
            raise ValueError(
                f"the course {self.id!r} comes {list(self.days_before)} days before; the smaller stands first"
            )
        return self


class ArrivalsDeclaration(Declared):
    """The cases of a procedure over the year of the demonstration.

    ``who`` are pools of the year, people of its cast, or ``public``, each with a weight. ``form`` says how the form is
    filled in, ``told`` groups of answers that belong together, of which each case takes one; what neither says is
    taken from the party, the sample of the procedure or, for a file, made up. ``about`` is a pool of which each case
    is about one, where somebody else files; ``until_in`` says in how many days what the party holds ends. Cases that
    nobody files come by a ``message`` of another system, or are ``drawn``: the bursts are then when it is drawn.
    """

    id: Identifier
    kind: Literal["arrivals"] = "arrivals"
    procedure: Identifier
    cases: int = Field(gt=0, le=5_000)
    rhythm: Rhythm = Rhythm()
    bursts: tuple[Burst, ...] = ()
    who: dict[Identifier, Weight] = Field(min_length=1)
    channels: dict[Channel, Weight] = Field(default_factory=_by_the_portal)
    form: dict[Identifier, Entered] = Field(default_factory=dict)
    told: tuple[dict[Identifier, Entered], ...] = ()
    files: dict[Identifier, File] = Field(default_factory=dict)
    courses: tuple[Course, ...] = Field(min_length=1)
    late: LateRule | None = None
    about: Identifier | None = None
    until_in: tuple[int, int] | None = None
    message: CameBy | None = None
    drawn: DrawnBy | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> ArrivalsDeclaration:
        names = [course.id for course in self.courses]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found the course {name!r} twice; give each an own id")
        counted = sum(one.cases for one in self.courses) + sum(one.cases for one in self.bursts)
        used = {self.course(burst.course).id for burst in self.bursts if burst.course}
        if counted > self.cases:
            raise ValueError(f"courses and bursts have {counted} cases of {self.cases}; let them add up")
        if counted < self.cases and not any(course.weight for course in self.courses):
            raise ValueError(
                f"courses have {counted} cases of {self.cases} and no weight for the rest; let them add up"
            )
        for course in self.courses:
            if not (course.weight or course.cases or course.id in used):
                raise ValueError(
                    f"no case takes the course {course.id!r}; give it weight or cases, or name it in a burst"
                )
        if not any(self.who.values()) or not any(self.channels.values()):
            raise ValueError("all weights are zero; give one of them more")
        return self

    @model_validator(mode="after")
    def _comes_in_one_way(self) -> ArrivalsDeclaration:
        if self.message and self.drawn:
            raise ValueError("cases come by a message and are drawn; keep one of the two")
        if self.drawn and (not self.bursts or self.cases != sum(one.cases for one in self.bursts)):
            raise ValueError("drawn cases come at each draw; say with bursts when, and how many of the cases at each")
        if self.drawn and (self.form or self.told):
            raise ValueError("a draw says what stands in its cases; take form and told away")
        if self.until_in and not 0 <= self.until_in[0] <= self.until_in[1]:
            raise ValueError(f"found until_in {list(self.until_in)}; the smaller stands first")
        return self

    @model_validator(mode="after")
    def _chooses_well(self) -> ArrivalsDeclaration:
        forms = (self.form, *self.told, *(one.form for one in self.bursts), *(one.form for one in self.courses))
        steps = [step for course in self.courses for step in course.steps]
        heard = (step.exchange.values for step in steps if step.exchange)
        for said in wrong_choices([*forms, *(step.form for step in steps), *heard]):
            raise ValueError(said)
        return self

    def course(self, name: str) -> Course:
        """Return a course.

        Raises:
            ValueError: if there is none of this id.
        """
        for course in self.courses:
            if course.id == name:
                return course
        raise ValueError(f"there is no course {name!r}; choose from {', '.join(one.id for one in self.courses)}")
