from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from amur.base.acting import Scope
from amur.procedures import acts
from amur.procedures.models import Case, Decision
from tests.procedures.conftest import Officer
from tests.procedures.contests import COUNCIL, furnish
from tests.procedures.pack import STRANGER


def party_of(case: Case) -> Scope:
    """Return the scope of whoever holds the query code of a case."""
    return Scope("party", parties=frozenset({f"case:{case.pk}"}))


@pytest.fixture
def reviewer() -> Officer:
    return Officer("33", "reviewer", body=COUNCIL)


@pytest.fixture
def refused(now, submitted, handler, decider) -> Callable[..., Case]:
    """Return a function that declares an appeal and refuses a licence."""

    def make(**changes) -> Case:
        furnish(now, **changes)
        case = handler.fire(submitted(), "accept", now)
        return decider.fire(case, "refuse", now, reason="灯太暗")

    return make


@pytest.fixture
def lodge(now) -> Callable[..., Case]:
    """Return a function that contests the last decision of a case, as the portal does."""

    def make(case: Case, at: datetime | None = None, grounds: str = "灯不暗", **options) -> Case:
        decision = Decision.objects.filter(case=case).latest("pk")
        options = {"review_body": COUNCIL} | options
        draft = acts.begin_appeal(decision.pk, by=STRANGER, scope=party_of(case), now=at or now, **options)
        typed = {**draft.raw, "grounds": grounds}
        draft = acts.save_step(draft.id, "grounds", typed, version=draft.version, by=STRANGER, now=at or now)
        return acts.submit(draft.id, by=STRANGER, now=at or now)

    return make
