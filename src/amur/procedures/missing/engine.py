"""What of a case is still to be brought, and what that does to clocks and events: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from amur.base.canonical import Json
from amur.base.faults import Refused
from amur.procedures.engine import ClockChange
from amur.procedures.missing.declarations import MayBeMissing


def to_bring(rule: MayBeMissing | None, form: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the fields that a party said it would bring later and has not brought.

    >>> from tests.procedures.missing.bringing import BRINGING
    >>> rule = BRINGING.may_be_missing
    >>> to_bring(rule, {"plan_later": True, "photo_later": False}), to_bring(None, {})
    (('plan',), ())
    """
    return tuple(one.field for one in rule.items if form.get(one.mark) is True) if rule else ()


def brought(rule: MayBeMissing, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return the marks that end with what was brought: nothing of it is to come any more.

    >>> from tests.procedures.missing.bringing import BRINGING
    >>> brought(BRINGING.may_be_missing, {"plan": "a file", "photo": None})
    {'plan_later': False}
    """
    return {one.mark: False for one in rule.items if given.get(one.field) is not None}


def adjusted(
    rule: MayBeMissing | None, changes: Iterable[ClockChange], running: Collection[str], *, is_open: bool
) -> tuple[ClockChange, ...]:
    """Return what happens to clocks when it is known whether something is missing; ``running`` are those that run.

    >>> from tests.procedures.missing.bringing import BRINGING
    >>> rule = BRINGING.may_be_missing.model_copy(update={"waits": ("decision",)})
    >>> begins = (ClockChange("decision", "start"), ClockChange("bring", "start"))
    >>> [one.clock for one in adjusted(rule, begins, (), is_open=False)]
    ['decision']
    >>> [(one.clock, one.change) for one in adjusted(rule, begins, (), is_open=True)]
    [('decision', 'start'), ('bring', 'start'), ('decision', 'pause')]
    >>> adjusted(rule, (ClockChange("decision", "resume"),), ("bring",), is_open=True)
    ()
    """
    found = tuple(changes)
    if rule is None:
        return found
    if not is_open:
        return tuple(one for one in found if (one.clock, one.change) != (rule.clock, "start"))
    kept = tuple(one for one in found if not (one.clock in rule.waits and one.change == "resume"))
    if not any((one.clock, one.change) == (rule.clock, "start") for one in kept):
        return kept
    runs = {*running, *(one.clock for one in kept if one.change == "start")}
    ends = {one.clock for one in kept if one.change in {"pause", "stop"}}
    return (*kept, *(ClockChange(name, "pause") for name in rule.waits if name in runs - ends))


def why_not(
    rule: MayBeMissing, event: str, form: Mapping[str, Json], due_on: date | None, today: date
) -> Refused | None:
    """Return why an event is not possible before what it needs is there, or when nothing is left to bring.

    ``due_on`` is until when that may come.

    >>> from tests.procedures.missing.bringing import BRINGING
    >>> rule, form = BRINGING.may_be_missing, {"plan_later": True}
    >>> why_not(rule, "grant", form, date(2026, 3, 12), date(2026, 3, 10)).code
    'still_missing'
    >>> why_not(rule, "refuse", form, None, date(2026, 3, 10)) is None
    True
    >>> why_not(rule, "bring", {}, None, date(2026, 3, 10)).code
    'nothing_to_bring'
    >>> goes_on = rule.model_copy(update={"late": "continue"})
    >>> [why_not(goes_on, "grant", form, date(2026, 3, 12), date(2026, 3, day)) is None for day in (12, 13)]
    [False, True]
    """
    left = to_bring(rule, form)
    if event == rule.bring and not left:
        return Refused("nothing_to_bring", "nothing is missing any more", event=event)
    if event not in rule.needed_by or not left:
        return None
    if rule.late == "continue" and due_on is not None and due_on < today:
        return None
    return Refused("still_missing", f"{event!r} needs what is still to be brought: {', '.join(left)}", event=event)
