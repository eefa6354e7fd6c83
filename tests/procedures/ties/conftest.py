from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from amur.base.acting import Actor, Scope
from amur.procedures import acts
from amur.procedures.models import Case
from tests.procedures.conftest import Officer
from tests.procedures.pack import fill, sync
from tests.procedures.ties.samples import body

ANNA, BORIS = Scope("party", "71"), Scope("party", "72")


@pytest.fixture
def tied(now) -> Callable[..., None]:
    """Return a function that lets the licence have ties."""

    def make(**changes) -> None:
        sync(now, {("procedure", "licence"): body(**changes)})

    return make


@pytest.fixture
def file(tied, now) -> Callable[..., Case]:
    """Return a function that submits a form for an account some days later."""
    tied()

    def make(account: str = "71", days: int = 0, **changes: str) -> Case:
        at = now + timedelta(days=days)
        draft = fill(at, by=Actor(account), account_id=account, **changes)
        return acts.submit(draft.id, by=Actor(account), now=at)

    return make


@pytest.fixture
def accepted(file, now, handler) -> Callable[..., Case]:
    """Return a function that submits a form and accepts it on the same day."""

    def make(account: str = "71", days: int = 0, **changes: str) -> Case:
        return handler.fire(file(account, days, **changes), "accept", now + timedelta(days=days))

    return make


def doing(officer: Officer, now, **more) -> dict:
    return {"by": officer.by, "scope": officer.scope, "now": now, "reason": "they belong together"} | more
