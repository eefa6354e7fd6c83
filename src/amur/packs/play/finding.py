"""A finder on the stage: asked as a stranger asks it, with what is expected of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from amur.base.acting import PUBLIC
from amur.base.faults import Invalid
from amur.packs.finder_declarations import Finding, FoundExpectation
from amur.packs.play.stage import Stage
from amur.procedures.finders import reads
from amur.procedures.finders.engine import Standing

Found = tuple[tuple[str | int, ...], str, str]
"""Where the example says it, what it expects, what was found."""


def find(asked: Finding, stage: Stage) -> Standing:
    """Return how far the answers lead on the day.

    Raises:
        AmurError: as the read does, and for an answer that its question does not offer.
    """
    on = date.fromisoformat(stage.typed(asked.on)) if asked.on else stage.today
    standing = reads.standing(PUBLIC, asked.finder, asked.answers, on=on)
    if standing.wrong and standing.asks:
        name = standing.asks.id
        raise Invalid({name: ("no_answer", f"{asked.answers[name]!r} is no answer of {name!r} on {on}")})
    return standing


def differing(wanted: FoundExpectation | None, standing: Standing | None) -> Iterator[Found]:
    """Yield what a finder said otherwise than expected."""
    if wanted is None or standing is None:
        return
    outcome = standing.outcome.id if standing.outcome else "no outcome yet"
    asks = standing.asks.id if standing.asks else "no question"
    if wanted.outcome is not None and wanted.outcome != outcome:
        yield ("found", "outcome"), wanted.outcome, outcome
    if wanted.asks is not None and wanted.asks != asks:
        yield ("found", "asks"), wanted.asks, asks
    asked = tuple(one.question.id for one in standing.given)
    if wanted.asked is not None and wanted.asked != asked:
        yield ("found", "asked"), ", ".join(wanted.asked), ", ".join(asked)
