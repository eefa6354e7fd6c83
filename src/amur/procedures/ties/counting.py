"""What ties do to clocks: the earliest due date counts in a lead, and what was stopped goes on when that is undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from amur.people.reads import day_of
from amur.procedures import declared, runs
from amur.procedures.acts.clocks import set_due, watch
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, ClockRun

_DUE = ("due_on", "due_at", "due_provisional")


def kept(case: Case) -> dict[str, Any]:
    """Return where a case stands and how its open clocks run, as a tie keeps it."""
    open_runs = ClockRun.objects.filter(case=case, ended_on=None).order_by("id")
    return {
        "state": case.state,
        "configuration": case.configuration,
        "runs": {str(run.pk): _told(run) for run in open_runs},
    }


def take_earliest(lead: Case, definition: ProcedureDeclaration, before: Mapping[str, Any], now: datetime) -> Any:
    """Let each clock of a lead that is due later than the same clock of the merged case run as that one does.

    A clock that waits in one of them is left alone. Return how the changed ones ran before.
    """
    open_runs = list(ClockRun.objects.filter(case=lead, ended_on=None))
    changed = {}
    for run in open_runs:
        for one in before["runs"].values():
            earlier = one["due"] and run.due_on and date.fromisoformat(one["due"]) < run.due_on
            if one["clock"] == run.clock and earlier and run.paused_on is None and one["paused"] is None:
                changed[str(run.pk)] = _told(run) | {"taken": len(one["waits"])}
                _set(run, one)
                runs.count(run, definition.clock(run.clock), definition, declared.calendar())
                run.save()
    if changed:
        _due(lead, definition, open_runs, now)
    return {"lead_runs": changed}


def give_back(lead: Case, definition: ProcedureDeclaration, before: Mapping[str, Any], now: datetime) -> None:
    """Let the clocks of a lead run again as they did before a merge; what they waited for since then stays."""
    open_runs = list(ClockRun.objects.filter(case=lead, ended_on=None))
    changed = False
    for run in open_runs:
        one = before["lead_runs"].get(str(run.pk))
        if one is not None:
            since = run.waits[one["taken"] :]
            extended = run.extension if run.extension and run.extension.get("version") else one["extension"]
            _set(run, one)
            run.waits, run.extension = [*one["waits"], *since], extended
            runs.count(run, definition.clock(run.clock), definition, declared.calendar())
            run.save()
            changed = True
    if changed:
        _due(lead, definition, open_runs, now)


def go_on(case: Case, definition: ProcedureDeclaration, before: Mapping[str, Any]) -> None:
    """Let the clocks go on that a merge has stopped, as if they had never stopped."""
    for run in ClockRun.objects.filter(case=case, pk__in=list(before["runs"])):
        one = before["runs"][str(run.pk)]
        run.ended_on, run.ended_at, run.waits = None, None, one["waits"]
        run.paused_on = date.fromisoformat(one["paused"]) if one["paused"] else None
        runs.count(run, definition.clock(run.clock), definition, declared.calendar())
        run.save()


def keep_start(first: Case, case: Case, definition: ProcedureDeclaration, now: datetime) -> None:
    """Let the clocks of a new case run from when the same clocks of the first began, with what that waited for."""
    begun = {run.clock: run for run in ClockRun.objects.filter(case=first, ended_on=None)}
    open_runs = list(ClockRun.objects.filter(case=case, ended_on=None))
    for run in open_runs:
        if (of_first := begun.get(run.clock)) is not None and run.paused_on is None:
            one = _told(of_first)
            moment = runs.text_of(runs.moment(definition.clock(run.clock), day_of(now), now))
            one["waits"] = [[since, until or moment, *state] for since, until, *state in one["waits"]]
            _set(run, one)
            runs.count(run, definition.clock(run.clock), definition, declared.calendar())
            run.save()
    _due(case, definition, open_runs, now)


def _due(case: Case, definition: ProcedureDeclaration, open_runs: list[ClockRun], now: datetime) -> None:
    set_due(case, open_runs)
    case.save(update_fields=list(_DUE))
    watch(case, definition, open_runs, now)


def _told(run: ClockRun) -> dict[str, Any]:
    return {
        "clock": run.clock,
        "started": run.started_on.isoformat(),
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "waits": run.waits,
        "paused": run.paused_on.isoformat() if run.paused_on else None,
        "extension": run.extension,
        "due": run.due_on.isoformat() if run.due_on else None,
    }


def _set(run: ClockRun, one: Mapping[str, Any]) -> None:
    """Let a run be one that was kept; why that was extended is told in the case to which the reason belongs."""
    run.started_on = date.fromisoformat(one["started"])
    run.started_at = datetime.fromisoformat(one["started_at"]) if one["started_at"] else None
    run.waits = one["waits"]
    run.extension = {**one["extension"], "version": 0} if one["extension"] else None
