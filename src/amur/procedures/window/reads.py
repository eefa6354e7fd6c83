"""What is known at a window: which services it takes in, where a code leads, what it has taken in today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import Conflict, NotFound
from amur.people import reads as people
from amur.people.engine import BodyLife, body_on
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, Draft
from amur.procedures.seeing import seen
from amur.procedures.window.engine import Scanned, narrowed
from amur.procedures.window.models import Intake

CHANNEL = "window"
SLIP = "window_slip"
"""Under which name the signature of whoever fetched a document lies among the files of its case."""
_MOST = 20


@dataclass(frozen=True, slots=True)
class Counter:
    """A service that a window takes in, with the number under which it is chosen."""

    number: int
    service: ProcedureDeclaration


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A case that was taken in at a window."""

    number: str
    service: ProcedureDeclaration
    state: str
    taken_at: datetime

    @property
    def title(self) -> Text:
        """Return what the state of the case is called."""
        return self.service.state(self.state).title


def counters(scope: Scope, today: date) -> tuple[Counter, ...]:
    """Return the services that the reader takes in, each with its number."""
    known = [one for _, one in sorted(declared.everything().procedures.items()) if _may_take_in(scope, one)]
    lives = people.lives() if known else {}
    mine = [one for one in known if _may_take_in(scope, one, _office(lives, one, today))]
    return tuple(Counter(number, one) for number, one in enumerate(mine, 1))


def service_at(scope: Scope, service_id: str, today: date) -> ProcedureDeclaration:
    """Return a service of today that the reader takes in.

    Raises:
        NotFound: if there is none.
    """
    _, definition = declared.active(service_id)
    if not _may_take_in(scope, definition, _office(people.lives(), definition, today)):
        raise NotFound("no_service", "this window does not take that in")
    return definition


def office_of(definition: ProcedureDeclaration, today: date) -> str:
    """Return the body that takes a service in on a day."""
    return _office(people.lives(), definition, today)


def _office(lives: Mapping[str, BodyLife], definition: ProcedureDeclaration, today: date) -> str:
    life = body_on(lives, definition.body_id, today)
    return life.id if life else definition.body_id


def _may_take_in(scope: Scope, definition: ProcedureDeclaration, body_id: str = "") -> bool:
    """Say whether the reader takes a service in, in that body where one is named."""
    window = definition.window
    if window is None or definition.opened_only:
        return False
    return scope.reads_as(window.by, body_id=body_id, procedure=definition.id)


def draft_at(scope: Scope, form: UUID, now: datetime) -> Draft:
    """Return a form that somebody brings along on paper, of a service that the reader takes in.

    Raises:
        NotFound: if there is none, it has expired, or it is of another service.
        Conflict: ``draft_submitted`` with the number, if it was handed in before.
    """
    draft = Draft.objects.filter(pk=form, expires_at__gt=now).first()
    if draft is None:
        raise NotFound("no_draft", "there is no such form; it may have expired and been deleted")
    service_at(scope, draft.procedure, day_of(now))
    if number := Case.objects.filter(draft=draft).values_list("number", flat=True).first():
        raise Conflict("draft_submitted", "this form was submitted before", number=number)
    return draft


def chosen(code: Scanned, known: tuple[Counter, ...]) -> tuple[Counter, ...]:
    """Return the services that a number, a printed form or some letters name."""
    if code.kind == "number":
        return tuple(one for one in known if str(one.number) == code.text)
    if code.kind == "form":
        return tuple(one for one in known if one.service.id == code.text)
    names = {one.service.id: (one.service.series, *_titles(one.service)) for one in known}
    found = narrowed(code.text, names)
    return tuple(one for one in known if one.service.id in found)


def is_of_today(code: Scanned) -> bool:
    """Say whether a printed form is of the edition that is in force."""
    return declared.active(code.text)[0].startswith(code.edition)


def taken_today(scope: Scope, now: datetime) -> tuple[TakenIn, ...]:
    """Return what the reader has taken in today, the newest first, at most twenty."""
    since = day_of(now)
    mine = Intake.objects.filter(taken_by=scope.account_id).select_related("case").order_by("-taken_at")[:_MOST]
    found = []
    for one in mine:
        if day_of(one.taken_at) == since:
            definition = declared.pinned(one.case.declaration_hash)
            found.append(TakenIn(one.case.number, definition, one.case.state, one.taken_at))
    return tuple(found)


def intake_of(scope: Scope, case_id: UUID) -> Intake | None:
    """Return how a case was taken in at a window, or None where it came another way.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    seen(scope, case_id)
    return Intake.objects.filter(case_id=case_id).first()


def _titles(service: ProcedureDeclaration) -> tuple[str, ...]:
    titles: Mapping[str, str] = service.title.model_dump(exclude_none=True)
    return tuple(titles.values())
