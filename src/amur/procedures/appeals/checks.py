"""Checks of how a decision is contested: what it names exists, each result leads somewhere, and each act is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.faults import Fault
from amur.procedures.appeals.declarations import ON_MERITS, UNDOING
from amur.procedures.declarations import REVIEW, ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.sourcechecks import Sources
from amur.registers.checks import Known, Locate, Path, fault


def check_appeal(
    definition: ProcedureDeclaration, known: Known, beside: Beside, bodies: Collection[str], locate: Locate
) -> Iterator[Fault]:
    """Yield what is wrong with the appeal of a procedure, and with what it says of hearing those of others."""
    yield from _hearing(definition, beside, locate)
    yield from _reviewed(definition, locate)
    appeal = definition.appeal
    if appeal.procedure_id is None:
        return
    for place, name in enumerate(appeal.bodies):
        if name not in bodies:
            yield fault(locate, ("appeal", "bodies", place), "appeal.body", f"unknown body {name!r}", bodies)
    hearing = beside.procedures.get(appeal.procedure_id)
    if hearing is None:
        found = f"unknown procedure {appeal.procedure_id!r}"
        yield fault(locate, ("appeal", "procedure"), "appeal.procedure", found, beside.procedures)
        return
    targets = {one.id: one for one in hearing.fields if one.type not in {"file", "computed"}}
    yield from Sources(definition, known, locate).into(appeal.values, targets, hearing.id, ("appeal", "values"))
    means = {one.review for one in hearing.transitions}
    at: Path = ("appeal", "procedure")
    if not means & {*ON_MERITS}:
        found = f"no event of {hearing.id!r} decides on an appeal"
        yield Fault(*locate(at), "appeal.decides", found, "mark events of it with review: upheld, annulled …")
    if appeal.suspends == "on_order" and "suspended" not in means:
        found = f"no event of {hearing.id!r} orders that the decision waits"
        yield Fault(*locate(("appeal", "suspends")), "appeal.suspends", found, "mark one with review: suspended")
    for result in UNDOING:
        if result in means and result not in appeal.then:
            found = f"nothing follows in {definition.id!r} when its decision is {result}"
            yield Fault(*locate(("appeal",)), "appeal.then", found, f"name the event by which it goes on as {result}:")


def _reviewed(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find results that name no event of a review, and such events that no result names."""
    events = {one.event for one in definition.transitions if one.by == REVIEW}
    for result, event in definition.appeal.then.items():
        if event not in events:
            found = f"{event!r} is no event by: {REVIEW}"
            yield fault(locate, ("appeal", "then", result), "appeal.event", found, events)
    named = {*definition.appeal.then.values()}
    for place, one in enumerate(definition.transitions):
        if one.by == REVIEW and one.event not in named:
            found = f"no result of an appeal lets {one.event!r} happen"
            yield Fault(*locate(("transitions", place, "by")), "appeal.unused", found, "name it in appeal.then")


def _hearing(definition: ProcedureDeclaration, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Find a procedure that hears appeals and stands open to anybody, or hears none that is declared."""
    if not definition.hears_appeals:
        return
    if not definition.opened_only:
        found = f"{definition.id!r} hears appeals, which begin from the decision that they contest"
        yield Fault(*locate(("initial",)), "appeal.opened", found, "set opened_only: true")
    if not any(one.appeal.procedure_id == definition.id for one in beside.procedures.values()):
        place = next(n for n, one in enumerate(definition.transitions) if one.review)
        found = f"no appeal is heard by {definition.id!r}"
        yield Fault(
            *locate(("transitions", place, "review")), "appeal.heard", found, "name it in an appeal, as procedure"
        )


def check_beside(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield what is wrong with the hearing and the rating that a procedure declares."""
    states = {one.id for one in definition.every_state}
    for name in ("hearing", "rating"):
        declared = getattr(definition, name)
        for place, role in enumerate(declared.by if declared else ()):
            if role not in known.roles:
                found = f"unknown role {role!r}"
                yield fault(locate, (name, "by", place), f"{name}.role", found, known.roles)
    for place, state in enumerate(definition.hearing.asked_in if definition.hearing else ()):
        if state not in states:
            yield fault(locate, ("hearing", "asked_in", place), "hearing.state", f"unknown state {state!r}", states)
    if definition.rating and definition.rating.reasons and definition.rating.reasons not in known.codelists:
        found = f"unknown code list {definition.rating.reasons!r}"
        yield fault(locate, ("rating", "reasons"), "rating.reasons", found, known.codelists)
