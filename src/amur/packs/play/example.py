"""A worked example: play its steps and say, with file and line, what was not as it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amur.base.acting import SYSTEM
from amur.packs.declarations import ExampleDeclaration
from amur.packs.engine import Source
from amur.packs.play.expectations import Difference, differences
from amur.packs.play.stage import Stage, at_opening, calendar, machine
from amur.packs.play.steps import perform
from amur.procedures import reads as procedures


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an example went; ``failures`` are sentences with file and line.

    ``walked`` are the states and the arrows of each procedure that its cases have walked.
    """

    id: str
    proves: tuple[str, ...]
    file: str
    failures: tuple[str, ...] = ()
    walked: Mapping[str, tuple[list[str], list[str]]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Say whether everything was as expected."""
        return not self.failures


def play_example(example: ExampleDeclaration, source: Source) -> Outcome:
    """Play an example on the database as it is, with the pack that is active there.

    It stops after the first step that went wrong: what follows would only repeat it.
    """
    stage = Stage(at_opening(example.starts_on), calendar())
    for player in example.cast:
        stage.enter(player, by=machine(), key=f"example:{example.id}")
    for place, step in enumerate(example.steps):
        refused = perform(step, stage, f"example:{example.id}:{place}")
        found = list(differences(step, stage, refused))
        if found:
            failures = tuple(_sentence(source, place, difference) for difference in found)
            return Outcome(example.id, example.proves, source.file, failures)
    walked = {name: (sorted(one.states), sorted(one.arrows)) for name, one in procedures.walked(SYSTEM).items()}
    return Outcome(example.id, example.proves, source.file, walked=walked)


def _sentence(source: Source, place: int, difference: Difference) -> str:
    then = () if difference.path[:1] == ("study",) else ("then",)
    file, line = source.locate(("steps", place, *then, *difference.path))
    return f"{file}:{line}: step {place + 1}: expected {difference.expected}, found {difference.found}"
