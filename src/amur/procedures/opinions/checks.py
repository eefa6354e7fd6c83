"""The checks of rounds of opinions: what they name exists, enough can answer, and each is asked and needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.expressions import ExpressionError, Kind, compile_
from amur.base.faults import Fault
from amur.base.fields import CodeField, FieldDeclaration
from amur.procedures.conditions import variables
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.opinions.declarations import AskOpinions, OpinionRound
from amur.registers.checks import Known, Locate, Path, fault

_Unknown = tuple[Path, str, str, Collection[str]]


def check_opinions(
    definition: ProcedureDeclaration, known: Known, bodies: Collection[str], locate: Locate
) -> Iterator[Fault]:
    """Yield the faults of all rounds of a procedure, and of what asks for them and needs them."""
    asking, needed = _asked_in(definition), _needed_in(definition, known)
    yield from _unknown(definition, locate)
    for place, found in enumerate(definition.opinions):
        at = ("opinions", place)
        for path, what, said, choices in _names(found, definition, known.roles, bodies):
            yield fault(locate, (*at, *path), f"opinions.{what}", said, choices)
        yield from _counts(found, at, locate)
        yield from _choice(found, asking.get(found.id, []), at, locate)
        if found.id not in needed:
            said = f"nothing needs what is said in {found.id!r}"
            yield Fault(
                *locate(at), "opinions.needless", said, "name it in needs_opinions or in a guard, or take it out"
            )
        if found.id not in asking:
            said = f"nothing asks {found.id!r}" + (", which is needed" if found.id in needed else "")
            yield Fault(*locate(at), "opinions.not_asked", said, "add the effect ask_opinions to an event")


def _asked_in(definition: ProcedureDeclaration) -> dict[str, list[Transition]]:
    """Return the events that ask each round."""
    found: dict[str, list[Transition]] = {}
    for transition in definition.transitions:
        for effect in transition.effects:
            if isinstance(effect, AskOpinions):
                found.setdefault(effect.round, []).append(transition)
    return found


def _needed_in(definition: ProcedureDeclaration, known: Known) -> set[str]:
    """Return the rounds on which an event waits, by name or in its guard."""
    waiting = definition.transitions
    return {name for one in waiting for name in (*one.needs_opinions, *_read_by(one, definition, known))}


def _unknown(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find rounds that events ask or need and nothing declares."""
    declared = {one.id for one in definition.opinions}
    for place, transition in enumerate(definition.transitions):
        at: Path = ("transitions", place)
        named = [((*at, "needs_opinions", n), name) for n, name in enumerate(transition.needs_opinions)]
        for n, effect in enumerate(transition.effects):
            named += [((*at, "effects", n, "round"), effect.round)] if isinstance(effect, AskOpinions) else []
        for path, name in named:
            if name not in declared:
                yield fault(locate, path, "opinions.round", f"unknown round {name!r}", declared)


def _names(
    found: OpinionRound, definition: ProcedureDeclaration, roles: Collection[str], bodies: Collection[str]
) -> Iterator[_Unknown]:
    """Find bodies, a role and fields that nothing declares, and a body that would ask itself."""
    fields = {one.id for one in definition.fields}
    uses: list[tuple[Path, str, str, Collection[str]]] = [(("role",), "role", found.role, roles)]
    uses += [(("bodies", n), "body", name, bodies) for n, name in enumerate(found.bodies)]
    uses += [(("shares", n), "field", name, fields) for n, name in enumerate(found.shares)]
    for path, what, name, choices in uses:
        if name not in choices:
            yield path, what, f"unknown {what} {name!r}", choices
    for n, name in enumerate(found.bodies):
        others = {*bodies} - {definition.body_id, *found.bodies}
        if name == definition.body_id:
            yield ("bodies", n), "body", f"{name!r} would ask itself", others
        elif name in found.bodies[:n]:
            yield ("bodies", n), "body", f"found {name!r} twice", others


def _counts(found: OpinionRound, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find a quorum that is never met, and a silence that means something without a basis."""
    if found.quorum.of(found.fewest) > found.fewest:
        said = f"found a quorum of {found.quorum.count} where {found.fewest} may be asked"
        yield Fault(*locate((*at, "quorum")), "opinions.quorum", said, "ask more bodies, or lower it")
    if found.silence == "no_objection" and not found.silence_basis:
        said = "silence is taken as no objection without a legal basis"
        yield Fault(*locate((*at, "silence")), "opinions.silence", said, "name the silence_basis, or write none")


def _choice(found: OpinionRound, asking: list[Transition], at: Path, locate: Locate) -> Iterator[Fault]:
    """Find a choice of bodies that the asking event does not ask for, or not as a list of codes."""
    choice = found.chosen_in
    if choice is None:
        return
    where: Path = (*at, "chosen_in")
    if (choice.most or choice.least) > len(found.bodies):
        said = f"found a choice of {choice.most or choice.least} out of {len(found.bodies)} bodies"
        yield Fault(*locate(where), "opinions.choice", said, "list more bodies, or ask fewer of them")
    for transition in asking:
        field = next((one for one in transition.asks if one.id == choice.field), None)
        if not _is_list(field):
            said = f"{transition.event!r} asks for no list of codes {choice.field!r}"
            yield Fault(*locate((*where, "field")), "opinions.choice", said, "let it ask a code field with many: true")


def _is_list(field: FieldDeclaration | None) -> bool:
    return isinstance(field, CodeField) and field.many


def _read_by(transition: Transition, definition: ProcedureDeclaration, known: Known) -> frozenset[str]:
    """Return the rounds that the guard of a transition reads; a guard that is none is found elsewhere."""
    if not transition.when or "opinions" not in transition.when:
        return frozenset()
    values = {name: known.values[name] for name in definition.values if name in known.values}
    rounds = [one.id for one in definition.opinions]
    try:
        program = compile_(transition.when, variables(definition.data_fields, values, rounds), Kind.BOOLEAN)
    except ExpressionError:
        return frozenset(rounds)
    return program.reads_of("opinions")
