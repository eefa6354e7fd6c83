from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from amur.base.acting import Actor, Grant, Scope
from amur.procedures import acts
from amur.procedures.models import Case, Draft
from tests.procedures.pack import PDF, STRANGER, fill, sync


@pytest.fixture
def pack(now: datetime):
    return sync(now)


@pytest.fixture
def filled(pack, now) -> Callable[..., Draft]:
    """Return a function that opens a draft and fills every page of it."""

    def make(**changes: str) -> Draft:
        return fill(now, **changes)

    return make


@pytest.fixture
def submitted(filled, now) -> Callable[..., Case]:
    """Return a function that submits a filled draft."""

    def make(**changes: str) -> Case:
        return acts.submit(filled(**changes).id, by=STRANGER, now=now)

    return make


class Officer:
    """Somebody with an office, who fires events as the desk does."""

    def __init__(self, account: str, role: str, body: str = "bureau", region: str = "230000") -> None:
        self.by = Actor(account, role=role, body_id=body, client="desk")
        self.scope = Scope("office", account, grants=(Grant(role, body, region),))

    def fire(self, case: Case, event: str, now: datetime, **options) -> Case:
        options = {"expected_version": case.version} | options
        return acts.fire(case.id, event, by=self.by, scope=self.scope, now=now, **options)


@pytest.fixture
def handler() -> Officer:
    return Officer("11", "handler")


@pytest.fixture
def decider() -> Officer:
    return Officer("22", "decider")


@pytest.fixture
def pdf() -> bytes:
    return PDF
