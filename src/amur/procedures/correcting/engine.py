"""Whether an event of a case may be voided, and where the case stands then; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.procedures.correcting.declarations import CorrectionRule
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import Position
from amur.procedures.permission import CaseFacts, permit
from amur.procedures.standing import around, chart_of, shown
from amur.procedures.statechart import start as begin_chart

VOIDED = "voided"
"""The name of the event by which another was voided."""
CORRECTED = "values_corrected"
"""The name of the event by which answers were put right; the case stays where it is."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case as the rules take it: what came of it, when, by whom, and all that was active then."""

    version: int
    event: str
    target: str
    on: date
    actor_id: str
    active: tuple[str, ...] = ()


def why_not(
    rule: CorrectionRule | None, scope: Scope, facts: CaseFacts, *, actor_id: str = "", has_appeal: bool = False
) -> Refused | None:
    """Return why somebody may not put anything right in a case, or None.

    >>> why_not(None, Scope("public"), CaseFacts()).code
    'not_correctable'
    """
    if rule is None:
        return Refused("not_correctable", "the procedure does not say how a mistake is put right")
    wrong = Refused("wrong_role", f"only {' or '.join(rule.by)} of the body may put this right")
    found = permit(scope, rule.by, facts, actor_id=actor_id, otherwise=wrong)
    if isinstance(found, Refused):
        return found
    if has_appeal and not rule.after_appeal:
        return Refused("appeal_open", "an appeal is open; whoever hears it decides")
    return None


def why_not_void(
    rule: CorrectionRule,
    course: Sequence[Happened],
    version: int,
    on: date,
    *,
    beside: Collection[str],
    gone: Collection[int] = (),
) -> Refused | None:
    """Return why an event may not be voided: it is none of those declared, not the last that stands, or it is too late.

    ``beside`` are the names of events that move nothing, ``gone`` the versions of what was voided before.

    >>> from tests.procedures.corrected import RULE
    >>> grant = Happened(3, "grant", "granted", date(2026, 3, 10), "22")
    >>> why_not_void(RULE, [grant], 3, date(2026, 3, 11), beside=()) is None
    True
    >>> why_not_void(RULE, [grant], 3, date(2026, 9, 11), beside=()).code
    'too_late'
    >>> later = Happened(4, "surrender", "surrendered", date(2026, 3, 10), "7")
    >>> why_not_void(RULE, [grant, later], 3, date(2026, 3, 11), beside=()).code
    'not_the_last'
    >>> voided = Happened(4, VOIDED, "accepted", date(2026, 3, 10), "22")
    >>> accept = Happened(2, "accept", "accepted", date(2026, 3, 10), "22")
    >>> why_not_void(RULE, [accept, grant, voided], 2, date(2026, 3, 11), beside=(), gone=[3]) is None
    True
    """
    found = next((one for one in course if one.version == version), None)
    if found is None or rule.of(found.event) is None:
        return Refused("not_voidable", "the procedure does not say that this event may be voided")
    if version < max(standing(course, beside=beside, gone=gone), default=version):
        return Refused("not_the_last", "something has followed from this event; void that first", version=version)
    return why_too_late(rule, found.on, on)


def standing(course: Sequence[Happened], *, beside: Collection[str], gone: Collection[int]) -> list[int]:
    """Return the versions of the events that moved a case and still stand.

    >>> happened = [Happened(n, name, "s", date(2026, 3, 10), "") for n, name in enumerate(["a", "b", VOIDED], 1)]
    >>> standing(happened, beside=(), gone=[2])
    [1]
    """
    return [one.version for one in course if one.version not in gone and one.event not in {VOIDED, *beside}]


def why_too_late(rule: CorrectionRule, happened: date, on: date) -> Refused | None:
    """Return why it is too late to put right what happened on a day, or None."""
    if rule.within is not None and on > happened + timedelta(days=rule.within):
        return Refused("too_late", f"it could be put right within {rule.within} days", within=str(rule.within))
    return None


def stood_before(
    definition: ProcedureDeclaration, course: Sequence[Happened], version: int, to: str | None, position: Position
) -> Position:
    """Return where a case stands once an event is voided: in the declared state, or where it stood before.

    >>> from tests.procedures.samples import LICENCE
    >>> course = [Happened(2, "accept", "accepted", date(2026, 3, 10), "1", ("accepted",))]
    >>> stood_before(LICENCE, course, 3, None, Position("granted", 3)).state
    'accepted'
    >>> stood_before(LICENCE, course, 3, "submitted", Position("granted", 3)).state
    'submitted'
    """
    if to is not None:
        active = begin_chart(chart_of(definition, to)).configuration.active
    else:
        before = max((one for one in course if one.version < version), key=lambda one: one.version)
        active = innermost(definition, before.active or (before.target,))
    stands = around(definition, active)
    state = shown(definition, active) if len(active) > 1 or stands != active else active[0]
    is_flat = stands == (state,) and not position.history
    return Position(state, position.version + 1, {}, () if is_flat else active, position.history)


def innermost(definition: ProcedureDeclaration, active: Collection[str]) -> tuple[str, ...]:
    """Return those of the active states that hold no other active one.

    >>> from tests.procedures.beacon import BEACON
    >>> innermost(BEACON, ["work", "opinions", "fire_part", "fire_asked", "water_part", "water_given"])
    ('fire_asked', 'water_given')
    """
    known = set(active)
    return tuple(
        state.id
        for state in definition.every_state
        if state.id in known and not any(inner.id in known for inner in state.every() if inner.id != state.id)
    )
