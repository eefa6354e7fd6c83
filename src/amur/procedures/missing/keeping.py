"""What is missing within the acts on its case: promised when it begins, brought by an event, waited for by clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import Invalid, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.policy import reads as policy
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.engine import ClockChange
from amur.procedures.missing import engine
from amur.procedures.models import Case, ClockRun

PROMISED = "case.later_promised"
"""The kind of the entry that says what a party promised to bring later."""


def sign(case: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> None:
    """Keep what the party of a new case promises to bring later, sealed under the key of the case."""
    rule = definition.may_be_missing
    left = engine.to_bring(rule, case.data)
    if rule is None or not left:
        return
    said: Json = {"text": rule.text.model_dump(exclude_none=True), "later": list(left)}
    ledger.record(
        subject=case.key_subject,
        kind=PROMISED,
        by=by,
        now=now,
        body={"number": case.number, "promise": sealed_for(case, said), "declaration": case.declaration_hash},
        release=policy.active_hash(),
    )


def take(
    case: Case, definition: ProcedureDeclaration, transition: Transition, given: Mapping[str, Json]
) -> dict[str, Json]:
    """Return the marks that an event ends by what it brings.

    Raises:
        Invalid: if it should bring something and brings nothing.
    """
    rule = definition.may_be_missing
    if rule is None or transition.event != rule.bring:
        return {}
    ended = engine.brought(rule, given)
    if not ended:
        raise Invalid(dict.fromkeys(engine.to_bring(rule, case.data), ("required", "bring one of the things at least")))
    return ended


def why_not(case: Case, definition: ProcedureDeclaration, transition: Transition, today: date) -> Refused | None:
    """Return why an event is not possible before what it needs was brought."""
    rule = definition.may_be_missing
    if rule is None or transition.event not in {rule.bring, *rule.needed_by}:
        return None
    due = ClockRun.objects.filter(case=case, clock=rule.clock, ended_on=None).values_list("due_on", flat=True).first()
    return engine.why_not(rule, transition.event, case.data, due, today)


def narrowed(case: Case, definition: ProcedureDeclaration, transition: Transition) -> Transition:
    """Return an arrow as it stands in a case: the one that brings asks for what is still to come alone."""
    rule = definition.may_be_missing
    if rule is None or transition.event != rule.bring:
        return transition
    left = engine.to_bring(rule, case.data)
    return transition.model_copy(update={"asks": tuple(one for one in transition.asks if one.id in left)})


def adjusted(
    case: Case, definition: ProcedureDeclaration, changes: Iterable[ClockChange], running: Iterable[str]
) -> tuple[ClockChange, ...]:
    """Return what an event does to the clocks of a case when it is known whether something is missing."""
    rule = definition.may_be_missing
    is_open = bool(engine.to_bring(rule, case.data))
    return engine.adjusted(rule, changes, tuple(running), is_open=is_open)


def ends(case: Case, definition: ProcedureDeclaration, transition: Transition) -> tuple[ClockChange, ...]:
    """Return what happens to clocks when an event has brought the last thing: the time is over, others go on."""
    rule = definition.may_be_missing
    if rule is None or transition.event != rule.bring or engine.to_bring(rule, case.data):
        return ()
    runs = {run.clock: run for run in ClockRun.objects.filter(case=case, ended_on=None)}
    own = [ClockChange(rule.clock, "stop")] if rule.clock in runs else []
    held = {clock.id for clock in definition.clocks if case.state in clock.pause}
    waiting = [name for name in rule.waits if name in runs and runs[name].paused_on and name not in held]
    return (*own, *(ClockChange(name, "resume") for name in waiting))


def still_to_bring(case: Case, definition: ProcedureDeclaration) -> tuple[Text, ...]:
    """Return the titles of what a party has still to bring."""
    left = engine.to_bring(definition.may_be_missing, case.data)
    return tuple(field.title for field in definition.fields if field.id in left)
