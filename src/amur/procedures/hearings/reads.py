"""What is known of the hearings of a case, and what a reader can do about them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.faults import NotFound, Refused
from amur.base.legal_time import Due
from amur.ledger.kept import prefetch
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import is_party
from amur.procedures.facts import active_in, case_of, facts_of
from amur.procedures.hearings import engine
from amur.procedures.hearings.declarations import HearingDeclaration
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case
from amur.procedures.permission import permit
from amur.procedures.seeing import may_see
from amur.procedures.standing import around


@dataclass(frozen=True, slots=True)
class Hearings:
    """The hearings of a case; ``role`` is the one in which the reader may call and hold them, empty for others.

    ``may_ask`` says whether the reader is its party and may ask for one or waive it now.
    """

    declared: HearingDeclaration
    rows: tuple[Hearing, ...]
    may_ask: bool
    role: str
    first_day: Due

    @property
    def open(self) -> Hearing | None:
        """Return the one that is asked for or called."""
        return next((row for row in self.rows if row.ended_at is None), None)


def hearings_of(scope: Scope, case_id: UUID, *, on: date) -> Hearings | None:
    """Return the hearings of a case; None where its procedure has none.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    if definition.hearing is None:
        return None
    rows = prefetch(Hearing.objects.filter(case=case).order_by("begun_at", "pk"))
    is_partys = is_party(scope, facts_of(case))
    role = "" if is_partys else role_for(scope, case, definition)
    first = engine.first_day(on, definition.hearing.notice_working_days, declared.calendar())
    may_ask = is_partys and is_time(case, definition) and not decided(rows)
    return Hearings(definition.hearing, rows, may_ask, role, first)


def role_for(scope: Scope, case: Case, definition: ProcedureDeclaration) -> str:
    """Return the role in which a reader calls and holds hearings in a case; empty where there is none."""
    roles = definition.hearing.by if definition.hearing else ()
    found = permit(scope, roles, facts_of(case))
    if isinstance(found, Refused):
        return ""
    return found.grant.role if found.grant else next(iter(roles), "")


def is_time(case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether the party may ask for a hearing, or waive it, where the case stands."""
    asked_in = definition.hearing.asked_in if definition.hearing else ()
    return case.closed_at is None and not {*asked_in}.isdisjoint(around(definition, active_in(case)))


def decided(rows: tuple[Hearing, ...]) -> bool:
    """Say whether the party has asked or waived already, or one was called or held."""
    return any(row.state != Hearing.State.OFF for row in rows)
