"""The act that makes a clock of a case longer: once, by whom the pack names, with a reason that the party is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared, engine, runs
from amur.procedures.acts.clocks import set_due, watch
from amur.procedures.clocks import Clock, ClockExtension, why_not_extend
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, CaseEvent, ClockRun
from amur.procedures.notices.acts import tell
from amur.procedures.permission import acting
from amur.procedures.seeing import may_see
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

_LONGEST_REASON = 5_000


def extend_clock(
    case_id: UUID,
    clock_id: str,
    amount: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    key: IdempotencyKey = "",
    reason: str,
) -> Case:
    """Make an open clock of a case longer by an amount of its unit, write it down, and tell the party; or do nothing.

    The same key again changes nothing.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Conflict: if somebody else moved the case meanwhile; ``version`` is the present one.
        Refused: if the clock does not run, may not be extended, was extended before, or the actor may not do it.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        definition = declared.pinned(case.declaration_hash) if case else None
        if case is None or definition is None or not may_see(scope, case, definition):
            raise NotFound("no_case", "there is no such case")
        if key and CaseEvent.objects.filter(case=case, key=key, event=engine.EXTENDED, actor_id=by.actor_id).exists():
            return case
        if expected_version != case.version:
            raise Conflict("stale", "somebody else moved this case meanwhile; load it again", version=case.version)
        run, clock = _open_run(case, definition, clock_id)
        if refusal := why_not_extend(clock, scope, facts_of(case), by.actor_id):
            raise refusal
        by = acting(by, scope, clock.extension.by if clock.extension else (), facts_of(case))
        # A clock that was set back does not turn the order of events round.
        at = max(now, case.changed_at)
        said = typed("reason", reason, _LONGEST_REASON, day_of(at))
        due_before = run.due_on.isoformat() if run.due_on else None
        case.version, case.changed_at = case.version + 1, at
        _lengthen(run, clock, definition, amount, case)
        open_runs = list(ClockRun.objects.filter(case=case, ended_on=None))
        set_due(case, open_runs)
        watch(case, definition, open_runs, at)
        _keep(case, run, clock, amount, due_before=due_before, reason=said, by=by, key=key)
        case.save(force_update=True)
        if clock.extension is not None:
            _tell(case, definition, clock.extension, said, now=at)
        return case


def _open_run(case: Case, definition: ProcedureDeclaration, clock_id: str) -> tuple[ClockRun, Clock]:
    run = ClockRun.objects.filter(case=case, clock=clock_id, ended_on=None).first()
    if run is None:
        raise Refused("clock_not_running", f"no clock {clock_id!r} runs in this case", clock=clock_id)
    return run, definition.clock(clock_id)


def _lengthen(run: ClockRun, clock: Clock, definition: ProcedureDeclaration, amount: int, case: Case) -> None:
    """Extend the run and count it anew; why, is kept by the event of this version alone."""
    calendar, moment = declared.calendar(), runs.moment(clock, day_of(case.changed_at), case.changed_at)
    runs.run_of(run, clock, definition).extended(amount, moment, calendar)
    run.extension = {"amount": amount, "on": runs.text_of(moment), "version": case.version}
    runs.count(run, clock, definition, calendar)
    run.save()


def _keep(
    case: Case,
    run: ClockRun,
    clock: Clock,
    amount: int,
    *,
    due_before: str | None,
    reason: str,
    by: Actor,
    key: IdempotencyKey,
) -> None:
    """Write the entry, and the event that stands in the course of the case."""
    given: dict[str, Json] = {"clock": clock.id, "amount": amount, "unit": clock.period.unit}
    dates: dict[str, Json] = {"due_before": due_before, "due_after": run.due_on.isoformat() if run.due_on else None}
    CaseEvent.objects.create(
        case=case,
        version=case.version,
        event=engine.EXTENDED,
        source=case.state,
        target=case.state,
        actor_id=by.actor_id,
        role=by.role,
        reason=reason,
        given=given,
        happened_at=case.changed_at,
        key=key,
        entry_hash=_record(case, clock, given | dates, reason, by=by),
    )


def _record(case: Case, clock: Clock, told: dict[str, Json], reason: str, *, by: Actor) -> str:
    entry = ledger.record(
        subject=case.key_subject,
        kind=f"case.{engine.EXTENDED}",
        by=by,
        now=case.changed_at,
        body={
            "number": case.number,
            "event": engine.EXTENDED,
            "state": case.state,
            "version": case.version,
            "reason": sealed_for(case, reason),
            "declaration": case.declaration_hash,
            **told,
        },
        basis=cited(clock.extension.basis) if clock.extension else "",
        release=policy.active_hash(),
    )
    return entry.leaf


def _tell(
    case: Case, definition: ProcedureDeclaration, extension: ClockExtension, reason: str, *, now: datetime
) -> None:
    tell(case, definition, extension.notice, reason, key=f"case:{case.id}:{case.version}:extended", now=now)
