"""The acts of a migration: a case comes to the edition of now, or back again, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, NotFound
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.kept import sealed_for, sealed_values
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared, engine
from amur.procedures.acts.clocks import follow, set_due, watch
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.editions import Past
from amur.procedures.facts import active_in, kept
from amur.procedures.migrating.engine import BROUGHT_BACK, MIGRATED
from amur.procedures.migrating.models import CaseMigration
from amur.procedures.migrating.planning import Edition, Plan, planned, restore
from amur.procedures.migrating.reports import Report, report_of
from amur.procedures.models import Case, CaseEvent, ClockRun
from amur.procedures.notices.acts import tell
from amur.procedures.runs import count
from amur.procedures.standing import around
from amur.procedures.transactions import act, check_key


def migrate_case(
    case_id: UUID, edition: Edition, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Report | None:
    """Bring a case to the edition of now, as the map says; return what became of it, None where nothing was to do.

    It is one transaction: a case that came there before, by this run or another, is left as it is.

    Raises:
        NotFound: if there is no such case, or whoever asks is not the machine.
    """
    check_key(key)
    with act():
        case = _locked(case_id, scope)
        if case.closed_at is not None or case.declaration_hash == edition.declaration_hash:
            return None
        if not edition.declared.moves(case.declaration_hash):
            return None
        at = max(now, case.changed_at)
        plan = planned(case, edition, at)
        report = report_of(case, plan)
        if isinstance(plan, Plan):
            _move(plan, by, at, key)
        return report


def bring_back(
    case_id: UUID, map_hash: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Case:
    """Bring a case back to the edition that it came from, exactly as it was, if it has not moved since.

    Raises:
        NotFound: if there is no such case, it did not come by this map, or whoever asks is not the machine.
        Conflict: ``moved_since`` if something happened to it since; ``version`` is the present one.
    """
    check_key(key)
    with act():
        case = _locked(case_id, scope)
        row = CaseMigration.objects.filter(case=case, map_hash=map_hash, undone_version=None).order_by("version").last()
        if row is None:
            raise NotFound("no_migration", "this case did not come by this map, or was brought back before")
        if case.version != row.version:
            raise Conflict("moved_since", f"{case.number} has moved since; it stays", version=case.version)
        _back(case, row, by, max(now, case.changed_at), key)
        return case


def _locked(case_id: UUID, scope: Scope) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None or scope.kind != "system":
        raise NotFound("no_case", "there is no such case")
    return case


def _move(plan: Plan, by: Actor, now: datetime, key: IdempotencyKey) -> None:
    case, edition = plan.case, plan.edition
    row = CaseMigration(
        case=case,
        version=plan.position.version,
        map_hash=edition.map_hash,
        declaration_before=case.declaration_hash,
        declaration_after=edition.declaration_hash,
        before=_before(plan),
        data=dict(case.data),
        migrated_at=now,
    )
    came = Came(case, edition.definition, MIGRATED, case.state, case.declaration_hash, by, now, key)
    _pin(case, edition.declaration_hash, edition.closure_hash, now)
    case.state, case.configuration, case.version = plan.position.state, kept(plan.position), plan.position.version
    case.data = plan.data
    renamed = plan.answers.renamed
    gone = plan.answers.dropped
    case.sources = {renamed.get(name, name): said for name, said in case.sources.items() if name not in gone}
    for one in plan.clocks:
        one.row.save()
    if plan.begun:
        follow(case, edition.definition, [engine.ClockChange(clock.id, "start") for clock in plan.begun], now)
    going = [one for one in plan.clocks if not one.ends]
    came.renamed = {one.before: one.row.clock for one in going if one.before != one.row.clock}
    told: dict[str, Json] = {
        "map": edition.map_hash,
        "dropped": cast("Json", sorted(plan.answers.dropped)),
        "renamed": cast("Json", dict(sorted(renamed.items()))),
        "clocks": {one.before: None if one.ends else one.row.clock for one in plan.clocks},
    }
    row.entry_hash = _arrive(came, told, cited(edition.declared.basis))
    row.save(force_insert=True)
    if edition.declared.notice:
        tell(case, edition.definition, edition.declared.notice, "", key=f"case:{case.id}:{case.version}:moved", now=now)


def _before(plan: Plan) -> dict[str, Json]:
    """Return what is kept of a case beside its answers, to bring it back."""
    case = plan.case
    return {
        "state": case.state,
        "configuration": case.configuration,
        "closure": case.closure_hash,
        "clocks": plan.kept["clocks"],
        "begun": [clock.id for clock in plan.begun],
        "sources": sealed_for(case, case.sources) if case.sources else None,
    }


def _pin(case: Case, declaration_hash: str, closure_hash: str, now: datetime) -> None:
    """Pin a case to another edition; by which it ran until now, it keeps."""
    past = Past(case.version, now, case.declaration_hash, case.closure_hash)
    case.editions = [*case.editions, past.kept()]
    case.declaration_hash, case.closure_hash, case.changed_at = declaration_hash, closure_hash, now


def _back(case: Case, row: CaseMigration, by: Actor, now: datetime, key: IdempotencyKey) -> None:
    before, definition = row.before, declared.pinned(row.declaration_before)
    came = Came(case, definition, BROUGHT_BACK, case.state, case.declaration_hash, by, now, key)
    _pin(case, row.declaration_before, before["closure"], now)
    case.state, case.configuration, case.version = before["state"], before["configuration"], case.version + 1
    case.data = dict(row.data)
    sources = ledger_reads.reveal(case.key_subject, before["sources"]) if before["sources"] else {}
    case.sources = dict(sources) if isinstance(sources, Mapping) else {}
    came.renamed = _clocks_back(case, definition, before, now)
    _arrive(came, {"map": row.map_hash}, "")
    row.undone_version = case.version
    row.save(update_fields=["undone_version"])


def _clocks_back(
    case: Case, definition: ProcedureDeclaration, before: Mapping[str, Any], now: datetime
) -> dict[str, str]:
    """Let the runs be as they were, by the calendar of now; return those that have their old name again."""
    runs = {run.pk: run for run in ClockRun.objects.filter(case=case)}
    names = {one["id"]: one["clock"] for one in before["clocks"]}
    for run in runs.values():
        if run.clock in before["begun"] and run.pk not in names and run.ended_on is None:
            run.ended_on, run.ended_at = day_of(now), now
            run.save()
    renamed = {runs[pk].clock: name for pk, name in names.items() if runs[pk].clock != name}
    # Two names may have changed places, and of each one run is open: all of them are closed for a moment.
    ClockRun.objects.filter(pk__in=names).update(ended_on=day_of(now))
    for one in before["clocks"]:
        run = runs[one["id"]]
        restore(run, one)
        if run.ended_on is None:
            count(run, definition.clock(run.clock), definition, declared.calendar())
        run.save()
    return renamed


@dataclass(slots=True)
class Came:
    """A case that comes to another edition: from which state and edition, and which clocks have another name."""

    case: Case
    definition: ProcedureDeclaration
    event: str
    state: str
    declaration: str
    by: Actor
    now: datetime
    key: IdempotencyKey
    renamed: dict[str, str] = field(default_factory=dict)


def _arrive(came: Came, told: Mapping[str, Json], basis: str) -> str:
    """Write the entry and the event, and store the case where it stands now; return the leaf of the entry."""
    case = came.case
    open_runs = list(ClockRun.objects.filter(case=case, ended_on=None).order_by("id"))
    set_due(case, open_runs)
    entry = ledger.record(
        subject=case.key_subject,
        kind=f"case.{came.event}",
        by=came.by,
        now=came.now,
        body={
            "number": case.number,
            "event": came.event,
            "from": came.state,
            "to": case.state,
            "version": case.version,
            "declaration_before": came.declaration,
            "declaration": case.declaration_hash,
            "given": sealed_values(case, case.data, case.key_parts),
            **told,
        },
        basis=basis,
        release=policy.active_hash(),
    )
    CaseEvent.objects.create(
        case=case,
        version=case.version,
        event=came.event,
        source=came.state,
        target=case.state,
        configuration=_stood(came, open_runs),
        actor_id=came.by.actor_id,
        given=case.data,
        happened_at=came.now,
        key=came.key,
        entry_hash=entry.leaf,
    )
    case.save(force_update=True)
    watch(case, came.definition, open_runs, came.now)
    return entry.leaf


def _stood(came: Came, open_runs: list[ClockRun]) -> dict[str, Json]:
    """Return what the event keeps, so that whoever follows the course of the case knows what stands since."""
    clocks: dict[str, Json] = {
        "renamed": cast("Json", came.renamed),
        "open": {run.clock: "waiting" if run.paused_on else "running" for run in open_runs},
    }
    return {"active": list(around(came.definition, active_in(came.case))), "clocks": clocks}
