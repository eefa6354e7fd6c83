"""The checks of how mistakes are put right: what it names exists, and what takes a place can be done from there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.faults import Fault
from amur.base.fields import FileField
from amur.procedures.correcting.declarations import CorrectionRule, Voidable
from amur.procedures.correcting.engine import VOIDED
from amur.procedures.declarations import NO_OFFICE, ProcedureDeclaration, Transition
from amur.procedures.effectchecks import Beside, check_effects
from amur.procedures.wordingchecks import check_places
from amur.registers.checks import Known, Locate, Path, fault

_AT: Path = ("correction",)


def check_correction(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of the rule by which mistakes are put right."""
    rule = definition.correction
    if rule is None:
        return
    yield from _names(definition, rule, known, locate)
    yield from check_places(rule.notice, (*_AT, "notice"), locate)
    for place, one in enumerate(rule.events):
        at: Path = (*_AT, "events", place)
        arrows = [arrow for arrow in definition.transitions if arrow.event == one.event]
        if not arrows:
            continue
        if all(arrow.by in NO_OFFICE for arrow in arrows):
            found = f"{one.event!r} is not what an office does, so it is no mistake of one"
            yield Fault(*locate((*at, "event")), "correction.event", found, "name an event of an office")
        yield from _supersedes(definition, one, arrows, at, locate)
        if one.effects:
            made = arrows[0].model_copy(update={"event": VOIDED, "effects": one.effects})
            yield from check_effects(definition, made, at, known=known, beside=beside, locate=locate)


def _names(definition: ProcedureDeclaration, rule: CorrectionRule, known: Known, locate: Locate) -> Iterator[Fault]:
    events = {arrow.event for arrow in definition.transitions}
    states = {state.id for state in definition.every_state if not state.final}
    fields = {field.id for field in definition.data_fields if not isinstance(field, FileField)}
    uses: list[tuple[Path, str, str, Collection[str]]] = [
        (("by", place), "role", name, known.roles) for place, name in enumerate(rule.by)
    ]
    uses += [(("fields", place), "field", name, fields) for place, name in enumerate(rule.fields)]
    for place, one in enumerate(rule.events):
        uses.append((("events", place, "event"), "event", one.event, events))
        uses += [(("events", place, "supersede", n), "event", name, events) for n, name in enumerate(one.supersede)]
        uses += [(("events", place, "to"), "state", one.to, states)] if one.to else []
    for path, what, name, choices in uses:
        if name not in choices:
            yield fault(locate, (*_AT, *path), f"correction.{what}", f"unknown {what} {name!r}", choices)


def _supersedes(
    definition: ProcedureDeclaration, one: Voidable, arrows: list[Transition], at: Path, locate: Locate
) -> Iterator[Fault]:
    """Find what cannot take the place of a voided event where the case stands then, or is signed by several."""
    stands = {one.to} if one.to else {source for arrow in arrows for source in arrow.sources}
    for place, name in enumerate(one.supersede):
        found = [arrow for arrow in definition.transitions if arrow.event == name]
        if not found:
            continue
        where = locate((*at, "supersede", place))
        if not any(stands & set(definition.near(source)) for arrow in found for source in arrow.sources):
            said = f"{name!r} means nothing where the case stands once {one.event!r} is voided"
            yield Fault(*where, "correction.supersede", said, "name an event that leads out of there")
        if any(arrow.sign_off or arrow.by in NO_OFFICE for arrow in found):
            said = f"{name!r} is not done by one official at once"
            yield Fault(*where, "correction.supersede", said, "take it out; it is drafted when the mistake is voided")
