from __future__ import annotations

from collections.abc import Callable

import pytest

from amur.procedures import acts
from amur.procedures.models import Case
from tests.procedures.conftest import Officer
from tests.procedures.joint.samples import items
from tests.procedures.pack import STRANGER, fill, sync


@pytest.fixture
def police() -> Officer:
    return Officer("police-1", "investigator", "police")


@pytest.fixture
def brigade() -> Officer:
    return Officer("fire-1", "reviewer", "fire_office")


@pytest.fixture
def head() -> Officer:
    return Officer("44", "head")


@pytest.fixture
def receiver() -> Officer:
    return Officer("police-9", "handler", "police")


@pytest.fixture
def opened(now, handler) -> Callable[..., Case]:
    """Return a function that brings a case under review, where its bodies work on it together."""

    def make(**changes) -> Case:
        sync(now, items(**changes))
        case = acts.submit(fill(now).id, by=STRANGER, now=now)
        return handler.fire(case, "accept", now)

    return make
