"""A case that the pack tells step by step, on days that it counts itself; and what stops a demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from amur.base.faults import AmurError
from amur.base.legal_time import add_working_days
from amur.packs.declarations import DemonstrationCase, Step
from amur.packs.play.agenda import Turn
from amur.packs.play.expectations import differences
from amur.packs.play.stage import Stage, at_opening
from amur.packs.play.steps import perform

ITS_OWN = Step.model_fields["case"].default
"""By which name a case knows itself where nothing else is said."""


def check(where: str, step: Step, stage: Stage, refused: AmurError | None) -> None:
    """See whether what a step expects is so; ``where`` is the place in the pack.

    Raises:
        AmurError: for the first thing that is not, or that was refused.
    """
    if step.then is None and refused is None:
        return
    for difference in differences(step, stage, refused):
        path = ".".join(map(str, difference.path))
        said = f"expected {difference.expected}, found {difference.found}"
        raise AmurError("demonstration_failed", f"{where}{' ' if path else ''}{path}: {said}")


@dataclass(slots=True)
class Told:
    """A case of ``demonstration.yaml`` on its way."""

    told: DemonstrationCase
    stage: Stage
    place: int = 0
    has_waited: bool = False

    def go(self, now: datetime) -> Iterator[tuple[datetime, Turn]]:
        """Do what comes next, up to a step that lets time pass."""
        self.stage.now = now
        for place in range(self.place, len(self.told.steps)):
            step = self.told.steps[place]
            if (step.after_working_days or step.after_days) and not self.has_waited:
                self.place, self.has_waited = place, True
                yield self._after(step), self.go
                return
            self.has_waited = False
            named = {"case": self.told.id} if step.case == ITS_OWN else {}
            following = step.model_copy(update={"after_working_days": None, "after_days": None, **named})
            refused = perform(following, self.stage, f"demonstration:{self.told.id}:{place}")
            check(f"demonstration.yaml, case {self.told.id}, step {place + 1}", following, self.stage, refused)

    def _after(self, step: Step) -> datetime:
        """Return when the time of a step has passed."""
        if step.after_days:
            return at_opening(self.stage.today + timedelta(days=step.after_days))
        return at_opening(add_working_days(self.stage.today, step.after_working_days or 0, self.stage.calendar).on)
