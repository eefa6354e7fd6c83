"""What all random acts have in common: who draws, what is tried, and what is counted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from amur.base.faults import AmurError
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from tests.procedures.everything import holds
from tests.procedures.everything.people import CAST, EVERYBODY, NEVER, Person, of_role

TRIED: Counter[tuple[str, str]] = Counter()
"""How often each act came about or was refused, over all histories of a run."""

_MOST_OPEN, _MOST = 7, 24
_OPEN_ONES, _RIGHT_ONES, _APT_ONES = 0.8, 0.75, 0.85
_Drawn = TypeVar("_Drawn")


class Playing:
    """Somebody who draws what happens next. ``chance`` is drawn anew by each step, so that no step hangs on another."""

    chance: Random
    now: datetime
    keys: int

    def tries(self, name: str, call: Callable[[], Any], who: Person | None = None) -> Any:
        """Do something; if it is refused, nothing of it may be there."""
        before, why = holds.counts(), ""
        try:
            found = call()
        except AmurError as error:
            found, why = None, str(error) or "no"
        if why:
            assert holds.counts() == before, f"{name} was refused and left something behind: {why}"
            TRIED[name, "refused"] += 1
            return None
        assert who not in NEVER, f"{who} did {name}"
        TRIED[name, "done"] += 1
        return found

    def twice(self, name: str, call: Callable[[str], Any], who: Person | None = None) -> Any:
        """Do something with a key, and the same again with the same key, which changes nothing."""
        self.keys += 1
        key = f"k{self.keys}"
        found = self.tries(name, lambda: call(key), who)
        if found is not None:
            before = holds.counts()
            call(key)
            assert holds.counts() == before, f"{name} twice with one key, something more is there"
        return found

    def one(self, found: Iterable[_Drawn]) -> _Drawn | None:
        """Draw one of some, None where there is none."""
        listed = list(found)
        return self.chance.choice(listed) if listed else None

    def rather(self, apt: Iterable[_Drawn], found: Iterable[_Drawn]) -> _Drawn | None:
        """Draw mostly one of those to whom an act may happen now, else one of all that there are."""
        fitting = list(apt)
        return self.one(fitting if fitting and self.chance.random() < _APT_ONES else found)

    def some_case(self, *procedures: str) -> Case | None:
        """Draw a case, of some procedures, that is mostly open."""
        rows = Case.objects.order_by("number")
        found = list(rows.filter(procedure__in=procedures) if procedures else rows)
        open_ones = [case for case in found if case.closed_at is None]
        return self.one(open_ones if open_ones and self.chance.random() < _OPEN_ONES else found)

    def reviewed(self) -> list[Case]:
        """Return the towers that somebody reviews."""
        open_ones = Case.objects.filter(procedure="tower", closed_at=None).order_by("number")
        return list(open_ones.exclude(state__in=["submitted", "supplement"]))

    def is_room(self, more: int = 0) -> bool:
        """Say whether there may be another case: a few that are open, and not too many in all."""
        open_ones = Case.objects.filter(closed_at=None).count()
        return open_ones < _MOST_OPEN + more and Case.objects.count() < _MOST

    def somebody(self, roles: Sequence[str], body: str, procedure: str = "") -> Person:
        """Draw who acts: mostly somebody who holds one of the roles in the body, else anybody."""
        right = [one for role in roles for one in of_role(role, body, procedure)]
        if right and self.chance.random() < _RIGHT_ONES:
            return self.chance.choice(right)
        return self.chance.choice(EVERYBODY)

    def as_(self, who: Person, **more: Any) -> dict[str, Any]:
        """Return what an act of somebody takes."""
        return {"by": who.by, "scope": who.scope, "now": self.now, **more}

    def definition(self, case: Case) -> ProcedureDeclaration:
        """Return the declaration by which a case runs."""
        return declared.pinned(case.declaration_hash)

    def others_of(self, who: Person, case: Case) -> bool:
        """Say whether another than this one holds the office in a case, so that nobody's stepping back stops it."""
        held = [one for one in CAST if (one.role, one.body) == (who.role, who.body) and not one.procedure]
        return any(one != who and one.account not in case.recused for one in held)
