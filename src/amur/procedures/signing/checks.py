"""Checks of sign-off: each chain is used, each step can be taken by somebody, and somebody always signs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.expressions import Kind
from amur.base.faults import Fault
from amur.procedures.conditions import variables
from amur.procedures.declarations import APPLICANT, MACHINE, ProcedureDeclaration, Transition
from amur.procedures.signing.declarations import Chain
from amur.registers.checks import Known, Locate, Path, check_expression, fault


def check_sign_offs(
    definition: ProcedureDeclaration, known: Known, bodies: Collection[str], locate: Locate
) -> Iterator[Fault]:
    """Yield the faults of chains and of the transitions that demand them."""
    chains = {chain.id for chain in definition.sign_offs}
    for place, arrow in enumerate(definition.transitions):
        if arrow.sign_off is not None:
            yield from _demands(arrow, ("transitions", place), chains, locate)
    for place, chain in enumerate(definition.sign_offs):
        at: Path = ("sign_offs", place)
        yield from _used(definition, chain, at, locate)
        yield from _steps(definition, chain, at, known=known, bodies=bodies, locate=locate)


def _demands(arrow: Transition, at: Path, chains: Collection[str], locate: Locate) -> Iterator[Fault]:
    if arrow.sign_off not in chains:
        found = f"unknown chain {arrow.sign_off!r}"
        yield fault(locate, (*at, "sign_off"), "sign_off.chain", found, chains)
    if arrow.by in {APPLICANT, MACHINE}:
        found = f"{arrow.event!r} is by {arrow.by}, and no office drafts it"
        yield Fault(*locate((*at, "sign_off")), "sign_off.drafter", found, "name the role that drafts, or take it out")
    for number, field in enumerate(arrow.asks):
        if field.type == "file":
            found = f"a draft does not keep the file {field.id!r} for days"
            yield Fault(*locate((*at, "asks", number)), "sign_off.file", found, "ask for it by an event before")


def _used(definition: ProcedureDeclaration, chain: Chain, at: Path, locate: Locate) -> Iterator[Fault]:
    drafters = sorted({arrow.by for arrow in definition.transitions if arrow.sign_off == chain.id})
    if not drafters:
        found = f"nothing goes through {chain.id!r}"
        yield Fault(*locate(at), "sign_off.unused", found, "name it as sign_off of a transition, or take it out")
    if len(drafters) > 1:
        found = f"{' and '.join(drafters)} draft what goes through {chain.id!r}, and none could take over from another"
        yield Fault(*locate(at), "sign_off.drafter", found, "let one role draft, or write a chain for each")
    if all(step.when for step in chain.steps):
        found = f"every step of {chain.id!r} depends on a condition, so that nobody might sign"
        yield Fault(*locate((*at, "steps")), "sign_off.nobody", found, "take `when` away from one of them")


def _steps(
    definition: ProcedureDeclaration,
    chain: Chain,
    at: Path,
    *,
    known: Known,
    bodies: Collection[str],
    locate: Locate,
) -> Iterator[Fault]:
    values = {name: known.values[name] for name in definition.values if name in known.values}
    seen = variables(definition.data_fields, values)
    events = {arrow.event for arrow in definition.transitions}
    for place, step in enumerate(chain.steps):
        here: Path = (*at, "steps", place)
        if step.by not in known.roles:
            yield fault(locate, (*here, "by"), "sign_off.role", f"unknown role {step.by!r}", known.roles)
        if step.body_id is not None and step.body_id not in bodies:
            yield fault(locate, (*here, "body"), "sign_off.body", f"unknown body {step.body_id!r}", bodies)
        for number, name in enumerate(step.not_by_actor_of):
            if name not in events:
                path: Path = (*here, "not_by_actor_of", number)
                yield fault(locate, path, "sign_off.event", f"unknown event {name!r}", events)
        if step.when:
            path = (*here, "when")
            yield from check_expression(step.when, seen, Kind.BOOLEAN, path, check="sign_off.when", locate=locate)
