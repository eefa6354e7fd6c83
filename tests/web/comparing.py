"""Made-up operators beside each other, for tests of pages: of two there are many complaints, of one too few."""

from __future__ import annotations

from decimal import Decimal

from amur.base.acting import system
from amur.indicators import acts
from amur.indicators.models import IndicatorValue
from tests.web.house import House

NAME = "complaints_answered_in_time"
COUNTED = {"demo_li": (50, 100), "demo_yang": (99, 100), "demo_ni": (3, 3)}
"""By operator: how many complaints were answered in time, out of how many."""


def compare(house: House) -> House:
    """Return the house with an indicator computed over three operators."""
    house.seal()
    acts.export(into=acts.folder())
    computation = acts.compute(NAME, by=system("indicators"), now=house.now)
    computation.values.all().delete()
    whole = tuple(sum(column) for column in zip(*COUNTED.values(), strict=True))
    groups = [({}, whole), *(({"operator": code}, counts) for code, counts in COUNTED.items())]
    for place, (group, (counted, out_of)) in enumerate(groups):
        share = str(round(Decimal(100 * counted) / out_of, 1))
        IndicatorValue.objects.create(
            computation=computation,
            place=place,
            dimensions=group,
            value=share,
            status="measured",
            base=out_of,
            counted=str(counted),
        )
    return house
