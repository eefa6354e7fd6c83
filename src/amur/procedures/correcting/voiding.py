"""How a correction is carried out: the event is voided, what it did is counter-acted, and another takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from django.db.models import Q

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import Text, cited
from amur.base.faults import Invalid
from amur.base.fields import FieldError, FileField, Raw
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for, sealed_values
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures import engine as rules
from amur.procedures.acts import effects
from amur.procedures.acts.clocks import set_due, watch
from amur.procedures.acts.events import fire_in
from amur.procedures.correcting import engine
from amur.procedures.correcting.aside import set_aside_up_to
from amur.procedures.correcting.declarations import CorrectionRule, Voidable
from amur.procedures.correcting.models import Correction
from amur.procedures.correcting.reads import course_of
from amur.procedures.correcting.striking import voided_versions
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.facts import entered_by, kept, position_of
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision
from amur.procedures.notices.acts import tell
from amur.procedures.runs import count, moment, text_of
from amur.procedures.signing.lines import overtake
from amur.procedures.standing import around
from amur.procedures.supplements.moving import Supplementing, settle
from amur.registers.lookups import as_pinned, lookups

TITLE = Text(zh="撤销有误的事项", en="A mistake was voided")


def carry_out(
    row: Correction,
    definition: ProcedureDeclaration,
    rule: CorrectionRule,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey,
) -> None:
    """Carry out a correction of a locked case, whole or not at all.

    Raises:
        Refused, Invalid, Conflict: as the event that takes the place of the voided one, and as the effects.
    """
    case = row.case
    # A clock that was set back does not turn the order of events round.
    at = max(now, case.changed_at)
    row.corrected_by, row.role, row.corrected_at, row.basis = by.actor_id, by.role, at, cited(rule.basis)
    row.version = case.version + 1
    if row.voided_version is None:
        _put_right(row, definition, rule, by=by, now=at, key=key)
    else:
        _void(row, definition, rule, by=by, now=at, key=key)
    tell(case, definition, rule.notice, row.reason, key=f"case:{case.id}:{row.version}:corrected", now=at)
    if row.event:
        extra = cast("Mapping[str, Raw]", row.extra)
        fire_in(case, definition, row.event, by=by, scope=scope, now=at, reason=row.said, extra=extra)
        row.new_version = case.version
        row.save(update_fields=["new_version"])


def _void(
    row: Correction,
    definition: ProcedureDeclaration,
    rule: CorrectionRule,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> None:
    case, source = row.case, row.case.state
    voided = CaseEvent.objects.get(case=case, version=row.voided_version or 0)
    said = rule.of(voided.event) or Voidable(event=voided.event)
    before = position_of(case, definition)
    position = engine.stood_before(definition, course_of(case), voided.version, said.to, before)
    stands = around(definition, position.innermost)
    case.state, case.version, case.changed_at = position.state, position.version, now
    case.configuration = kept(position)
    open_runs = _clocks(case, definition, voided, said, stands)
    _dates(case, definition, voided)
    body: dict[str, Json] = {
        "from": source,
        "to": case.state,
        "voided": {"version": voided.version, "event": voided.event, "entry": voided.entry_hash},
    }
    stood = _stood(case, stands, voided.version, open_runs)
    row.entry_hash = _happened(row, CaseEvent(event=engine.VOIDED, source=source, configuration=stood), body, by, key)
    row.save()
    case.save(force_update=True)
    watch(case, definition, open_runs, now)
    arrow = _arrow(said, by.role, source, case.state, rule)
    if definition.sign_offs:
        overtake(case, definition, by=by, now=now)
    settle(case, definition, arrow, Supplementing(), now)
    if said.effects:
        stepped = rules.Stepped(position, arrow, said.effects, ())
        effects.carry_out(case, definition, stepped, row.reason, by=by, now=now)


def _stood(case: Case, stands: tuple[str, ...], version: int, open_runs: list[ClockRun]) -> dict[str, Json]:
    """Return what the event keeps, so that whoever follows the course of the case knows what stands since."""
    clocks: dict[str, Json] = {
        "renamed": {},
        "open": {run.clock: "waiting" if run.paused_on else "running" for run in open_runs},
        "begun": [run.clock for run in open_runs if run.started_at == case.changed_at],
    }
    active: dict[str, Json] = {"active": list(stands)} if case.configuration else {}
    return {**active, "voids": version, "clocks": clocks, "accepted": case.accepted_at is not None}


def _arrow(said: Voidable, role: str, source: str, target: str, rule: CorrectionRule) -> Transition:
    """Return a correction as the arrow that its effects follow from."""
    return Transition.model_validate(
        {"event": engine.VOIDED, "title": TITLE, "from": (source,), "to": target, "by": role or rule.by[0]}
        | {"basis": rule.basis, "effects": said.effects}
    )


def _dates(case: Case, definition: ProcedureDeclaration, voided: CaseEvent) -> None:
    """Let the case be decided and accepted by what still stands, and open again."""
    gone = {voided.version} | voided_versions(case)
    standing = CaseEvent.objects.filter(case=case).exclude(version__in=gone).exclude(version__gte=case.version)
    since = standing.filter(version__gte=set_aside_up_to(case, definition))
    decided = Decision.objects.filter(case=case, entry_hash__in=since.values("entry_hash"))
    case.decided_at = decided.order_by("decided_at").values_list("decided_at", flat=True).last()
    case.closed_at, case.erase_on = None, None
    started = set(ClockRun.objects.filter(case=case).values_list("started_at", flat=True))
    accepts = [
        rules.accepts(definition, *entered_by(one), clock_started=one.happened_at in started)
        for one in standing.filter(version__lt=voided.version)
    ]
    if not any(accepts) and rules.accepts(definition, *entered_by(voided), clock_started=bool(started)):
        case.accepted_at = None


def _clocks(
    case: Case, definition: ProcedureDeclaration, voided: CaseEvent, said: Voidable, stands: tuple[str, ...]
) -> list[ClockRun]:
    """Take back what the voided event did to clocks; return the runs that are open now."""
    known, at, now = {clock.id: clock for clock in definition.clocks}, voided.happened_at, case.changed_at
    anew = _begun_anew(case, voided)
    open_runs: dict[str, ClockRun] = {}
    for run in ClockRun.objects.filter(case=case, clock__in=known).order_by("id"):
        clock, entered = known[run.clock], set(entered_by(voided))
        by_it = run.started_at == at and entered & set(clock.start)
        if run.ended_at is None and (by_it or run.pk in anew):
            run.ended_on, run.ended_at = day_of(now), now
            run.save()
        elif run.ended_at is None:
            open_runs[run.clock] = run
        elif run.ended_at == at and run.started_at != at:
            open_runs[run.clock] = _again(run, said, now)
    for name, run in open_runs.items():
        _wait(run, text_of(moment(known[name], day_of(now), now)), set(known[name].pause) & set(stands), now)
        count(run, known[name], definition, declared.calendar())
        run.save()
    set_due(case, open_runs.values())
    return list(open_runs.values())


def _begun_anew(case: Case, voided: CaseEvent) -> set[int]:
    """Return the runs that began when a later mistake was voided, of clocks that did not run before this event."""
    at = voided.happened_at
    later = CaseEvent.objects.filter(case=case, event=engine.VOIDED, version__gt=voided.version)
    runs = ClockRun.objects.filter(case=case)
    ran = runs.filter(started_at__lt=at).filter(Q(ended_at=None) | Q(ended_at__gte=at))
    begun = runs.filter(started_at__in=later.values("happened_at")).exclude(clock__in=ran.values("clock"))
    return set(begun.values_list("pk", flat=True))


def _again(run: ClockRun, said: Voidable, now: datetime) -> ClockRun:
    """Return a run that goes on as if it had never ended, or a new one of its clock."""
    if said.clocks == "restart":
        return ClockRun(case_id=run.case_id, clock=run.clock, started_on=day_of(now), started_at=now)
    run.ended_on, run.ended_at = None, None
    return run


def _wait(run: ClockRun, moment_now: str, waits: Iterable[str], now: datetime) -> None:
    """Let a run wait where the case waits again, and go on where it goes on."""
    state = next(iter(waits), "")
    if state and run.paused_on is None:
        run.paused_on, run.waits = day_of(now), [*run.waits, [moment_now, None, state]]
    elif not state and run.paused_on is not None:
        since, _, *waited_in = run.waits[-1]
        run.paused_on, run.waits = None, [*run.waits[:-1], [since, moment_now, *waited_in]]


def _put_right(
    row: Correction,
    definition: ProcedureDeclaration,
    rule: CorrectionRule,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> None:
    """Put answers right; the old ones stay readable in the course of the case."""
    case, known = row.case, {one.id: one for one in definition.data_fields}
    found = as_pinned(lookups(day_of(now)), case.closure_hash)
    given: dict[str, Json] = {}
    faults: dict[str, tuple[str, str]] = {}
    for name in rule.fields:
        if name not in row.extra:
            continue
        if isinstance(known[name], FileField):
            faults[name] = ("bad_shape", "a file is not put right in this way")
            continue
        try:
            given[name] = known[name].parse(cast("Raw", row.extra[name]), found)
        except FieldError as error:
            faults |= error.told(name)
    if not faults and all(case.data.get(name) == value for name, value in given.items()):
        faults[next(iter(given), "reason")] = ("required", "nothing is put right; change an answer")
    if faults:
        raise Invalid(faults)
    case.data = {**case.data, **given}
    case.data = {name: value for name, value in case.data.items() if value is not None}
    if definition.subject_field in given:
        case.subject = str(given[definition.subject_field] or case.subject)
    case.version, case.changed_at = case.version + 1, now
    told: dict[str, Json] = {"given": sealed_values(case, given, case.key_parts), "to": case.state}
    row.entry_hash = _happened(row, CaseEvent(event=engine.CORRECTED, source=case.state, given=given), told, by, key)
    row.save()
    case.save(force_update=True)


def _happened(row: Correction, event: CaseEvent, told: Mapping[str, Json], by: Actor, key: IdempotencyKey) -> str:
    """Write the entry and the event; return the leaf of the entry."""
    case = row.case
    entry = ledger.record(
        subject=case.key_subject,
        kind=f"case.{event.event}",
        by=by,
        now=case.changed_at,
        body={
            "number": case.number,
            "event": event.event,
            "version": case.version,
            "reason": sealed_for(case, row.reason),
            "declaration": case.declaration_hash,
            "proposed_by": row.proposed_by if row.proposed_by != by.actor_id else "",
            **told,
        },
        basis=row.basis,
        release=policy.active_hash(),
    )
    event.case, event.version, event.target = case, case.version, case.state
    event.actor_id, event.role, event.reason = by.actor_id, by.role, row.reason
    event.happened_at, event.key, event.entry_hash = case.changed_at, key, entry.leaf
    event.save(force_insert=True)
    return entry.leaf
