"""A case that comes by the arrivals of a procedure: filed, and taken on its course, late where it is to be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from amur.base.faults import AmurError
from amur.packs.arrivals.declarations import APPLICANT, ArrivalsDeclaration, CameBy, CourseStep
from amur.packs.arrivals.engine import timing
from amur.packs.arrivals.engine.forms import Filler, filled, papers
from amur.packs.arrivals.engine.parties import NOBODY, Party
from amur.packs.arrivals.engine.plans import Planned
from amur.packs.declarations import PUBLIC, Signing, Step
from amur.packs.play.agenda import Turn
from amur.packs.play.casting import Troupe, taker_of
from amur.packs.play.stage import Stage
from amur.packs.play.steps import current, perform
from amur.packs.play.told import ITS_OWN, check
from amur.packs.year.declarations import LateRule, Span
from amur.procedures import acts, lapses
from amur.procedures.acts.clocks import next_lapse
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.declared import active, pinned
from amur.procedures.draws import binding
from amur.procedures.models import Case, ClockRun
from amur.procedures.signing.models import SignOff

BY_OFFICE, BY_PARTY = Span(share=(10, 45, 85)), Span(working_days=(1, 2, 6))
"""How long an office and a party take where a course does not say it."""
SIGNED_WITHIN = Span(hours=(1, 4, 20))
_OPENS, _CLOSES = 9, 16
_FILED = -1
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Coming:
    """A case on its way. Its chance is its own, so that it is the same case whatever happens to others."""

    planned: Planned
    declared: ArrivalsDeclaration
    late: LateRule | None
    stage: Stage
    troupe: Troupe
    seed: int
    place: int = _FILED
    filer: str = ""
    party: Party = NOBODY
    did: dict[tuple[str, str | None], str | None] = field(default_factory=dict)
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        """Take a chance of its own."""
        self.chance = Random(f"{self.seed}/{self.planned.name}")  # noqa: S311 - chance that can be repeated, no secret

    @property
    def arrives_at(self) -> datetime:
        """Return when it comes."""
        return self._aware(self.planned.arrives_at)

    def in_hours(self, moment: datetime) -> datetime:
        """Return a moment, or the next at which an office works."""
        return self._aware(timing.in_hours(self._local(moment), self.stage.calendar, self.chance))

    def go(self, now: datetime) -> Iterator[tuple[datetime, Turn]]:
        """Do the next step, and say when what follows is done."""
        self.stage.now = now
        if self.place == _FILED:
            self._file()
        else:
            self._do(self.planned.course.steps[self.place])
        self.place += 1
        yield from self._following()

    def _file(self) -> None:
        """Fill in the form and hand it in, or have it taken in at the window or the hotline."""
        planned, declared, (_, definition) = self.planned, self.declared, active(self.declared.procedure)
        self.filer, self.party = self.troupe.comes(planned, declared, self.chance, self.stage.today)
        if declared.message:
            self._hear(declared.message)
            return
        by = self.filer
        if planned.channel != "portal":
            by, self.filer = self._official(taker_of(definition), definition.body_id), PUBLIC
        step = Step.model_validate(
            {
                "as": by,
                "submit": definition.id,
                "channel": planned.channel,
                "form": filled(definition.fields, planned.form, definition.sample, self._filler()),
                "files": papers(definition.fields, planned.files),
            }
        )
        self._perform(step, "filed")
        if planned.channel != "portal":
            self.stage.strangers.add(str(self.stage.cases[ITS_OWN].pk))

    def _hear(self, came: CameBy) -> None:
        """Let another system say what opens the case."""
        said = {"id": came.exchange_id, "receive": came.message, "sender": came.sender}
        values = {name: one for name, one in self._filler().enters(self.planned.form).items() if one is not None}
        self._perform(Step.model_validate({"exchange": {**said, "values": values}}), "filed")

    def follow(self, case: Case, now: datetime) -> Iterator[tuple[datetime, Turn]]:
        """Go on with a case that a draw has opened."""
        self.stage.now, self.stage.cases[ITS_OWN], self.place = now, case, 0
        self.filer = PUBLIC
        yield from self._following()

    def _do(self, step: CourseStep) -> None:
        case = current(self.stage, step.case) if step.case in self.stage.cases else None
        if step.tie and step.tie.other in self.troupe.told:
            self.stage.cases.setdefault(step.tie.other, self.troupe.told[step.tie.other].cases[step.tie.other])
        reason = self.chance.choice(step.reasons) if step.reasons else step.reason
        said = self._filler().enters({"reason": reason, "form": step.form})
        if step.exchange:
            values = self._filler().enters(step.exchange.values)
            said["exchange"] = step.exchange.model_copy(update={"values": values})
        doing = step.model_copy(update={"by": self._who(step, case), **said})
        self._perform(doing, str(self.place))
        self.did[step.case, step.fire] = doing.by

    def _filler(self) -> Filler:
        year, case = self.stage.today.year, self.stage.cases.get(ITS_OWN)
        more = {"year": str(year - 1), "this_year": str(year), "case": case.number if case else ""}
        return Filler(self.party, self.planned.serial, self.chance, more)

    def _perform(self, step: Step, key: str) -> None:
        refused = perform(step, self.stage, f"demonstration:{self.planned.name}:{key}")
        check(self._where(), step, self.stage, refused)

    def _where(self) -> str:
        course = self.planned.course
        said = "the form" if self.place == _FILED else f"step {self.place + 1}"
        return f"arrivals {self.planned.file}, case {self.planned.serial}, course {course.id}, {said}"

    def _who(self, step: CourseStep, case: Case | None) -> str | None:
        """Return who does a step: who is named, or whoever the procedure says."""
        if step.by in self.stage.cast or step.by == PUBLIC:
            return step.by
        definition = pinned(case.declaration_hash) if case else active(self.declared.procedure)[1]
        role = step.by or _role_of(step, case, definition)
        if role is None:
            return None
        if role == APPLICANT:
            return self.filer
        arrow = definition.transition(step.fire, case.state) if step.fire and case else None
        others = {self.did.get((step.case, event)) or "" for event in (arrow.not_by_actor_of if arrow else ())}
        if arrow and case and (drawn := binding.bound(case, arrow, self.stage.today)):
            others |= {name for name, one in self.stage.cast.items() if str(one.account.pk) not in drawn}
        return self._official(role, step.body or (case.body_id if case else definition.body_id), others)

    def _official(self, role: str, body: str, without: Collection[str] = ()) -> str:
        chance = Random(f"{self.planned.name}/{role}/{body}")  # noqa: S311 - chance that can be repeated, no secret
        found = self.troupe.official(role, body, chance, without)
        if found is None:
            raise AmurError("demonstration_failed", f"{self._where()}: nobody of the cast is {role!r} in {body!r}")
        return found

    def _following(self) -> Iterator[tuple[datetime, Turn]]:
        """Give the next step with its moment, or first the signatures that are still due."""
        steps = self.planned.course.steps
        case = current(self.stage, ITS_OWN)
        definition = pinned(case.declaration_hash)
        step = steps[self.place] if self.place < len(steps) else None
        if definition.sign_offs and not (step and step.sign) and _draft_of(case):
            yield self._aware(self._later(SIGNED_WITHIN, office=True)), self._sign
        elif step is not None:
            other = step.case != ITS_OWN and step.case in self.stage.cases
            yield from self._scheduled(step, current(self.stage, step.case) if other else case)

    def _sign(self, now: datetime) -> Iterator[tuple[datetime, Turn]]:
        """Sign a draft in the name of whoever holds it."""
        self.stage.now = now
        case = current(self.stage, ITS_OWN)
        draft = _draft_of(case)
        if draft is not None:
            by = self._official(draft.role, draft.body_id)
            step = CourseStep.model_validate({"as": by, "sign": Signing(chain=draft.chain)})
            self._perform(step, f"{self.place}:{draft.version}")
        yield from self._following()

    def _scheduled(self, step: CourseStep, case: Case) -> Iterator[tuple[datetime, Turn]]:
        """Give a step with its moment: in time, unless it is the one that comes too late; then first with its cause."""
        definition = pinned(case.declaration_hash)
        due = lapses.end_of(case.due_on, case.due_at, timezone.get_default_timezone()) if case.due_on else None
        if step.until_lapse:
            found = next_lapse(case, definition)
            if found is None and ClockRun.objects.filter(case=case, ended_on=None, provisional=True).exists():
                return  # It ends in a year whose calendar is not published yet: nobody knows when, and it waits.
            if found is None:
                raise AmurError("demonstration_failed", f"{self._where()}: no clock of the case lapses")
            if due and step.late and self.planned.is_late and due < found.at:
                told_at = timing.in_hours(self._local(due), self.stage.calendar, self.chance)
                yield min(self._aware(told_at), found.at), self._explained(step)
            yield found.at + _MINUTE, self.go
            return
        office = step.exchange is not None or (self._who(step, case) or self.filer) != self.filer
        span = step.after or (BY_OFFICE if office else BY_PARTY)
        when = self._later(span, office=office, due=due)
        if due and self._is_late_at(step, definition) and next_lapse(case, definition) is None:
            over = timing.later(
                self._local(due), (self.late or _NO_RULE).by, self.stage.calendar, self.chance, office=True
            )
            when = max(when, over)
            told_at = self._aware(timing.in_hours(self._local(due), self.stage.calendar, self.chance))
            yield min(told_at, self._aware(when)), self._explained(step)
        elif due:
            when = min(when, max(self._last_moment(case, due), self._local(self.stage.now) + _MINUTE))
        yield self._aware(when), self.go

    def _is_late_at(self, step: CourseStep, definition: ProcedureDeclaration) -> bool:
        """Say whether this is the step that comes too late: the one that says so, or the last of an office."""
        steps = self.planned.course.steps
        if not self.planned.is_late:
            return False
        marked = [one for one in steps if one.late]
        mine = {arrow.event for arrow in definition.transitions if arrow.by == APPLICANT}
        offices = [one for one in steps if one.fire and one.fire not in mine]
        chosen = marked[:1] or offices[-1:]
        return bool(chosen) and step is chosen[0]

    def _explained(self, step: CourseStep) -> Turn:
        """Return what says why the case is late, in the name of whoever does the step."""

        def explain(now: datetime) -> Iterator[tuple[datetime, Turn]]:
            self.stage.now = now
            case = current(self.stage, step.case)
            name = self._who(step, case) or self.filer
            key = f"demonstration:{self.planned.name}:late"
            scope = self.stage.scope_of(name, case)
            by = self.stage.actor_of(name, _role_of(step, case, pinned(case.declaration_hash)) or step.by or "")
            acts.say_why_late(case.pk, self.planned.cause, by=by, scope=scope, now=now, key=key)
            yield from ()

        return explain

    def _last_moment(self, case: Case, due: datetime) -> datetime:
        """Return the last moment at which a step is still in time."""
        if case.due_at is not None or case.due_on is None:
            return self._local(due) - _MINUTE
        minutes = timedelta(minutes=self.chance.randint(0, 59))
        return datetime.combine(case.due_on, time(self.chance.randint(_OPENS, _CLOSES))) + minutes

    def _later(self, span: Span, *, office: bool, due: datetime | None = None) -> datetime:
        local = self._local(due) if due else None
        return timing.later(
            self._local(self.stage.now), span, self.stage.calendar, self.chance, office=office, due=local
        )

    @staticmethod
    def _local(moment: datetime) -> datetime:
        return moment.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)

    @staticmethod
    def _aware(moment: datetime) -> datetime:
        return moment.replace(tzinfo=timezone.get_default_timezone())


_NO_RULE = LateRule(percent=0, causes={"none": 1})


def _role_of(step: CourseStep, case: Case | None, definition: ProcedureDeclaration) -> str | None:
    """Return in which role a step is done, as the procedure says; None where nobody does anything."""
    if step.contest:
        return APPLICANT
    if step.fire and case:
        arrow = definition.transition(step.fire, case.state)
        return arrow.by if arrow else next((one.by for one in definition.transitions if one.event == step.fire), None)
    if step.extend:
        clock = next((one for one in definition.clocks if one.id == step.extend.clock), None)
        return clock.extension.by[0] if clock and clock.extension else None
    if step.sign and case and (draft := _draft_of(case, step.sign.chain)):
        return draft.role
    return None


def _draft_of(case: Case, chain: str = "") -> SignOff | None:
    found = SignOff.objects.filter(case=case, ended_at=None)
    return (found.filter(chain=chain) if chain else found).exclude(step="").first()
