"""Every procedure of the island and two larger ones, under everything that can happen to them, in any order."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as told_to
from hypothesis.stateful import run_state_machine_as_test

from amur.base.acting import system
from amur.people.models import Body, Region
from amur.policy import acts as policy
from amur.procedures.fees import cashier
from amur.registers import acts as registers
from tests.procedures.everything.applying import HOUSES, accounts
from tests.procedures.everything.cashier import CASHIER
from tests.procedures.everything.declared import faults, items
from tests.procedures.everything.happening import MUST
from tests.procedures.everything.histories import Everything
from tests.procedures.everything.people import CAST
from tests.procedures.everything.playing import TRIED
from tests.procedures.pack import REGIONS

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

GATE, DEEP = (2, 30), (100, 100)
_FURTHER_ROUNDS = 2
"""How many histories, and of how many steps each."""


@pytest.fixture
def authority(now: datetime, settings, monkeypatch) -> None:
    """Let there be everything that is declared, the regions, every body, two people with accounts, and a cashier."""
    settings.CASHIER = {"URL": "http://cashier.example.org", "SECRET": "none"}
    monkeypatch.setattr(cashier, "ask", CASHIER.ask)
    regions = REGIONS | {"500000": ("灯屿", "Island"), "500100": ("东", "East"), "500200": ("西", "West")}
    for code, (chinese, english) in regions.items():
        Region.objects.create(code=code, titles={"zh": chinese, "en": english}, level="x")
    for name in sorted({one.body for one in CAST} | {"railway"}):
        Body.objects.create(id=name, titles={"zh": name, "en": name}, valid_from="2000-01-01")
    with transaction.atomic():
        policy.sync_release("lantern", "1.0.0", items(0), by=system("sync"), now=now)
    for number in HOUSES:
        house = {"house_number": number, "house": "拟海客栈", "quarter": "500200"}
        why: dict[str, Any] = {"reason": "old book", "source": "old book", "through": "takeover"}
        registers.write_record("houses", number, house, valid_from=date(2025, 1, 1), by=system("sync"), now=now, **why)
    Everything.people = accounts(now)


def test_the_larger_procedures_have_no_faults():
    assert faults() == []


@pytest.mark.parametrize(
    ("histories", "steps"),
    [
        pytest.param(*GATE, id="60 steps"),
        pytest.param(*DEEP, marks=[pytest.mark.deep, pytest.mark.timeout(7200)], id="10,000 steps"),
    ],
)
@pytest.mark.usefixtures("authority")
def test_whatever_happens_every_case_is_whole_goes_on_and_is_proved(histories, steps):
    TRIED.clear()
    never = _played(histories, steps)
    for _ in range(_FURTHER_ROUNDS if histories == DEEP[0] else 0):
        # What is drawn once in some ten thousand steps may not be drawn in these.
        never = never and _played(histories, steps)
    for name in sorted({name for name, _ in TRIED}):
        sys.stdout.write(f"{name:40}{TRIED[name, 'done']:7}{TRIED[name, 'refused']:7}\n")
    if histories == DEEP[0]:
        assert not never, f"never came about: {never}"


def _played(histories, steps):
    """Play histories, and return what did not come about in these or any before them."""
    run_state_machine_as_test(
        Everything,
        settings=told_to(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
    return sorted(name for name in MUST if not TRIED[name, "done"])
