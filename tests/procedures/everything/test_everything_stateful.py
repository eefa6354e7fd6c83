"""Every procedure of the island and two larger ones, under everything that can happen to them, in any order."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from amur.base.acting import system
from amur.people.models import Body, Region
from amur.policy import acts as policy
from tests.procedures.everything.declared import items
from tests.procedures.everything.histories import Everything
from tests.procedures.everything.people import CAST
from tests.procedures.pack import REGIONS

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

GATE, DEEP = (4, 20), (200, 50)
"""How many histories, and of how many steps each."""


@pytest.fixture
def authority(now: datetime) -> None:
    """Let there be everything that is declared, the regions, and every body."""
    regions = REGIONS | {"500000": ("灯屿", "Island"), "500100": ("东", "East"), "500200": ("西", "West")}
    for code, (chinese, english) in regions.items():
        Region.objects.create(code=code, titles={"zh": chinese, "en": english}, level="x")
    for name in sorted({one.body for one in CAST} | {"airport", "railway"}):
        Body.objects.create(id=name, titles={"zh": name, "en": name}, valid_from="2000-01-01")
    with transaction.atomic():
        policy.sync_release("lantern", "1.0.0", items(0), by=system("sync"), now=now)


@pytest.mark.parametrize(
    ("histories", "steps"),
    [pytest.param(*GATE, id="80 steps"), pytest.param(*DEEP, marks=pytest.mark.deep, id="10,000 steps")],
)
@pytest.mark.usefixtures("authority")
def test_whatever_happens_every_case_is_whole_goes_on_and_is_proved(histories, steps):
    run_state_machine_as_test(
        Everything,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
