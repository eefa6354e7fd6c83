"""The rules of an erasure, the same for whatever holds what is personal: who may, from when on, and on what ground."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from amur.base.acting import Scope
from amur.base.declared import Erasure, cited
from amur.base.faults import Refused


class Ground(NamedTuple):
    """Why something is erased, and the law it stands on; both stay for ever and name nobody."""

    reason: str
    basis: str


def may_not(scope: Scope, erasure: Erasure | None, *, body_id: str = "", region: str = "") -> Refused | None:
    """Return why a reader may erase nothing here, or None; the machine always may.

    >>> may_not(Scope("system"), None) is None, may_not(Scope("office", "7"), None).code
    (True, 'not_allowed_to_erase')
    """
    role = erasure.by if erasure else ""
    if scope.kind == "system" or (role and scope.holds(role, body_id=body_id, region=region)):
        return None
    return Refused("not_allowed_to_erase", "only the role that the pack names for it may erase", role=role)


def too_early(until: date | None, years: int | None, today: date) -> Refused | None:
    """Return why nothing is erased yet, or None; ``until`` is the last day of keeping, and goes by itself after it.

    >>> too_early(date(2026, 3, 1), 3, date(2026, 3, 2)) is too_early(None, None, date(2026, 3, 2)) is None
    True
    >>> str(too_early(date(2026, 3, 1), 3, date(2026, 3, 1)))
    'it is kept until 2026-03-01, for 3 years; then it is erased by itself'
    """
    if until is None or until < today:
        return None
    said = f"it is kept until {until}, for {years} years; then it is erased by itself"
    return Refused("retention_runs", said, until=until.isoformat())


def ground(erasure: Erasure | None, reason: str, basis: str) -> Ground:
    """Return the reason with the ground that is given, else with the declared one.

    >>> ground(None, " the holder asked ", "judgment 12")
    Ground(reason='the holder asked', basis='judgment 12')

    Raises:
        Refused: if the reason is empty, or there is no ground.
    """
    found = Ground(reason.strip(), basis.strip() or (cited(erasure.basis) if erasure else ""))
    if not all(found):
        raise Refused("erasure_needs_ground", "an erasure needs a reason and the ground it stands on")
    return found
