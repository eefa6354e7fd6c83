"""A served house for a real browser: the first pack, its people with passwords, a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import caches

from tests.browser.visit import Visitor
from tests.conftest import FrozenClock
from tests.web.house import PASSWORD, House, build


@pytest.fixture
def served(transactional_db: None, clock: FrozenClock, now: datetime, live_server) -> House:
    """Return a house whose pages are served at ``served.address``."""
    for one in ("default", "counts"):
        caches[one].clear()
    house = build(now, PASSWORD)
    house.address = live_server.url
    return house


@pytest.fixture
def visitor(served: House, open_page) -> Callable[..., Visitor]:
    """Return a function that opens a browser: ``visitor("en", 390)``."""

    def open_(language: str = "zh", width: int = 390, **options) -> Visitor:
        locale = "en-GB" if language == "en" else "zh-CN"
        return Visitor(open_page(width=width, locale=locale, **options), served.address, language)

    return open_
