"""The rules of appeals as pure functions: whether a decision can be contested, until when, and what an event means."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from amur.base.faults import Refused
from amur.base.legal_time import Due, RunningClock
from amur.procedures.appeals.declarations import ON_MERITS, UNDOING, Appeal, AppealPeriod, ReviewAct


def why_not_contest(appeal: Appeal, earlier: Collection[str]) -> Refused | None:
    """Return why a decision cannot be contested, or None; ``earlier`` are results, empty for an appeal that is open.

    >>> from tests.procedures.contests import CONTESTED
    >>> appeal = CONTESTED.appeal
    >>> why_not_contest(appeal, []), why_not_contest(appeal, ["inadmissible"])
    (None, None)
    >>> [why_not_contest(appeal, [one]).code for one in ("", "annulled", "upheld")]
    ['appeal_open', 'decision_gone', 'appeal_judged']
    """
    if appeal.procedure_id is None:
        return Refused("appeal_elsewhere", "this decision is contested elsewhere; where, stands with it")
    if "" in earlier:
        return Refused("appeal_open", "an appeal against this decision is open already")
    if not {*UNDOING}.isdisjoint(earlier):
        return Refused("decision_gone", "this decision does not stand any more")
    if not appeal.again and not {*ON_MERITS}.isdisjoint(earlier):
        return Refused("appeal_judged", "this decision was judged before")
    return None


def clock_of(period: AppealPeriod, begun: date) -> RunningClock:
    """Return the period for contesting a decision as a clock that runs; its own day is not counted.

    >>> from tests.procedures.contests import CONTESTED
    >>> from tests.procedures.samples import CALENDAR
    >>> clock_of(CONTESTED.appeal.period, date(2026, 3, 4)).due(CALENDAR).on
    datetime.date(2026, 5, 6)
    """
    return RunningClock(period.term, begun)


def is_late(due: Due | None, on: date) -> bool:
    """Say whether an appeal of a day is late: never while its period has not begun, or its last day is provisional.

    >>> is_late(Due(date(2026, 5, 6)), date(2026, 5, 7)), is_late(Due(date(2026, 5, 6)), date(2026, 5, 6))
    (True, False)
    >>> is_late(None, date(2026, 5, 7)), is_late(Due(date(2026, 5, 6), provisional=True), date(2026, 5, 7))
    (False, False)
    """
    return due is not None and not due.provisional and on > due.on


def why_not_act(act: ReviewAct, *, suspends: str, is_late: bool, is_admitted: bool) -> Refused | None:
    """Return why an event may not be what it means for an appeal, or None.

    A late appeal is judged only after it was admitted; nobody orders a suspension that the law does not leave to them.

    >>> why_not_act("upheld", suspends="no", is_late=True, is_admitted=False).code
    'appeal_not_admitted'
    >>> why_not_act("suspended", suspends="no", is_late=False, is_admitted=True).code
    'no_suspension'
    >>> why_not_act("suspended", suspends="on_order", is_late=False, is_admitted=True) is None
    True
    """
    if act in ON_MERITS and is_late and not is_admitted:
        return Refused("appeal_not_admitted", "this appeal came late; decide first whether it is heard")
    if act == "suspended" and suspends != "on_order":
        return Refused("no_suspension", "the law does not let this body order that the decision waits")
    return None
