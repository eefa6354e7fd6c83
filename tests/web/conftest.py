"""What tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import NOW, FrozenClock
from tests.standing import GROUND
from tests.web.house import House, build, furnish


@pytest.fixture(scope="session")
def standing_house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let one house stand for all tests that follow each other in it."""
    GROUND.offer("standing_house", lambda: furnish(build(NOW)), django_db_blocker)
    yield
    GROUND.clear()


@pytest.fixture
def house(standing_house: None, db: None, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return an authority at work: a case that waits, one that was filed, a sealed ledger, no limit used up."""
    for one in ("default", "counts"):
        caches[one].clear()
    limiter = SimpleNamespace(time=lambda: clock.now().timestamp())  # else a limit begins anew with each true minute
    monkeypatch.setattr("django_ratelimit.core.time", limiter)
    translation.activate("zh-hans")
    return GROUND.given()
