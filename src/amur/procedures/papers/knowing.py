"""What is known of a case for its standard papers: what was handed in, which periods run, why and on which basis."""

from __future__ import annotations

from datetime import datetime

from django.db.models import UUIDField

from amur.base.declared import Text
from amur.base.legal_time import amount, span
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.missing.keeping import still_to_bring
from amur.procedures.models import Case, ClockRun
from amur.procedures.papers.standard import Known, Running
from amur.procedures.runs import open_runs_of
from amur.procedures.supplements.items import asked_items
from amur.procedures.window.engine import told
from amur.procedures.window.models import Intake

_LANGUAGES = ("zh", "en")
_TAKEN = prepared(lambda case: Intake.objects.filter(case_id=case).order_by("pk")[:1], UUIDField())


def known_of(
    case: Case, definition: ProcedureDeclaration, transition: Transition | None, reason: str, now: datetime
) -> Known:
    """Return what a standard paper of a case tells; without a transition the case has just been handed in."""
    on = day_of(now)
    decides = transition is not None and transition.outcome == "granted"
    contested = () if decides else (definition.appeal.title, definition.appeal.within, definition.appeal.body)
    return Known(
        service=definition.title,
        number=case.number,
        on={language: span(on, on, language) for language in _LANGUAGES},
        materials=_materials(case, definition),
        later=still_to_bring(case, definition),
        periods=_periods(case, definition),
        missing=_missing(case, definition, transition),
        reason=reason,
        basis=(transition.basis if transition else ()) or definition.basis,
        granted=decides,
        appeal=contested,
        appeal_basis=() if decides else definition.appeal.basis,
    )


def _missing(case: Case, definition: ProcedureDeclaration, transition: Transition | None) -> dict[str, list[str]]:
    """Return what an event asks the party to supply, item by item, by language."""
    if transition is None or transition.supplement is None:
        return {}
    return {one: [said for _, said in asked_items(case, definition, one)] for one in _LANGUAGES}


def _materials(case: Case, definition: ProcedureDeclaration) -> tuple[Text, ...]:
    files = [field for field in definition.fields if field.type == "file"]
    found = tuple(field.title for field in files if case.data.get(field.id) is not None)
    taken = _TAKEN.first(case.pk) if definition.window else None
    return found + (told(definition.window.materials, taken.materials) if definition.window and taken else ())


def _periods(case: Case, definition: ProcedureDeclaration) -> tuple[Running, ...]:
    return tuple(_running(run, definition) for run in open_runs_of(case) if not definition.clock(run.clock).until)


def _running(run: ClockRun, definition: ProcedureDeclaration) -> Running:
    clock, last = definition.clock(run.clock), run.due_on
    return Running(
        title=clock.title,
        length={one: amount(clock.period.amount, clock.period.unit, one) for one in _LANGUAGES},
        last_day={one: span(last, last, one) if last else "" for one in _LANGUAGES},
        waits=last is None,
        provisional=run.provisional,
    )
