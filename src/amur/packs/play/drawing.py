"""A draw on the stage: committed to, sealed, held by the machine as the worker does it, and drawn again to be sure."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.acting import SYSTEM
from amur.ledger import acts as ledger
from amur.ledger import reads as sealed
from amur.packs.declarations import PUBLIC, DrawExpectation, Step
from amur.packs.play.stage import Stage
from amur.procedures import acts
from amur.procedures.draws import engine, reads
from amur.procedures.draws.models import Draw

Found = tuple[tuple[str | int, ...], str, str]
"""Where the example says it, what it expects, what was found."""

_ROUNDS = 2
"""One head holds the commitment; the next one gives the seed."""
_ENTRIES = 1_000


def draw(step: Step, draw_id: str, stage: Stage, key: str) -> None:
    """Commit to a draw in the first role that may, let the machine hold it, and open the cases that follow from it.

    Later steps call them ``drawn_1``, ``drawn_2`` in the order of their numbers.

    Raises:
        AmurError: as the act does.
    """
    name = step.by or PUBLIC
    scope = stage.scope_of(name)
    declared = reads.active(draw_id)[1]
    role = reads.role_for(scope, declared)
    made = acts.commit_draw(draw_id, by=stage.actor_of(name, role), scope=scope, now=stage.now, key=key)
    for _ in range(_ROUNDS):
        head = sealed.head()
        ledger.seal(stage.now)
        for entry in sealed.sealed_after(SYSTEM, head.size - 1 if head else -1, _ENTRIES):
            if entry.subject == made.key_subject:
                acts.hear_of_draws(entry, stage.now)
    made.refresh_from_db()
    if declared.opens and made.status == "held":
        opened = acts.open_drawn(made.number, by=stage.actor_of(name, role), scope=scope, now=stage.now, key=key)
        stage.cases |= {f"drawn_{place}": case for place, case in enumerate(opened, start=1)}


def differing(wanted: DrawExpectation | None) -> Iterator[Found]:
    """Yield what came of the newest draw otherwise than expected, and whether it is what its head gives."""
    if wanted is None:
        return
    row = Draw.objects.filter(draw=wanted.draw_id).order_by("-committed_at", "-number").first()
    if row is None or row.result is None:
        yield ("drawn", "id"), f"a draw of {wanted.draw_id}", "none was held"
        return
    if row.status != wanted.status:
        yield ("drawn", "status"), wanted.status, row.status
    named = reads.key_on_list
    drawn = {
        named(row, line["object"]): sorted(named(row, one) for one in line["people"]) for line in row.result["drawn"]
    }
    if wanted.objects is not None and wanted.objects != len(drawn):
        yield ("drawn", "objects"), str(wanted.objects), str(len(drawn))
    people = {one for line in drawn.values() for one in line}
    if wanted.people is not None and wanted.people != len(people):
        yield ("drawn", "people"), str(wanted.people), str(len(people))
    for name, expected in wanted.meets.items():
        if drawn.get(name) != sorted(expected):
            yield ("drawn", "meets", name), ", ".join(sorted(expected)), ", ".join(drawn.get(name, ["not drawn"]))
    head = next(iter(sealed.checkpoints((row.head_size or 1) - 1, limit=1)))
    if engine.draw(row.commitment, head.root) != row.result:
        yield ("drawn",), "what its head gives", "another result"
