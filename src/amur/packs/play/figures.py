"""What indicators must show after a step: computed as the worker does it, on all that was sealed so far."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.acting import SYSTEM
from amur.base.faults import AmurError
from amur.indicators import acts, reads
from amur.indicators.engine import shown
from amur.ledger import acts as ledger
from amur.packs.declarations import IndicatorExpectation
from amur.packs.play.stage import Stage, machine

Found = tuple[tuple[str | int, ...], str, str]
"""Where the example says it, what it expects, what was found."""


def differing(expected: tuple[IndicatorExpectation, ...], stage: Stage) -> Iterator[Found]:
    """Seal what waits, bring the snapshot up, and yield what an indicator shows otherwise than expected."""
    if not expected:
        return
    ledger.seal(stage.now)
    acts.export()
    for place, wanted in enumerate(expected):
        at = ("indicators", place)
        try:
            acts.compute(wanted.indicator_id, by=machine(), now=stage.now)
        except AmurError as error:
            yield (*at, "id"), f"a value of {wanted.indicator_id}", error.message
            continue
        result = reads.latest(SYSTEM, wanted.indicator_id, on=stage.today)
        value = next((one for one in result.values if dict(one.dimensions) == wanted.of), None) if result else None
        found = {
            "status": value.status if value else "absent",
            "value": shown(value.value) if value else None,
            "base": value.base if value else None,
            "standing": value.standing if value else None,
        }
        for name, seen in found.items():
            meant = getattr(wanted, name)
            if meant is not None and meant != seen:
                yield (*at, name), str(meant), str(seen)
