"""Who promises, who may not, and whether the promise held: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from amur.base.canonical import Json
from amur.base.expressions import ExpressionError, Kind
from amur.procedures.commitment.declarations import Bar, Commitment
from amur.procedures.conditions import Moment, taken
from amur.procedures.declarations import ProcedureDeclaration

Fate = Literal["open", "held", "broken"]


def is_promised(rule: Commitment | None, form: Mapping[str, Json]) -> bool:
    """Say whether a party chose to promise.

    >>> from tests.procedures.commitment.promising import PROMISING
    >>> [is_promised(PROMISING.commitment, form) for form in ({"by_promise": True}, {"by_promise": False}, {})]
    [True, False, False]
    >>> is_promised(None, {"by_promise": True})
    False
    """
    return rule is not None and form.get(rule.choice) is True


def begins(definition: ProcedureDeclaration, form: Mapping[str, Json]) -> str:
    """Return the state in which a case begins that does not begin where the others do; empty where it does.

    >>> from tests.procedures.commitment.promising import PROMISING
    >>> begins(PROMISING, {"by_promise": True}), begins(PROMISING, {})
    ('promised', '')
    """
    rule = definition.commitment
    return rule.begins if rule and is_promised(rule, form) else ""


def barred(rule: Commitment, moment: Moment, has_record: Callable[[str, str], bool]) -> Bar | None:
    """Return what stands against a promise, or None; ``has_record`` says whether a register has one in force by a key.

    An answer that is absent stands against nobody; a condition that cannot be told for another reason does.

    >>> from datetime import date
    >>> from tests.procedures.commitment.promising import PROMISING
    >>> def moment(**form): return Moment(PROMISING.fields, form, date(2026, 3, 10))
    >>> rule = PROMISING.commitment
    >>> barred(rule, moment(watts=900), lambda *_: False).otherwise.en
    'Above 500 watts you must prove it.'
    >>> barred(rule, moment(firm="F1"), lambda register, key: (register, key) == ("broken", "F1")).register_id
    'broken'
    >>> barred(rule, moment(watts=5), lambda *_: True) is None
    True
    """
    return next((bar for bar in rule.not_for if _stands(bar, moment, has_record)), None)


def _stands(bar: Bar, moment: Moment, has_record: Callable[[str, str], bool]) -> bool:
    if bar.register_id is not None:
        key = taken(bar.key, Kind.TEXT, moment)
        return bool(key) and has_record(bar.register_id, str(key))
    try:
        return moment.holds(bar.when)
    except ExpressionError as error:
        return not error.is_absence


def fate(rule: Commitment, events: Iterable[str]) -> Fate:
    """Return whether a promise held, given the events of its case in their order.

    >>> from tests.procedures.commitment.promising import PROMISING
    >>> rule = PROMISING.commitment
    >>> fate(rule, ["submitted", "grant_on_promise"]), fate(rule, ["verify"]), fate(rule, ["found_false"])
    ('open', 'held', 'broken')
    """
    found: Fate = "open"
    for event in events:
        if event == rule.verification.holds:
            found = "held"
        elif event == rule.verification.broken:
            found = "broken"
    return found
