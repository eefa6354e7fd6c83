"""A study on the stage: queued by somebody of the cast, run as the worker runs it, with what is expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.faults import AmurError
from amur.ledger import acts as ledger
from amur.packs.declarations import Step
from amur.packs.play.stage import Stage, machine
from amur.packs.study_declarations import Studying
from amur.studies import acts, engine, reads
from amur.studies.models import Study

Found = tuple[tuple[str | int, ...], str, str]
"""Where the example says it, what it expects, what was found."""


def study(step: Step, asked: Studying, stage: Stage, key: str) -> None:
    """Seal what waits, since datasets are read as they were sealed, queue the study and run it.

    Raises:
        AmurError: as the act does.
    """
    ledger.seal(stage.now)
    name = step.by or ""
    _, declaration = reads.declared(asked.method)
    scope = stage.scope_of(name)
    files = {one: acts.Given(file.name, [file.content.encode()]) for one, file in asked.files.items()}
    queued = acts.queue(
        asked.method,
        by=stage.actor_of(name, reads.role_for(scope, declaration.runs)),
        scope=scope,
        now=stage.now,
        title=asked.title or declaration.title,
        values=asked.parameters,
        files=files,
        publish=asked.publish,
        key=key,
    )
    while queued.state in {Study.State.QUEUED, Study.State.RUNNING}:
        if acts.run_next(by=machine(), now=stage.now) is None:
            raise AmurError("study_stuck", f"the study of {asked.method} is {queued.state}, and nothing runs it")
        queued.refresh_from_db()
    stage.studied = queued


def differing(asked: Studying | None, found: Study | None) -> Iterator[Found]:
    """Yield what came out of a study otherwise than expected."""
    if asked is None or asked.expect is None or found is None:
        return
    at, wanted = ("study", "expect"), asked.expect
    if found.state != wanted.state:
        yield (*at, "state"), wanted.state, f"{found.state}: {found.reason}".strip(": ")
        return
    if wanted.says not in found.reason:
        yield (*at, "says"), wanted.says, found.reason
    figures: Mapping[str, str | None] = found.figures
    expected = {name: (near.value, near.within) for name, near in wanted.summary.items()}
    for name, meant, seen in engine.missed(expected, figures):
        yield (*at, "summary", name), meant, seen
    for place, name in enumerate(wanted.files):
        if name not in found.results:
            yield (*at, "files", place), name, ", ".join(sorted(found.results)) or "no file"
